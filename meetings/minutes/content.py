"""The minutes as data, drawn from what the meeting left behind (domain.md §4.4): what is circulated, hashed, printed.
No ids and no hour of drawing, so that the same meeting always gives the same text and the same hash."""

import hashlib
import json
from collections import defaultdict
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone

from assignments.enums import AssignmentState
from assignments.models import Assignment
from common.party_documents import day_in_words, issuer_of
from members.enums import PostCode
from members.models import Member, Post

from ..enums import HERE, OF_THE_COMMITTEE, Capacity, Duty, MeetingKind, MeetingState, Presence
from ..models import Attendee, Meeting
from ..rules.catalogue import matters, rules_of
from ..rules.counting import count, quorum
from ..rules.scoring import sheet_named
from ..votes.enums import BallotKind, Choice, Counting, VoteState
from ..votes.models import OpenBallot, Vote
from .enums import ScoreState
from .models import Minutes, Score

FORM = 1
_RANK = {code: rank for rank, code in enumerate(PostCode.values)}
_SUBJECTS = {
    MeetingKind.REGULAR: "họp chi bộ",
    MeetingKind.THEMATIC: "sinh hoạt chuyên đề",
    MeetingKind.CELL_COMMITTEE: "họp chi ủy",
    MeetingKind.COMMITTEE: "họp cấp ủy",
    MeetingKind.EXTRAORDINARY: "họp chi bộ bất thường",
    MeetingKind.ENLARGED: "họp chi bộ mở rộng",
}


def digest_of(content: dict) -> str:
    """SHA-256 of the data, written in one way only."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def subject_of(meeting: Meeting) -> str:
    """«họp chi bộ tháng 11 năm 2026»."""
    day = timezone.localdate(meeting.starts_at)
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{_SUBJECTS[meeting.kind]} tháng {month} năm {day.year}"


def last_minutes(meeting: Meeting) -> Minutes | None:
    """The closed minutes that this meeting begins with: of the meeting before it, branch and committee apart."""
    if meeting.is_of_the_committee:
        rows = Minutes.objects.filter(meeting__kind__in=OF_THE_COMMITTEE)
    else:
        rows = Minutes.objects.exclude(meeting__kind__in=OF_THE_COMMITTEE)
    return (
        rows.filter(
            meeting__unit_id=meeting.unit_id,
            meeting__starts_at__lt=meeting.starts_at,
            meeting__state=MeetingState.COMPLETED,
        )
        .select_related("meeting")
        .order_by("-meeting__starts_at")
        .first()
    )


def content_of(meeting: Meeting, record: Minutes) -> dict:
    """All that the minutes say. `meeting` comes with its unit, the unit's parent, chair and clerk."""
    people = list(meeting.attendees.all())
    counted = count(people)
    day = timezone.localdate(meeting.began_at)
    before = last_minutes(meeting)
    return {
        "form": FORM,
        "unit": meeting.unit.name,
        "parent": meeting.unit.parent.name if meeting.unit.parent else "",
        "title": meeting.title,
        "topic": meeting.topic,
        "subject": subject_of(meeting),
        "began": in_words(meeting.began_at),
        "ended": in_words(meeting.ended_at),
        "minutes": meeting.minutes_held,
        "place": meeting.place,
        "online": bool(meeting.online_link),
        "counts": {
            name: getattr(counted, name)
            for name in (
                *("total", "official", "probationary", "temporary", "exempt", "away", "suspended", "expected"),
                *("here", "here_official", "here_probationary", "here_temporary", "online"),
                *("excused", "unexcused", "unknown", "guests_here", "percent"),
            )
        },
        "quorum": quorum(counted, rules_of(meeting.kind, day)).sentence,
        "people": _people(people),
        "chair": _named(meeting, meeting.chair, day),
        "clerk": _named(meeting, meeting.clerk, day),
        "last": _last(before),
        "opening": record.opening,
        "items": _items(meeting),
        "votes": _votes(meeting),
        "tasks": _tasks(meeting, before),
        "conclusions": _conclusions(meeting),
        "score": _score(meeting),
        "closing": record.closing,
    }


def in_words(moment: datetime | None) -> str:
    """«14 giờ 00 phút, ngày 05 tháng 02 năm 2026»."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{local.hour:02d} giờ {local.minute:02d} phút, {day_in_words(local.date())}"


def _hour(moment: time | None) -> str:
    return f"{moment:%H:%M}" if moment else ""


def _people(people: list[Attendee]) -> dict:
    """Names by what the minutes must name them for."""
    named = defaultdict(list)
    for one in people:
        name, here = one.full_name, one.presence in HERE
        if one.capacity in {Capacity.SUPERIOR, Capacity.GUEST}:
            if here:
                named["superiors" if one.capacity == Capacity.SUPERIOR else "guests"].append(
                    f"{name}, {one.about}" if one.about else name
                )
            continue
        if here:
            if one.arrived_at:
                named["late"].append([name, _hour(one.arrived_at)])
            if one.left_at:
                named["left"].append([name, _hour(one.left_at)])
            if one.presence == Presence.ONLINE:
                named["online"].append(name)
        elif one.duty == Duty.MAY_COME:
            named["exempt"].append(name)
        elif one.duty == Duty.AWAY:
            named["away"].append(name)
        elif one.duty == Duty.SUSPENDED:
            named["suspended"].append(name)
        elif one.presence == Presence.EXCUSED:
            named["excused"].append([name, one.absence_reason or one.answer_reason])
        elif one.presence == Presence.UNEXCUSED:
            named["unexcused"].append(name)
        else:
            named["unknown"].append(name)
    return dict(named)


def post_of(unit_id: int, member: Member | None, day: date) -> str:
    """The highest post in the unit on that day; nothing for a member without one."""
    if member is None:
        return ""
    held = Post.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day), Q(begins_on=None) | Q(begins_on__lte=day), unit_id=unit_id, member=member
    )
    codes = sorted(held.values_list("code", flat=True), key=lambda code: _RANK.get(code, 99))
    return PostCode(codes[0]).label if codes else ""


def _named(meeting: Meeting, member: Member | None, day: date) -> dict:
    return {"name": member.full_name if member else "", "post": post_of(meeting.unit_id, member, day)}


def _last(before: Minutes | None) -> dict | None:
    if before is None:
        return None
    return {
        "title": before.meeting.title,
        "day": f"{timezone.localdate(before.meeting.starts_at):%d/%m/%Y}",
        "digest": before.digest[:16],
    }


def _items(meeting: Meeting) -> list[dict]:
    items = []
    for item in meeting.items.select_related("speaker").prefetch_related("opinions__attendee"):
        items.append(
            {
                "part": item.part,
                "title": item.title,
                "marks": item.marks,
                "speaker": item.speaker.full_name if item.speaker else "",
                "notes": item.notes,
                "conclusion": item.conclusion,
                "opinions": [
                    [one.attendee.full_name, one.text, one.before_meeting]
                    for one in sorted(item.opinions.all(), key=lambda one: one.pk)
                ],
            }
        )
    return items


def _votes(meeting: Meeting) -> list[dict]:
    votes = list(
        Vote.objects.filter(meeting=meeting, state=VoteState.CLOSED)
        .order_by("closed_at", "pk")
        .prefetch_related("candidates")
    )
    open_ones = [vote.pk for vote in votes if vote.ballot == BallotKind.OPEN and vote.counting == Counting.BY_NAME]
    names = defaultdict(lambda: defaultdict(list))
    if open_ones:
        ballots = OpenBallot.objects.filter(entitled__vote__in=open_ones).select_related("entitled__attendee")
        for ballot in ballots.order_by("entitled__attendee__name_sort", "pk"):
            said = f" (ý kiến: {ballot.opinion})" if ballot.opinion else ""
            said += " (theo lời)" if ballot.on_word else ""
            names[ballot.entitled.vote_id][ballot.choice].append(ballot.entitled.attendee.full_name + said)
    return [
        {
            "title": vote.title,
            "text": vote.text,
            "matter": matters()[vote.matter].name if vote.matter in matters() else vote.matter,
            "ballot": str(vote.get_ballot_display()),
            "secret": vote.is_secret,
            "seats": vote.seats,
            "board": vote.counting_board,
            "candidates": {str(one.number): one.full_name for one in vote.candidates.all()},
            "names": {choice: names[vote.pk][choice] for choice in Choice.values if names[vote.pk][choice]},
            "result": vote.result,
        }
        for vote in votes
    ]


def _tasks(meeting: Meeting, before: Minutes | None) -> list[dict]:
    """What had been given before the meeting and was not settled when the last one ended, as it stood at the end of
    this one."""
    until = meeting.ended_at or timezone.now()
    settled_since = before.meeting.ended_at if before else None
    waiting = Q(confirmed_at=None) | Q(confirmed_at__gt=settled_since or meeting.began_at)
    rows = (
        Assignment.objects.filter(waiting, unit_id=meeting.unit_id, given_at__lt=meeting.began_at)
        .exclude(state=AssignmentState.DROPPED)
        .select_related("owner")
        .order_by("due_on", "pk")
    )
    return [
        {"title": row.title, "owner": row.owner.full_name, "due": f"{row.due_on:%d/%m/%Y}", "state": _stood(row, until)}
        for row in rows
    ]


def _stood(row: Assignment, moment: datetime) -> str:
    if row.confirmed_at and row.confirmed_at <= moment:
        return "Đã hoàn thành"
    if row.done_at and row.done_at <= moment:
        return "Đã báo xong"
    return "Quá hạn" if row.due_on < timezone.localdate(moment) else "Đang thực hiện"


def _conclusions(meeting: Meeting) -> list[dict]:
    return [
        {
            "text": one.text,
            "owner": one.assignment.owner.full_name if one.assignment else "",
            "due": f"{one.assignment.due_on:%d/%m/%Y}" if one.assignment else "",
        }
        for one in meeting.conclusions.select_related("assignment__owner")
    ]


def _score(meeting: Meeting) -> dict | None:
    """What the branch agreed on; what the superior says of it comes after the minutes."""
    score = Score.objects.filter(meeting=meeting, state__in=[ScoreState.CONFIRMED, ScoreState.AGREED]).first()
    if score is None:
        return None
    sheet = sheet_named(score.sheet, meeting.kind, with_thematic=meeting.with_thematic)
    grade = sheet.grade_named(score.grade)
    total = f"{score.total:f}".rstrip("0").rstrip(".").replace(".", ",")
    return {"total": total, "grade": grade.name if grade else "", "most": sheet.most}


def issuer_name(content: dict) -> str:
    return issuer_of(content["unit"])
