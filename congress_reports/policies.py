"""Who may do what with a report. A superior sees a draft's state, never its content (features E2)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from accounts.models import User
from orgtree.enums import Reach, Right, Role
from orgtree.models import OrgUnit
from orgtree.rights import has_right, holdings_of

from .enums import EventKind, ReportState
from .models import Attachment, Campaign, Report, ReportEvent

if TYPE_CHECKING:
    from .selectors.schedule import Line

_LEADERS = frozenset({Role.SECRETARY, Role.DEPUTY_SECRETARY})
_WRITTEN = (EventKind.DRAFTED, EventKind.READY, EventKind.SENT, EventKind.RESENT)


def may_write(user: User, report: Report) -> bool:
    """Fill it in: who files reports for this very unit; the right is never inherited."""
    return has_right(user, Right.FILE_REPORTS, report.unit)


def may_send(user: User, report: Report) -> bool:
    """In a branch the secretary (or his deputy) confirms what another drafted; a committee's officer may send."""
    if not may_write(user, report):
        return False
    if not report.unit.kind.holds_members:
        return True
    return any(holding.unit_id == report.unit_id and holding.role in _LEADERS for holding in holdings_of(user))


def may_see_state(user: User, report: Report) -> bool:
    return has_right(user, Right.VIEW, report.unit)


def may_read(user: User, report: Report) -> bool:
    """The figures themselves: from the sending on for all above, before it for who writes it."""
    if may_write(user, report):
        return True
    return may_see_state(user, report) and report.state in {
        ReportState.SENT,
        ReportState.IN_REVIEW,
        ReportState.APPROVED,
    }


def may_read_version(user: User, report: Report, number: int, events: Iterable[ReportEvent]) -> bool:
    """What was sent, as it was sent; what the unit took back before anybody looked is its own again."""
    if may_write(user, report):
        return True
    withdrawn = any(event.kind == EventKind.WITHDRAWN and event.version == number for event in events)
    return may_see_state(user, report) and not withdrawn


def may_fetch(user: User, report: Report, attachment: Attachment, events: Iterable[ReportEvent]) -> bool:
    """With a version that the reader may see; before it was sent it is its author's alone."""
    if may_write(user, report):
        return True
    events = list(events)
    return any(
        may_read_version(user, report, number, events)
        for number in range(1, report.version + 1)
        if attachment.goes_with(number)
    )


def wrote(user: User, report: Report, events: Iterable[ReportEvent]) -> bool:
    """`has_a_hand_in` of events that have been read."""
    return user.pk in {report.drafted_by_id, report.ready_by_id, report.sent_by_id} or any(
        event.made_by_id == user.pk and event.kind in _WRITTEN for event in events
    )


def may_update_posts(user: User, report: Report) -> bool:
    """Enter the elected into their posts: who keeps the records of the unit's members."""
    return may_see_state(user, report) and has_right(user, Right.MANAGE_MEMBERS, report.unit)


def has_a_hand_in(user: User, report: Report) -> bool:
    """Nobody decides on what he wrote, in whatever version."""
    if user.pk in {report.drafted_by_id, report.ready_by_id, report.sent_by_id}:
        return True
    return report.events.filter(made_by=user, kind__in=_WRITTEN).exists()


def may_review(user: User, report: Report) -> bool:
    """Look through and decide: APPROVE_REPORTS on the direct superior; a top unit's own is confirmed on itself."""
    superior = report.unit.parent or report.unit
    return has_right(user, Right.APPROVE_REPORTS, superior)


def may_decide(user: User, report: Report) -> bool:
    return may_review(user, report) and not has_a_hand_in(user, report)


def is_organisation_department(user: User, unit: OrgUnit) -> bool:
    return any(
        holding.role == Role.ORG_DEPARTMENT and holding.unit_id == unit.pk and Right.APPROVE_REPORTS in holding.rights
        for holding in holdings_of(user)
    )


def may_manage(user: User, campaign: Campaign) -> bool:
    """Set up duties, deadlines and forms: the organisation department of the campaign's unit."""
    return any(
        holding.role == Role.ORG_DEPARTMENT
        and holding.unit_id == campaign.top_id
        and Right.MANAGE_UNIT in holding.rights
        for holding in holdings_of(user)
    )


def may_export(user: User, campaign: Campaign) -> bool:
    """Take a whole campaign out for the centre, with the names of who was elected."""
    return may_manage(user, campaign)


def may_schedule(user: User, unit: OrgUnit) -> bool:
    """Lịch đại hội: the organisation department for its direct units, each committee for those below it (letter 000
    §2.3.1)."""
    superior = unit.parent or unit
    return has_right(user, Right.MANAGE_UNIT, superior)


def may_schedule_line(user: User, line: "Line") -> bool:
    """`may_schedule` of a row that carries its place but not the unit above it."""
    return any(
        Right.MANAGE_UNIT in one.rights
        and (
            one.unit_id == (line.parent_id or line.unit_id)
            or (
                one.reach == Reach.SUBTREE
                and one.tree_id == line.tree_id
                and one.lft < line.lft
                and line.rght < one.rght
            )
        )
        for one in holdings_of(user)
    )


def may_extend(user: User, report: Report) -> bool:
    return may_review(user, report)


def may_print_calls(user: User, unit: OrgUnit) -> bool:
    """Phones of those below who are to be called about late reports."""
    return has_right(user, Right.MANAGE_MEMBERS, unit)
