"""Who writes, reads, remarks on and signs minutes; who issues what came out of a meeting; who scores it."""

from accounts.models import User
from accounts.policies import may_decide
from members.enums import COUNTED
from members.models import Member

from .. import policies
from ..enums import HELD, HERE, Capacity, MeetingState
from ..models import Attendee, Meeting
from .enums import MinutesState, ScoreState
from .models import Minutes, Score

CHAIR, CLERK = "chair", "clerk"


def may_write(user: User, meeting: Meeting) -> bool:
    """Put down the discussion, conclusions and tasks: who runs the meeting."""
    return policies.may_run(user, meeting)


def own_branch_of(user: User) -> int | None:
    return Member.objects.filter(account=user).values_list("branch_id", flat=True).first()


def was_there(attendee: Attendee | None) -> bool:
    """Among those to whom the minutes are circulated: members who were present and the superior's representative."""
    return attendee is not None and attendee.presence in HERE and attendee.capacity != Capacity.GUEST


def line_of(user: User, people: list[Attendee]) -> Attendee | None:
    """The user's own line of a list that was read with its members."""
    if not user.is_active:
        return None
    return next((one for one in people if one.member is not None and one.member.account_id == user.pk), None)


def may_read(user: User, meeting: Meeting, record: Minutes | None, people: list[Attendee]) -> bool:
    """While they are written, who runs the meeting; circulated, who was there; closed, the branch (of a committee's
    meeting its members alone) and above."""
    if meeting.state not in HELD:
        return False
    if may_write(user, meeting):
        return True
    if record is None or record.state == MinutesState.WRITING:
        return False
    attendee = line_of(user, people)
    if record.state == MinutesState.CIRCULATED:
        return was_there(attendee) or bool(stands_in_as(user, meeting))
    if attendee is not None and attendee.capacity == Capacity.GUEST:
        attendee = None
    own_branch_id = None if meeting.is_of_the_committee else own_branch_of(user)
    return policies.may_read(user, meeting, own_branch_id=own_branch_id, attendee=attendee)


def may_remark(record: Minutes | None, attendee: Attendee | None) -> bool:
    """Whether the time is not over is the service's to say."""
    return record is not None and record.state == MinutesState.CIRCULATED and was_there(attendee)


def signs_as(user: User, meeting: Meeting) -> tuple[str, ...]:
    """As what the user signs these minutes; signing is a decision."""
    if not may_decide(user):
        return ()
    people = ((CHAIR, meeting.chair), (CLERK, meeting.clerk))
    return tuple(what for what, person in people if person is not None and person.account_id == user.pk)


def why_unable(person: Member | None) -> str:
    """Why the chair or clerk will not sign the minutes himself, as the end of a sentence; empty where he can."""
    if person is None:
        return ""
    if person.status not in COUNTED:
        return f"tình trạng “{person.get_status_display().lower()}”"
    if not person.account.is_active:
        return "tài khoản không còn dùng được"
    return "" if person.activated_at else "chưa kích hoạt tài khoản"


def stands_in_as(user: User, meeting: Meeting) -> tuple[str, ...]:
    """In whose place the user may sign, where that one cannot: who holds the unit's meetings, else of the committee
    right above who decides there. Never both signatures in one hand."""
    if meeting.state != MeetingState.MINUTES or not may_decide(user):
        return ()
    people = {CHAIR: meeting.chair, CLERK: meeting.clerk}
    unable = tuple(what for what, person in people.items() if why_unable(person))
    if not unable or user.pk in {person.account_id for person in people.values() if person is not None}:
        return ()
    return unable if policies.may_hold(user, meeting.unit) or policies.may_agree_score(user, meeting) else ()


def may_issue(user: User, meeting: Meeting) -> bool:
    """Give a resolution its number: who holds the unit's meetings, not whoever was this one's clerk."""
    return policies.may_hold(user, meeting.unit) and may_decide(user)


def may_see_score(
    user: User, meeting: Meeting, record: Minutes | None, score: Score | None, people: list[Attendee]
) -> bool:
    if may_write(user, meeting):
        return True
    if score is None or score.state == ScoreState.DRAFT:
        return False
    if policies.may_agree_score(user, meeting):
        return True
    return meeting.state == MeetingState.COMPLETED and may_read(user, meeting, record, people)
