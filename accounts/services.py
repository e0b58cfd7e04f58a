"""What an owner changes in his own account."""

from django.db import transaction
from django.utils import timezone

from common.errors import RuleViolation

from . import codes, letters, links
from .activating import Activating, Way, is_open_for, is_waiting
from .events import AccountEvent, tell
from .models import CodePurpose, OneTimeCode, TextSize, Theme, User


def keep_look(*, user: User, size: str, theme: str) -> None:
    """Keep the choice of letters and light with the account, so that it is the same on every device."""
    user.text_size = size if size in TextSize.values else user.text_size
    user.theme = theme if theme in Theme.values else user.theme
    user.save(update_fields=["text_size", "theme"])


@transaction.atomic
def ask_for_address(*, user: User, email: str) -> bool:
    """Take down an address, which is used once the link of a letter to it was opened; False when it is in use or
    waits already. An empty one removes both at once."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not email:
        return _remove_address(user)
    if email == user.email:
        _wait_for(user, "")
        return False
    if email == user.new_email:
        return False
    _wait_for(user, email)
    tell(AccountEvent.EMAIL_ASKED, user)
    letters.queue(letters.Kind.CONFIRM_ADDRESS, user.pk)
    if user.email:
        letters.queue(letters.Kind.NEW_ADDRESS_ASKED, user.pk)
    return True


@transaction.atomic
def activate(*, user: User, password: str, mark: Activating) -> tuple[User, OneTimeCode | None]:
    """Set the first password of an account; of two at once the second is refused. By the letter's way the roles rest
    on; by a code, which is used up and comes back, the caller says whether it confirms the person."""
    user = User.objects.select_for_update().get(pk=user.pk)
    code = None
    if not is_waiting(user):
        raise RuleViolation(
            "Tài khoản này vừa được kích hoạt ở thiết bị khác. Nếu không phải đồng chí, báo ngay chi bộ."
        )
    if not mark.shown or (mark.way == Way.LETTER and not is_open_for(user)):
        raise RuleViolation("Thời gian kích hoạt đã hết. Đồng chí liên hệ chi bộ để được mở lại.")
    if mark.way == Way.CODE:
        code = codes.use(code_id=mark.code_id or 0, user=user, purpose=CodePurpose.ACTIVATION)
        if code is None:
            raise RuleViolation("Mã kích hoạt không còn dùng được. Đồng chí xin chi bộ cấp mã mới.")
    user.set_password(password)
    user.activated_at, user.activation_closes_at, user.must_change_password = timezone.now(), None, False
    user.save(update_fields=["password", "activated_at", "activation_closes_at", "must_change_password"])
    codes.void(user=user, purpose=CodePurpose.ACTIVATION)
    tell(AccountEvent.ACTIVATED, user, {"way": mark.way})
    return user, code


def confirm_identity(*, user: User) -> None:
    """He has shown a code that was handed to him in person. In the caller's transaction."""
    user.identity_confirmed_at = timezone.now()
    user.save(update_fields=["identity_confirmed_at"])
    tell(AccountEvent.IDENTITY_CONFIRMED, user)


@transaction.atomic
def confirm_address(*, user: User, words: str) -> bool:
    """Use the address that waits, by the words of the link; False when they are not (or no longer) the right ones."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not links.confirms(user, words):
        return False
    _tell_former_address(user)
    user.email, user.new_email = user.new_email, ""
    user.save(update_fields=["email", "new_email"])
    tell(AccountEvent.EMAIL_CHANGED, user, {"removed": False})
    return True


def _remove_address(user: User) -> bool:
    if not user.email and not user.new_email:
        return False
    _tell_former_address(user)
    user.email = user.new_email = ""
    user.save(update_fields=["email", "new_email"])
    tell(AccountEvent.EMAIL_CHANGED, user, {"removed": True})
    return True


def _wait_for(user: User, email: str) -> None:
    user.new_email = email
    user.save(update_fields=["new_email"])


def _tell_former_address(user: User) -> None:
    """By the line of the history that holds it: an address stands in no queue."""
    if not user.email:
        return
    events = User.pgh_event_model.objects.filter(pgh_obj_id=user.pk, email=user.email)
    last = events.order_by("-pgh_id").values_list("pgh_id", flat=True).first()
    if last is not None:
        letters.queue(letters.Kind.ADDRESS_CHANGED, last)
