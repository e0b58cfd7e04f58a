"""How forms look and speak: the renderer, fields of our own, the error summary."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorDict
from django.http import HttpRequest
from django.template.backends.django import Template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from . import kept
from .widgets import drawn

_WIDGETS = {
    "django/forms/widgets/radio.html": "components/widgets/choices.html",
    "django/forms/widgets/checkbox_select.html": "components/widgets/choices.html",
    "django/forms/widgets/clearable_file_input.html": "components/widgets/file.html",
    "django/forms/widgets/file.html": "components/widgets/file.html",
}

_LIMITS = {"max_length", "min_length", "max_value", "min_value"}
_CHOOSE = (forms.ChoiceField, forms.ModelChoiceField, forms.FileField)


class Renderer(DjangoTemplates):
    """FORM_RENDERER: our templates for forms, fields and choices, Django's for the plain widgets."""

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        return drawn(template_name, context) or super().render(template_name, context, request)

    def get_template(self, template_name: str) -> Template:
        name = _WIDGETS.get(template_name, template_name)
        return get_template(name) if name.startswith("components/") else super().get_template(name)


class DateInput(forms.DateInput):
    """A date typed as text: the picker of a phone is a torment for a date of birth."""

    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        extra = {"inputmode": "numeric", "autocomplete": "off", "class": "input--date", "maxlength": 10}
        super().__init__(extra | (attrs or {}), format="%d/%m/%Y")


class DateField(forms.DateField):
    """A whole day, typed dd/mm/yyyy; also with dots, dashes or spaces, and yyyy-mm-dd."""

    widget = DateInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Ngày/tháng/năm, ví dụ 03/02/1980.")
        kwargs.setdefault("input_formats", ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%Y-%m-%d"])
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        return super().to_python(value.strip() if isinstance(value, str) else value)


class NumberInput(forms.NumberInput):
    """A whole number as text with the number keys: the arrows of type=number change values unseen."""

    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "class": "input--number"} | (attrs or {}))


def word_errors(form: forms.BaseForm) -> None:
    """Gives every field messages that name it, so that summary and field say the same words.

    Messages that the form's author wrote stay. Changes the fields of this form object only.
    """
    for name, field in form.fields.items():
        label = str(field.label or name.replace("_", " "))
        thing = label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label
        words = {
            "required": f"Chưa chọn {thing}." if isinstance(field, _CHOOSE) else f"Chưa nhập {thing}.",
            "invalid": f"{label}: giá trị chưa đúng. Đồng chí kiểm tra lại.",
            "invalid_choice": f"{label}: lựa chọn này không còn. Đồng chí chọn lại.",
            "invalid_list": f"{label}: lựa chọn chưa đúng. Đồng chí chọn lại.",
            "invalid_pk_value": f"{label}: lựa chọn chưa đúng. Đồng chí chọn lại.",
            "max_length": f"{label}: nhiều nhất %(limit_value)d ký tự, đang có %(show_value)d.",
            "min_length": f"{label}: ít nhất %(limit_value)d ký tự, đang có %(show_value)d.",
            "max_value": f"{label}: lớn nhất là %(limit_value)s.",
            "min_value": f"{label}: nhỏ nhất là %(limit_value)s.",
            "empty": f"{label}: tệp không có nội dung.",
            "missing": f"Chưa chọn {thing}.",
            "contradiction": f"{label}: chọn tệp mới hoặc đánh dấu bỏ tệp cũ, không làm cả hai.",
        }
        if label.endswith("?"):
            words["required"] = f"Chưa trả lời: {label}"
        if isinstance(field, forms.DateField):
            # The same example as the hint beside it: a meeting is not held in 1980.
            given = re.search(r"\d\d/\d\d/\d{4}", str(field.help_text))
            words["invalid"] = f"{label} phải là một ngày có thật, ví dụ {given[0] if given else '03/02/1980'}."
        elif isinstance(field, forms.EmailField):
            words["invalid"] = f"{label} phải là một địa chỉ thư điện tử, ví dụ ten@donvi.vn."
        elif isinstance(field, (forms.IntegerField, forms.DecimalField, forms.FloatField)):
            words["invalid"] = f"{label} phải là số."
        elif isinstance(field, forms.BooleanField):
            words["required"] = f"Chưa đánh dấu “{label}”."
        elif isinstance(field, forms.FileField):
            words["invalid"] = f"{label}: chưa nhận được tệp. Đồng chí chọn lại."
            words["max_length"] = f"{label}: tên tệp dài quá %(max)d ký tự (đang có %(length)d)."
        for code, text in words.items():
            if _is_ours_to_say(field, code):
                field.error_messages[code] = text


def _is_ours_to_say(field: forms.Field, code: str) -> bool:
    """False where the author of the field or of a validator has said it already.

    A field's message silences every validator of the same code, hence "invalid" only where Django has one.
    """
    if isinstance(field, forms.EmailField) and code == "invalid":
        return code not in field.error_messages
    worded = [v for v in field.validators if "message" in getattr(v, "__dict__", {})]
    if any(getattr(v, "code", "") == code for v in worded):
        return False
    now, default = field.error_messages.get(code), _default(field, code)
    return now == default and (default is not None or code in _LIMITS)


def _default(field: forms.Field, code: str) -> Any:
    for cls in type(field).__mro__:
        if code in getattr(cls, "default_error_messages", {}):
            return cls.default_error_messages[code]
    return None


class Worded:
    """Mixin of every form: Vietnamese messages, no bubbles of the browser, marks of required fields."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_errors(self)
        kept.offer(self)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """What was typed before the session ended comes before what the view gives."""
        return kept.initial_of(self, field, field_name, super().get_initial_for_field(field, field_name))

    @property
    def all_required(self) -> bool:
        """Nothing is marked then."""
        return all(field.field.required for field in self.visible_fields())


class Form(Worded, forms.Form):
    """A form that speaks our language."""


class ModelForm(Worded, forms.ModelForm):
    """A model form that speaks our language."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the error summary; `target` is the id of the field, empty for the form itself."""

    message: str
    target: str = ""


def error_summary(form: forms.BaseForm | forms.BaseFormSet | Iterable[forms.BaseForm]) -> list[Fault]:
    """The form's own errors first, then the fields' in the order of the page, in the fields' words."""
    faults: list[Fault] = []
    if isinstance(form, forms.BaseFormSet):
        faults += [Fault(str(message)) for message in form.non_form_errors()]
        form = form.forms
    for one in [form] if isinstance(form, forms.BaseForm) else form:
        errors: ErrorDict = one.errors
        if not errors:
            continue
        faults += [Fault(str(message)) for message in one.non_field_errors()]
        for bound in one:
            hidden = bound.is_hidden
            faults += [Fault(str(m), "" if hidden else target_of(bound)) for m in bound.errors]
    return faults


def target_of(bound: forms.BoundField) -> str:
    """The id that a link to this field jumps to: the first choice of a group."""
    if bound.id_for_label:
        return bound.id_for_label
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.auto_id
