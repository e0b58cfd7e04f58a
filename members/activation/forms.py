"""What is typed at the first sign-in, and the ticks of the officer's list."""

from collections.abc import Mapping, Sequence

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.codes import DIGITS, digits_of
from accounts.fields import CitizenIdField
from accounts.models import User
from common.text import clean
from common.ui.date_parts import DatePartsField, DatePartsInput
from common.ui.forms import Form

_PARTS_HINT = "Không nhớ ngày thì để trống ô Ngày."


class CodeField(forms.CharField):
    """A code as it stands on paper, in groups or not."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("label", "Mã trên phiếu")
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "class": "input--code"}

    def clean(self, value: object) -> str:
        typed = super().clean(value)
        if typed and len(digits_of(typed)) != DIGITS:
            raise forms.ValidationError(f"Mã gồm {DIGITS} chữ số; đồng chí đã nhập {len(digits_of(typed))} chữ số.")
        return typed


class DatesForm(Form):
    """The letter's way: what the branch knows of the member and a stranger does not."""

    birth = DatePartsField(label="Ngày sinh", widget=DatePartsInput(autocomplete="bday"))
    admission = DatePartsField(label="Ngày vào Đảng (ngày kết nạp)", help_text=_PARTS_HINT)


class SlipForm(Form):
    """The way by a slip."""

    citizen_id = CitizenIdField(
        help_text="12 chữ số trên thẻ căn cước của đồng chí.",
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    code = CodeField(help_text="12 chữ số trên phiếu chi bộ phát.")
    birth = DatePartsField(label="Ngày sinh", widget=DatePartsInput(autocomplete="bday"))


class RoleCodeForm(Form):
    code = CodeField(label="Mã vai trò", help_text="12 chữ số cấp ủy cấp trên trao cho đồng chí.")


class FirstPasswordForm(Form):
    """A password of one's own, twice."""

    password1 = forms.CharField(
        label="Mật khẩu của đồng chí",
        strip=False,
        help_text="Ít nhất 8 ký tự. Nên ghép ba, bốn từ dễ nhớ, ví dụ tên cây, tên vật trong nhà; "
        "không dùng họ tên, ngày sinh, số định danh.",
    )
    password2 = forms.CharField(label="Nhập lại mật khẩu", strip=False)

    def __init__(self, data: Mapping | None = None, *, user: User) -> None:
        super().__init__(data)
        self._user = user
        for name, shown_as in (("password1", "mật khẩu"), ("password2", "mật khẩu nhập lại")):
            attrs = {"autocomplete": "new-password", "autocapitalize": "off", "spellcheck": "false"}
            widget = forms.PasswordInput(attrs=attrs | {"data-password": shown_as})
            self.fields[name].widget = widget

    def clean_password1(self) -> str:
        password = self.cleaned_data["password1"]
        validate_password(password, self._user)
        return password

    def clean(self) -> dict:
        cleaned = super().clean()
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", "Hai lần nhập mật khẩu phải giống nhau.")
        return cleaned


class UnitForm(Form):
    unit = forms.ChoiceField(label="Đơn vị", required=False)

    def __init__(self, unit_id: int, units: Sequence[tuple[str, str]]) -> None:
        super().__init__({"unit": str(unit_id)}, auto_id="loc-%s")
        self.fields["unit"].choices = units


class SearchForm(Form):
    q = forms.CharField(label="Tìm đảng viên", required=False, max_length=200)

    def clean_q(self) -> str:
        return clean(self.cleaned_data["q"])
