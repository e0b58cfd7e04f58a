"""What secretaries are reminded of: the monthly meeting that nobody has called, the quarter without its thematic one,
minutes that are due; and those above, once a week, of what is missing below. Each rule on its days, once; a day on
which no worker ran is made up on the next. `day` is Vietnam's. Safe to run any number of times a day."""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from members.selectors import secretaries_of
from notifications.reminders import Digest, Reminder, in_batches, remind, send_digests
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.selectors import holders_of

from ...enums import MeetingKind, MeetingState
from ...minutes.enums import MinutesState
from ...models import Meeting
from ...rules.catalogue import rules_of
from ...rules.punctuality import minutes_due_at
from ..counting_sql import month_of, quarter_of
from ..models import BranchPeriod
from ..selectors.board import Month, Tally, tallies

KIND = "meetings.reminder"
_AT_ONCE, _UNITS_AT_ONCE = 300, 50
# So long the month before is looked at.
_FIRST_DAYS = 7
_FILE = Path(__file__).parent.parent.parent / "catalogue" / "reminders.toml"


@cache
def _days() -> dict:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def remind_all(day: date) -> int:
    """Everything that is due on `day`. Returns how many were told now."""
    told = in_batches(name="meetings.minutes", day=day, step=lambda after: _minutes_due(day, after))
    rule = _latest(_days()["not_called"], day)
    if rule is not None:
        told += in_batches(name="meetings.not_called", day=rule, step=lambda after: _not_called(rule, day, after))
    rule = _latest(_days()["no_thematic"], day) if day.month % 3 == 0 else None
    if rule is not None:
        told += in_batches(name="meetings.no_thematic", day=rule, step=lambda after: _no_thematic(rule, day, after))
    week = day - timedelta(days=(day.weekday() - _days()["below"]) % 7)
    return told + in_batches(name="meetings.below", day=week, step=lambda after: _below(week, after))


def _latest(days: Sequence[int], day: date) -> date | None:
    """The last of these days of the month that is not to come: its round may have been missed."""
    past = [one for one in days if one <= day.day]
    return day.replace(day=max(past)) if past else None


def _not_called(rule: date, day: date, after: int) -> tuple[int, int | None]:
    called = BranchPeriod.objects.filter(unit_id=OuterRef("pk"), period=month_of(day), called__gt=0)

    def sentence(unit: OrgUnit) -> str:
        return (
            f"{unit.name} chưa thông báo cuộc sinh hoạt thường kỳ tháng {day.month}/{day.year}. "
            "Đồng chí chuẩn bị và thông báo sớm."
        )

    return _branches_without(called, MeetingKind.REGULAR, f"call-{month_of(day)}", sentence, rule, after)


def _no_thematic(rule: date, day: date, after: int) -> tuple[int, int | None]:
    held = BranchPeriod.objects.filter(unit_id=OuterRef("pk"), period=quarter_of(day), thematic__gt=0)
    quarter = (day.month + 2) // 3

    def sentence(unit: OrgUnit) -> str:
        return (
            f"Quý {['I', 'II', 'III', 'IV'][quarter - 1]}/{day.year}, {unit.name} chưa có buổi sinh hoạt chuyên đề. "
            "Mỗi quý cần ít nhất một buổi."
        )

    return _branches_without(held, MeetingKind.THEMATIC, f"thematic-{quarter_of(day)}", sentence, rule, after)


def _branches_without(
    done, kind: MeetingKind, rule_name: str, sentence: Callable[[OrgUnit], str], rule: date, after: int
) -> tuple[int, int | None]:
    """A thematic meeting that is called already is on its way: nobody is reminded of it."""
    first = rule.replace(day=1)
    zone = timezone.get_current_timezone()
    ends = datetime.combine((first + timedelta(days=31)).replace(day=1), time(), tzinfo=zone)
    coming = Meeting.objects.filter(
        unit_id=OuterRef("pk"),
        state=MeetingState.ANNOUNCED,
        starts_at__gte=datetime.combine(first, time(), tzinfo=zone),
        starts_at__lt=ends,
    )
    if kind == MeetingKind.THEMATIC:
        coming = coming.filter(Q(kind=kind) | Q(with_thematic=True))
    else:
        coming = coming.filter(kind=kind)
    branches = OrgUnit.objects.filter(closed_on=None, kind__holds_members=True, pk__gt=after)
    units = list(branches.filter(~Exists(done), ~Exists(coming)).order_by("pk")[:_AT_ONCE])
    if not units:
        return 0, None
    ids = [one.pk for one in units]
    holding, leading = holders_of(Right.HOLD_MEETINGS, ids, day=rule), secretaries_of(ids)
    reminders = []
    for unit in units:
        # Where nobody has the role yet, who leads by post hears of it, without a page that he could not open.
        users, opens = (holding[unit.pk], True) if unit.pk in holding else (leading.get(unit.pk, set()), False)
        if users:
            reminders.append(
                Reminder(
                    subject=f"unit:{unit.pk}",
                    rule=rule_name,
                    users=tuple(sorted(users)),
                    text=sentence(unit),
                    url=reverse("meetings:year", args=[unit.pk, rule.year]) if opens else "",
                    unit_id=unit.pk,
                    group=f"meetings:{unit.pk}",
                )
            )
    return remind(*reminders, kind=KIND, day=rule), units[-1].pk


def _below(week: date, after: int) -> tuple[int, int | None]:
    """One message a week to those who decide in a unit: in its first days of the month before, then of the running
    one. Where all is well nobody is told."""
    month = Month(week.replace(day=1))
    is_over = week.day <= _FIRST_DAYS
    month = month.before if is_over else month
    superiors = OrgUnit.objects.filter(closed_on=None, rght__gt=F("lft") + 1, pk__gt=after).order_by("pk")
    units = dict(superiors.values_list("pk", "name")[:_UNITS_AT_ONCE])
    if not units:
        return 0, None
    deciding = holders_of(Right.APPROVE_REPORTS, units, day=week)
    children = OrgUnit.objects.filter(parent_id__in=list(deciding), closed_on=None).order_by("lft")
    below = defaultdict(list)
    for pk, parent_id, name, is_branch in children.values_list("pk", "parent_id", "name", "kind__holds_members"):
        below[parent_id].append((pk, name, is_branch))
    found = tallies([*below, *(pk for rows in below.values() for pk, _, _ in rows)], month)
    digests = []
    for pk, rows in below.items():
        words = _what_lacks(found[pk], is_over=is_over)
        if not words:
            continue
        lines = tuple(
            (f"{name}: {lacks}", _address_of(one, month, is_branch=is_branch))
            for one, name, is_branch in rows
            if (lacks := _what_lacks(found[one], is_over=is_over, is_branch=is_branch))
        )
        digests.append(
            Digest(
                subject=f"unit:{pk}",
                rule="meetings.below",
                users=tuple(sorted(deciding[pk])),
                text=f"Sinh hoạt {month.label} dưới {units[pk]}: {words}.",
                lines=lines,
                url=_address_of(pk, month, is_branch=False),
                unit_id=pk,
            )
        )
    return send_digests(digests, kind="meetings.below", day=week), max(units)


def _what_lacks(tally: Tally, *, is_over: bool, is_branch: bool = False) -> str:
    missing, words = (tally.not_held, "chưa họp") if is_over else (tally.not_called, "chưa thông báo họp")
    parts = [(missing, words), (tally.not_written, "đã họp, chưa khóa biên bản")]
    said = [words if is_branch else f"{number} chi bộ {words}" for number, words in parts if number]
    return "; ".join(said)


def _address_of(pk: int, month: Month, *, is_branch: bool) -> str:
    if is_branch:
        return reverse("meetings:year", args=[pk, month.first.year])
    return f"{reverse('meetings:board')}?don_vi={pk}&thang={month.period}"


def _minutes_due(day: date, after: int) -> tuple[int, int | None]:
    stages = _days()["minutes_due"]
    zone = timezone.get_current_timezone()
    begins = datetime.combine(day - timedelta(days=max(stages) + 30), time(), tzinfo=zone)
    rows = Meeting.objects.filter(
        state=MeetingState.MINUTES, from_paper=False, ended_at__gte=begins, pk__gt=after
    ).exclude(record__state=MinutesState.APPROVED)
    meetings = list(rows.select_related("unit", "chair", "clerk", "record").order_by("pk")[:_AT_ONCE])
    if not meetings:
        return 0, None
    holding = holders_of(Right.HOLD_MEETINGS, {one.unit_id for one in meetings}, day=day)
    told = 0
    for meeting in meetings:
        due = minutes_due_at(meeting.ended_at, rules_of(meeting.kind, timezone.localdate(meeting.starts_at)))
        due_on = timezone.localdate(due)
        stage = max((one for one in stages if due_on + timedelta(days=one) <= day), default=None)
        users = holding.get(meeting.unit_id, set()) | {
            person.account_id for person in (meeting.chair, meeting.clerk) if person is not None
        }
        if stage is None or not users:
            continue
        reminder = Reminder(
            subject=f"meeting:{meeting.pk}",
            rule=f"minutes-{stage}",
            users=tuple(sorted(users)),
            text=_minutes_sentence(meeting, due, day),
            url=reverse("meetings:minutes", args=[meeting.pk]),
            unit_id=meeting.unit_id,
            group=f"meetings:{meeting.unit_id}",
        )
        # Named by its last day, so that a stage is told once whichever day the round runs on.
        told += remind(reminder, kind=KIND, day=due_on)
    return told, meetings[-1].pk


def _minutes_sentence(meeting: Meeting, due: datetime, day: date) -> str:
    record = getattr(meeting, "record", None)
    circulated = record is not None and record.state == MinutesState.CIRCULATED
    missing = "chưa có đủ chữ ký" if circulated else "chưa viết xong"
    what = f"Biên bản {meeting.title_inside} của {meeting.unit.name} {missing}"
    late = (day - timezone.localdate(due)).days
    until = f"{timezone.localtime(due):%H:%M %d/%m/%Y}"
    return f"{what}, quá hạn {late} ngày (hạn {until})." if late > 0 else f"{what}; đến hạn hôm nay, {until}."
