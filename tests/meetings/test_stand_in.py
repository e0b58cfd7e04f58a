"""Minutes whose chair or clerk cannot sign any more: somebody else signs in his place, and they say so."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from audit.models import Entry
from meetings.enums import MeetingState
from meetings.minutes import papers
from meetings.minutes.policies import CHAIR, CLERK, stands_in_as
from meetings.minutes.services import circulate, sign
from meetings.models import Minutes
from meetings.services import sweep_papers
from members.enums import Status
from members.models import Member
from notifications.models import Notice
from orgtree.enums import Role
from orgtree.rights import forget_holdings
from orgtree.services import give_grant
from tests.cast import make_member

from .papers_of_old import waiting
from .written import again, circulated, digest, written


@pytest.fixture
def deputy(world):
    member = make_member(world.branch, "Lý Văn Phó")
    give_grant(user=member.account, unit=world.branch, role=Role.DEPUTY_SECRETARY, actor=None)
    return member.account


@pytest.fixture
def superior(world):
    give_grant(user=world.committee, unit=world.section, role=Role.SECRETARY, actor=None)
    forget_holdings(world.committee)
    return world.committee


@pytest.fixture
def waits(world, deputy):
    """Circulated, to be signed; everybody uses the handbook."""
    Member.objects.update(activated_at=timezone.now())
    return circulated(world, hours=0)


def dies(world) -> None:
    """The chair, the secretary of the branch."""
    member = world.people["secretary"]
    Member.objects.filter(pk=member.pk).update(status=Status.DECEASED)
    type(member.account).objects.filter(pk=member.account_id).update(is_active=False)


def test_nobody_signs_for_who_can_himself(world, waits, deputy):
    assert stands_in_as(deputy, again(waits)) == ()
    with pytest.raises(PermissionDenied):
        sign(meeting=waits, as_what=CHAIR, digest=digest(waits), actor=deputy)


def test_the_deputy_signs_for_a_secretary_who_has_died_and_the_minutes_say_so(world, waits, deputy, client_of):
    dies(world)
    address = f"/sinh-hoat/{waits.pk}/bien-ban/ky/{CHAIR}/"
    page = client_of(deputy).get(f"/sinh-hoat/{waits.pk}/bien-ban/").content.decode()
    assert "Ký thay chủ trì" in page
    assert "1 biên bản chờ đồng chí ký" in client_of(deputy).get("/").content.decode()
    assert address in page
    check = client_of(deputy).get(address).content.decode()
    assert "ký thay đồng chí Trần Văn Cam, tình trạng “từ trần”" in check
    sign(meeting=waits, as_what=CLERK, digest=digest(waits), actor=world.member)
    sign(meeting=waits, as_what=CHAIR, digest=digest(waits), actor=deputy)
    meeting = again(waits)
    assert meeting.state == MeetingState.COMPLETED
    assert meeting.record.chair_stand_in == "đồng chí Lý Văn Phó ký thay đồng chí Trần Văn Cam, tình trạng “từ trần”"
    assert meeting.record.clerk_stand_in == ""
    document, _ = papers.minutes_paper(meeting, meeting.record)
    assert [(one.authority, one.name) for one in document.signatures] == [
        ("NGƯỜI GHI BIÊN BẢN", "Nguyễn Thị Bưởi"),
        ("KÝ THAY CHỦ TRÌ HỘI NGHỊ", "Lý Văn Phó"),
    ]
    assert "ký thay đồng chí Trần Văn Cam" in document.foot
    line = Entry.objects.filter(action="minutes.signed").order_by("pk").last()
    assert line.detail["as_what"] == "chủ trì (ký thay đồng chí Trần Văn Cam, tình trạng “từ trần”)"


def test_where_the_branch_has_nobody_the_committee_right_above_signs(world, waits, deputy, superior, client_of):
    member = world.people["secretary"]
    Member.objects.filter(pk=member.pk).update(activated_at=None)
    assert stands_in_as(superior, again(waits)) == (CHAIR,)
    assert (
        "chưa kích hoạt tài khoản"
        in client_of(superior).get(f"/sinh-hoat/{waits.pk}/bien-ban/ky/{CHAIR}/").content.decode()
    )
    sign(meeting=waits, as_what=CHAIR, digest=digest(waits), actor=superior)
    assert again(waits).record.chair_signed_by == superior


def test_never_both_signatures_in_one_hand(world, waits):
    dies(world)
    assert stands_in_as(world.member, again(waits)) == ()
    with pytest.raises(PermissionDenied):
        sign(meeting=waits, as_what=CHAIR, digest=digest(waits), actor=world.member)


def test_nobody_else_stands_in(world, waits):
    dies(world)
    for user in (world.committee, world.org_department, world.inspector, world.other_secretary, world.outsider):
        assert stands_in_as(user, again(waits)) == ()


def test_who_may_stand_in_is_asked(world, deputy):
    Member.objects.update(activated_at=timezone.now())
    meeting = written(world)
    dies(world)
    circulate(meeting=meeting, hours=0, actor=deputy)
    asked = Notice.objects.filter(user=deputy, text=f"Biên bản {meeting.title_inside} chờ đồng chí ký.")
    assert asked.count() == 0  # he has sent it round himself
    sign(meeting=meeting, as_what=CLERK, digest=digest(meeting), actor=world.member)
    assert asked.count() == 1


def test_scans_that_belong_to_nothing_are_swept_and_others_stay(world):
    meeting = waiting(world)
    kept = Minutes.objects.get(meeting=meeting).scan.name
    folder = kept.rsplit("/", 1)[0]
    orphan = default_storage.save(f"{folder}/khong-cua-ai.pdf", ContentFile(b"%PDF-"))
    now = timezone.now()
    sweep_papers(now=now)
    assert default_storage.exists(orphan)  # its transaction may still be going on
    sweep_papers(now=now + timedelta(hours=25))
    assert not default_storage.exists(orphan)
    assert default_storage.exists(kept)
