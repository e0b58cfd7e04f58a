"""What somebody typed before his session ended, put back into the forms of the page he returns to."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

# A form never takes these up, whatever was kept.
_NEVER = (forms.PasswordInput, forms.FileInput)


@dataclass
class KeptText:
    """Names and values of one sending; `used` when a form of the page takes something up."""

    values: MultiValueDict
    used: bool = False


_current: ContextVar[KeptText | None] = ContextVar("kept_text", default=None)


def enter(values: Mapping[str, list[str]]) -> KeptText:
    """From here on forms of this request that are not bound begin with these values."""
    kept = KeptText(MultiValueDict(values))
    _current.set(kept)
    return kept


def leave() -> None:
    _current.set(None)


def offer(form: forms.BaseForm) -> None:
    """A new form of this page: the page says so where it is one that was sent. What stood in a field when the form
    was opened travels along in hidden fields: it stays what it was, else nothing would look changed."""
    kept = _current.get()
    if kept is None or form.is_bound or not _is_of(form, kept):
        return
    kept.used = True
    opened = [form.add_initial_prefix(name) for name, field in form.fields.items() if field.show_hidden_initial]
    form.data = MultiValueDict({name: kept.values.getlist(name) for name in opened if name in kept.values})


def initial_of(form: forms.BaseForm, field: forms.Field, name: str, otherwise: Any) -> Any:
    """The kept value of a field, as the widget reads what is sent; else what it would begin with."""
    kept = _current.get()
    if kept is None or form.is_bound or field.disabled or isinstance(field.widget, _NEVER):
        return otherwise
    if getattr(field, "never_kept", False) or not _is_of(form, kept):
        return otherwise
    html_name = form.add_prefix(name)
    if field.widget.value_omitted_from_data(kept.values, {}, html_name):
        return otherwise
    return field.widget.value_from_datadict(kept.values, {}, html_name)


def given(*names: str) -> dict[str, str]:
    """For a page whose boxes are drawn without a form: what was kept, where all of these names were sent; else
    nothing."""
    kept = _current.get()
    if kept is None or not all(name in kept.values for name in names):
        return {}
    kept.used = True
    return kept.values.dict()


def _is_of(form: forms.BaseForm, kept: KeptText) -> bool:
    """A box without a tick is not sent: only the other fields tell that the form was."""
    return any(form.add_prefix(name) in kept.values for name in form.fields)
