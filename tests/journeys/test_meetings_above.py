"""What those above see of the branches' meetings, on a phone and a desktop."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.enums import MeetingKind, MeetingState, Presence
from meetings.models import Meeting
from members.enums import PostCode
from members.models import Post
from orgtree.services import fold_figures
from tests.cast import make_member, make_unit
from tests.meetings.papers_of_old import in_the_book, waiting
from tests.meetings.test_above_counts import at, held
from tests.meetings.test_above_pages import mid_month

from .conftest import DESKTOP, PHONE

_NAMES = ("Nguyễn Thị Hồng Nhung", "Trần Văn Bảy", "Lê Hữu Trác", "Tôn Nữ Thị Hoàng Oanh Phương Anh", "Đỗ Ngọc Ánh")


@pytest.fixture
def lived(world):
    """A year of the branch, some branches beside it in all states."""
    people = [world.people["secretary"], world.people["member"], *(make_member(world.branch, name) for name in _NAMES)]
    year = timezone.localdate().year
    for month in range(1, timezone.localdate().month + 1):
        presences = [Presence.PRESENT] * len(people)
        presences[month % len(people)] = Presence.EXCUSED
        presences[-1] = Presence.UNEXCUSED if month > 6 else Presence.ONLINE
        held(world.branch, at(year, month, 5), dict(zip(people, presences, strict=True)), with_thematic=month % 3 == 2)
    Meeting.objects.filter(unit=world.branch).update(
        title="Sinh hoạt chi bộ thường kỳ", topic="Xây dựng phong cách, tác phong công tác của người đứng đầu"
    )
    Post.objects.create(member=world.people["outsider"], unit=world.other_branch, code=PostCode.SECRETARY)
    held(world.sister, mid_month(), {world.people["other_secretary"]: Presence.PRESENT})
    Meeting.objects.create(
        unit=world.near_branch, kind=MeetingKind.REGULAR, title="Sinh hoạt", state=MeetingState.ANNOUNCED,
        starts_at=timezone.now() + timedelta(minutes=5), place="Hội trường tầng 3, số 120 Lê Duẩn, Hà Nội",
    )  # fmt: skip
    make_unit(world.section, "T.02.B1.77", "Chi bộ Trung tâm Điều hành vận tải và Ứng phó sự cố thiên tai", "cell")
    fold_figures()
    return world


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_board_the_calendar_and_a_year(lived, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, lived.org_department)
    page.goto(reverse("meetings:board"))
    look_at(page, "theo-doi-sinh-hoat")
    page.goto(reverse("meetings:board") + f"?don_vi={lived.company.pk}&mo={lived.section.pk}")
    look_at(page, "theo-doi-sinh-hoat-mo-toi-chi-bo")
    page.goto(reverse("meetings:board_branches") + "?muc=chua-hop")
    look_at(page, "chi-bo-chua-hop")
    page.get_by_role("link", name="Đảng viên vắng 3 kỳ liền").click()
    look_at(page, "vang-ba-ky-lien")
    page.goto(reverse("meetings:calendar_above") + f"?don_vi={lived.top.pk}")
    look_at(page, "lich-sinh-hoat-chung")
    page.goto(reverse("meetings:year_now", args=[lived.branch.pk]))
    look_at(page, "sinh-hoat-mot-nam")
    page.goto(reverse("meetings:year", args=[lived.sister.pk, 2024]))
    look_at(page, "sinh-hoat-mot-nam-trong")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_minutes_from_paper(world, open_page, sign_in, look_at, width):
    in_the_book(world)
    waiting(world, kind=MeetingKind.THEMATIC)
    meeting = Meeting.objects.get(state=MeetingState.MINUTES)
    page = open_page(width)
    sign_in(page, world.secretary)
    page.goto(reverse("meetings:old_new", args=[world.branch.pk]))
    page.get_by_role("button", name="Tiếp tục").click()
    look_at(page, "nhap-bien-ban-cu-loi")
    page.goto(reverse("meetings:old_minutes", args=[meeting.pk]))
    look_at(page, "bien-ban-cu-kiem-tra")
    page.get_by_role("button", name="Đưa vào sổ").click()
    page.wait_for_url("**/nam/**")
    look_at(page, "sinh-hoat-nam-ban-giay")
