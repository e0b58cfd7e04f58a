"""Many suggestions given together: what was shown is what happens, each asked again, nothing given twice."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.spreadsheets import read_workbook
from delegation import giving_many
from delegation.enums import RowState
from delegation.giving_many import run_giving, selection_of, start_giving
from delegation.models import ManyGiven
from delegation.suggestions import VALUES, suggestions_for
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import recover_jobs, run_job
from members.enums import PostCode, Status
from members.models import Post
from orgtree.enums import Role
from orgtree.models import Grant
from orgtree.rights import forget_holdings, has_right
from orgtree.services import give_grant, revoke_grant
from tests.cast import make_member, make_unit

pytestmark = pytest.mark.django_db


def quiet(*told: object) -> None:
    pass


def secretary(unit, name, branch=None, **given):
    member = make_member(branch or unit, name, **given)
    Post.objects.create(member=member, unit=unit, code=PostCode.SECRETARY)
    return member


@pytest.fixture
def line(world):
    """Nobody holds a role below the top; the company, its section and three branches have secretaries in the lists.
    The company's has been confirmed already."""
    Grant.objects.exclude(role=Role.ORG_DEPARTMENT).delete()
    return {
        "company": secretary(world.company, "Lê Văn Công", branch=world.near_branch),
        "section": secretary(world.section, "Lê Văn Khu", branch=world.branch),
        "branch": secretary(world.branch, "Lê Văn Ga"),
        "sister": secretary(world.sister, "Lê Văn Chị"),
        "near": secretary(world.near_branch, "Lê Văn Đội"),
    }


def chosen(user):
    forget_holdings(user)
    return selection_of(suggestions_for(user).values(*VALUES))


def states(many) -> dict[str, str]:
    return dict(many.rows.values_list("member__full_name", "state"))


def test_the_whole_line_is_given_in_one_sitting_though_its_leaders_can_act(world, line):
    """Top down the company's confirmed secretary would take the department's right to act below him."""
    selection = chosen(world.org_department)
    assert selection.given[-1]["unit_id"] == world.company.pk
    assert (len(selection.given), selection.units, selection.instead) == (5, 5, 4)
    many = start_giving(selection=selection, actor=world.org_department)
    run_giving(many=many, actor=world.org_department, progress=quiet)
    assert set(states(many).values()) == {RowState.GIVEN}
    grants = Grant.objects.filter(role=Role.SECRETARY, revoked_at=None)
    assert {(grant.unit_id, grant.instead_of_below) for grant in grants} == {
        (world.company.pk, False),
        (world.section.pk, True),
        (world.branch.pk, True),
        (world.sister.pk, True),
        (world.near_branch.pk, True),
    }
    assert {grant.given_by for grant in grants} == {world.org_department}


def test_what_was_shown_and_is_no_longer_allowed_is_refused_with_the_reason_and_the_others_go_on(world, line):
    many = start_giving(selection=chosen(world.org_department), actor=world.org_department)
    Post.objects.filter(unit=world.sister).update(ends_on=timezone.localdate())
    line["near"].status = Status.SUSPENDED
    line["near"].save()
    # Somebody who can act took office in the section meanwhile: the branch is his to give.
    other = make_member(world.sister, "Lê Thị Mới")
    give_grant(user=other.account, unit=world.section, role=Role.HANDBOOK_OFFICER, actor=None)
    run_giving(many=many, actor=world.org_department, progress=quiet)
    assert states(many) == {
        "Lê Văn Công": RowState.GIVEN,
        "Lê Văn Khu": RowState.GIVEN,
        "Lê Văn Ga": RowState.REFUSED,
        "Lê Văn Chị": RowState.REFUSED,
        "Lê Văn Đội": RowState.REFUSED,
    }
    reasons = dict(many.rows.filter(state=RowState.REFUSED).values_list("member__full_name", "reason"))
    assert "cấp trên trực tiếp" in reasons["Lê Văn Ga"]
    assert "đã thay đổi" in reasons["Lê Văn Chị"]
    assert "sinh hoạt" in reasons["Lê Văn Đội"]
    assert Grant.objects.filter(role=Role.SECRETARY, revoked_at=None).count() == 2


def test_a_giver_who_lost_his_right_in_the_middle_gives_no_more(world, line):
    many = start_giving(selection=chosen(world.org_department), actor=world.org_department)
    done = []

    def progress(number, total, step):
        done.append(number)
        if number == 2:
            revoke_grant(grant=world.grants["org_department"], actor=None)

    run_giving(many=many, actor=world.org_department, progress=progress)
    assert sorted(states(many).values()) == [RowState.GIVEN] * 2 + [RowState.REFUSED] * 3
    # What hung from his right went with it.
    assert not Grant.objects.filter(role=Role.SECRETARY, revoked_at=None).exists()


@pytest.mark.parametrize("change", ["is_active", "identity_confirmed_at", "decisions_held_until"])
def test_a_giver_whose_account_rests_gives_nothing(world, line, change):
    many = start_giving(selection=chosen(world.org_department), actor=world.org_department)
    values = {
        "is_active": False,
        "identity_confirmed_at": None,
        "decisions_held_until": timezone.now() + timedelta(hours=1),
    }
    User.objects.filter(pk=world.org_department.pk).update(**{change: values[change]})
    run_giving(many=many, actor=world.org_department, progress=quiet)
    assert set(states(many).values()) == {RowState.REFUSED}


def test_two_secretaries_of_a_unit_and_the_giver_himself_are_left_out_and_said(world, client_of, line):
    secretary(world.branch, "Lê Thị Hai")
    Post.objects.create(member=world.people["org_department"], unit=world.base_cell, code=PostCode.SECRETARY)
    selection = chosen(world.org_department)
    assert (len(selection.given), len(selection.left_out)) == (4, 3)
    client = client_of(world.org_department)
    page = client.post(f"{reverse('delegation:suggestion_check')}?vai=secretary", {"all": "yes"}).content.decode()
    assert "Giao 4 vai trò ở 4 đơn vị" in page
    assert "3 gợi ý còn vướng" in page
    assert "hơn một Bí thư" in page
    assert "chính đồng chí" in page


def confirm(client, **picked):
    """From the check page on, as a browser sends it."""
    address = f"{reverse('delegation:suggestion_check')}?vai=secretary"
    page = client.post(address, picked)
    hidden: dict[str, list[str]] = {}
    for name, value in page.context["hidden"]:
        hidden.setdefault(name, []).append(value)
    return address, hidden | {"confirm": "yes"}


def test_a_few_are_given_at_once_and_the_result_is_there(world, client_of, line):
    client = client_of(world.org_department)
    address, data = confirm(client, all="yes")
    assert not Grant.objects.filter(role=Role.SECRETARY).exists()
    answer = client.post(address, data)
    many = ManyGiven.objects.get()
    assert answer.url == many.get_absolute_url()
    page = client.get(answer.url).content.decode()
    assert "Đã giao 5 vai trò" in page
    assert "Lê Văn Ga" in page
    assert Grant.objects.filter(role=Role.SECRETARY, revoked_at=None).count() == 5
    # The same form sent once more: nothing is left to give.
    again = client.post(address, data)
    assert again.url.startswith(reverse("delegation:suggestions"))
    assert ManyGiven.objects.count() == 1


def test_only_what_was_ticked_is_given(world, client_of, line):
    client = client_of(world.org_department)
    post = Post.objects.get(unit=world.branch)
    address, data = confirm(client, pick=[post.pk])
    client.post(address, data)
    assert [grant.user for grant in Grant.objects.filter(role=Role.SECRETARY)] == [line["branch"].account]


def test_what_changed_since_the_check_page_is_shown_again_first(world, client_of, line):
    client = client_of(world.org_department)
    address, data = confirm(client, all="yes")
    secretary(world.base_cell, "Lê Thị Thêm")
    answer = client.post(address, data)
    assert answer.status_code == 200
    assert "Danh sách vừa thay đổi" in answer.content.decode()
    assert "Giao 6 vai trò" in answer.content.decode()
    assert not Grant.objects.filter(role=Role.SECRETARY).exists()


def test_foreign_posts_sent_by_hand_are_not_there(world, client_of, line):
    """A committee sends the numbers of suggestions that are not its own."""
    give_grant(user=world.committee, unit=world.company, role=Role.SECRETARY, actor=None)
    foreign = secretary(world.base_cell, "Lê Thị Xa")
    client = client_of(world.committee)
    wanted = [post.pk for post in (Post.objects.get(member=foreign), Post.objects.get(unit=world.near_branch))]
    page = client.post(reverse("delegation:suggestion_check"), {"pick": wanted})
    assert "Giao vai trò Bí thư cho đồng chí Lê Văn Đội" in page.content.decode()
    only = client.post(reverse("delegation:suggestion_check"), {"pick": wanted[:1]})
    assert only.status_code == 302


@pytest.fixture
def sixty(world, line):
    for number in range(56):
        unit = make_unit(world.section, f"T.02.B1.S{number}", f"Chi bộ số {number}", "cell")
        secretary(unit, f"Trần Văn {number}")
    return world


def test_many_go_to_the_background_and_a_killed_worker_gives_nothing_twice(sixty, client_of, monkeypatch):
    client = client_of(sixty.org_department)
    address, data = confirm(client, all="yes")
    answer = client.post(address, data)
    many = ManyGiven.objects.get()
    page = client.get(answer.url).content.decode()
    assert "Đang giao vai trò" in page
    whole = giving_many._give_row
    given = []

    def killed(pk, actor_id):
        if len(given) == 20:
            raise SystemExit  # what a killed process leaves: nothing of this row
        whole(pk, actor_id)
        given.append(pk)

    monkeypatch.setattr(giving_many, "_give_row", killed)
    with pytest.raises(SystemExit):
        run_job(many.job_id)
    assert many.rows.filter(state=RowState.GIVEN).count() == 20
    monkeypatch.setattr(giving_many, "_give_row", whole)
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=many.job_id).update(started_at=long_ago, state=JobState.QUEUED)
    run_job(many.job_id)
    job = Job.objects.get(pk=many.job_id)
    assert (job.state, job.done, job.total) == (JobState.DONE, 61, 61)
    assert "Đã giao 61 vai trò" in job.result
    grants = Grant.objects.filter(role=Role.SECRETARY)
    assert grants.count() == grants.values("user_id", "unit_id").distinct().count() == 61
    assert "Đã giao 61 vai trò" in client.get(answer.url).content.decode()
    assert recover_jobs() == 0


def test_stopped_in_the_middle_it_says_what_was_not_given(sixty, client_of):
    client = client_of(sixty.org_department)
    address, data = confirm(client, all="yes")
    client.post(address, data)
    many = ManyGiven.objects.get()
    client.post(reverse("jobs:cancel", args=[many.job_id]))
    page = client.get(many.get_absolute_url()).content.decode()
    assert "dừng giữa chừng" in page
    assert "61 vai trò chưa được giao" in page


def test_the_workbook_says_the_same_as_the_result(world, client_of, line):
    secretary(world.branch, "Lê Thị Hai")
    client = client_of(world.org_department)
    address, data = confirm(client, all="yes")
    client.post(address, data)
    many = ManyGiven.objects.get()
    answer = client.get(reverse("delegation:many_xlsx", args=[many.pk]))
    (sheet,) = read_workbook(answer.content)
    rows = [row.cells for row in sheet.rows][3:]
    told = {(row[1], row[8], row[9]) for row in rows}
    labels = dict(RowState.choices)
    assert told == {
        (name, labels[state], reason)
        for name, state, reason in many.rows.values_list("member__full_name", "state", "reason")
    }
    assert len(rows) == 6


def test_the_result_is_the_giver_s_alone_and_gone_with_his_right(world, client_of, line):
    many = start_giving(selection=chosen(world.org_department), actor=world.org_department)
    give_grant(user=world.committee, unit=world.company, role=Role.SECRETARY, actor=None)
    for name in ("many", "many_xlsx"):
        address = reverse(f"delegation:{name}", args=[many.pk])
        assert client_of(world.org_department).get(address).status_code == 200
        assert client_of(world.committee).get(address).status_code == 404
    revoke_grant(grant=world.grants["org_department"], actor=None)
    assert client_of(world.org_department).get(many.get_absolute_url()).status_code == 404


def test_a_giver_with_an_end_gives_till_then_and_no_longer(world, line):
    end = timezone.localdate() + timedelta(days=30)
    Grant.objects.filter(pk=world.grants["org_department"].pk).update(ends_on=end)
    many = start_giving(selection=chosen(world.org_department), actor=world.org_department)
    run_giving(many=many, actor=world.org_department, progress=quiet)
    assert set(states(many).values()) == {RowState.GIVEN}
    assert set(Grant.objects.filter(role=Role.SECRETARY).values_list("ends_on", flat=True)) == {end}


def test_nothing_of_it_passes_the_policy_by(world, line, monkeypatch):
    """Rows written past every check are refused by the service itself."""
    selection = chosen(world.org_department)
    with transaction.atomic():
        many = ManyGiven.objects.create(made_by=world.outsider)
        for number, row in enumerate(selection.given, start=1):
            many.rows.create(
                number=number, member_id=row["member_id"], unit_id=row["unit_id"], role=row["role"], post=row["code"]
            )
    run_giving(many=many, actor=world.outsider, progress=quiet)
    assert set(states(many).values()) == {RowState.REFUSED}
    assert not has_right(line["branch"].account, "delegate", world.branch)
