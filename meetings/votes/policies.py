"""Who may vote, and who runs a vote."""

from accounts.models import User

from ..models import Meeting
from ..policies import may_run, may_vote_at_all
from .enums import VoteState
from .models import Entitled, Vote


def may_conduct(user: User, meeting: Meeting) -> bool:
    """Prepare, open and close votes, enter what hands and papers said."""
    return may_run(user, meeting)


def entitled_of(user: User, vote: Vote) -> Entitled | None:
    """The user's own line on the frozen roll."""
    if not user.is_active:
        return None
    rows = Entitled.objects.select_related("attendee", "participation", "open_ballot")
    return rows.filter(vote=vote, attendee__member__account=user).first()


def may_cast(user: User, vote: Vote, entitled: Entitled | None) -> bool:
    return (
        entitled is not None
        and entitled.vote_id == vote.pk
        and vote.state == VoteState.OPEN
        and not entitled.on_paper
        and may_vote_at_all(user)
    )
