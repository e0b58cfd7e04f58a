from accounts.models import User
from audit.services import record

from ..models import Member
from ..policies import looks_as_inspector, sight_of


def reading_as(actor: User, unit) -> dict[str, str]:
    """By what right somebody reads; the page "Ai xem được" names inspectors by their committee."""
    return {"as": "inspection" if looks_as_inspector(actor, unit) else "right"}


def log_reading(action: str, *, member: Member, detail: dict | None = None, actor: User) -> None:
    """Record that somebody else looked at a personal record; one's own look is nobody's business."""
    if member.account_id == actor.pk or sight_of(actor, member) is None:
        return
    about = reading_as(actor, member.branch) | (detail or {})
    record(action, actor=actor, target=member, unit=member.branch_id, detail=about)
