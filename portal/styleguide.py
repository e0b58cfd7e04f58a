"""/styleguide/: every component in every state, with made-up people and figures."""

from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.ui.charts import Series, Share, Slice, bars, line, ring, shares, stacked
from common.ui.forms import DateField, Form, NumberInput
from common.ui.nav import Crumb, Group, Item, Navigation, Unit
from common.ui.paging import KeyPage, page_of
from common.ui.tables import sort_of

LONG_UNIT = "Đảng bộ bộ phận Xí nghiệp Đầu máy và Toa xe khách Hà Nội – Công ty Cổ phần Vận tải Đường sắt miền Bắc"
LONG_PERSON = "Công Tằng Tôn Nữ Nguyễn Phúc Hoàng Diệu Thiên Hương"


class SampleForm(Form):
    """One field of each kind."""

    name = forms.CharField(label="Họ và tên khai sinh", max_length=60, help_text="Viết như trên căn cước.")
    birth = DateField(label="Ngày sinh")
    count = forms.IntegerField(label="Số được triệu tập", min_value=1, max_value=400, widget=NumberInput)
    mail = forms.EmailField(label="Thư điện tử", required=False)
    unit = forms.ChoiceField(
        label="Chi bộ",
        choices=[("", "Chọn chi bộ"), ("1", "Chi bộ Ga Nam Định"), ("2", LONG_UNIT)],
    )
    vote = forms.ChoiceField(
        label="Đồng chí có tán thành nội dung dự thảo nghị quyết?",
        help_text="Phần mềm không lưu ai chọn gì.",
        widget=forms.RadioSelect,
        choices=[("yes", "Tán thành"), ("no", "Không tán thành"), ("other", "Ý kiến khác")],
    )
    posts = forms.MultipleChoiceField(
        label="Chức vụ được giao quyền",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--row"}),
        choices=[("bt", "Bí thư"), ("pbt", "Phó Bí thư"), ("cuv", "Chi ủy viên")],
    )
    reason = forms.CharField(
        label="Lý do",
        min_length=10,
        max_length=500,
        help_text="Ít nhất 10 ký tự. Đồng chí gửi báo cáo sẽ đọc được.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    paper = forms.FileField(label="Tệp danh sách", required=False, help_text="Tệp .xlsx, nhiều nhất 10 MB.")
    sure = forms.BooleanField(label="Tôi đã kiểm tra và chịu trách nhiệm về số liệu")


class FilterForm(Form):
    """What stands over a list."""

    status = forms.ChoiceField(label="Tình trạng", required=False, choices=[("", "Tất cả"), ("x", "Chờ duyệt")])
    kind = forms.ChoiceField(label="Báo cáo", required=False, choices=[("", "Tất cả"), ("a", "Kết quả Đại hội")])
    place = forms.CharField(label="Đơn vị", required=False)
    since = DateField(label="Từ ngày", required=False, help_text="")


class Kept(ContentFile):
    """A file that the record holds already."""

    url = "#bieu-mau"

    def __str__(self) -> str:
        return "danh-sach-chi-bo.xlsx"


def styleguide(request: HttpRequest) -> HttpResponse:
    """Shows; reads and writes nothing."""
    return render(request, "portal/styleguide.html", sample_context(request))


def sample_context(request: HttpRequest) -> dict[str, Any]:
    """Everything that the page shows."""
    wrong = SampleForm(
        {"name": "", "birth": "31/02/1980", "count": "0", "mail": "an@", "reason": "Thiếu", "unit": "9"},
        auto_id="sai_%s",
    )
    right = SampleForm(
        initial={"name": "Lê Văn Tâm", "vote": "yes", "posts": ["bt"], "paper": Kept(b"", name="x"), "count": 24},
        auto_id="dung_%s",
    )
    right.fields["mail"].disabled = True
    wrong.add_error(None, "Có mặt 21 + vắng có lý do 2 + vắng không lý do 0 = 23, nhưng số được triệu tập là 24.")
    return {
        "nav": _navigation(),
        "crumbs": [
            Crumb("Tổng công ty", "#"),
            Crumb("Công ty CP Đường sắt Hà Ninh", "#"),
            Crumb("Trang mẫu giao diện"),
        ],
        "contents": CONTENTS,
        "tones": TONES,
        "icons": ICONS,
        "form_blank": SampleForm(auto_id="trong_%s"),
        "form_right": right,
        "form_wrong": wrong,
        "filters": FilterForm(request.GET or None, auto_id="loc_%s"),
        "active": [Row(label="Tình trạng: Chờ duyệt", url="#bo-loc"), Row(label="Từ ngày 01/04/2025", url="#bo-loc")],
        "reports": REPORTS,
        "sort": sort_of(request, {"don-vi": ["unit"], "ngay": ["sent"], "so": ["members"]}, "-ngay"),
        "page_few": page_of(list(range(7)), request),
        "page_none": page_of([], request),
        "page_many": _page(request),
        "page_key": KeyPage([1, 2], next_url="?sau=x", first_url="?", started=False),
        "facts": FACTS,
        "changes": CHANGES,
        "events": EVENTS,
        "tree": _tree(),
        "tiles": TILES,
        "tasks": TASKS,
        "steps": STEPS,
        "tabs": [
            Row(label="Tổng quan", url="#the-trang", current=True, count=0),
            Row(label="Đảng viên", url="#the-trang", current=False, count=0),
            Row(label="Chờ duyệt", url="#the-trang", current=False, count=7),
            Row(label="Lịch sử thay đổi", url="#the-trang", current=False, count=0),
        ],
        "jobs": JOBS,
        "charts": _charts(),
        "people": ["Lê Văn Tâm", "Trần Thị Hằng", "Hoàng Văn Bình", LONG_PERSON],
        "check_facts": [
            Row(label="Người nhận quyền", value="Đồng chí Trần Thị Hằng, Phó Bí thư", edit_url="#trang-kiem-tra"),
            Row(label="Đơn vị", value=LONG_UNIT, edit_url="#trang-kiem-tra"),
            Row(label="Thời hạn", value="Đến 31/12/2027", edit_url="#trang-kiem-tra"),
            Row(label="Bước", value="Bước 3, theo Công văn số 98-CV/ĐU", edit_url=""),
        ],
        "effects": [
            "Đồng chí Trần Thị Hằng xem được danh sách 42 đảng viên của đơn vị và các chi bộ trực thuộc.",
            "Đồng chí giao tiếp được quyền này cho Bí thư, Phó Bí thư các chi bộ trực thuộc.",
            "Người nhận được báo ngay; việc giao quyền được ghi vào nhật ký.",
        ],
        "long_unit": LONG_UNIT,
        "long_person": LONG_PERSON,
    }


def _page(request: HttpRequest) -> Any:
    return page_of(range(7852), request, 25)


def _navigation() -> Navigation:
    return Navigation(
        groups=(
            Group(
                "",
                (
                    Item("Trang chủ", "#", "home"),
                    Item("Sinh hoạt chi bộ", "#", "user-group"),
                    Item("Tài liệu", "#", "document-text"),
                    Item("Nhiệm vụ", "#", "clipboard-document-check", 3),
                ),
            ),
            Group(
                "Công tác cấp ủy",
                (
                    Item("Phê duyệt báo cáo", "#", "check-badge", 7),
                    Item("Đảng viên", "#", "identification"),
                    Item("Tổ chức đảng", "#", "building-library"),
                    Item("Phân quyền", "#", "key"),
                    Item("Thống kê", "#", "chart-bar"),
                    Item("Trang mẫu giao diện", "#noi-dung", "squares-2x2", current=True),
                ),
            ),
        ),
        bottom=(
            Item("Trang chủ", "#", "home", current=True),
            Item("Sinh hoạt", "#", "user-group"),
            Item("Tài liệu", "#", "document-text"),
            Item("Việc", "#", "clipboard-document-check", 3),
        ),
        units=(
            Unit(1, "Đảng bộ Công ty CP Đường sắt Hà Ninh", "Phó Bí thư", current=True),
            Unit(2, "Chi bộ Phòng Kỹ thuật – An toàn", "Bí thư"),
            Unit(3, LONG_UNIT, "Cán bộ phụ trách"),
        ),
        account=(Item("Hồ sơ của tôi", "#", "user"), Item("Mật khẩu và đăng nhập", "#", "lock-closed")),
        person="Hoàng Văn Bình",
        reader="mau",
        owner="Đảng bộ Tổng công ty Đường sắt Việt Nam",
        search_url="/tim-kiem/",
        inbox_url="/thong-bao/",
        switch_url="/don-vi-lam-viec/",
        sign_out_url="/tai-khoan/dang-xuat/",
        guide_url="#",
        problem_url="#",
        unread=12,
        hotline="1900 0000",
    )


CONTENTS = [
    ("nut", "Nút và tình trạng"),
    ("thong-tin", "Thông báo, thẻ, trạng thái trống"),
    ("viec", "Việc cần làm và con số"),
    ("bieu-mau", "Biểu mẫu"),
    ("bo-loc", "Tìm và lọc"),
    ("bang", "Bảng và phân trang"),
    ("danh-sach", "Thông tin, thay đổi, dòng thời gian"),
    ("cay", "Cây tổ chức"),
    ("tien-do", "Tiến độ và các bước"),
    ("bieu-do", "Biểu đồ"),
    ("trang-kiem-tra", "Trang kiểm tra"),
    ("chu", "Chữ, biểu tượng"),
]

TONES = [
    ("ok", "Đã duyệt"),
    ("wait", "Chờ duyệt"),
    ("late", "Quá hạn 3 ngày"),
    ("info", "Gửi lại lần 2"),
    ("idle", "Chưa gửi"),
]

ICONS = [
    ("home", "Trang chủ"),
    ("user-group", "Sinh hoạt"),
    ("document-text", "Tài liệu"),
    ("clipboard-document-check", "Nhiệm vụ"),
    ("identification", "Đảng viên"),
    ("building-library", "Tổ chức"),
    ("key", "Phân quyền"),
    ("check-badge", "Phê duyệt"),
    ("chart-bar", "Thống kê"),
    ("bell", "Thông báo"),
    ("shield-check", "Kiểm tra"),
    ("arrow-down-tray", "Tải về"),
]


def _report(pk: int, unit: str, note: str, what: str, members: int, sent: str, tone: str, state: str) -> Row:
    return Row(pk=pk, unit=unit, note=note, what=what, members=members, sent=sent, tone=tone, state=state)


REPORTS = [
    _report(1, "Chi bộ Ga Nam Định", "1 cảnh báo: nữ 0/3", "Kết quả Đại hội (a)", 24, "18/4", "wait", "Chờ duyệt"),
    _report(2, "Chi bộ Cung đường Phủ Lý", "", "Kết quả Đại hội (a)", 17, "17/4", "wait", "Chờ duyệt"),
    _report(3, LONG_UNIT, "3 ô đã sửa", "Phân tích chất lượng (b)", 1204, "17/4", "info", "Gửi lại lần 2"),
    _report(4, "Chi bộ Cung cầu Ninh Bình", "gửi sau hạn 19/4", "Kết quả (a)", 9, "22/4", "late", "Quá hạn 3 ngày"),
]

FACTS = [
    Row(label="Họ và tên", value=LONG_PERSON, note=""),
    Row(label="Ngày vào Đảng", value="03/02/1998", note="Tuổi Đảng: 27 năm"),
    Row(label="Chi bộ", value=LONG_UNIT, note=""),
    Row(label="Lý luận chính trị", value="", note=""),
    Row(label="Số huy hiệu", value=0, note=""),
]

CHANGES = [
    Row(label="Chức vụ", old="Chi ủy viên", new="Phó Bí thư"),
    Row(label="Số điện thoại", old="", new="09•• ••• •12"),
    Row(label="Học vấn", old="12/12", new=""),
    Row(label="Chi bộ", old="Chi bộ Ga Nam Định", new=LONG_UNIT),
]

EVENTS = [
    Row(time="09:12 hôm nay", title="Chi bộ Ga Ninh Bình gửi báo cáo b", text="", detail="", tone="info"),
    Row(
        time="08:40 hôm nay",
        title="Đồng chí Trần Thị Hằng từ chối báo cáo",
        text="Báo cáo của Chi bộ Cung đường Bỉm Sơn",
        detail="Số đảng viên dự bị chưa khớp với danh sách đã duyệt tháng 3.",
        tone="late",
    ),
    Row(time="17/4/2025", title="Đã duyệt báo cáo a", text="Chi bộ Ga Nam Định", detail="", tone="ok"),
    Row(time="01/4/2025", title="Mở đợt báo cáo", text="", detail="", tone=""),
]

TILES = [
    Row(label="Đảng viên", value="7.852", note="412 dự bị", url="#viec", tone=""),
    Row(label="Đã kích hoạt tài khoản", value="6.104", note="77,7% số đảng viên", url="#viec", tone="ok"),
    Row(label="Chi bộ chưa có Bí thư trên hệ thống", value="5", note="Xem 5 chi bộ", url="#viec", tone="late"),
    Row(label="Hồ sơ còn thiếu", value="318", note="", url="", tone="wait"),
]

TASKS = [
    Row(
        title="Gửi báo cáo kết quả Đại hội",
        text="Đang nháp, đã điền 5/6 phần. Hạn 19/4.",
        due="Còn 1 ngày",
        tone="late",
        parts=["done"] * 5 + ["now"],
        parts_label="Đã điền 5 trên 6 phần",
        url="#viec",
        action="Điền tiếp",
    ),
    Row(
        title="Sinh hoạt chi bộ tháng 5",
        text="Hội trường ga · 2 tài liệu chưa đọc",
        due="19:30 thứ Ba, 5/5",
        tone="info",
        url="#viec",
        action="Sẽ dự",
        second_url="#viec",
        second_action="Xin vắng",
    ),
    Row(title="Học tập Nghị quyết 57-NQ/TW", text="Xong 2/4 bài · hạn 30/5", url="#viec", action="Học tiếp"),
]

STEPS = [
    Row(label="Tải danh sách lên", state="done", url="#tien-do"),
    Row(label="Kiểm tra từng dòng", state="done", url=""),
    Row(label="Sửa 12 dòng còn sai", state="bad", url="#tien-do"),
    Row(label="Xác nhận", state="now", url=""),
    Row(label="Ghi vào hệ thống", state="", url=""),
]


def _job(state: str, done: int, total: int, message: str, label: str = "Đọc và kiểm tra danh sách") -> Row:
    return Row(label=label, state=state, done=done, total=total, message=message)


JOBS = [
    _job("waiting", 0, 0, ""),
    _job("running", 0, 0, "Đang mở tệp."),
    _job("running", 3120, 7852, "Còn khoảng 20 giây. Đồng chí có thể rời trang này."),
    _job("done", 7852, 7852, "7.790 dòng đúng, 50 dòng cần xem, 12 dòng sai."),
    _job("failed", 1480, 7852, "Tệp bị hỏng từ dòng 1.481. Chưa có gì được ghi."),
    _job("cancelled", 210, 7852, ""),
]


def _node(pk: int, name: str, note: str = "", children: list[Row] | None = None, **more: Any) -> Row:
    node = {
        "id": pk,
        "name": name,
        "note": note,
        "url": "#cay",
        "children": children or [],
        "has_children": bool(children),
        "open": bool(children),
        "hit": False,
        "closed": False,
        "lazy_url": "",
        "fallback_url": "",
    }
    return Row(**(node | more))


def _tree() -> list[Row]:
    branch = _node(5, "Chi bộ Ga Nam Định", "Chi bộ trực thuộc · 24 đảng viên", hit=True)
    old = _node(6, "Chi bộ Ga Cầu Guột", "Đã kết thúc hoạt động 30/6/2024", closed=True)
    part = _node(3, LONG_UNIT, "Đảng bộ bộ phận · 312 đảng viên", [branch, old])
    lazy = _node(
        4,
        "Đảng bộ Công ty CP Đường sắt Hà Ninh",
        "Đảng bộ cơ sở · 16 chi bộ · 402 đảng viên",
        has_children=True,
        lazy_url="/to-chuc/4/truc-thuoc/",
        fallback_url="?mo=4#cay",
    )
    shut = _node(
        7,
        "Đảng bộ Công ty CP Đường sắt Thanh Hóa",
        "Đảng bộ cơ sở · 11 chi bộ · 288 đảng viên",
        [_node(8, "Chi bộ Cung đường Bỉm Sơn", "Chi bộ trực thuộc · 19 đảng viên")],
        open=False,
    )
    top = _node(1, "Đảng bộ Tổng công ty Đường sắt Việt Nam", "603 tổ chức đảng · 7.852 đảng viên", [part, shut, lazy])
    return [top]


def _charts() -> list[Any]:
    parts = [Slice("Đã duyệt", 18, "done"), Slice("Chờ duyệt", 7, "wait"), Slice("Chưa gửi", 5, "late")]
    units = ["Hà Ninh", "Hà Thái", "Công ty CP Đường sắt Nghĩa Lộ – Yên Bái – Lào Cai", "Thanh Hóa"]
    months = [f"{month}/2025" for month in range(1, 13)]
    return [
        bars(
            "Đảng viên theo đơn vị",
            [Slice(units[0], 402), Slice(units[1], 1310.5), Slice(units[2], 96, "wait"), Slice(units[3], 0)],
            unit="Đảng viên",
            what="Đơn vị",
        ),
        shares(
            "Cơ cấu cấp ủy so với mục tiêu",
            [Share("Nữ", 18, 96, 15), Share("Tuổi trẻ", 7, 96, 10), Share("Tái cử", 61, 96)],
            what="Tiêu chí",
        ),
        stacked("Tiến độ 30 báo cáo", ["Cả đợt"], [Series(s.label, [s.value], s.tone) for s in parts], what="Đợt"),
        stacked(
            "Báo cáo theo đơn vị",
            units,
            [
                Series("Đã duyệt", [18, 9, 4, 0], "done"),
                Series("Chờ duyệt", [7, 2, 0, 0], "wait"),
                Series("Chưa gửi", [5, 1, 3, 6], "late"),
            ],
        ),
        line(
            "Tài khoản đã kích hoạt",
            months,
            [
                Series("Đã kích hoạt", [40, 210, 800, 1500, 2400, 3000, 3900, 4300, 5000, 5400, 5900, 6104], "done"),
                Series("Còn lại", [7812, 7642, 7052, 6352, 5452, 4852, 3952, 3552, 2852, 2452, 1952, 1748], "idle"),
            ],
            what="Tháng",
        ),
        ring("Tình trạng báo cáo", parts),
        ring("Chưa có số liệu", []),
    ]
