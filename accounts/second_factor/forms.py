"""Shapes of what is typed at the second step and in the pages of second factors (MFA_FORMS of allauth are not used:
our views take these)."""

import math
from datetime import timedelta

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm as AllauthWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from common import request_context
from common.ui.forms import Form, Worded, word_errors

from ..events import AccountEvent, tell
from ..models import User
from ..throttle import Attempt, TooManyFailures
from . import services as factors

_NAME_LENGTH = 60


class CodeField(forms.CharField):
    """Digits; what people put between them is dropped later."""

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs |= {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "autocapitalize": "off",
            "spellcheck": "false",
            "data-no-keep": "",
        }


class _Counted:
    """A form that takes a secret: only so many wrong ones an hour, counted apart from those of the password."""

    user: User

    def begin(self) -> Attempt:
        attempt = Attempt(f"second-step:{self.user.pk}", request_context.current().address)
        try:
            attempt.begin()
        except TooManyFailures as full:
            again = timezone.localtime(timezone.now() + timedelta(seconds=full.seconds))
            raise ValidationError(
                "Đã có nhiều lần nhập sai mã. Để bảo vệ tài khoản, hệ thống tạm dừng nhận mã. Mời đồng chí thử lại sau "
                f"{math.ceil(full.seconds / 60)} phút (từ {again:%H:%M}).",
                "too_many_failures",
                {"seconds": full.seconds},
            ) from full
        return attempt

    @property
    def wait_seconds(self) -> int:
        """How long until the next code is looked at; 0 when none was refused unseen."""
        waits = [
            error.params["seconds"]
            for errors in self.errors.as_data().values()
            for error in errors
            if error.code == "too_many_failures"
        ]
        return max(waits, default=0)


class SecondStepForm(_Counted, Form):
    """One field for both: six digits of the application, or eight of a recovery code."""

    reauthenticated, failure = False, AccountEvent.SECOND_STEP_FAILED
    code = CodeField(label="Mã xác thực", help_text="6 chữ số trong ứng dụng, hoặc 8 chữ số của một mã dự phòng.")

    def __init__(self, *args, user: User, **kwargs) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def only_recovery_codes(self) -> None:
        """In the words for who has passkeys and no application."""
        self.fields["code"].label, self.fields["code"].help_text = "Mã dự phòng", "8 chữ số của một mã chưa dùng."

    def clean_code(self) -> str:
        attempt = self.begin()
        factor = factors.check(user=self.user, typed=self.cleaned_data["code"])
        if factor is None:
            tell(self.failure, self.user)
            raise ValidationError("Mã chưa đúng, đã hết hạn hoặc đã dùng. Đồng chí xem lại rồi nhập mã khác.")
        attempt.give_back()
        factor.user = self.user
        self.factor = factor
        return ""

    def pass_on(self, request: HttpRequest) -> None:
        """Note in the session that the step was taken."""
        post_authentication(request, self.factor, reauthenticated=self.reauthenticated)


class ConfirmCodeForm(SecondStepForm):
    """The same before a change that matters."""

    reauthenticated, failure = True, AccountEvent.CODE_NOT_CONFIRMED


class _PasskeyForm(Worded):
    """What the browser answers; filled by the script alone, so that its errors stand above the form."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["credential"]
        field.label = "Khóa truy cập"
        field.error_messages = {
            "required": "Chưa nhận được khóa truy cập. Đồng chí thử lại.",
            "invalid": "Chưa nhận được khóa truy cập. Đồng chí thử lại.",
        }
        word_errors(self)


class PasskeyStepForm(_PasskeyForm, AllauthWebAuthnForm):
    pass


class PasskeySignInForm(_PasskeyForm, LoginWebAuthnForm):
    pass


class ConfirmPasskeyForm(_PasskeyForm, ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(_PasskeyForm, AddWebAuthnForm):
    """Every passkey here can sign in by itself: the device asks for a finger, a face or a PIN."""

    passwordless = None

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label="Tên khóa truy cập",
            required=False,
            max_length=_NAME_LENGTH,
            help_text="Để đồng chí nhận ra sau này, ví dụ “Điện thoại của tôi”.",
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        word_errors(self)


class RenamePasskeyForm(Form):
    name = forms.CharField(
        label="Tên khóa truy cập", max_length=_NAME_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ApplicationForm(_Counted, Form):
    """A code of the application that has just taken the secret in. `setup` travels beside it in a hidden input."""

    code = CodeField(label="Mã trong ứng dụng", help_text="6 chữ số, đổi mới sau mỗi 30 giây.")

    def __init__(self, data=None, *, user: User) -> None:
        self.user = user
        super().__init__(data)
        self.setup = (data or {}).get("setup", "")
        self.secret = factors.secret_of(self.setup, user)
        self._is_old = data is not None and self.secret is None
        if self.secret is None:
            self.setup = factors.new_setup(user)
            self.secret = factors.secret_of(self.setup, user)

    def clean_code(self) -> str:
        if self._is_old:
            raise ValidationError("Trang này mở đã lâu. Đồng chí quét lại mã QR bên trên rồi nhập mã mới.")
        return self.cleaned_data["code"]

    def turn_on(self, *, session_key: str) -> bool:
        """Whether the code was right; an error stands at the field when not."""
        try:
            attempt = self.begin()
        except ValidationError as full:
            self.add_error("code", full)
            return False
        if not factors.set_application(
            user=self.user, secret=self.secret, typed=self.cleaned_data["code"], session_key=session_key
        ):
            self.add_error(
                "code", "Mã chưa đúng. Đồng chí nhập mã đang hiện trong ứng dụng; đồng hồ điện thoại phải đúng giờ."
            )
            return False
        attempt.give_back()
        return True
