"""How allauth's second factor behaves here: words of our own, secrets encrypted at rest, no citizen id handed out."""

import base64
import hashlib
import logging

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest

from ..devices import name_of
from ..models import User

logger = logging.getLogger(__name__)
_SIGN_ON_SECOND = "_sign_on_was_second_factor"


def box() -> MultiFernet:
    """Encrypts under a key made from the secret key: a stolen copy of the database alone holds no second factor."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"factors:{key}".encode()).digest())) for key in keys]
    )


class FactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Chưa xác nhận được. Đồng chí thử lại, hoặc chọn cách khác.",
    }

    def encrypt(self, text: str) -> str:
        return box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Under another secret key nothing can be read: then the answer is a fresh secret that no code fits, for
        an empty one would be known to everybody."""
        try:
            return box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.exception("a second factor was encrypted under another secret key")
            return base64.b32encode(Fernet.generate_key()).decode().rstrip("=")[:32]

    def get_totp_label(self, user: User) -> str:
        """Stands in an application on somebody's telephone: the name, not the citizen id."""
        return user.full_name

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": settings.MFA_TOTP_ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict:
        return super().get_public_key_credential_user_entity(user) | {
            "name": user.full_name,
            "display_name": user.full_name,
        }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return name_of(context.request.META.get("HTTP_USER_AGENT", ""))

    def is_mfa_enabled(self, user: User, types: list | None = None) -> bool:
        """No query for most accounts, one for the others, however many kinds are asked for one by one: what there is
        stays on the user object, which lives for one request."""
        if user.is_anonymous or user.second_factor_since is None:
            return False
        had = user.__dict__.get("_factor_types")
        if had is None:
            had = set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
            user.__dict__["_factor_types"] = had
        return bool(had if types is None else had & set(types))

    def send_notification_mail(self, *args, **kwargs) -> None:
        """The owner is told by a notice (ACCOUNTS_EVENT_LISTENERS)."""


class SecondStep(AuthenticateStage):
    """Left out when the provider of sign-on has just asked for a second factor itself, as the settings say."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not getattr(request, _SIGN_ON_SECOND, False) and super()._should_handle(request)


def was_second_factor(request: HttpRequest) -> None:
    """The sign-on of this request counts as a second step."""
    setattr(request, _SIGN_ON_SECOND, True)
