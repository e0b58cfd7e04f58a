"""Nothing of the libraries is ever said in English."""

import gettext
import importlib.resources
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm, SignupForm
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core import validators
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage, Paginator
from django.forms import formset_factory
from django.test import RequestFactory
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as translated

from accounts.forms import ConfirmPasswordForm, EmailForm, PasswordForm, SignInForm
from accounts.models import User
from accounts.recovery.forms import CodeForm, LostPasswordForm, NewPasswordForm
from accounts.second_factor.forms import ApplicationForm, ConfirmCodeForm, RenamePasskeyForm, SecondStepForm

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES" / "django"
# Words that no Vietnamese sentence holds ("to", "on", "the" without accents could be Vietnamese syllables).
ENGLISH = re.compile(
    r"\b(this|that|these|you|your|enter|ensure|must|password|please|field|valid|invalid|required|value|values|is|are|"
    r"not|with|from|account|email|username|sign|login|logged|error|page|file|select|choice|number|number|ago|user|"
    r"session|device|address|already|exists|and|or|of|in|be|at|least|most|character|characters|submit|form|forms|"
    r"year|years|month|months|week|weeks|day|days|hour|hours|minute|minutes|yes|no|unknown|code|key|security)\b",
    re.IGNORECASE,
)


def catalogue(path: Path) -> dict:
    """What a compiled catalogue holds: msgid → text; before the msgid its context, after it the plural's number."""
    with path.open("rb") as file:
        return {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}


def msgids(key: object) -> str:
    return key[0] if isinstance(key, tuple) else key


def english_in(text: object) -> list[str]:
    plain = re.sub(r"<[^>]*>|%\(\w+\)[srd]|\{\w*\}|https?://\S+|\S+@\S+|“[^”]*”", " ", str(text))
    return ENGLISH.findall(plain)


@pytest.mark.parametrize(("library", "language"), [("allauth", "fr"), ("django_filters", "fr")])
def test_every_string_of_the_library_has_a_translation(library, language):
    folder = Path(str(importlib.resources.files(library))) / "locale" / language / "LC_MESSAGES"
    ours = {msgids(key) for key in catalogue(CATALOGUE.with_suffix(".mo"))}

    assert {msgids(key) for key in catalogue(folder / "django.mo")} - ours == set()


def test_the_compiled_catalogue_is_that_of_the_written_one():
    """After a change of django.po: msgfmt -o django.mo django.po."""
    compiled = catalogue(CATALOGUE.with_suffix(".mo"))
    source = CATALOGUE.with_suffix(".po").read_text()
    blocks = [block for block in source.split("\n\n") if "msgid" in block][1:]
    written = {}
    for block in blocks:
        parts = {
            name: "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', body)).replace(r"\n", "\n").replace(r"\"", '"')
            for name, body in re.findall(r'^(msg\w+(?:\[0\])?) ((?:"(?:[^"\\]|\\.)*"\n?)+)', block, re.MULTILINE)
        }
        key = parts["msgid"]
        if "msgctxt" in parts:
            key = f"{parts['msgctxt']}\x04{key}"
        text = parts.get("msgstr") or parts["msgstr[0]"]
        written[(key, 0) if "msgid_plural" in parts else key] = text
    assert compiled == written


def test_the_written_vietnamese_holds_no_english():
    found = {text: words for text in catalogue(CATALOGUE.with_suffix(".mo")).values() if (words := english_in(text))}

    # names of things that carry them
    assert {
        text for text in found if "oauth" not in text and "openid" not in text and "code(ENTER)" not in text
    } == set()


def _every_field() -> list[type[forms.Field]]:
    return [
        thing
        for thing in vars(forms).values()
        if isinstance(thing, type) and issubclass(thing, forms.Field) and thing is not forms.Field
    ]


@pytest.mark.parametrize("field", _every_field(), ids=lambda field: field.__name__)
def test_no_field_of_a_form_refuses_in_english(field):
    said = {
        code: str(text) for cls in field.__mro__ for code, text in getattr(cls, "default_error_messages", {}).items()
    }

    assert {code: text for code, text in said.items() if english_in(text)} == {}


@pytest.mark.parametrize(
    ("validator", "bad"),
    [
        (validators.MaxLengthValidator(2), "dài"),
        (validators.MinLengthValidator(4), "ba"),
        (validators.MaxValueValidator(2), 3),
        (validators.MinValueValidator(2), 1),
        (validators.StepValueValidator(2), 3),
        (validators.StepValueValidator(2, offset=1), 4),
        (validators.DecimalValidator(3, 1), Decimal("12345.67")),
        (validators.URLValidator(), "x"),
        (validators.EmailValidator(), "x"),
        (validators.validate_slug, "a b"),
        (validators.validate_unicode_slug, "a b"),
        (validators.validate_ipv46_address, "x"),
        (validators.validate_ipv4_address, "x"),
        (validators.validate_ipv6_address, "x"),
        (validators.validate_comma_separated_integer_list, "x"),
        (validators.ProhibitNullCharactersValidator(), "a\x00"),
        (validators.RegexValidator("^a"), "b"),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_no_validator_refuses_in_english(validator, bad):
    with pytest.raises(ValidationError) as refusal:
        validator(bad)

    assert [english_in(message) for message in refusal.value.messages] == [[]] * len(refusal.value.messages)


def _rendered_with_every_error(form: forms.BaseForm) -> str:
    """The form as a page shows it, each field carrying each of its errors."""
    form.is_valid()
    for name, field in form.fields.items():
        for code, message in field.error_messages.items():
            filled = str(message) % _ANYTHING if "%(" in str(message) else str(message)
            form.add_error(name, ValidationError(filled, code=code))
    return str(form)


class _Anything(dict):
    def __missing__(self, key: str) -> int:
        return 7


_ANYTHING = _Anything()


def test_no_form_of_the_account_shows_english(rf: RequestFactory, person):
    request = rf.post("/")
    upload = type("Upload", (forms.Form,), {"tep": forms.FileField(label="Tệp"), "anh": forms.ImageField(label="Ảnh")})
    shown = [
        SignInForm({}, request=request),
        PasswordForm(person, {}),
        ConfirmPasswordForm({}, user=person),
        EmailForm({"email": "x"}),
        LostPasswordForm({}),
        NewPasswordForm({}, user=person),
        CodeForm({}),
        SecondStepForm({}, user=person),
        ConfirmCodeForm({"code": "1"}, user=person),
        ApplicationForm({}, user=person),
        RenamePasskeyForm({}),
        SetPasswordForm(person, {}),
        ResetPasswordForm({}),
        SignupForm({}),
        upload({}),
    ]

    assert {type(form).__name__: found for form in shown if (found := english_in(_text(form)))} == {}


def _text(form: forms.BaseForm) -> str:
    return re.sub(r"<[^>]*>", " ", _rendered_with_every_error(form))


def test_a_set_of_forms_complains_in_vietnamese():
    rows = formset_factory(SignInForm, max_num=1, validate_max=True, min_num=1, validate_min=True)
    no_management = formset_factory(EmailForm)({})

    assert english_in(no_management.non_form_errors().as_text()) == []
    for count in (0, 2):
        said = rows({"form-TOTAL_FORMS": str(count), "form-INITIAL_FORMS": "0"}).non_form_errors().as_text()
        assert said
        assert english_in(said) == []


def test_allauth_refuses_in_vietnamese(rf):
    said = get_adapter().error_messages | get_factor_adapter().error_messages

    assert {code: text for code, text in said.items() if english_in(text)} == {}


def test_passwords_are_refused_in_vietnamese():
    person = User(citizen_id="001185004321", full_name="Nguyễn Thị Bưởi")
    for password in ("a", "password", "001185004321", "dangvien", "x" * 200):
        with pytest.raises(ValidationError) as refusal:
            password_validation.validate_password(password, person)
        assert english_in(" ".join(refusal.value.messages)) == []
    assert english_in(password_validation.password_validators_help_text_html()) == []


@pytest.mark.parametrize("asked", ["x", "0", "99"])
def test_a_page_that_is_not_there_is_named_in_vietnamese(asked):
    with pytest.raises(InvalidPage) as refusal:
        Paginator(range(5), 2).page(asked)

    assert english_in(refusal.value) == []


def test_times_are_said_in_vietnamese():
    then = timezone.now() - timedelta(days=3, hours=2)

    assert timesince(then).replace("\xa0", " ") == "3 ngày, 2 giờ"
    assert naturaltime(then).replace("\xa0", " ") == "3 ngày, 2 giờ trước"
    assert [translated(day) for day in ("Monday", "Sunday")] == ["Thứ Hai", "Chủ nhật"]
