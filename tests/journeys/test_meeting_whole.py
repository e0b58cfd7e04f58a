"""A branch's meeting from «như tháng trước» to signed minutes on paper: prepared on a telephone, held by seven
browsers, voted on openly and secretly, three of five elected, written up, remarked on, signed, read back."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document
from playwright.sync_api import Page

from accounts.models import User
from assignments.models import Assignment
from meetings.enums import MeetingState
from meetings.minutes.models import Minutes
from meetings.models import Meeting
from meetings.rules.check_in import code_at
from meetings.services import keep_habit
from meetings.votes.models import Participation, Vote
from members.enums import Standing
from tests.cast import World, make_member
from tests.meetings.sessions import NAMES, draft

from .conftest import DESKTOP, PHONE, Touches
from .test_meetings_calling import MOST_TOUCHES

# Without telephones: the secretary enters what they say.
DAT, GIANG, HAI = NAMES[4:7]
STANDING = NAMES[:5]
SAID = "Đồng chí Bùi Văn Ảnh: hai đường ngang Km 319 và Km 321 chưa có cần chắn, đề nghị làm trong quý I."
AGREED = "Nhất trí kiểm tra toàn bộ đường ngang trong khu gian."
TASK = "Kiểm tra các đường ngang từ Km 315 đến Km 322, báo cáo chi ủy"


@pytest.fixture
def branch(world: World) -> World:
    """A branch that meets by habit, with last month's meeting and nine official members, one on probation."""
    for name in NAMES[:7]:
        make_member(world.branch, name)
    make_member(world.branch, "Trịnh Văn Dự", standing=Standing.PROBATIONARY, official_date=None)
    keep_habit(
        unit=world.branch, kind="regular", week=1, weekday=2, at="14:00", place="Phòng họp ga Bến Thủy",
        actor=world.secretary,
    )  # fmt: skip
    draft(world)
    return world


def account_of(world: World, name: str) -> User:
    return world.branch.members.get(full_name=name).account


def press(page: Page, name: str | re.Pattern, *, exact: bool = True) -> None:
    page.get_by_role("button", name=name, exact=exact).first.click()


def follow(page: Page, name: str | re.Pattern, *, exact: bool = True) -> None:
    page.get_by_role("link", name=name, exact=exact).first.click()


def fetched(page: Page, name: str) -> bytes:
    with page.expect_download() as taken:
        page.get_by_role("link", name=name).first.click()
    return taken.value.path().read_bytes()


class Room:
    """Who sits in the room with which browser."""

    def __init__(self, world: World, open_page: Callable[..., Page], sign_in: Callable[..., None]) -> None:
        self.world, self.open_page, self.sign_in = world, open_page, sign_in
        self.pages: dict[str, Page] = {}
        self.meeting: Meeting = None

    def comes(self, name: str, width: int = PHONE, *, javascript: bool = True) -> Page:
        page = self.open_page(width, javascript=javascript)
        self.sign_in(page, account_of(self.world, name))
        self.pages[name] = page
        return page

    def url(self, name: str, *args) -> str:
        return reverse(f"meetings:{name}", args=[*args] if args else [self.meeting.pk])

    @property
    def chair(self) -> Page:
        return self.pages["Trần Văn Cam"]

    @property
    def clerk(self) -> Page:
        return self.pages["Nguyễn Thị Bưởi"]

    @property
    def members(self) -> list[Page]:
        return [self.pages[name] for name in NAMES[:4]]

    @property
    def probationary(self) -> Page:
        return self.pages["Trịnh Văn Dự"]


def prepared(room: Room, look_at) -> None:
    """On a telephone, as last month."""
    page, touches = room.comes("Trần Văn Cam"), Touches()
    touches.on(page.locator(".dock").get_by_role("link", name="Sinh hoạt"))
    touches.on(page.get_by_role("link", name="Như tháng trước"))
    touches.choose(page.get_by_label("Chủ trì"), "Trần Văn Cam")
    touches.choose(page.get_by_label("Thư ký"), "Nguyễn Thị Bưởi")
    touches.on(page.get_by_role("button", name="Lập cuộc họp"))
    touches.on(page.get_by_role("link", name="Kiểm tra và thông báo"))
    touches.on(page.get_by_role("button", name="Thông báo", exact=True))
    room.meeting = Meeting.objects.latest("pk")
    assert room.meeting.state == MeetingState.ANNOUNCED
    assert (touches.count, touches.fields) <= (MOST_TOUCHES, 0)


def opened(room: Room, look_at) -> None:
    """The day has come: everybody opens «Đang họp», the chair begins, the roll is taken."""
    Meeting.objects.filter(pk=room.meeting.pk).update(starts_at=timezone.now())
    chair = room.chair
    room.comes("Nguyễn Thị Bưởi", DESKTOP)
    for name in (*NAMES[:4], "Trịnh Văn Dự"):
        # One has a browser without scripts.
        room.comes(name, javascript=name != NAMES[3]).goto(reverse("meetings:now"))
    look_at(room.members[0], "whole-before")
    chair.goto(room.url("begin"))
    press(chair, "Khai mạc")
    room.meeting.refresh_from_db()

    clerk = room.clerk
    clerk.goto(room.url("roll"))
    away = clerk.locator(".person-roll", has_text=HAI)
    away.locator("summary").click()
    away.get_by_label("Lý do vắng").fill("Đi tàu, trực ban")
    away.get_by_role("button", name="Vắng có lý do").click()
    away.locator(".chip", has_text="Vắng có lý do").wait_for()
    one = clerk.locator(".person-roll", has_text=NAMES[1])
    one.get_by_role("button", name=f"Có mặt {NAMES[1]}").click()
    one.locator(".chip", has_text="Có mặt").wait_for()

    # His page has gone on by itself since the meeting began.
    first = room.members[0]
    follow(first, "Điểm danh")
    code = code_at(room.meeting.check_in_key, timezone.now())
    first.get_by_label("Mã đang hiện trong phòng họp").fill(code)
    press(first, "Tôi đang có mặt")
    first.get_by_text("chờ thư ký xác nhận").first.wait_for()
    clerk.reload()
    press(clerk, "Xác nhận người tự điểm danh")
    clerk.on("dialog", lambda asked: asked.accept())
    press(clerk, "Tất cả có mặt", exact=False)
    clerk.get_by_text("Có mặt 9/10 đồng chí phải dự").wait_for()
    first.locator("#cua-toi ~ p .chip", has_text="Có mặt").wait_for()


def discussed(room: Room, look_at) -> None:
    """The chair moves on; one speaks; the clerk writes."""
    items = list(room.meeting.items.all())
    member = room.members[0]
    member.goto(reverse("meetings:now"))
    room.clerk.goto(room.url("run"))
    chair = room.chair
    chair.goto(room.url("run"))
    for following in items[1:6]:
        press(chair, re.compile("^Chuyển sang nội dung tiếp theo"))
        chair.locator("#nd-nay", has_text=following.title).wait_for()
    look_at(chair, "whole-run")
    member.locator("#nd-nay", has_text=items[5].title).wait_for()
    room.probationary.goto(reverse("meetings:now"))
    room.probationary.locator("#nd-nay", has_text=items[5].title).wait_for()
    press(member, "Xin phát biểu")
    room.clerk.get_by_role("button", name=re.compile("^Mời phát biểu")).click()
    member.get_by_text("Mời đồng chí phát biểu").wait_for()
    room.clerk.goto(f"{room.url('run')}?muc={items[5].pk}")
    room.clerk.get_by_label("Diễn biến, ý kiến").fill(SAID)
    room.clerk.get_by_label("Kết luận").fill(AGREED)
    room.clerk.get_by_text("Đã lưu lúc").wait_for()


def prepares_vote(page: Page, room: Room, matter: str, title: str, *, secret: bool = False) -> Vote:
    page.goto(room.url("votes"))
    follow(page, "Thêm biểu quyết")
    follow(page, re.compile(f"^{matter}"))
    page.get_by_label("Nội dung biểu quyết").fill(title)
    if secret:
        page.get_by_label("Phiếu kín").check()
    press(page, "Lưu, chưa mở")
    follow(page, "Mở biểu quyết")
    press(page, "Mở biểu quyết")
    page.locator("#tien-do").wait_for()
    return Vote.objects.latest("pk")


def closes(page: Page, vote: Vote) -> None:
    page.goto(reverse("meetings:vote_conduct", args=[vote.pk]))
    follow(page, "Kết thúc, xem kết quả")


def decided_openly(room: Room, look_at) -> None:
    """From the slot on «Đang họp»; two on their word; one changes his mind; probation sees and does not vote."""
    vote = prepares_vote(room.clerk, room, "Thông qua nghị quyết của chi bộ", "Thông qua nghị quyết tháng 12")
    for page, choice in zip(room.members, ("Tán thành", "Tán thành", "Không tán thành", "Tán thành"), strict=True):
        page.goto(reverse("meetings:now"))
        follow(page, "Biểu quyết")
        page.get_by_label(choice, exact=True).check()
        press(page, "Gửi biểu quyết")
    doubter = room.members[2]
    doubter.goto(reverse("meetings:now"))
    look_at(doubter, "whole-now-voted")
    follow(doubter, "Đổi biểu quyết")
    doubter.get_by_label("Ý kiến khác", exact=True).check()
    doubter.get_by_label("Ý kiến khác là gì").fill("Đề nghị ghi rõ tiến độ")
    press(doubter, "Gửi biểu quyết")
    room.probationary.goto(reverse("meetings:now"))
    room.probationary.get_by_text("Thông qua nghị quyết tháng 12").first.wait_for()
    assert room.probationary.get_by_role("link", name="Biểu quyết", exact=True).count() == 0
    follow(room.probationary, "Xem nội dung biểu quyết")
    assert room.probationary.get_by_role("radio").count() == 0
    look_at(room.probationary, "whole-probation-open")
    chair = room.chair
    chair.goto(reverse("meetings:vote", args=[vote.pk]))
    chair.get_by_label("Tán thành", exact=True).check()
    press(chair, "Gửi biểu quyết")
    clerk = room.clerk
    clerk.goto(reverse("meetings:vote", args=[vote.pk]))
    clerk.get_by_label("Tán thành", exact=True).check()
    press(clerk, "Gửi biểu quyết")
    clerk.goto(reverse("meetings:vote_conduct", args=[vote.pk]))
    for name in (DAT, GIANG):
        press(clerk, re.compile(f"^Tán thành.*{name}$"))
        clerk.get_by_text(f"Đã ghi thay đồng chí {name}").wait_for()
    closes(clerk, vote)
    press(clerk, "Kết thúc, tính kết quả")
    clerk.get_by_role("heading", name="Kết quả").wait_for()
    vote.refresh_from_db()
    assert vote.result["totals"] == {"agree": 7, "disagree": 0, "other": 1}
    assert "7/8" in vote.result["sentence"]


def gives_paper(page: Page, vote: Vote) -> None:
    page.goto(reverse("meetings:vote_conduct", args=[vote.pk]))
    for name in (DAT, GIANG):
        press(page, re.compile(f"^Phát phiếu giấy.*{name}$"))
        page.get_by_text(f"Đã ghi phát phiếu giấy cho đồng chí {name}").wait_for()


def receipt(page: Page, vote: Vote, *ticks: str) -> str:
    """From «Đang họp» to the code that is shown once."""
    page.goto(reverse("meetings:now"))
    follow(page, "Bỏ phiếu")
    for label in ticks:
        page.get_by_label(re.compile(f"{label}$")).check()
    press(page, "Bỏ phiếu")
    if vote.seats and len(ticks) < vote.seats:
        page.get_by_text("ít hơn 3 người cần bầu").wait_for()
        press(page, "Bỏ phiếu")
    code = page.locator(".receipt__code").inner_text()
    follow(page, "Xong")
    return code


def finds(page: Page, vote: Vote, code: str) -> None:
    page.goto(reverse("meetings:vote_receipts", args=[vote.pk]))
    page.get_by_label("Mã phiếu của đồng chí").fill(code)
    press(page, "Tìm mã")
    page.get_by_text(f"Phiếu mang mã {code}").wait_for()


def decided_secretly(room: Room, look_at) -> None:
    """Six on the handbook, two on paper; each finds his code in the published list."""
    vote = prepares_vote(
        room.clerk, room, "Xếp loại chất lượng", "Xếp loại chi bộ: hoàn thành tốt nhiệm vụ", secret=True
    )
    gives_paper(room.clerk, vote)
    room.probationary.goto(reverse("meetings:now"))
    assert room.probationary.get_by_role("link", name="Bỏ phiếu").count() == 0
    choices = ("^Tán thành", "^Tán thành", "^Không tán thành", "^Tán thành", "^Tán thành", "^Tán thành")
    voters = [*room.members, room.chair, room.clerk]
    codes = [receipt(page, vote, choice) for page, choice in zip(voters, choices, strict=True)]
    assert len(set(codes)) == 6
    assert Participation.objects.filter(entitled__vote=vote).count() == 6
    clerk = room.clerk
    closes(clerk, vote)
    for label, number in (
        ("Số phiếu giấy thu về", 2), ("Phiếu giấy tán thành", 1), ("Phiếu giấy không tán thành", 0),
        ("Phiếu giấy ý kiến khác", 1), ("Phiếu giấy không hợp lệ", 0),
    ):  # fmt: skip
        clerk.get_by_label(label, exact=True).fill(str(number))
    press(clerk, "Tiếp tục")
    press(clerk, "Kết thúc, tính kết quả")
    clerk.get_by_role("heading", name="Kết quả").wait_for()
    vote.refresh_from_db()
    assert vote.result["totals"] == {"agree": 6, "disagree": 1, "other": 1}
    for page, code in zip(room.members, codes, strict=False):
        finds(page, vote, code)


def elected(room: Room, look_at) -> bytes:
    """Three of five; the fourth has as many as the third would need, and less."""
    clerk = room.clerk
    clerk.goto(room.url("votes"))
    follow(clerk, "Thêm biểu quyết")
    follow(clerk, re.compile("^Bầu cử"))
    clerk.get_by_label("Bầu gì").fill("Bầu chi ủy nhiệm kỳ 2026–2028")
    clerk.get_by_label("Số lượng cần bầu").fill("3")
    for name in STANDING:
        clerk.get_by_label(name, exact=True).check()
    press(clerk, "Lưu, chưa mở")
    follow(clerk, "Mở biểu quyết")
    press(clerk, "Mở biểu quyết")
    clerk.locator("#tien-do").wait_for()
    vote = Vote.objects.latest("pk")
    names = list(vote.candidates.values_list("full_name", flat=True))
    # By their given names.
    assert names == ["Bùi Văn Ảnh", "Cao Thị Bình", "Đinh Văn Chiến", "Hồ Thị Dung", "Lưu Văn Đạt"]
    gives_paper(clerk, vote)
    papers = [names[:3], names[:3], names[:2], [names[0], names[2], names[4]], names[:3], [names[1], names[3]]]
    codes = [
        receipt(page, vote, *chosen) for page, chosen in zip([*room.members, room.chair, clerk], papers, strict=True)
    ]
    closes(clerk, vote)
    clerk.get_by_label("Số phiếu giấy thu về").fill("2")
    clerk.get_by_label("Phiếu giấy không hợp lệ").fill("0")
    for name, number in zip(names, (2, 2, 1, 0, 1), strict=True):
        clerk.get_by_label(f"Phiếu giấy bầu {name}").fill(str(number))
    clerk.get_by_label("Ban kiểm phiếu").fill(f"{DAT}, {GIANG}")
    press(clerk, "Tiếp tục")
    press(clerk, "Kết thúc, tính kết quả")
    look_at(clerk, "whole-elected")
    table = clerk.get_by_role("table", name="Số phiếu của từng người")
    told = {row.locator("th").inner_text(): row.inner_text() for row in table.locator("tbody tr").all()}
    assert ["Trúng cử" in told[name] for name in names] == [True, True, True, False, False]
    vote.refresh_from_db()
    assert list(vote.result["votes"].values()) == [7, 7, 5, 1, 2]
    finds(room.members[3], vote, codes[3])
    return fetched(clerk, "Biên bản kiểm phiếu (PDF)")


def concluded_and_ended(room: Room, look_at) -> None:
    clerk = room.clerk
    clerk.goto(room.url("conclusions"))
    clerk.get_by_label("Kết luận").fill(TASK)
    clerk.get_by_label("Người thực hiện").select_option(label=NAMES[0])
    clerk.get_by_label("Thời hạn").fill(f"{timezone.localdate() + timedelta(days=20):%d/%m/%Y}")
    press(clerk, "Ghi kết luận")
    clerk.get_by_text("Đã ghi kết luận và giao nhiệm vụ").wait_for()
    task = Assignment.objects.get()
    assert (task.owner, task.title) == (account_of(room.world, NAMES[0]), TASK)
    # They have sat for an hour and a half.
    began = timezone.now() - timedelta(minutes=95)
    Meeting.objects.filter(pk=room.meeting.pk).update(starts_at=began, began_at=began)
    room.members[0].goto(reverse("meetings:now"))
    chair = room.chair
    chair.goto(room.url("end"))
    press(chair, "Bế mạc")
    look_at(chair, "whole-ended")
    room.members[0].get_by_text("Đã bế mạc").first.wait_for()


def written_up(room: Room, look_at) -> None:
    """Drawn from the meeting; the clerk adds; circulated; a member remarks; answered; signed by both; locked."""
    clerk, chair, member = room.clerk, room.chair, room.members[1]
    clerk.goto(room.url("minutes"))
    assert SAID in clerk.locator(".paper").inner_text()
    follow(clerk, "Viết biên bản")
    clerk.get_by_label("Mở đầu").fill("Đồng chí Trần Văn Cam tuyên bố lý do.")
    clerk.get_by_text("Đã lưu lúc").wait_for()
    press(clerk, "Lưu biên bản")
    follow(clerk, "Gửi lấy ý kiến")
    clerk.get_by_label("12 giờ").check()
    press(clerk, "Tiếp tục")
    press(clerk, "Gửi biên bản")
    clerk.get_by_text("Đã gửi biên bản lấy ý kiến").wait_for()

    member.goto(room.url("minutes"))
    follow(member, "Góp ý")
    member.get_by_label("Góp ý của đồng chí").fill("Km 321 đã có cần chắn từ tháng 10.")
    press(member, "Gửi góp ý")
    member.get_by_text("Đã gửi góp ý").wait_for()
    look_at(member, "whole-remarked")
    clerk.goto(room.url("minutes"))
    clerk.get_by_label("Tiếp thu, giải trình").fill("Đã sửa theo ý đồng chí.")
    press(clerk, re.compile("^Trả lời"))
    clerk.goto(room.url("minutes_write"))
    clerk.get_by_label("Diễn biến, ý kiến").nth(5).fill(SAID.replace("hai đường ngang Km 319 và Km 321", "Km 319"))
    press(clerk, "Lưu biên bản")
    # The time for remarks runs out.
    Minutes.objects.update(remarks_until=timezone.now())
    for page in (clerk, chair):
        page.goto(room.url("minutes"))
        follow(page, "Ký biên bản")
        press(page, "Ký biên bản")
    chair.get_by_text("Biên bản đã khóa").first.wait_for()
    look_at(chair, "whole-locked")
    room.meeting.refresh_from_db()
    assert room.meeting.state == MeetingState.COMPLETED
    member.goto(room.url("minutes"))
    member.get_by_text("Đã ký, khóa").first.wait_for()


def _words(page: pypdfium2.PdfPage) -> str:
    return " ".join(page.get_textpage().get_text_range().split())


def _in_order(words: str, *parts: str) -> None:
    at = 0
    for part in parts:
        found = words.find(part, at)
        assert found >= 0, f"{part!r} is not there, or not in its place"
        at = found + len(part)


def _fonts_are_embedded(content: bytes) -> None:
    pdf = pypdfium2.PdfDocument(content)
    seen = set()
    for page in pdf:
        for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
            font = pypdfium2.raw.FPDFTextObj_GetFont(thing.raw)
            seen.add(pypdfium2.raw.FPDFFont_GetIsEmbedded(font))
    assert seen == {1}


def _is_not_blank(content: bytes, folder, name: str) -> None:
    """As pictures, kept for who looks at them: ink on every sheet, inside the margins of the Party's layout."""
    for number, page in enumerate(pypdfium2.PdfDocument(content)):
        picture = page.render(scale=1.5).to_pil().convert("L")
        picture.save(folder / f"{name}-{number + 1}.png")
        ink = picture.point(lambda light: 255 if light < 128 else 0)
        left, _, right, bottom = ink.getbbox()
        mm = 72 * 1.5 / 25.4
        assert left >= 29 * mm
        assert right <= (210 - 14) * mm
        assert bottom <= (297 - 9) * mm
        assert ink.histogram()[255] > 1000


def on_paper(room: Room, counted: bytes, folder) -> None:
    meeting = room.meeting
    content = fetched(room.chair, "Biên bản (PDF)")
    sheets = [_words(page) for page in pypdfium2.PdfDocument(content)]
    words = " ".join(sheets)
    # The order of domain.md §4.4.
    head = words[: words.index("BIÊN BẢN")]
    for part in ("ĐẢNG BỘ BỘ PHẬN KHỐI CƠ QUAN", "CHI BỘ GA BẾN THỦY", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số 01-BB/CB"):
        assert part in head
    _in_order(
        words,
        "BIÊN BẢN", "Phòng họp ga Bến Thủy", "I- THÀNH PHẦN", HAI, "Đi tàu, trực ban", "II- NỘI DUNG VÀ DIỄN BIẾN",
        "Km 319 chưa có cần chắn", AGREED, "III- BIỂU QUYẾT", "nghị quyết tháng 12", "7/8", "IV- KẾT LUẬN",
        TASK, NAMES[0], "NGƯỜI GHI BIÊN BẢN", "Nguyễn Thị Bưởi", "CHỦ TRÌ HỘI NGHỊ", "Trần Văn Cam",
    )  # fmt: skip
    assert "Km 321" not in words
    # The signatures stand together, and not without the last words of the minutes.
    _in_order(sheets[-1], "Hội nghị kết thúc hồi", "NGƯỜI GHI BIÊN BẢN", "Bưởi", "CHỦ TRÌ HỘI NGHỊ", "Cam")
    assert Minutes.objects.get(meeting=meeting).digest in words
    _fonts_are_embedded(content)
    _is_not_blank(content, folder, "bien-ban")

    _in_order(
        " ".join(_words(page) for page in pypdfium2.PdfDocument(counted)),
        "CHI BỘ GA BẾN THỦY", "BIÊN BẢN", "kiểm phiếu", f"{DAT} (Trưởng ban)", "Số phiếu phát ra: 8",
        "DANH SÁCH TRÚNG CỬ", *STANDING[:3], "T/M BAN KIỂM PHIẾU", DAT,
    )  # fmt: skip
    _fonts_are_embedded(counted)
    _is_not_blank(counted, folder, "kiem-phieu")

    word = Document(BytesIO(fetched(room.chair, "Biên bản (Word)")))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    said = " ".join(" ".join([*(one.text for one in word.paragraphs), *cells]).split())
    for part in ("Số 01-BB/CB", "BIÊN BẢN", "Km 319 chưa có cần chắn", TASK, "NGƯỜI GHI BIÊN BẢN", "Trần Văn Cam"):
        assert part in said


def test_a_meeting_from_first_touch_to_paper(branch, open_page, sign_in, look_at, screens):
    room = Room(branch, open_page, sign_in)
    prepared(room, look_at)
    opened(room, look_at)
    discussed(room, look_at)
    decided_openly(room, look_at)
    decided_secretly(room, look_at)
    counted = elected(room, look_at)
    concluded_and_ended(room, look_at)
    written_up(room, look_at)
    on_paper(room, counted, screens)
