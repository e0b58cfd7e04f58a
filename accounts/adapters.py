"""How allauth behaves here: our throttle instead of its own, our words, and every event told to the record."""

import math
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from common import request_context

from .events import AccountEvent, tell
from .models import User
from .throttle import Attempt, TooManyFailures


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": (
            "Số định danh cá nhân hoặc mật khẩu chưa đúng, hoặc tài khoản chưa được kích hoạt. "
            "Đồng chí kiểm tra lại, chú ý chữ hoa, chữ thường, rồi thử lại."
        ),
        "incorrect_password": "Mật khẩu chưa đúng. Đồng chí nhập lại.",
        "enter_current_password": "Mật khẩu đang dùng chưa đúng. Đồng chí nhập lại.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return request_context.current().address or "0.0.0.0"

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        self._attempt = Attempt(credentials.get("username", ""), request_context.current().address)
        try:
            self._attempt.begin()
        except TooManyFailures as full:
            raise ValidationError(_wait_words(full.seconds), "too_many_failures", {"seconds": full.seconds}) from full

    def _rollback_login_failed_rl_usage(self) -> None:
        self._attempt.give_back()

    def get_login_stages(self) -> list[str]:
        """Our second step in the place of allauth's."""
        second = "allauth.mfa.stages.AuthenticateStage"
        ours = "accounts.factor_adapter.SecondStep"
        return [ours if stage == second else stage for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: User) -> list[dict]:
        """In words that say what to have at hand."""
        words = {
            "reauthenticate": "Dùng mật khẩu",
            "mfa_reauthenticate": "Dùng mã trong ứng dụng hoặc mã dự phòng",
            "mfa_reauthenticate:webauthn": "Dùng khóa truy cập",
        }
        return [method | {"description": words[method["id"]]} for method in super().get_reauthentication_methods(user)]

    def authentication_failed(self, request: HttpRequest, **credentials: str) -> None:
        """The same work for a name that no account has: the time taken must not tell."""
        user = User.objects.filter(citizen_id=credentials.get("username", "")).first()
        inside = request.user.is_authenticated
        tell(AccountEvent.PASSWORD_NOT_CONFIRMED if inside else AccountEvent.SIGN_IN_FAILED, user)

    def login(self, request: HttpRequest, user: User) -> None:
        with transaction.atomic():
            super().login(request, user)
            tell(AccountEvent.SIGNED_IN, user)

    def logout(self, request: HttpRequest) -> None:
        tell(AccountEvent.SIGNED_OUT, request.user)
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        """Also activates the account: from here on its owner has a password of his own."""
        with transaction.atomic():
            user.set_password(password)
            user.must_change_password = False
            user.activated_at = user.activated_at or timezone.now()
            user.save(update_fields=["password", "must_change_password", "activated_at"])
            tell(AccountEvent.PASSWORD_CHANGED, user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:settings")


def _wait_words(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    again = timezone.localtime(timezone.now() + timedelta(seconds=seconds))
    return (
        "Đã có nhiều lần nhập sai. Để bảo vệ tài khoản, hệ thống tạm dừng nhận mật khẩu. "
        f"Mời đồng chí thử lại sau {minutes} phút (từ {again:%H:%M})."
    )
