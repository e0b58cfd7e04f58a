"""Opening activation for one, for those ticked, for a unit and all below; closing it; the page of the officer."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import codes
from accounts.models import CodePurpose, User
from audit.models import Entry
from common.errors import RuleViolation
from jobs.enums import JobState
from jobs.models import Job
from jobs.progress import Progress
from jobs.services import run_job
from members.activation import opening
from members.activation.enums import State
from members.activation.opening import close_for, open_for, open_unit, run_opening
from members.activation.selectors import counts_of, members_to_activate
from members.enums import Status
from members.models import Member
from members.todo import todos
from tests.cast import make_member

from .conftest import opened, slip_of

PAGE = "/kich-hoat/don-vi/"


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr("jobs.services._send", lambda job_id: None)


def closes_at(member: Member):
    return User.objects.values_list("activation_closes_at", flat=True).get(pk=member.account_id)


def activated(member: Member) -> Member:
    User.objects.filter(pk=member.account_id).update(activated_at=timezone.now(), password="argon2$x")
    return member


def test_the_days_run_for_each_from_the_day_it_is_opened_for_him(world, settings):
    settings.ACTIVATION_DAYS = 14
    member = world.people["member"]
    told = open_for(member_ids=[member.pk], actor=world.secretary)
    assert (told.count, told.left) == (1, ())
    last = timezone.localtime(closes_at(member))
    assert last.date() == timezone.localdate() + timedelta(days=14)
    assert (last.hour, last.minute) == (23, 59)
    assert closes_at(world.people["secretary"]) is None


def test_who_is_open_already_keeps_his_day(world):
    member = opened(world.people["member"], days=3)
    before = closes_at(member)
    told = open_for(member_ids=[member.pk], actor=world.secretary)
    assert told.count == 0
    assert f"đang được mở kích hoạt đến hết ngày {timezone.localtime(before):%d/%m/%Y}" in told.left[0]
    assert closes_at(member) == before


def test_it_is_opened_again_after_it_ran_out(world):
    member = opened(world.people["member"], days=-1)
    assert open_for(member_ids=[member.pk], actor=world.secretary).count == 1
    assert closes_at(member) > timezone.now()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.EXEMPT, "được miễn công tác và sinh hoạt đảng"),
        (Status.TRANSFERRED_OUT, "không còn trong danh sách (đã chuyển đi)"),
        (Status.LEFT, "không còn trong danh sách (ra khỏi đảng)"),
        (Status.DECEASED, "không còn trong danh sách (từ trần)"),
    ],
)
def test_who_does_not_take_part_is_left_out_and_it_is_said_why(world, status, said):
    member = make_member(world.branch, "Ngô Văn Sung", status=status)
    told = open_for(member_ids=[member.pk], actor=world.secretary)
    assert told.count == 0
    assert said in told.left[0]
    assert closes_at(member) is None


def test_who_is_activated_is_left_out(world):
    member = activated(make_member(world.branch, "Ngô Văn Sung"))
    assert "đã kích hoạt" in open_for(member_ids=[member.pk], actor=world.secretary).left[0]


@pytest.mark.parametrize("who", ["member", "other_secretary", "inspector", "outsider"])
def test_others_open_nothing(world, who):
    member = make_member(world.branch, "Ngô Văn Sung")
    with pytest.raises(PermissionDenied):
        open_for(member_ids=[member.pk], actor=world.user(who))
    with pytest.raises(PermissionDenied):
        open_unit(unit=world.branch, actor=world.user(who))


def test_one_of_another_branch_among_those_ticked_opens_for_nobody(world):
    mine, other = make_member(world.branch, "Ngô Văn Sung"), make_member(world.sister, "Ngô Văn Sung")
    with pytest.raises(PermissionDenied):
        open_for(member_ids=[mine.pk, other.pk], actor=world.secretary)
    assert closes_at(mine) is None


def test_a_unit_with_all_below(world):
    activated(world.people["member"])
    make_member(world.branch, "Ngô Văn Sung", status=Status.EXEMPT)
    # the branch's secretary, that of the sister and the committee's
    assert open_unit(unit=world.company, actor=world.committee) == 3
    assert closes_at(world.people["outsider"]) is None
    with pytest.raises(RuleViolation, match="Không còn đồng chí nào"):
        open_unit(unit=world.company, actor=world.committee)
    entry = Entry.objects.get(action="activation.opened")
    assert (entry.unit_id, entry.detail["rows"]) == (world.company.pk, "3")


def test_a_large_unit_goes_into_the_background_and_a_second_run_changes_nothing(world, monkeypatch):
    monkeypatch.setattr(opening, "AT_ONCE", 2)
    monkeypatch.setattr(opening, "_BATCH", 2)
    job = open_unit(unit=world.company, actor=world.committee)
    assert isinstance(job, Job)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, "Đã mở kích hoạt cho 4 đồng chí.")
    days = list(User.objects.order_by("pk").values_list("activation_closes_at", flat=True))
    assert run_opening(job, Progress(None)) == 0
    assert list(User.objects.order_by("pk").values_list("activation_closes_at", flat=True)) == days
    rows = Entry.objects.filter(action="activation.opened").values_list("detail__rows", flat=True)
    assert sorted(rows) == ["2", "2"]


def test_a_job_asks_the_right_again(world, monkeypatch):
    monkeypatch.setattr(opening, "AT_ONCE", 1)
    job = open_unit(unit=world.company, actor=world.committee)
    world.grants["committee"].delete()
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert not User.objects.filter(activation_closes_at__isnull=False).exists()


def test_closing_voids_what_was_handed_out(world):
    member = opened(make_member(world.branch, "Ngô Văn Sung"))
    slip_of(member)
    assert close_for(member_ids=[member.pk], actor=world.secretary) == 1
    assert closes_at(member) is None
    assert codes.open_code(member.account, CodePurpose.ACTIVATION) is None
    with pytest.raises(PermissionDenied):
        close_for(member_ids=[member.pk], actor=world.other_secretary)


def test_the_states_add_up(world):
    opened(make_member(world.branch, "Ngô Văn Một"))
    opened(make_member(world.branch, "Ngô Văn Hai"), days=-1)
    activated(make_member(world.branch, "Ngô Văn Ba"))
    make_member(world.branch, "Ngô Văn Bốn", status=Status.EXEMPT)
    make_member(world.branch, "Ngô Văn Năm", status=Status.LEFT)
    world.branch.refresh_from_db()
    everybody = members_to_activate(world.secretary, world.branch)
    counts = counts_of(everybody)
    assert counts == {"ACTIVATED": 1, "OPEN": 1, "RAN_OUT": 1, "NOT_OPENED": 2, "EXEMPT": 1}
    assert sum(counts.values()) == everybody.count()


# Pages


@pytest.mark.parametrize("state", list(State))
def test_a_tile_opens_into_its_rows(world, client_of, state):
    test_the_states_add_up(world)
    page = client_of(world.secretary).get(PAGE, {"unit": world.branch.pk, "tinh_trang": state.value})
    assert {row["state"] for row in page.context["rows"]} == {state}
    tile = next(tile for tile in page.context["tiles"] if tile["label"] == state.label)
    assert tile["value"] == str(len(page.context["rows"]))


def test_it_costs_the_same_queries_for_any_number_of_rows(world, client_of):
    client, address = client_of(world.committee), f"{PAGE}?unit={world.company.pk}"
    opened(world.people["member"])
    client.get(address)
    with CaptureQueriesContext(connection) as first:
        client.get(address)
    for number in range(8):
        opened(make_member(world.branch, f"Ngô Văn {number}"))
    with CaptureQueriesContext(connection) as second:
        assert len(client.get(address).context["rows"]) == 12
    assert len(first) == len(second) <= 12


def test_ticked_then_checked_then_opened(world, client_of):
    one, other = make_member(world.branch, "Ngô Văn Một"), make_member(world.branch, "Ngô Văn Hai")
    client, address = client_of(world.secretary), reverse("activation:open")
    sent = {"unit": world.branch.pk, "member": [one.pk, other.pk]}
    check = client.post(address, sent)
    assert "Mở kích hoạt cho 2 đồng chí" in check.content.decode()
    assert closes_at(one) is None
    done = client.post(address, dict(check.context["hidden"]) | sent | {"confirm": "yes"}, follow=True)
    assert "Đã mở kích hoạt cho 2 đồng chí." in done.content.decode()
    assert closes_at(one) is not None


def test_nobody_ticked_is_said(world, client_of):
    for name in ("open", "close", "slips"):
        address = reverse(f"activation:{name}")
        page = client_of(world.secretary).post(address, {"unit": world.branch.pk}, follow=True).content.decode()
        assert "đánh dấu ít nhất một người" in page, name


@pytest.mark.parametrize("bad", ["x", "9" * 30, "-1"])
def test_a_number_that_is_none_ticks_nobody(world, client_of, bad):
    answer = client_of(world.secretary).post(
        reverse("activation:open"), {"unit": world.branch.pk, "member": bad, "confirm": "yes"}
    )
    assert answer.status_code == 302
    assert not User.objects.filter(activation_closes_at__isnull=False).exists()


def test_a_member_of_another_branch_cannot_be_ticked(world, client_of):
    other = make_member(world.sister, "Ngô Văn Sung")
    client_of(world.secretary).post(
        reverse("activation:open"), {"unit": world.branch.pk, "member": other.pk, "confirm": "yes"}
    )
    assert closes_at(other) is None


def test_a_name_is_looked_for_and_stands_in_no_address(world, client_of):
    make_member(world.branch, "Ngô Văn Sung")
    client = client_of(world.secretary)
    answer = client.post(f"{reverse('activation:search')}?unit={world.branch.pk}", {"q": "ngo sung"})
    assert "sung" not in answer["Location"]
    assert [row["name"] for row in client.get(answer["Location"]).context["rows"]] == ["Ngô Văn Sung"]


def test_the_secretary_is_told_who_is_not_activated(world):
    world.secretary.__dict__.pop("_holdings", None)
    (todo,) = [one for one in todos(world.secretary) if "chưa kích hoạt" in one.title]
    assert (todo.title, todo.urgency) == ("2 đồng chí chưa kích hoạt tài khoản", "soon")
    opened(world.people["member"], days=2)
    (todo,) = [one for one in todos(world.secretary) if "chưa kích hoạt" in one.title]
    assert (todo.detail, todo.urgency) == ("1 đồng chí sắp hết hạn kích hoạt.", "now")
    for member in Member.objects.filter(branch=world.branch):
        activated(member)
    assert not [one for one in todos(world.secretary) if "chưa kích hoạt" in one.title]
