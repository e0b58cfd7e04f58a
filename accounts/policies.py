"""What an account may do by itself; what one may do to others comes from grants (orgtree.rights)."""

from .models import User


def may_decide(user: User) -> bool:
    """To vote, approve or hand on rights: not for a day after an officer's code gave a new password."""
    return user.is_authenticated and user.is_active and not user.decisions_are_held
