"""Shapes of what is typed by who has lost his password."""

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from common.ui.forms import Form

from ..fields import CitizenIdField
from ..models import User

_NEW = {"autocomplete": "new-password", "autocapitalize": "off", "spellcheck": "false"}


class LostPasswordForm(Form):
    """Whose password it is."""

    login = CitizenIdField(
        help_text="12 chữ số trên thẻ căn cước của đồng chí.",
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )


class NewPasswordForm(Form):
    """The new password twice, measured against `user`."""

    password1 = forms.CharField(
        label="Mật khẩu mới",
        strip=False,
        help_text="Ít nhất 8 ký tự. Nên ghép ba, bốn từ dễ nhớ với đồng chí; "
        "không dùng họ tên, số định danh, ngày sinh.",
        widget=forms.PasswordInput(attrs=_NEW | {"data-password": "mật khẩu mới"}),
    )
    password2 = forms.CharField(
        label="Nhập lại mật khẩu mới",
        strip=False,
        widget=forms.PasswordInput(attrs=_NEW | {"data-password": "mật khẩu nhập lại"}),
    )

    def __init__(self, data: dict | None = None, *, user: User | None = None, **kwargs) -> None:
        super().__init__(data, **kwargs)
        self.user = user

    def clean(self) -> dict:
        cleaned = super().clean()
        password = cleaned.get("password1")
        if password:
            if cleaned.get("password2") and cleaned["password2"] != password:
                self.add_error("password2", "Hai lần nhập mật khẩu phải giống nhau.")
            try:
                password_validation.validate_password(password, self._measured_against(cleaned))
            except ValidationError as refusal:
                self.add_error("password1", refusal)
        return cleaned

    def _measured_against(self, cleaned: dict) -> User | None:
        return self.user


class CodeForm(NewPasswordForm):
    """The officer's code and a new password. Measured here against what was typed alone: who the number belongs to is
    told to nobody without the code."""

    login = CitizenIdField(
        help_text="12 chữ số trên thẻ căn cước của đồng chí.",
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    code = forms.CharField(
        label="Mã đặt lại mật khẩu",
        max_length=40,
        help_text="12 chữ số trên phiếu cán bộ phụ trách đã đưa. Gõ liền hay cách đều được.",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )
    field_order = ["login", "code", "password1", "password2"]

    def _measured_against(self, cleaned: dict) -> User | None:
        return User(citizen_id=cleaned.get("login", ""))
