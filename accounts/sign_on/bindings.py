"""Which account a subject of the sign-on provider belongs to: bound once by the citizen id, from then on by itself.

What else the provider says of the person (roles, groups, e-mail, name) is not even read: rights come from grants."""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ..events import AccountEvent, tell
from ..models import User
from .talk import Proven


class NotBound(Exception):
    """This sign-on opens no account; `reason` and `user` are for the record."""

    def __init__(self, reason: str, user: User | None = None) -> None:
        super().__init__(reason)
        self.reason, self.user = reason, user


def account_of(proven: Proven) -> User:
    """The account that is opened; raises NotBound, once that is on record, when none is."""
    try:
        return _account_of(proven)
    except NotBound as refusal:
        tell(
            AccountEvent.SIGN_ON_REFUSED,
            refusal.user,
            {"provider": settings.SIGN_ON.name, "reason": refusal.reason},
        )
        raise


@transaction.atomic
def _account_of(proven: Proven) -> User:
    if settings.SIGN_ON.acr_values and proven.acr not in settings.SIGN_ON.acr_values:
        raise NotBound("mức xác thực không đủ")
    bound = SocialAccount.objects.filter(provider=proven.issuer, uid=proven.subject).first()
    wanted = {"pk": bound.user_id} if bound else {"citizen_id": proven.citizen_id}
    user = User.objects.select_for_update(no_key=True).filter(**wanted).first() if bound or proven.citizen_id else None
    if user is None:
        raise NotBound("không có tài khoản mang số định danh được xác nhận")
    if bound and proven.citizen_id and proven.citizen_id != user.citizen_id:
        raise NotBound("số định danh được xác nhận khác với số của tài khoản đã gắn", user)
    if not user.is_active:
        raise NotBound("tài khoản đang tạm dừng", user)
    if bound is None:
        # Read again under the lock of the account: two browsers may come at once.
        others = SocialAccount.objects.filter(provider=proven.issuer, user=user).exclude(uid=proven.subject)
        if others.exists():
            raise NotBound("tài khoản đã gắn với một người dùng khác của hệ thống đó", user)
        if SocialAccount.objects.get_or_create(provider=proven.issuer, uid=proven.subject, user=user)[1]:
            tell(AccountEvent.SIGN_ON_BOUND, user, {"provider": settings.SIGN_ON.name})
    _activate(user)
    return user


def _activate(user: User) -> None:
    """Whom the provider has proved need not prove himself by a letter. A role rests until a code was handed over in
    person, unless the provider is trusted to have seen him."""
    changed = []
    if user.activated_at is None:
        user.activated_at = timezone.now()
        changed.append("activated_at")
    if user.identity_confirmed_at is None and settings.SIGN_ON.confirms_identity:
        user.identity_confirmed_at = timezone.now()
        changed.append("identity_confirmed_at")
    if changed:
        user.save(update_fields=changed)


def forget_bindings(*, user: User) -> None:
    """The account has another citizen id, by which it was bound: nobody comes in by the old one, and the next sign-on
    binds anew. In the caller's transaction, which tells why."""
    SocialAccount.objects.filter(user=user).delete()
