"""Every page so far, as one of the demo's people opens it: measured by `make bench`, drawn by `make screens`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse

from common.text import fold
from congress_reports.enums import ReportState
from congress_reports.models import Campaign, Report
from delegation.models import ManyGiven
from members.imports.enums import BatchState
from members.imports.models import ImportBatch
from members.models import Member
from orgtree.models import Grant, OrgUnit
from portal.demo import COMMITTEE, DemoPerson, people

from . import meeting_pages


class Ground:
    """What the addresses need of the demo."""

    def __init__(self) -> None:
        self.people: dict[str, DemoPerson] = {person.key: person for person in people()}
        if not self.people:
            raise SystemExit("Chưa có dữ liệu minh họa: đồng chí chạy make run một lần trước.")
        self.top = OrgUnit.objects.get(parent=None, code="DSVN")
        self.committee = OrgUnit.objects.get(code=COMMITTEE)
        self.member = Member.objects.get(account_id=self.people["member"].user_id)
        self.branch = self.member.branch
        # The committee's secretary, from whom the branches' roles hang.
        self.grant = Grant.objects.get(user=self.people["committee"].user_id, unit=self.committee, revoked_at=None)
        self.many = ManyGiven.objects.filter(made_by=self.people["outsider"].user_id).earliest("pk")
        self.letter = Campaign.objects.filter(closed_on__isnull=False).earliest("pk")
        self.campaign = Campaign.objects.filter(closed_on=None).latest("pk")
        # Of the secretary: a report to fill in; of his superior: one to look through, one decided.
        own = Report.objects.filter(campaign=self.campaign, unit=self.branch)
        self.draft = own.filter(state__in=[ReportState.DRAFT, ReportState.REJECTED, ReportState.EXPECTED]).latest("pk")
        below = Report.objects.filter(campaign=self.campaign, unit__parent=self.branch.parent, duty__form__code="a")
        self.waiting = below.filter(state=ReportState.SENT).earliest("pk")
        self.in_review = below.filter(state=ReportState.IN_REVIEW).earliest("pk")
        self.rejected = below.filter(state=ReportState.REJECTED).earliest("pk")
        # The real congress of letter 000's term: Chi nhánh Khai thác đường sắt Sài Gòn.
        self.result = Report.objects.get(campaign=self.letter, unit__code="DSVN.12", duty__form__code="c")
        self.quality = Report.objects.get(campaign=self.letter, unit__code="DSVN.12", duty__form__code="d")
        self.content = Report.objects.get(campaign=self.letter, unit__code="DSVN.12", duty__form__code="e")
        self.batch = ImportBatch.objects.filter(unit=self.committee, state=BatchState.ENTERED).latest("pk")
        self.meetings = meeting_pages.Meetings(self.branch, self.member, self.people["committee"].user_id)


@dataclass(frozen=True)
class Page:
    """`post` is sent when it is given; `status` is the answer expected."""

    label: str
    who: str
    address: Callable[[Ground], str]
    post: dict[str, str] | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return re.sub("[^a-z0-9]+", "-", fold(self.label)).strip("-")


def _named(name: str, *args: str) -> Callable[[Ground], str]:
    return lambda ground: reverse(name, args=args)


def _of(name: str, thing: str) -> Callable[[Ground], str]:
    return lambda ground: reverse(name, args=[getattr(ground, thing).pk])


def _members_of(thing: str, more: str = "") -> Callable[[Ground], str]:
    return lambda ground: f"{reverse('members:list')}?unit={getattr(ground, thing).pk}{more}"


def _sheet(thing: str, section: str) -> Callable[[Ground], str]:
    return lambda ground: reverse("congress_reports:entry_sheet", args=[getattr(ground, thing).pk, section])


def _with(name: str, query: str) -> Callable[[Ground], str]:
    """`query` may name what the ground has: `dot={letter.pk}`."""
    return lambda ground: f"{reverse(f'congress_reports:{name}')}?{query.format(**vars(ground))}"


def _line_of_the_schedule(ground: Ground) -> str:
    return reverse("congress_reports:schedule_line", args=[ground.campaign.pk, ground.branch.pk])


def _grants(query: str) -> Callable[[Ground], str]:
    return lambda ground: f"{reverse('delegation:list')}{query}"


def _successor(ground: Ground) -> str:
    return f"{reverse('delegation:find')}?ban_giao={ground.grant.pk}"


_NAME = {"q": "nguyen van"}

PAGES = [
    Page("Trang chủ (đảng viên)", "member", _named("portal:home")),
    Page("Trang chủ (Bí thư chi bộ)", "secretary", _named("portal:home")),
    Page("Trang chủ (Bí thư đảng bộ bộ phận)", "section", _named("portal:home")),
    Page("Trang chủ (Bí thư đảng ủy cơ sở)", "committee", _named("portal:home")),
    Page("Trang chủ (cán bộ phụ trách Sổ tay)", "officer", _named("portal:home")),
    Page("Trang chủ (đảng bộ được giao quyền)", "empowered", _named("portal:home")),
    Page("Trang chủ (Ban Tổ chức)", "org_department", _named("portal:home")),
    Page("Trang chủ (Ủy ban Kiểm tra)", "inspector", _named("portal:home")),
    Page("Tất cả các mục", "org_department", _named("portal:more")),
    Page("Tìm kiếm chung", "org_department", _named("portal:search"), post=_NAME),
    Page("Cây tổ chức", "org_department", _named("orgtree:tree")),
    Page("Cây tổ chức, mở tới chi bộ", "org_department", lambda g: f"{reverse('orgtree:tree')}?mo={g.branch.pk}"),
    Page(
        "Các dòng dưới một nút của cây", "org_department", _of("orgtree:below", "top"), headers={"HX-Request": "true"}
    ),
    Page("Tìm đơn vị", "org_department", _named("orgtree:search"), post={"q": "chi bo ga"}),
    Page("Một đơn vị (Tổng công ty)", "org_department", _of("orgtree:unit", "top")),
    Page("Một đơn vị (đảng bộ cơ sở)", "committee", _of("orgtree:unit", "committee")),
    Page("Một đơn vị (chi bộ)", "secretary", _of("orgtree:unit", "branch")),
    Page("Một đơn vị (đảng viên xem)", "member", _of("orgtree:unit", "branch")),
    Page("Lập đơn vị", "org_department", _of("orgtree:create", "committee")),
    Page("Đổi tên đơn vị", "org_department", _of("orgtree:rename", "branch")),
    Page("Chuyển đơn vị", "org_department", _of("orgtree:move", "branch")),
    Page("Nhận sáp nhập", "org_department", _of("orgtree:merge", "branch")),
    Page("Chia tách", "org_department", _of("orgtree:split", "branch")),
    Page("Giải thể", "org_department", _of("orgtree:close", "branch")),
    Page("Loại hình tổ chức", "org_department", _named("orgtree:kinds")),
    Page("Nhập danh mục đơn vị", "org_department", _named("orgtree:list_start")),
    Page("Đảng viên cả Tổng công ty", "org_department", _members_of("top")),
    Page("Đảng viên cả Tổng công ty, trang 150", "org_department", _members_of("top", "&trang=150")),
    Page("Đảng viên một đảng bộ cơ sở", "committee", _members_of("committee")),
    Page("Đảng viên một chi bộ", "secretary", _members_of("branch")),
    Page("Đồng chí trong chi bộ", "member", _members_of("branch")),
    Page("Hồ sơ một đảng viên", "secretary", _of("members:member", "member")),
    Page("Lịch sử hồ sơ", "secretary", _of("members:history", "member")),
    Page("Ai xem được dữ liệu", "member", _of("members:access", "member")),
    Page("Sửa hồ sơ", "secretary", _of("members:edit", "member")),
    Page("Chuyển chi bộ", "committee", _of("members:move", "member")),
    Page("Cấp mã đặt lại mật khẩu", "secretary", _of("members:password_code", "member")),
    Page("Hồ sơ của tôi", "member", _named("members:me")),
    Page("Thông tin liên hệ", "member", _named("members:contact")),
    Page("Đề nghị đính chính", "member", _named("members:ask_correction")),
    Page("Đề nghị chờ xử lý", "org_department", _named("members:corrections")),
    Page("Chức vụ chưa rõ", "org_department", _named("members:posts_unclear")),
    Page("Bí thư chưa có vai trò", "org_department", _named("members:secretaries")),
    Page("Danh bạ để in", "secretary", lambda g: f"{reverse('members:call_list')}?unit={g.branch.pk}"),
    Page("Kích hoạt tài khoản (chi bộ)", "secretary", _named("activation:unit")),
    Page("Kích hoạt tài khoản (Ban Tổ chức)", "org_department", _named("activation:unit")),
    Page("Trao mã vai trò", "org_department", _named("activation:waiting")),
    Page("Các lần nhập danh sách", "org_department", _named("members:imports")),
    Page("Gửi danh sách", "org_department", _named("members:import_start")),
    Page("Một danh sách: dòng lỗi", "org_department", _of("members:import", "batch")),
    Page("Một danh sách: thay đổi", "org_department", _of("members:import_changes", "batch")),
    Page("Danh sách phân quyền", "org_department", _named("delegation:list")),
    Page("Danh sách phân quyền (Bí thư đảng ủy cơ sở)", "committee", _named("delegation:list")),
    Page("Danh sách phân quyền (hết căn cứ)", "org_department", _grants("?trang_thai=het-can-cu")),
    Page("Phân quyền: thêm mới", "org_department", _named("delegation:find")),
    Page("Phân quyền: tìm tài khoản", "org_department", _named("delegation:find"), post=_NAME),
    Page("Phân quyền: đơn vị và vai trò", "section", lambda g: f"{reverse('delegation:new')}?nguoi={g.member.pk}"),
    Page("Một vai trò", "org_department", _of("delegation:grant", "grant")),
    Page("Thu hồi vai trò", "org_department", _of("delegation:take_back", "grant")),
    Page("Bàn giao vai trò: chọn người", "org_department", _successor),
    Page("Gợi ý phân quyền (Ban Tổ chức)", "org_department", _named("delegation:suggestions")),
    Page("Gợi ý phân quyền (Bí thư đảng ủy cơ sở)", "committee", _named("delegation:suggestions")),
    Page("Kết quả giao theo gợi ý", "outsider", _of("delegation:many", "many")),
    Page("Bí thư bị từ chối khi nhập", "org_department", _named("delegation:refused")),
    Page("Tiến độ phân quyền (Ban Tổ chức)", "org_department", _named("delegation:progress")),
    Page(
        "Tiến độ phân quyền, mở một đảng bộ",
        "org_department",
        lambda g: f"{reverse('delegation:progress')}?mo={g.committee.pk}",
    ),
    Page("Tiến độ phân quyền (Bí thư đảng ủy cơ sở)", "committee", _named("delegation:progress")),
    Page(
        "Đơn vị chưa giao vai trò Bí thư",
        "org_department",
        lambda g: f"{reverse('delegation:progress_units')}?muc=con-lai",
    ),
    Page("Báo cáo của tôi (Bí thư chi bộ)", "secretary", _named("congress_reports:mine")),
    Page("Báo cáo của tôi, các đợt trước", "committee", lambda g: f"{reverse('congress_reports:mine')}?dot=truoc"),
    Page("Lập báo cáo: các phần", "secretary", _of("congress_reports:entry", "draft")),
    Page("Lập báo cáo: thông tin chung", "secretary", _sheet("draft", "head")),
    Page("Lập báo cáo: tệp đính kèm", "secretary", _of("congress_reports:files", "draft")),
    Page("Lập báo cáo: kiểm tra và gửi", "secretary", _of("congress_reports:send", "draft")),
    Page("Phê duyệt báo cáo", "outsider", _named("congress_reports:approvals")),
    Page(
        "Phê duyệt báo cáo: các cấp ủy bên dưới",
        "org_department",
        lambda g: f"{reverse('congress_reports:approvals')}?pham_vi=cap-duoi",
    ),
    Page("Một báo cáo chờ phê duyệt", "section", _of("congress_reports:report", "waiting")),
    Page("Xem xét một báo cáo", "section", _of("congress_reports:review", "in_review")),
    Page("Một báo cáo bị từ chối", "section", _of("congress_reports:report", "rejected")),
    Page("Phê duyệt: kiểm tra lại", "section", _of("congress_reports:approve", "waiting")),
    Page("Kết quả bầu cấp ủy cơ sở (80 đại biểu)", "org_department", _of("congress_reports:report", "result")),
    Page("Chất lượng cấp ủy cơ sở", "org_department", _of("congress_reports:report", "quality")),
    Page("Nội dung đại hội", "org_department", _of("congress_reports:report", "content")),
    Page("Chức vụ theo kết quả đại hội", "org_department", _of("congress_reports:posts", "result")),
    Page("Báo cáo quá hạn (Ban Tổ chức)", "org_department", _named("congress_reports:late")),
    Page("Báo cáo quá hạn (Bí thư đảng ủy cơ sở)", "outsider", _named("congress_reports:late")),
    Page("Báo cáo bên dưới còn thiếu", "org_department", _of("congress_reports:below", "result")),
    Page("Đợt đại hội", "org_department", _named("congress_reports:campaigns")),
    Page("Một đợt đại hội", "org_department", _of("congress_reports:campaign", "campaign")),
    Page("Lập đợt đại hội", "org_department", _named("congress_reports:campaign_new")),
    Page("Lập đợt theo đợt trước", "org_department", _with("campaign_new", "tu={letter.pk}")),
    Page("Sửa đợt đại hội", "org_department", _of("congress_reports:campaign_edit", "campaign")),
    Page(
        "Mẫu báo cáo của đợt",
        "org_department",
        lambda g: reverse("congress_reports:campaign_form", args=[g.campaign.pk, "a"]),
    ),
    Page("Đóng đợt đại hội", "org_department", _of("congress_reports:campaign_close", "campaign")),
    Page("Lịch đại hội (Ban Tổ chức)", "org_department", _named("congress_reports:schedule")),
    Page("Lịch đại hội, mọi đơn vị", "org_department", _with("schedule", "pham_vi=tat-ca")),
    Page("Lịch đại hội (Bí thư đảng ủy cơ sở)", "committee", _named("congress_reports:schedule")),
    Page("Lịch đại hội (Bí thư chi bộ)", "secretary", _named("congress_reports:schedule")),
    Page("Lịch đại hội theo tháng", "org_department", _with("schedule_month", "pham_vi=tat-ca")),
    Page("Lịch đại hội theo cây tổ chức", "org_department", _named("congress_reports:schedule_map")),
    Page("Lịch đại hội của một đơn vị", "committee", _line_of_the_schedule),
    Page("Nhập lịch đại hội từ tệp", "committee", _named("congress_reports:schedule_import")),
    Page("Tiến độ đại hội (Ban Tổ chức)", "org_department", _named("congress_reports:board")),
    Page("Tiến độ đại hội, mở một đảng bộ", "org_department", _with("board", "dot={letter.pk}&mo={committee.pk}")),
    Page("Tiến độ đại hội (Bí thư đảng ủy cơ sở)", "committee", _named("congress_reports:board")),
    Page("Tiến độ đại hội, bản in A3", "org_department", _with("board_print", "dot={letter.pk}")),
    Page("Báo cáo sau một con số của tiến độ", "org_department", _with("board_reports", "muc=cho-duyet")),
    Page("Phân tích đại hội (Ban Tổ chức)", "org_department", _with("analysis", "dot={letter.pk}")),
    Page("Phân tích đại hội, cả báo cáo đang chờ", "org_department", _with("analysis", "ca_cho=on")),
    Page("Phân tích đại hội (Bí thư đảng ủy cơ sở)", "committee", _with("analysis", "dot={letter.pk}")),
    Page(
        "Báo cáo sau một con số của phân tích",
        "org_department",
        _with("analysis_reports", "dot={letter.pk}&nhom=committee&cot=nu"),
    ),
    *(Page(*row) for row in meeting_pages.ROWS),
    Page("Thông báo", "member", _named("notifications:inbox")),
    Page("Chọn thông báo nhận", "member", _named("notifications:preferences")),
    Page("Công việc nền", "org_department", _named("jobs:list")),
    Page("Nhật ký (Ban Tổ chức)", "org_department", _named("oversight:audit")),
    Page("Nhật ký (đảng viên)", "member", _named("oversight:audit")),
    Page("Hướng dẫn", "member", _named("portal:guides")),
    Page("Hướng dẫn cho đảng viên", "member", _named("portal:guide", "dang-vien")),
    Page("Hướng dẫn cho đảng bộ", "org_department", _named("portal:guide", "dang-bo")),
    Page("Báo vướng mắc", "member", _named("portal:help")),
    Page("Trả lời vướng mắc", "secretary", _named("portal:help_inbox")),
    Page("Tài khoản", "member", _named("accounts:settings")),
    Page("Thiết bị", "member", _named("accounts:devices")),
    Page("Đổi mật khẩu", "member", _named("account_change_password")),
    Page("Không tìm thấy (404)", "member", lambda g: "/khong-co-trang-nay/", status=404),
]
