from accounts.models import User

from .models import HelpRequest
from .selectors import help_to_answer


def may_answer(user: User, request: HelpRequest) -> bool:
    """The officer of the unit it was told to, or one of a unit above; never the sender himself."""
    return any(
        help_to_answer(user, below=below).filter(pk=request.pk).exists() for below in (False, True)
    )
