"""Who may do what with a meeting. Members read what their own branch's meetings wrote, superiors as VIEW reaches,
nobody else; the committee's meetings are read by the committee and above alone."""

from accounts.models import User
from accounts.policies import may_decide
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right

from .enums import HELD, PREPARED, Duty, MeetingState
from .models import Attendee, Meeting


def may_hold(user: User, unit: OrgUnit) -> bool:
    """Call, prepare, hold and write up the meetings of the unit itself; never inherited."""
    return has_right(user, Right.HOLD_MEETINGS, unit)


def may_prepare(user: User, meeting: Meeting) -> bool:
    """Change what is met about: until it begins who holds the unit's meetings; while it lasts who runs it."""
    if meeting.state == MeetingState.IN_PROGRESS:
        return may_run(user, meeting)
    return meeting.state in PREPARED and may_hold(user, meeting.unit)


def may_run(user: User, meeting: Meeting) -> bool:
    """Move the agenda on, take the roll, open and close votes: who holds the unit's meetings, and who this one has as
    its chair or clerk."""
    return may_hold(user, meeting.unit) or is_named(user, meeting)


def is_named(user: User, meeting: Meeting) -> bool:
    named = {person.account_id for person in (meeting.chair, meeting.clerk) if person is not None}
    return user.is_active and user.pk in named and meeting.state != MeetingState.DRAFT


def attendee_of(user: User, meeting: Meeting) -> Attendee | None:
    """The user's own line on the list."""
    return meeting.attendees.filter(member__account=user).first() if user.is_active else None


def may_answer(user: User, meeting: Meeting, attendee: Attendee | None) -> bool:
    """Say that he comes, or ask leave: whoever the list calls or invites."""
    return attendee is not None and attendee.duty in {Duty.CALLED, Duty.MAY_COME, Duty.INVITED} and user.is_active


def may_decide_leave(user: User, meeting: Meeting, attendee: Attendee) -> bool:
    """Nobody excuses himself."""
    own = attendee.member is not None and attendee.member.account_id == user.pk
    return not own and may_run(user, meeting)


def may_read(user: User, meeting: Meeting, *, own_branch_id: int | None, attendee: Attendee | None) -> bool:
    """See that there is a meeting, its agenda and papers; after it, its minutes. A draft is seen by who prepares it."""
    if may_run(user, meeting):
        return True
    # Minutes from paper wait for their last look, before they are in the book, with who has sent them.
    if meeting.state == MeetingState.DRAFT or (meeting.from_paper and meeting.state == MeetingState.MINUTES):
        return False
    if attendee is not None:
        return True
    if meeting.is_of_the_committee:
        return meeting.state in HELD and reads_from_above(user, meeting)
    if own_branch_id == meeting.unit_id:
        return True
    return meeting.state in HELD and reads_from_above(user, meeting)


def reads_from_above(user: User, meeting: Meeting) -> bool:
    return reads_unit(user, meeting.unit)


def reads_unit(user: User, unit: OrgUnit) -> bool:
    """As VIEW reaches; of a unit that was merged away also who views the one that took it in."""
    while not has_right(user, Right.VIEW, unit):
        if unit.merged_into_id is None:
            return False
        unit = unit.merged_into
    return True


def may_agree_score(user: User, meeting: Meeting) -> bool:
    """The superior committee agrees to the branch's score or returns it."""
    return meeting.unit.parent is not None and has_right(user, Right.APPROVE_REPORTS, meeting.unit.parent)


def may_vote_at_all(user: User) -> bool:
    """Not for a day after an officer's code gave a new password: whoever got hold of the code has no vote."""
    return may_decide(user)
