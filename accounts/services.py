"""What an owner changes in his own account."""

from django.db import transaction

from .events import AccountEvent, tell
from .models import TextSize, Theme, User


def keep_look(*, user: User, size: str, theme: str) -> None:
    """Keep the choice of letters and light with the account, so that it is the same on every device."""
    user.text_size = size if size in TextSize.values else user.text_size
    user.theme = theme if theme in Theme.values else user.theme
    user.save(update_fields=["text_size", "theme"])


@transaction.atomic
def change_email(*, user: User, email: str) -> bool:
    """Set or remove the address; False when it was that before."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.email == email:
        return False
    user.email = email
    user.save(update_fields=["email"])
    tell(AccountEvent.EMAIL_CHANGED, user, {"removed": not email})
    return True
