"""Reminders by the clock, day by day: who is told what, and never twice."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from congress_reports.enums import ReportState
from congress_reports.models import Campaign, Congress, Report
from congress_reports.services import (
    close_campaign,
    escalate_unit,
    expect_reports,
    extend,
    follow_congress,
    make_campaign,
    owed_by_letter_000,
    remind_all,
)
from congress_reports.services import reminders as rounds
from congress_reports.tasks import remind as remind_task
from members.enums import PostCode
from members.models import Post
from notifications.kinds import KINDS
from notifications.models import Message, Notice, ReminderRun
from notifications.services import choose_kinds
from orgtree.enums import Role
from orgtree.models import Grant
from orgtree.services import give_grant as given_today
from orgtree.services import revoke_grant
from tests.cast import build_world, make_unit

from .conftest import report_of, sent

# A Saturday; reports of branches are due "before 20/4".
T = date(2025, 4, 19)


@pytest.fixture(autouse=True)
def _roles_since_the_beginning(request):
    if "world" in request.fixturenames:
        request.getfixturevalue("world")
        _begin_early()


def _begin_early() -> None:
    Grant.objects.update(begins_on=date(2025, 1, 1))


def give_grant(**given) -> None:
    """In force on the days of these tests."""
    given_today(**given)
    _begin_early()


def _told(user, kind: str = "reports.due") -> list[str]:
    return list(Notice.objects.filter(user=user, kind=kind).order_by("pk").values_list("text", flat=True))


def _at(monkeypatch, day: date) -> None:
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.mark.parametrize("offset", range(-5, 25))
def test_each_day_from_five_before_to_twenty_five_after(world, campaign, offset):
    remind_all(T + timedelta(days=offset))
    reports = ["Kết quả đại hội", "Phân tích chất lượng"]
    words = {
        -3: "còn 3 ngày nữa là đến hạn (hết ngày 19/04/2025).",
        -1: "đến hạn vào ngày mai, 19/04/2025.",
        0: "đến hạn hôm nay, 19/04/2025.",
    } | {days: f"đã quá hạn {days} ngày (hạn 19/04/2025)." for days in range(1, 15)}
    expected = (
        [f"Báo cáo {name} của {world.branch.name} {words[offset]}" for name in reports] if offset in words else []
    )
    assert _told(world.secretary) == expected


def test_a_day_in_march_with_a_changed_clock_elsewhere_is_a_day(world, campaign):
    """Hanoi has no summer time: the day named is the day meant, whatever the server's own zone does."""
    Report.objects.filter(unit=world.branch).update(due_on=date(2025, 3, 31))
    for day in (date(2025, 3, 29), date(2025, 3, 30), date(2025, 3, 31)):
        remind_all(day)
    assert ["ngày mai" in told for told in _told(world.secretary)] == [True, True, False, False]


def test_each_report_leads_to_itself(world, campaign):
    remind_all(T)
    report = report_of(world.branch, "a")
    assert Notice.objects.get(user=world.secretary, once_key=f"report:{report.pk}:due-0:{T}").url == (
        report.get_absolute_url()
    )


def test_all_who_file_there_are_told_and_none_above(world, campaign):
    give_grant(user=world.member, unit=world.branch, role=Role.COMMITTEE_MEMBER, actor=None)
    remind_all(T)
    of_branch = Notice.objects.filter(unit_id=world.branch.pk, kind="reports.due")
    assert set(of_branch.values_list("user__full_name", flat=True)) == {"Trần Văn Cam", "Nguyễn Thị Bưởi"}


def test_the_branchs_secretary_by_post_is_told_without_a_link_he_could_not_open(world, campaign):
    revoke_grant(grant=world.grants["secretary"], actor=None)
    Post.objects.create(member=world.people["secretary"], unit=world.branch, code=PostCode.SECRETARY)
    remind_all(T)
    assert set(Notice.objects.filter(user=world.secretary).values_list("url", flat=True)) == {""}
    assert len(_told(world.secretary)) == 2


def test_what_was_sent_is_not_reminded_of(world, campaign, monkeypatch):
    _at(monkeypatch, T - timedelta(days=1))
    sent(report_of(world.branch, "a"), world.secretary)
    remind_all(T)
    assert _told(world.secretary) == [
        f"Báo cáo Phân tích chất lượng của {world.branch.name} đến hạn hôm nay, 19/04/2025."
    ]


def test_a_rejected_one_is_called_so(world, campaign, monkeypatch):
    _at(monkeypatch, T - timedelta(days=1))
    report = sent(report_of(world.branch, "a"), world.secretary)
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.REJECTED,
        figures=[],
        reason="Số liệu chưa khớp với biên bản",
        decided_by=world.committee,
        decided_at=timezone.now(),
    )
    remind_all(T + timedelta(days=2))
    assert _told(world.secretary)[0] == (
        f"Báo cáo Kết quả đại hội của {world.branch.name} bị từ chối, chưa gửi lại, đã quá hạn 2 ngày (hạn 19/04/2025)."
    )


def test_a_closed_campaign_is_silent(world, campaign):
    close_campaign(campaign=campaign, actor=world.org_department)
    for offset in range(-4, 21):
        assert remind_all(T + timedelta(days=offset)) == 0
    assert not Notice.objects.exists()


def test_before_the_campaign_begins_nothing_is_told(world, campaign):
    Campaign.objects.update(opens_on=T + timedelta(days=10))
    assert remind_all(T) == 0


def test_ended_reports_and_closed_units_are_silent(world, campaign):
    Report.objects.filter(unit=world.branch).update(state=ReportState.ENDED, end_reason="Đã sáp nhập")
    remind_all(T)
    assert _told(world.secretary) == []
    assert len(_told(world.other_secretary)) == 2


def test_a_report_without_a_day_is_not_reminded_of_until_the_congress_has_one(world, campaign):
    give_grant(user=world.member, unit=world.base_cell, role=Role.SECRETARY, actor=None)
    remind_all(date(2025, 4, 30))
    assert _told(world.member) == []
    congress = Congress.objects.create(campaign=campaign, unit=world.base_cell, planned_on=date(2025, 4, 26))
    follow_congress(congress)
    remind_all(date(2025, 5, 1))
    assert len(_told(world.member)) == 3
    assert "đến hạn hôm nay, 01/05/2025" in _told(world.member)[0]


def test_an_extension_moves_everything(world, campaign, monkeypatch):
    _at(monkeypatch, T)
    report = report_of(world.near_branch, "a")
    give_grant(user=world.member, unit=world.near_branch, role=Role.SECRETARY, actor=None)
    extend(report=report, until=T + timedelta(days=10), reason="Đơn vị có tang, xin lùi lại", actor=world.committee)
    about = f"Báo cáo Kết quả đại hội của {world.near_branch.name} "
    told = {}
    for offset in range(-4, 27):
        Notice.objects.all().delete()
        remind_all(T + timedelta(days=offset))
        of_it = [text for text in _told(world.member) if text.startswith(about)]
        assert len(of_it) < 2
        if of_it:
            told[offset] = of_it[0]
    assert sorted(told) == [7, 9, 10, *range(11, 25)]
    assert told[7].endswith("còn 3 ngày nữa là đến hạn (hết ngày 29/04/2025).")


def test_when_the_superior_sees_to_it_the_daily_ones_rest_until_a_new_day_has_passed(world, campaign, monkeypatch):
    give_grant(user=world.member, unit=world.near_branch, role=Role.SECRETARY, actor=None)
    _at(monkeypatch, T + timedelta(days=2))
    assert escalate_unit(unit=world.near_branch, actor=world.committee) == 2
    assert _told(world.member, "reports.escalated") == [
        f"Đồng chí Phạm Văn Mận trực tiếp đôn đốc 2 báo cáo quá hạn của {world.near_branch.name}."
    ]
    remind_all(T + timedelta(days=3))
    assert _told(world.member) == []
    extend(
        report=report_of(world.near_branch, "a"),
        until=T + timedelta(days=5),
        reason="Đơn vị có tang, xin lùi lại",
        actor=world.committee,
    )
    remind_all(T + timedelta(days=5))
    remind_all(T + timedelta(days=6))
    assert ["hôm nay" in told for told in _told(world.member)] == [True, False]


@pytest.mark.parametrize(("day", "monday"), [(date(2025, 4, 21), True), (date(2025, 4, 22), False)])
def test_superiors_have_one_digest_on_mondays(world, campaign, day, monday):
    give_grant(user=world.member, unit=world.company, role=Role.DEPUTY_SECRETARY, actor=None)
    remind_all(day)
    for user in (world.committee, world.member):
        notices = Notice.objects.filter(user=user, kind="reports.overdue_below")
        text = (
            f"4 báo cáo quá hạn ở 2 đơn vị trực thuộc {world.company.name}; "
            "2 đơn vị chưa có ai được phân quyền lập báo cáo."
        )
        url = f"/quan-ly-bao-cao/qua-han/?don-vi={world.company.pk}"
        assert [(n.text, n.url) for n in notices] == ([(text, url)] if monday else [])


def test_the_organisation_department_has_one_for_the_whole_campaign(world, campaign):
    world.org_department.email = "le@example.vn"
    world.org_department.save()
    remind_all(date(2025, 4, 21))
    # Below the company: the section, its two branches and the near branch; elsewhere one branch; two reports each.
    assert _told(world.org_department, "reports.overdue_below") == [
        f"10 báo cáo quá hạn ở 2 đơn vị dưới {world.top.name}."
    ]
    letter = Message.objects.get(user=world.org_department)
    assert letter.lines == [
        [
            f"{world.company.name}: 8 báo cáo quá hạn",
            f"/quan-ly-bao-cao/qua-han/?don-vi={world.company.pk}&pham-vi=tat-ca",
        ],
        [
            f"{world.empowered.name}: 2 báo cáo quá hạn",
            f"/quan-ly-bao-cao/qua-han/?don-vi={world.empowered.pk}&pham-vi=tat-ca",
        ],
    ]


def test_a_unit_without_anybody_is_told_of_before_it_is_late(world, campaign):
    remind_all(date(2025, 3, 31))
    assert _told(world.committee, "reports.overdue_below") == []
    remind_all(date(2025, 4, 7))
    assert _told(world.committee, "reports.overdue_below") == [
        f"2 đơn vị chưa có ai được phân quyền lập báo cáo (dưới {world.company.name})."
    ]


def test_a_digest_may_be_turned_off_and_a_duty_may_not(world, campaign):
    both = {("reports.overdue_below", "portal"), ("reports.due", "portal")}
    for user in (world.committee, world.secretary):
        choose_kinds(wanted=set(), offered=both, actor=user)
    remind_all(date(2025, 4, 21))
    assert _told(world.committee, "reports.overdue_below") == []
    assert len(_told(world.secretary)) == 2
    assert KINDS["reports.due"].duty


def test_a_person_has_one_letter_and_one_sms_a_day_for_a_unit(world, campaign, settings):
    settings.SMS_BACKEND = "tests.notifications.adapters.Keeps"
    world.secretary.email = "cam@example.vn"
    world.secretary.save()
    remind_all(T)
    letter = Message.objects.get(user=world.secretary, channel="email")
    assert [text.split(" của ")[0] for text, _ in letter.lines] == [
        "Báo cáo Kết quả đại hội",
        "Báo cáo Phân tích chất lượng",
    ]
    short = Message.objects.get(user=world.secretary, channel="sms").body
    assert short == ("Chi bo Ga Ben Thuy: 2 bao cao dai hoi den han hom nay. Moi dong chi vao So tay dang vien de gui.")
    assert len(short) <= 160


def test_run_twice_or_begun_anew_it_tells_nobody_twice(world, campaign):
    world.secretary.email = "cam@example.vn"
    world.secretary.save()
    day = date(2025, 4, 21)
    remind_all(day)
    before = (Notice.objects.count(), Message.objects.count())
    assert remind_all(day) == 0
    # Even if it were not known how far the round has come.
    ReminderRun.objects.all().delete()
    remind_all(day)
    assert (Notice.objects.count(), Message.objects.count()) == before
    assert remind_task(str(day)) == 0


def _once(kind: str = "reports.due") -> bool:
    told = Counter(Notice.objects.filter(kind=kind).values_list("user_id", "once_key"))
    return set(told.values()) <= {1}


def _many_branches(world, count: int) -> None:
    for number in range(count):
        unit = make_unit(world.section, f"M{number:03}", f"Chi bộ số {number}", "cell")
        give_grant(user=world.member, unit=unit, role=Role.SECRETARY, actor=None)


def test_the_cost_does_not_grow_with_the_units(world, campaign):
    def cost(day) -> int:
        with CaptureQueriesContext(connection) as queries:
            remind_all(day)
        return len(queries)

    few = cost(date(2025, 4, 21))
    _many_branches(world, 20)
    expect_reports(campaign=campaign, actor=None)
    assert cost(date(2025, 4, 28)) == few


def test_a_round_goes_on_where_it_stopped(world, campaign, monkeypatch):
    monkeypatch.setattr(rounds, "_UNITS_AT_ONCE", 1)
    calls, real = [], rounds.remind

    def dies_at_the_third(*reminders, **given):
        calls.append(reminders[0].unit_id if reminders else None)
        if len(calls) == 3:
            raise RuntimeError("killed")
        return real(*reminders, **given)

    monkeypatch.setattr(rounds, "remind", dies_at_the_third)
    with pytest.raises(RuntimeError):
        remind_all(T)
    done = ReminderRun.objects.get(name="reports.due")
    assert done.finished_at is None
    assert done.after == sorted(Report.objects.filter(due_on=T).values_list("unit_id", flat=True).distinct())[1]
    monkeypatch.setattr(rounds, "remind", real)
    remind_all(T)
    assert len(_told(world.secretary)) == len(_told(world.other_secretary)) == 2
    assert _once()


def _campaign(world) -> Campaign:
    return make_campaign(
        top=world.top,
        name="Đại hội lần thứ XIII",
        term="2025-2030",
        opens_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
        reference_date=date(2025, 4, 1),
        owed=owed_by_letter_000(date(2025, 4, 20)),
        actor=None,
    )


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_everybody_once(monkeypatch):
    world = build_world()
    _begin_early()
    _many_branches(world, 12)
    _campaign(world)
    monkeypatch.setattr(rounds, "_UNITS_AT_ONCE", 2)
    day, start, errors = date(2025, 4, 21), threading.Barrier(4), []

    def work():
        start.wait()
        try:
            remind_all(day)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert _once()
    assert _once("reports.overdue_below")
    assert Notice.objects.filter(user=world.member, kind="reports.due").count() == 24


_WORKER = """
import sys, time
import django
django.setup()
from datetime import date
from congress_reports.services import reminders
real, batches = reminders.remind, []

def hangs_in_the_third_batch(*reminders, **given):
    told = real(*reminders, **given)
    batches.append(told)
    if len(batches) == 3:
        print("written, not committed", flush=True)
        time.sleep(600)
    return told

reminders.remind, reminders._UNITS_AT_ONCE = hangs_in_the_third_batch, 2
reminders.remind_all(date(2025, 4, 19))
"""


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_round_whose_worker_was_killed_is_ended_by_the_next():
    world = build_world()
    _begin_early()
    _many_branches(world, 8)
    _campaign(world)
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER],
        cwd=django_settings.ROOT,
        env={**os.environ, "DATABASE_URL": urlunsplit(address)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout.readline() == "written, not committed\n"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    half = Notice.objects.filter(kind="reports.due").count()
    assert not ReminderRun.objects.get(name="reports.due").finished_at
    remind_all(T)
    told = Notice.objects.filter(kind="reports.due")
    assert half < told.count()
    assert told.filter(user=world.member).count() == 16
    assert len(_told(world.secretary)) == len(_told(world.other_secretary)) == 2
    assert _once()
