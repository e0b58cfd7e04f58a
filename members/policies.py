"""Who may do what with a record. Nobody keeps his own: he asks for a correction; his phone he changes himself."""

from accounts.models import OneTimeCode, User
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import Placed, has_right
from orgtree.selectors import grants_out_of_reach

from .enums import Sight
from .models import CorrectionRequest, Member, TemporaryStay


def sight_of(user: User, member: Member) -> Sight | None:
    """How much of the record the reader sees; None: it is not there for him."""
    if member.account_id == user.pk:
        return Sight.OWN
    return sight_in(user, member.branch)


def sight_in(user: User, unit: Placed) -> Sight | None:
    """How much he sees of a record in the unit that is not his own."""
    if has_right(user, Right.MANAGE_MEMBERS, unit):
        return Sight.OFFICER
    if has_right(user, Right.VIEW, unit) or has_right(user, Right.INSPECT, unit):
        return Sight.READER
    return None


def looks_as_inspector(user: User, unit: Placed) -> bool:
    """He reads by the right to inspect; to members he appears as "Ủy ban Kiểm tra" (DESIGN §4)."""
    return has_right(user, Right.INSPECT, unit) and not has_right(user, Right.MANAGE_MEMBERS, unit)


def may_add_member(user: User, branch: OrgUnit) -> bool:
    return has_right(user, Right.MANAGE_MEMBERS, branch)


def may_edit(user: User, member: Member) -> bool:
    return member.account_id != user.pk and has_right(user, Right.MANAGE_MEMBERS, member.branch)


def may_move(user: User, member: Member, branch: OrgUnit) -> bool:
    """Both ends must be in his area."""
    return may_edit(user, member) and has_right(user, Right.MANAGE_MEMBERS, branch)


def may_read_history(user: User, member: Member) -> bool:
    """The member himself and who keeps his record."""
    sight = sight_of(user, member)
    return sight is not None and sight >= Sight.OFFICER


def may_take_members_in(user: User, branch: OrgUnit) -> bool:
    """Sinh hoạt tạm thời: who keeps the records of the receiving branch."""
    return has_right(user, Right.MANAGE_MEMBERS, branch)


def may_take_in(user: User, member: Member, branch: OrgUnit) -> bool:
    """Nobody himself."""
    return member.account_id != user.pk and may_take_members_in(user, branch)


def may_end_stay(user: User, stay: TemporaryStay) -> bool:
    """Who keeps the records of the receiving branch, or the member's own record."""
    return may_take_in(user, stay.member, stay.branch) or may_edit(user, stay.member)


def may_manage_posts(user: User, member: Member, unit: OrgUnit) -> bool:
    """A post stands in a unit: the right is asked there. Nobody gives himself one, since posts open roles."""
    return member.account_id != user.pk and has_right(user, Right.MANAGE_MEMBERS, unit)


def may_issue_password_code(user: User, member: Member) -> bool:
    """Who keeps the record; for whom with more rights than his own no code is given out is a rule of the service."""
    return may_edit(user, member)


def password_code_stands(code: OneTimeCode) -> bool:
    """Asked when a code is used (PASSWORD_CODE_JUDGE): whoever gave it out must still be the one who may. Else a role
    given meanwhile, or the officer's own lost, would leave a way in that the form refuses."""
    if code.issued_by is None:
        return True
    issuer = User.objects.get(pk=code.issued_by_id)
    member = Member.objects.select_related("branch").filter(account_id=code.user_id).first()
    return (
        member is not None
        and may_issue_password_code(issuer, member)
        and not issuer.decisions_are_held
        and not grants_out_of_reach(issuer, code.user)
    )


def may_decide(user: User, correction: CorrectionRequest) -> bool:
    return may_edit(user, correction.member)


def may_export(user: User, unit: OrgUnit) -> bool:
    return sight_in(user, unit) is not None


def may_print_calls(user: User, unit: OrgUnit) -> bool:
    return has_right(user, Right.MANAGE_MEMBERS, unit)
