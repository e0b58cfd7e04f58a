"""How allauth behaves here: our throttle instead of its own, our words, and every event told to the record."""

from datetime import datetime

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from common import request_context

from . import activating, codes, known_devices
from .events import AccountEvent, tell
from .models import CodePurpose, User
from .recovery.services import last_code_used
from .throttle import TooManyFailures, attempt_of, forgive
from .time_out import keep_last_sign_in


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
        self._attempt = attempt_of(request, credentials.get("username", ""))
        try:
            self._attempt.begin()
        except TooManyFailures as full:
            raise ValidationError(full.words, "too_many_failures", {"seconds": full.seconds}) from full

    def _rollback_login_failed_rl_usage(self) -> None:
        self._attempt.give_back()

    def get_login_stages(self) -> list[str]:
        """Our second step in the place of allauth's."""
        second = "allauth.mfa.stages.AuthenticateStage"
        ours = "accounts.second_factor.adapter.SecondStep"
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
        """The same work for a name that no account has: the time taken must not tell. Whoever knocks as the letter says
        has not failed: the sign-in form takes him to the activation."""
        user = User.objects.filter(citizen_id=credentials.get("username", "")).first()
        inside = request.user.is_authenticated
        if not inside and activating.knocks(user, credentials.get("password", "")):
            self._attempt.give_back()
            request.knocking = user
            return
        tell(AccountEvent.PASSWORD_NOT_CONFIRMED if inside else AccountEvent.SIGN_IN_FAILED, user)

    def login(self, request: HttpRequest, user: User) -> None:
        before = user.last_login
        with transaction.atomic():
            super().login(request, user)
            tell(AccountEvent.SIGNED_IN, user)
        keep_last_sign_in(request.session, before)
        _say_who_issued_code(request, user, before)
        device = known_devices.device_of(request, user.citizen_id)
        forgive(user.citizen_id, request_context.current().address, device)

    def post_login(self, request: HttpRequest, user: User, **how) -> HttpResponse:
        response = super().post_login(request, user, **how)
        known_devices.remember(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        tell(AccountEvent.SIGNED_OUT, request.user)
        request.reader_leaves = True
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        """Also activates the account: from here on its owner has a password of his own."""
        with transaction.atomic():
            user.set_password(password)
            user.must_change_password = False
            user.activated_at = user.activated_at or timezone.now()
            user.save(update_fields=["password", "must_change_password", "activated_at"])
            # Who has set one has not lost it: a code that was given out meanwhile opens nothing more.
            codes.void(user=user, purpose=CodePurpose.PASSWORD)
            tell(AccountEvent.PASSWORD_CHANGED, user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:settings")


def _say_who_issued_code(request: HttpRequest, user: User, before: datetime | None) -> None:
    """At the first sign-in after a reset by code its owner hears by whom, were it not he who used it."""
    if not user.decisions_are_held:
        return
    code = last_code_used(user)
    if code is None or (before is not None and before >= code.used_at):
        return
    issuer = f"đồng chí {code.issued_by.full_name}" if code.issued_by else "người quản trị hệ thống"
    messages.warning(
        request,
        f"Mật khẩu được đặt lại lúc {_time(code.used_at)} bằng mã do {issuer} cấp lúc {_time(code.issued_at)}. "
        "Nếu không phải đồng chí làm, đồng chí báo ngay cho cấp ủy.",
    )


def _time(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M ngày %d/%m/%Y}"
