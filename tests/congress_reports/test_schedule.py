"""The schedule of congresses: who plans whose, what follows from it, and what its pages show."""

import threading
from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Entry
from common.errors import RuleViolation
from congress_reports import policies
from congress_reports.enums import CongressForm, CongressState
from congress_reports.errors import ChangedMeanwhile
from congress_reports.models import Campaign, Congress, Report
from congress_reports.selectors.schedule import campaigns_seen_by, counts_below, lines, lines_of
from congress_reports.services import close_campaign, make_campaign, schedule_many, schedule_one
from congress_reports.services.campaigns import Owed
from jobs.models import Job
from notifications.models import Notice
from orgtree.models import OrgUnit
from orgtree.services import close_unit
from tests.cast import make_unit

from .campaigns import letter_000, report_of, sent_by_branch

HERE = "/quan-ly-bao-cao/lich-dai-hoi/"
DAY = date(2025, 4, 12)


def _plan(campaign, unit, actor, *, seen=None, **values):
    return schedule_one(campaign=campaign, unit=unit, values=values, seen=seen, actor=actor)


def test_the_schedule_holds_who_owes_a_report_and_who_stands_above_them(world, campaign):
    make_unit(world.branch, "T.02.B1.01.1", "Tổ đảng số 1", "group")
    assert {line.name for line in lines_of(lines(campaign))} == {
        unit.name for unit in OrgUnit.objects.exclude(kind__code="group")
    }


def test_a_campaign_of_branches_leaves_those_above_out(world):
    campaign = letter_000(world)
    others = campaign.duties.exclude(kind__code="cell")
    Report.objects.filter(duty__in=others).delete()
    others.delete()
    assert {line.kind for line in lines_of(lines(campaign))} == {"Chi bộ"}


@pytest.mark.parametrize(
    "who", ["secretary", "other_secretary", "committee", "org_department", "inspector", "outsider"]
)
def test_a_row_and_a_unit_are_judged_alike(world, campaign, who):
    user = world.user(who)
    units = {unit.pk: unit for unit in OrgUnit.objects.select_related("parent", "kind")}
    told = {line.unit_id: policies.may_schedule_line(user, line) for line in lines_of(lines(campaign))}
    assert told == {pk: policies.may_schedule(user, units[pk]) for pk in told}


def test_each_committee_plans_what_stands_below_it(world, campaign):
    own = {unit.pk for unit in OrgUnit.objects.all() if policies.may_schedule(world.committee, unit)}
    assert own == {world.section.pk, world.branch.pk, world.sister.pk, world.near_branch.pk}
    for who, unit in (("secretary", world.branch), ("committee", world.company), ("inspector", world.company)):
        with pytest.raises(PermissionDenied):
            _plan(campaign, unit, world.user(who), planned_on=DAY)
    assert _plan(campaign, world.company, world.org_department, planned_on=DAY)
    assert _plan(campaign, world.top, world.org_department, planned_on=DAY)


def test_last_days_follow_the_day(world, campaign):
    def due():
        return {report.due_on for report in Report.objects.filter(unit=world.company)}

    _plan(campaign, world.company, world.org_department, planned_on=date(2025, 4, 25))
    assert due() == {date(2025, 4, 30)}
    seen = Congress.objects.get().changed_at
    _plan(campaign, world.company, world.org_department, seen=seen, state="postponed", reason="Chờ kiện toàn nhân sự.")
    assert due() == {None}
    # A fixed day stays what it is.
    _plan(campaign, world.branch, world.org_department, planned_on=DAY)
    assert {report.due_on for report in Report.objects.filter(unit=world.branch)} == {date(2025, 4, 19)}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"planned_on": date(2035, 1, 1)}, "nằm ngoài thời gian của đợt"),
        ({"state": CongressState.HELD}, "phải có ngày bế mạc"),
        ({"state": CongressState.HELD, "held_on": date(2999, 1, 1)}, "còn ở phía trước"),
        ({"state": CongressState.HELD, "held_on": date(2024, 12, 31)}, "từ ngày bắt đầu đợt"),
        ({"state": CongressState.POSTPONED, "reason": "bận"}, "lý do hoãn"),
        ({"form": CongressForm.DELEGATES}, "Chi bộ tổ chức đại hội đảng viên"),
    ],
)
def test_what_cannot_be_is_refused(world, campaign, values, words):
    with pytest.raises(RuleViolation, match=words):
        _plan(campaign, world.branch, world.committee, **values)
    assert not Congress.objects.exists()


def test_what_a_sent_report_says_stays(world):
    report = sent_by_branch(world)
    line = Congress.objects.get()
    for values in ({"held_on": date(2025, 4, 1)}, {"state": CongressState.PLANNED}):
        with pytest.raises(RuleViolation, match="Báo cáo đã gửi ghi"):
            _plan(report.campaign, report.unit, world.committee, seen=line.changed_at, **values)
    assert _plan(report.campaign, report.unit, world.committee, seen=line.changed_at, place="Nhà văn hóa")


def test_the_unit_is_told_and_it_is_written_down(world, campaign):
    _plan(campaign, world.branch, world.committee, planned_on=DAY, planned_at=time(7, 30), place="Phòng họp")
    notice = Notice.objects.get(kind="reports.scheduled")
    assert notice.user == world.secretary
    assert notice.text == f"Đại hội {world.branch.name} dự kiến 07:30 ngày 12/04/2025, tại Phòng họp."
    entry = Entry.objects.get(action="congress.scheduled")
    assert entry.detail["changes"] == "ngày dự kiến 12/04/2025; giờ 07:30; địa điểm Phòng họp"
    seen = Congress.objects.get().changed_at
    # A remark is nobody's news; the same again is nothing at all.
    assert _plan(campaign, world.branch, world.committee, seen=seen, note="Đã báo cáo miệng")
    assert not _plan(campaign, world.branch, world.committee, seen=Congress.objects.get().changed_at, planned_on=DAY)
    assert Notice.objects.filter(kind="reports.scheduled").count() == 1


def test_the_second_of_two_writers_is_told(world, campaign, client_of):
    client = client_of(world.committee)
    url = f"{HERE}{campaign.pk}/{world.branch.pk}/"
    first = {"planned_on": "12/04/2025", "state": "planned", "seen": ""}
    assert client.post(url, first).status_code == 302
    answer = client.post(url, first | {"planned_on": "13/04/2025"})
    assert "Có đồng chí khác vừa sửa lịch này" in answer.content.decode()
    assert Congress.objects.get().planned_on == DAY
    with pytest.raises(ChangedMeanwhile):
        _plan(campaign, world.branch, world.committee, planned_on=date(2025, 4, 14))


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_the_same_unit_at_once(world):
    campaign = letter_000(world)
    answers = []

    def plan(day: int) -> None:
        try:
            answers.append(_plan(campaign, world.branch, world.committee, planned_on=date(2025, 4, day)))
        except ChangedMeanwhile:
            answers.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=plan, args=[day]) for day in (12, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, True]
    assert Congress.objects.count() == 1


def test_many_get_the_same_and_what_was_held_stays(world, campaign):
    _plan(campaign, world.sister, world.committee, state="postponed", reason="Chờ kiện toàn nhân sự.")
    _plan(campaign, world.near_branch, world.committee, state="held", held_on=date(2025, 4, 1), place="Ga")
    _plan(campaign, world.branch, world.committee, planned_on=date(2025, 3, 1), place="Phòng họp")
    ids = [world.branch.pk, world.sister.pk, world.near_branch.pk, world.company.pk]
    outcome = schedule_many(campaign=campaign, unit_ids=ids, values={"planned_on": DAY}, actor=world.committee)
    assert outcome.written == 2
    assert {name for name, _ in outcome.left_out} == {world.near_branch.name, world.company.name}
    found = {line.unit_id: line for line in Congress.objects.all()}
    assert (found[world.branch.pk].planned_on, found[world.branch.pk].place) == (DAY, "Phòng họp")
    assert (found[world.sister.pk].planned_on, found[world.sister.pk].state) == (DAY, CongressState.PLANNED)
    assert found[world.near_branch.pk].state == CongressState.HELD
    again = schedule_many(campaign=campaign, unit_ids=ids, values={"planned_on": DAY}, actor=world.committee)
    assert (again.written, again.unchanged) == (0, 2)


def test_many_are_shown_before_they_are_written(world, campaign, client_of):
    client = client_of(world.committee)
    typed = {"unit": [world.branch.pk, world.sister.pk], "query": f"dot={campaign.pk}&pham_vi=tat-ca"}
    assert "Xếp lịch 2 đơn vị" in client.post(f"{HERE}nhieu/", typed).content.decode()
    assert "Đồng chí điền ít nhất một ô" in client.post(f"{HERE}nhieu/", typed | {"step": "form"}).content.decode()
    typed |= {"step": "form", "planned_on": "12/04/2025"}
    assert "Hạn gửi báo cáo" in client.post(f"{HERE}nhieu/", typed).content.decode()
    assert not Congress.objects.exists()
    back = client.post(f"{HERE}nhieu/", typed | {"back": "yes"}).content.decode()
    assert "12/04/2025" in back
    client.post(f"{HERE}nhieu/", typed | {"confirm": "yes"})
    assert Congress.objects.filter(planned_on=DAY).count() == 2


def test_more_than_fifty_go_to_the_background(world, campaign, client_of, django_capture_on_commit_callbacks):
    for number in range(52):
        make_unit(world.near_branch.parent, f"T.02.C{number}", f"Chi bộ Đội {number}", "cell")
    client = client_of(world.committee)
    typed = {"all": "1", "query": f"dot={campaign.pk}&pham_vi=tat-ca&loai={world.branch.kind_id}"}
    answer = client.post(f"{HERE}nhieu/", typed | {"step": "check", "planned_on": "12/04/2025", "confirm": "yes"})
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    from congress_reports.background import schedule_many as work

    told = work(job, lambda done, total: None)
    assert "55 đơn vị" in told.result
    assert Congress.objects.filter(planned_on=DAY).count() == 55


def _names(client, query: str = "") -> list[str]:
    return [row["line"].name for row in client.get(HERE + query).context["rows"]]


def test_filters_narrow_and_figures_open_into_their_rows(world, campaign, client_of):
    today = timezone.localdate()
    Campaign.objects.update(opens_on=today - timedelta(days=99), ends_on=today + timedelta(days=99))
    _plan(campaign, world.branch, world.committee, planned_on=today - timedelta(days=1))
    _plan(campaign, world.sister, world.committee, state="postponed", reason="Chờ kiện toàn nhân sự.")
    _plan(campaign, world.section, world.committee, state="held", held_on=today, form="all_members")
    client = client_of(world.committee)
    wide = "?pham_vi=tat-ca"
    assert _names(client) == [world.near_branch.name, world.section.name]
    assert _names(client, f"{wide}&tinh_trang=qua-ngay") == [world.branch.name]
    assert _names(client, f"{wide}&tinh_trang=da") == [world.section.name]
    assert _names(client, f"{wide}&tim=quan+hanh") == [world.sister.name]
    assert _names(client, f"{wide}&tu={today:%d/%m/%Y}") == [world.section.name]
    assert _names(client, f"{wide}&hinh_thuc=delegates") == []
    page = client.get(HERE + wide)
    for tile in page.context["tiles"]:
        assert len(_names(client, tile["url"])) == int(tile["value"]), tile["label"]
    # On the map too.
    for row in client.get(f"{HERE}so-do/?mo={world.section.pk}").context["lines"]:
        for label, number, url in row["numbers"]:
            if url:
                assert len(_names(client, url.removeprefix(HERE))) == number, (row["name"], label)


def test_a_campaign_of_those_further_down_is_not_shown_empty(world, campaign, client_of):
    term = {"name": "Đại hội chi bộ", "term": "2027-2030", "reference_date": DAY}
    days = {"opens_on": DAY, "ends_on": DAY + timedelta(days=90)}
    branches = make_campaign(top=world.top, owed=[Owed("cell", "a", days=5)], actor=None, **term, **days)
    client, here = client_of(world.org_department), f"?dot={branches.pk}"
    assert _names(client, here) == _names(client, f"{here}&pham_vi=tat-ca") != []
    assert _names(client, f"{here}&pham_vi=truc-thuoc") == []


def test_a_parent_counts_what_its_children_and_itself_count(world, campaign):
    _plan(campaign, world.branch, world.committee, planned_on=DAY)
    _plan(campaign, world.sister, world.committee, state="postponed", reason="Chờ kiện toàn nhân sự.")
    counts = counts_below(campaign, OrgUnit.objects.values_list("pk", flat=True))
    section, branch, sister = (counts[one.pk] for one in (world.section, world.branch, world.sister))
    assert (section.units, section.held, section.postponed, section.dated) == (3, 0, 1, 1)
    for name in ("units", "held", "postponed", "dated", "undated"):
        own = 1 if name in ("units", "undated") else 0
        assert getattr(section, name) == own + getattr(branch, name) + getattr(sister, name)


def test_the_month_shows_the_first_few_of_a_day_and_counts_the_rest(world, campaign, client_of):
    for number in range(6):
        unit = make_unit(world.section, f"T.02.B1.5{number}", f"Chi bộ số {number}", "cell")
        _plan(campaign, unit, world.committee, planned_on=DAY, planned_at=time(13 - number))
    context = client_of(world.committee).get(f"{HERE}thang/?pham_vi=tat-ca&thang=2025-04").context
    day = next(one for week in context["weeks"] for one in week if one["day"] == DAY)
    assert [row["line"].name for row in day["rows"]] == [f"Chi bộ số {number}" for number in (5, 4, 3, 2)]
    assert (day["rest"], context["total"]) == (2, 6)
    assert len(_names(client_of(world.committee), day["url"].removeprefix(HERE))) == 6
    assert client_of(world.committee).get(f"{HERE}thang/?thang=9999-99").status_code == 200


def test_a_closed_unit_leaves_and_a_closed_campaign_stands_still(world, campaign, client_of):
    unit = make_unit(world.section, "T.02.B1.77", "Chi bộ Ga Mỹ Lý", "cell")
    assert unit.name in _names(client_of(world.committee), "?pham_vi=tat-ca")
    close_unit(unit=unit, effective_on=timezone.localdate(), decision="", reason="", actor=None)
    assert unit.name not in _names(client_of(world.committee), "?pham_vi=tat-ca")
    close_campaign(campaign=campaign, actor=world.org_department)
    with pytest.raises(RuleViolation, match="đã đóng"):
        _plan(campaign, world.branch, world.committee, planned_on=DAY)
    assert "Lưu lịch" not in client_of(world.committee).get(f"{HERE}{campaign.pk}/{world.branch.pk}/").content.decode()


def test_nobody_sees_a_campaign_of_another_tree(world, campaign):
    other = make_unit(None, "X", "Đảng bộ khác", "upper")
    campaign.top = other
    campaign.save()
    assert not campaigns_seen_by(world.org_department).exists()


@pytest.mark.parametrize("page", ["", "thang/", "so-do/"])
def test_a_page_costs_the_same_for_one_and_for_many(world, campaign, client_of, page):
    client = client_of(world.org_department)

    def cost() -> int:
        query = f"?pham_vi=tat-ca&thang=2025-04&mo={world.section.pk}"
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(f"{HERE}{page}{query}").status_code == 200
        return len(asked)

    _plan(campaign, world.branch, world.org_department, planned_on=DAY)
    cost()
    one = cost()
    for number in range(5):
        unit = make_unit(world.section, f"T.02.B1.5{number}", f"Chi bộ số {number}", "cell")
        _plan(campaign, unit, world.org_department, planned_on=DAY)
    assert cost() == one <= 12


def test_writing_many_costs_the_same_for_one_and_for_many(world, campaign):
    def cost(units) -> int:
        with CaptureQueriesContext(connection) as asked:
            outcome = schedule_many(
                campaign=campaign, unit_ids=[unit.pk for unit in units], values={"planned_on": DAY},
                actor=world.committee,
            )  # fmt: skip
        assert outcome.written == len(units)
        return len(asked)

    many = [make_unit(world.section, f"T.02.B1.5{number}", f"Chi bộ số {number}", "cell") for number in range(6)]
    assert cost(many[:1]) == cost(many[1:])
    assert report_of(many[0], "a").due_on == date(2025, 4, 19)


def test_the_home_page_says_what_is_to_be_planned(world, campaign, client_of):
    today = timezone.localdate()
    Campaign.objects.update(opens_on=today - timedelta(days=99), ends_on=today + timedelta(days=99))
    _plan(campaign, world.near_branch, world.committee, planned_on=today - timedelta(days=1))
    _plan(campaign, world.branch, world.committee, state="held", held_on=today)
    page = client_of(world.committee).get("/").content.decode()
    assert "1 đơn vị trực thuộc chưa định ngày đại hội" in page
    assert "1 đại hội đã qua ngày, chưa cập nhật" in page
    assert "Đại hội đã tổ chức" in page
    assert "0/2" in page
    told = client_of(world.org_department).get("/").content.decode()
    assert "3 đơn vị trực thuộc chưa định ngày đại hội" in told
    for who in (world.secretary, world.inspector, world.member):
        assert "định ngày đại hội" not in client_of(who).get("/").content.decode()
    seen = Congress.objects.get(unit=world.near_branch).changed_at
    _plan(campaign, world.near_branch, world.committee, seen=seen, state="held", held_on=today)
    assert "1/2" in client_of(world.committee).get("/").content.decode()
    close_campaign(campaign=campaign, actor=world.org_department)
    assert "Đại hội đã tổ chức" not in client_of(world.committee).get("/").content.decode()
