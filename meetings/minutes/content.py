"""The minutes as data, drawn from what the meeting left behind (domain.md §4.4): what is circulated, hashed, printed.
No ids and no hour of drawing, so that the same meeting always gives the same text and the same hash."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from assignments.enums import AssignmentState
from assignments.models import Assignment
from common.party_documents import day_in_words
from common.ui.numbers import vi_number
from members.enums import PostCode
from members.models import Member, Post

from ..enums import HERE, OF_THE_COMMITTEE, Capacity, Duty, MeetingKind, MeetingState, Presence
from ..models import AgendaItem, Attendee, Meeting, Opinion
from ..rules.catalogue import matters, rules_of
from ..rules.counting import count, quorum
from ..rules.scoring import Sheet, sheet_named
from ..votes.enums import BallotKind, Choice, VoteState
from ..votes.models import Candidate, OpenBallot, Vote
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


def records_before(meeting: Meeting) -> QuerySet[Minutes]:
    """Closed minutes of the meetings before, the newest first; branch and committee apart."""
    rows = Minutes.objects.filter(
        meeting__unit_id=meeting.unit_id,
        meeting__starts_at__lt=meeting.starts_at,
        meeting__state=MeetingState.COMPLETED,
    ).order_by("-meeting__starts_at")
    of_committees = {"meeting__kind__in": OF_THE_COMMITTEE}
    return rows.filter(**of_committees) if meeting.is_of_the_committee else rows.exclude(**of_committees)


def last_minutes(meeting: Meeting) -> Minutes | None:
    """The closed minutes that this meeting begins with."""
    return records_before(meeting).select_related("meeting").first()


def content_of(meeting: Meeting, record: Minutes, people: list[Attendee] | None = None) -> dict:
    """All that the minutes say. `meeting` comes with its unit, the unit's parent, chair and clerk; `people` with its
    list, if somebody has read it already."""
    people = list(meeting.attendees.order_by("name_sort", "pk")) if people is None else people
    ground = _ground(meeting)
    return composed(
        meeting,
        record,
        people,
        chair=_named(meeting.chair, ground.chair_posts),
        clerk=_named(meeting.clerk, ground.clerk_posts),
        last=_last(ground),
        items=_items(meeting),
        votes=_votes(meeting),
        tasks=_tasks(meeting, ground.last_ended),
        conclusions=_conclusions(meeting),
        score=_score(meeting, ground),
    )


def composed(
    meeting: Meeting,
    record: Minutes,
    people: Sequence,
    *,
    chair: dict,
    clerk: dict,
    last: dict | None,
    items: list[dict],
    votes: list[dict],
    tasks: list[dict],
    conclusions: list[dict],
    score: dict | None,
) -> dict:
    """The same from what is at hand: nothing is read."""
    counted = count(people)
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
        "quorum": quorum(counted, rules_of(meeting.kind, timezone.localdate(meeting.began_at))).sentence,
        "people": _people(people),
        "chair": chair,
        "clerk": clerk,
        "last": last,
        "opening": record.opening,
        "items": items,
        "votes": votes,
        "tasks": tasks,
        "conclusions": conclusions,
        "score": score,
        "closing": record.closing,
    }


def _ground(meeting: Meeting) -> Meeting:
    """What the minutes ask of rows beside the meeting's own, in one query."""
    before = records_before(meeting)
    posts = held_on(timezone.localdate(meeting.began_at)).filter(unit_id=meeting.unit_id)
    scored = Score.objects.filter(meeting=OuterRef("pk"), state__in=[ScoreState.CONFIRMED, ScoreState.AGREED])
    return Meeting.objects.annotate(
        chair_posts=ArraySubquery(posts.filter(member=OuterRef("chair")).values("code")),
        clerk_posts=ArraySubquery(posts.filter(member=OuterRef("clerk")).values("code")),
        last_title=Subquery(before.values("meeting__title")[:1]),
        last_began=Subquery(before.values("meeting__starts_at")[:1]),
        last_ended=Subquery(before.values("meeting__ended_at")[:1]),
        last_digest=Subquery(before.values("digest")[:1]),
        score_sheet=Subquery(scored.values("sheet")[:1]),
        score_total=Subquery(scored.values("total")[:1]),
        score_grade=Subquery(scored.values("grade")[:1]),
    ).get(pk=meeting.pk)


def in_words(moment: datetime | None) -> str:
    """«14 giờ 00 phút, ngày 05 tháng 02 năm 2026»."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{local.hour:02d} giờ {local.minute:02d} phút, {day_in_words(local.date())}"


def _hour(moment: time | None) -> str:
    return f"{moment:%H:%M}" if moment else ""


def _people(people: Sequence) -> dict:
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


def held_on(day: date) -> QuerySet[Post]:
    return Post.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), Q(begins_on=None) | Q(begins_on__lte=day))


def highest(codes: Iterable[str]) -> str:
    """The highest post in words; nothing for a member without one."""
    ranked = sorted(codes, key=lambda code: _RANK.get(code, 99))
    return PostCode(ranked[0]).label if ranked else ""


def post_of(unit_id: int, member: Member, day: date) -> str:
    return highest(held_on(day).filter(unit_id=unit_id, member=member).values_list("code", flat=True))


def _named(member: Member | None, codes: list[str]) -> dict:
    return {"name": member.full_name if member else "", "post": highest(codes)}


def _last(ground: Meeting) -> dict | None:
    if ground.last_title is None:
        return None
    return last_of(ground.last_title, ground.last_began, ground.last_digest)


def last_of(title: str, began: datetime, digest: str) -> dict:
    return {"title": title, "day": f"{timezone.localdate(began):%d/%m/%Y}", "digest": digest[:16]}


def _items(meeting: Meeting) -> list[dict]:
    said = Opinion.objects.filter(item=OuterRef("pk")).order_by("pk")
    opinions = said.annotate(line=JSONObject(name="attendee__full_name", text="text", before="before_meeting")).values(
        "line"
    )
    rows = meeting.items.order_by("position", "pk").annotate(said=ArraySubquery(opinions))
    return [
        item_of(item, item.speaker, [[one["name"], one["text"], one["before"]] for one in item.said])
        for item in rows.select_related("speaker")
    ]


def item_of(item: AgendaItem, speaker: Member | None, said: list[list]) -> dict:
    return {
        "part": item.part,
        "title": item.title,
        "marks": item.marks,
        "speaker": speaker.full_name if speaker else "",
        "notes": item.notes,
        "conclusion": item.conclusion,
        "opinions": said,
    }


def _votes(meeting: Meeting) -> list[dict]:
    """Closed ones. Who voted what stands there for open votes by name alone."""
    standing = Candidate.objects.filter(vote=OuterRef("pk")).order_by("number")
    by_name = OpenBallot.objects.filter(entitled__vote=OuterRef("pk"), entitled__vote__ballot=BallotKind.OPEN)
    cast = by_name.order_by("entitled__attendee__name_sort", "pk").annotate(
        line=JSONObject(name="entitled__attendee__full_name", choice="choice", opinion="opinion", on_word="on_word")
    )
    votes = (
        Vote.objects.filter(meeting=meeting, state=VoteState.CLOSED)
        .annotate(
            standing=ArraySubquery(
                standing.annotate(line=JSONObject(number="number", name="full_name")).values("line")
            ),
            cast=ArraySubquery(cast.values("line")),
        )
        .order_by("closed_at", "pk")
    )
    return [vote_of(vote, vote.standing, vote.cast) for vote in votes]


def vote_of(vote: Vote, standing: list[dict], cast: list[dict]) -> dict:
    return {
        "title": vote.title,
        "text": vote.text,
        "matter": matters()[vote.matter].name if vote.matter in matters() else vote.matter,
        "ballot": str(vote.get_ballot_display()),
        "secret": vote.is_secret,
        "seats": vote.seats,
        "board": vote.counting_board,
        "candidates": {str(one["number"]): one["name"] for one in standing},
        "names": _by_choice(cast),
        "result": vote.result,
    }


def _by_choice(cast: list[dict]) -> dict[str, list[str]]:
    names = defaultdict(list)
    for one in cast:
        said = f" (ý kiến: {one['opinion']})" if one["opinion"] else ""
        said += " (theo lời)" if one["on_word"] else ""
        names[one["choice"]].append(one["name"] + said)
    return {choice: names[choice] for choice in Choice.values if choice in names}


def _tasks(meeting: Meeting, settled_since: datetime | None) -> list[dict]:
    """What had been given before the meeting and was not settled when the last one ended, as it stood at the end of
    this one."""
    until = meeting.ended_at or timezone.now()
    waiting = Q(confirmed_at=None) | Q(confirmed_at__gt=settled_since or meeting.began_at)
    rows = (
        Assignment.objects.filter(waiting, unit_id=meeting.unit_id, given_at__lt=meeting.began_at)
        .exclude(state=AssignmentState.DROPPED)
        .select_related("owner")
        .order_by("due_on", "pk")
    )
    return [task_of(row, row.owner.full_name, until) for row in rows]


def task_of(row: Assignment, owner: str, moment: datetime) -> dict:
    return {"title": row.title, "owner": owner, "due": f"{row.due_on:%d/%m/%Y}", "state": _stood(row, moment)}


def _stood(row: Assignment, moment: datetime) -> str:
    if row.confirmed_at and row.confirmed_at <= moment:
        return "Đã hoàn thành"
    if row.done_at and row.done_at <= moment:
        return "Đã báo xong"
    return "Quá hạn" if row.due_on < timezone.localdate(moment) else "Đang thực hiện"


def _conclusions(meeting: Meeting) -> list[dict]:
    rows = meeting.conclusions.order_by("pk").select_related("assignment__owner")
    return [
        conclusion_of(one.text, one.assignment, one.assignment.owner.full_name if one.assignment else "")
        for one in rows
    ]


def conclusion_of(text: str, task: Assignment | None, owner: str) -> dict:
    return {"text": text, "owner": owner, "due": f"{task.due_on:%d/%m/%Y}" if task else ""}


def _score(meeting: Meeting, ground: Meeting) -> dict | None:
    """What the branch agreed on; what the superior says of it comes after the minutes."""
    if ground.score_sheet is None:
        return None
    sheet = sheet_named(ground.score_sheet, meeting.kind, with_thematic=meeting.with_thematic)
    return score_of(sheet, ground.score_total, ground.score_grade)


def score_of(sheet: Sheet, total: Decimal, key: str) -> dict:
    grade = sheet.grade_named(key)
    return {"total": vi_number(total), "grade": grade.name if grade else "", "most": sheet.most}
