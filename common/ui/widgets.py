"""Plain widgets drawn without a template each. Django's templates make of one choice of 600 units 1,200 included
templates (70 ms); what is drawn here is the same, letter for letter (but for empty lines), and a test
compares them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_PLACE = "django/forms/widgets/"
_INPUTS = {
    f"{_PLACE}{name}.html"
    for name in ("input", "text", "number", "email", "url", "password", "hidden", "checkbox", "date", "tel", "search")
}
_SELECT, _OPTION, _TEXTAREA = f"{_PLACE}select.html", f"{_PLACE}select_option.html", f"{_PLACE}textarea.html"


def drawn(template_name: str, context: Mapping[str, Any]) -> SafeString | None:
    """The widget's markup; nothing where it is not one of the plain ones."""
    widget = context.get("widget")
    if widget is None:
        return None
    if template_name in _INPUTS:
        return _input(widget)
    if template_name == _TEXTAREA:
        value = _shown(widget["value"]) if widget["value"] else ""
        return mark_safe(
            f'<textarea name="{_shown(widget["name"])}"{_attributes(widget["attrs"])}>\n{value}</textarea>'
        )
    if template_name == _SELECT:
        return _select(widget)
    return None


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else f' value="{_written(widget["value"])}"'
    head = f'<input type="{_shown(widget["type"])}" name="{_shown(widget["name"])}"'
    return mark_safe(f"{head}{value}{_attributes(widget['attrs'])}>")


def _select(widget: Mapping[str, Any]) -> SafeString | None:
    parts = [f'<select name="{_shown(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _ in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{_shown(group)}">')
        for option in options:
            if option["template_name"] != _OPTION:
                return None
            parts.append(
                f'\n  <option value="{_written(option["value"])}"{_attributes(option["attrs"])}>'
                f"{_shown(option['label'])}</option>"
            )
        if group:
            parts.append("\n  </optgroup>")
    parts.append("\n</select>")
    return mark_safe("".join(parts))


def _attributes(attributes: Mapping[str, Any]) -> str:
    return "".join(_attribute_parts(attributes.items()))


def _attribute_parts(pairs: Iterable[tuple[str, Any]]) -> Iterable[str]:
    for name, value in pairs:
        if value is True:
            yield f" {_shown(name)}"
        elif value is not False:
            yield f' {_shown(name)}="{_written(value)}"'


def _written(value: Any) -> str:
    """As the filter stringformat:"s" writes it."""
    return conditional_escape(value if isinstance(value, str) else str(value))


def _shown(value: Any) -> str:
    return conditional_escape(value if isinstance(value, str) else localize(value))
