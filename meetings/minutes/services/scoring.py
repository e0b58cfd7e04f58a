"""The sheet of 100 points: filled in with what is known, confirmed by the branch, agreed to or returned above."""

from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.services import record as put_on_record
from common.errors import RuleViolation
from common.text import clean
from notifications.services import notify
from orgtree.enums import Right
from orgtree.rights import people_with

from ... import policies as meeting_policies
from ...enums import HELD
from ...models import Meeting
from ...rules.scoring import Sheet, sheet_named, sheet_on
from ...services.place import locked
from .. import policies
from ..enums import ScoreState
from ..evidence import Evidence, Found
from ..models import Score

_OPEN = (ScoreState.DRAFT, ScoreState.RETURNED)


def sheet_of(meeting: Meeting, score: Score | None = None) -> Sheet | None:
    if score is not None:
        return sheet_named(score.sheet, meeting.kind, with_thematic=meeting.with_thematic)
    return sheet_on(timezone.localdate(meeting.starts_at), meeting.kind, with_thematic=meeting.with_thematic)


def _locked(meeting: Meeting, actor: User) -> tuple[Meeting, Score | None]:
    meeting = locked(meeting, actor=actor)
    return meeting, Score.objects.select_for_update().filter(meeting=meeting).first()


def _scored(meeting: Meeting, actor: User) -> tuple[Meeting, Score, Sheet]:
    meeting, score = _locked(meeting, actor)
    if not policies.may_write(actor, meeting):
        raise PermissionDenied
    if meeting.state not in HELD:
        raise RuleViolation("Cuộc họp chưa diễn ra, chưa chấm điểm được.")
    sheet = sheet_of(meeting, score)
    if sheet is None:
        raise RuleViolation("Loại cuộc họp này không chấm điểm.")
    if score is None:
        score = Score(meeting=meeting, sheet=sheet.key)
    if score.state not in _OPEN:
        raise RuleViolation(f"Phiếu đang ở tình trạng “{score.get_state_display()}”, không sửa được.")
    return meeting, score, sheet


@transaction.atomic
def begin_score(*, meeting: Meeting, actor: User) -> Score:
    """The sheet of the meeting's day. One that is begun stays as it is."""
    meeting, score, _ = _scored(meeting, actor)
    if score._state.adding:
        score.save(force_insert=True)
    return score


@transaction.atomic
def save_points(
    *, meeting: Meeting, points: Mapping[str, int | None], reasons: Mapping[str, str], actor: User
) -> Score:
    """What the branch gives itself; with what the handbook found at this moment kept beside it."""
    meeting, score, sheet = _scored(meeting, actor)
    _take_over(score, sheet, Evidence(meeting).of(sheet), points, reasons)
    score.save()
    return score


def _take_over(
    score: Score, sheet: Sheet, found: Mapping[str, Found], points: Mapping[str, int | None], reasons: Mapping[str, str]
) -> None:
    kept = {}
    for item in sheet.items:
        given = points.get(item.key)
        if given is not None and not 0 <= given <= item.most:
            raise RuleViolation(f"{item.title}: từ 0 đến {item.most} điểm.")
        kept[item.key] = point_of(given, found.get(item.key), clean(reasons.get(item.key, ""))[:300])
    score.points = kept
    score.total = Decimal(sum(row["points"] or 0 for row in kept.values()))
    # A returned sheet has been graded once, and stays so.
    score.grade = sheet.grade_of(score.total).key if score.state == ScoreState.RETURNED else ""


def point_of(given: int | None, known: Found | None, reason: str) -> dict:
    return {
        "points": given,
        "found": known.points if known else None,
        "evidence": known.evidence if known else "",
        "reason": reason,
    }


def missing_in(score: Score, sheet: Sheet) -> list[tuple[str, str]]:
    """(item's key, sentence) of what stands between the sheet and its confirmation."""
    missing = []
    for item in sheet.items:
        row = score.points.get(item.key, {})
        if row.get("points") is None:
            missing.append((item.key, f"Chưa chấm: {item.title}."))
        elif row.get("found") is not None and row["points"] > row["found"] and not row.get("reason"):
            missing.append((item.key, f"{item.title}: cao hơn số liệu của Sổ tay, đồng chí ghi lý do."))
    return missing


@transaction.atomic
def confirm_score(*, meeting: Meeting, actor: User) -> Score:
    """The branch has agreed on its points: they go to the superior."""
    meeting, score, sheet = _scored(meeting, actor)
    missing = missing_in(score, sheet)
    if missing:
        raise RuleViolation(missing[0][1])
    grade = sheet.grade_of(score.total)
    score.state, score.grade, score.reason = ScoreState.CONFIRMED, grade.key, ""
    score.confirmed_by, score.confirmed_at = actor, timezone.now()
    score.decided_by = score.decided_at = None
    score.save()
    put_on_record(
        "score.confirmed",
        actor=actor,
        target=meeting,
        unit=meeting.unit,
        detail={"total": score.total_in_words, "grade": grade.name},
    )
    if meeting.unit.parent is not None:
        above = set(people_with(Right.APPROVE_REPORTS, meeting.unit.parent).values_list("pk", flat=True)) - {actor.pk}
        if above:
            notify(
                "meetings.score",
                users=above,
                text=f"{meeting.unit.name} chấm {score.total_in_words} điểm, loại {grade.name}: {meeting.title}.",
                url=_url(meeting),
                unit_id=meeting.unit.parent_id,
            )
    return score


def _url(meeting: Meeting) -> str:
    return reverse("meetings:score", args=[meeting.pk])


def _decided(meeting: Meeting, actor: User) -> tuple[Meeting, Score]:
    meeting, score = _locked(meeting, actor)
    # Nobody agrees to the points he gave himself, whatever roles he holds.
    if not meeting_policies.may_agree_score(actor, meeting) or score is None or score.confirmed_by_id == actor.pk:
        raise PermissionDenied
    if score.state != ScoreState.CONFIRMED:
        raise RuleViolation(f"Phiếu đang ở tình trạng “{score.get_state_display()}”.")
    score.decided_by, score.decided_at = actor, timezone.now()
    return meeting, score


@transaction.atomic
def agree_score(*, meeting: Meeting, actor: User) -> Score:
    meeting, score = _decided(meeting, actor)
    score.state = ScoreState.AGREED
    score.save()
    put_on_record("score.agreed", actor=actor, target=meeting, unit=meeting.unit)
    _tell_branch(meeting, score, "được cấp trên đồng ý")
    return score


@transaction.atomic
def return_score(*, meeting: Meeting, reason: str, actor: User) -> Score:
    meeting, score = _decided(meeting, actor)
    reason = clean(reason)[:500]
    if not reason:
        raise RuleViolation("Đồng chí ghi rõ lý do trả lại.")
    score.state, score.reason = ScoreState.RETURNED, reason
    score.save()
    put_on_record("score.returned", actor=actor, target=meeting, unit=meeting.unit, detail={"reason": reason})
    _tell_branch(meeting, score, f"bị trả lại: {reason}")
    return score


def _tell_branch(meeting: Meeting, score: Score, what: str) -> None:
    if score.confirmed_by_id:
        notify(
            "meetings.score",
            users=[score.confirmed_by_id],
            text=f"Phiếu chấm điểm {meeting.title} {what}.",
            url=_url(meeting),
            unit_id=meeting.unit_id,
        )
