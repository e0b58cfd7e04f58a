"""Shapes of what people type; ACCOUNT_FORMS puts those of sign-in and password in the place of allauth's."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from common.ui.forms import Form, Worded, word_errors

from . import activating
from .fields import CitizenIdField


class SignInForm(Worded, LoginForm):
    """Says the same of a wrong number, a wrong password and an account that is not activated."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = CitizenIdField(
            help_text="12 chữ số trên thẻ căn cước của đồng chí.",
            widget=forms.TextInput(attrs={"autocomplete": "username"}),
        )
        _plain_password(self.fields["password"], "Mật khẩu")
        word_errors(self)

    def clean(self) -> dict:
        """Knocking as the letter says is no error: `login` then leads to the activation."""
        try:
            return super().clean()
        except forms.ValidationError:
            if not hasattr(self.request, "knocking"):
                raise
            return self.cleaned_data

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        if hasattr(request, "knocking"):
            activating.begin(request, request.knocking, activating.Way.LETTER)
            return HttpResponseRedirect(str(settings.ACCOUNTS_ACTIVATION_PAGE))
        return super().login(request, redirect_url)

    @property
    def wait_seconds(self) -> int:
        """How long until the next try is looked at; 0 when none was refused unseen."""
        for error in self.non_field_errors().as_data():
            if error.code == "too_many_failures":
                return error.params["seconds"]
        return 0


class PasswordForm(Worded, ChangePasswordForm):
    """The old password once, the new one twice."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _plain_password(self.fields["oldpassword"], "Mật khẩu đang dùng")
        _plain_password(
            self.fields["password1"],
            "Mật khẩu mới",
            "Ít nhất 8 ký tự. Nên ghép ba, bốn từ dễ nhớ với đồng chí; không dùng họ tên, số định danh, ngày sinh.",
        )
        _plain_password(self.fields["password2"], "Nhập lại mật khẩu mới", shown_as="mật khẩu nhập lại")
        word_errors(self)

    def clean_oldpassword(self) -> str:
        """Through the throttle: an open session must not become a place for guessing."""
        password = self.cleaned_data["oldpassword"]
        adapter = get_adapter()
        if not adapter.reauthenticate(self.user, password):
            raise adapter.validation_error("enter_current_password")
        return password

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("password1") and cleaned["password1"] == cleaned.get("oldpassword"):
            self.add_error("password1", "Mật khẩu mới phải khác mật khẩu đang dùng.")
        return cleaned


class ConfirmPasswordForm(Worded, ReauthenticateForm):
    """The password once more before a change that matters."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _plain_password(self.fields["password"], "Mật khẩu")
        word_errors(self)


class EmailForm(Form):
    email = forms.EmailField(
        label="Thư điện tử",
        required=False,
        max_length=254,
        help_text="Không bắt buộc. Để trống nếu đồng chí không dùng thư điện tử.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


def _plain_password(field: forms.Field, label: str, help_text: str = "", *, shown_as: str = "") -> None:
    """`shown_as` stands on the button that shows what is typed."""
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= {"data-password": shown_as or label.lower(), "autocapitalize": "off", "spellcheck": "false"}
