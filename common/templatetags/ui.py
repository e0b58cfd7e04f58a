"""Tags of the components; the markup of the larger ones stands in templates/components/."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags.heroicons import heroicon_mini, heroicon_outline

from common.citizen_id import MASK
from common.phones import show_phone
from common.ui import forms as ui_forms
from common.ui.charts import Chart
from common.ui.numbers import vi_number
from common.ui.paging import KeyPage, Page
from common.ui.tables import Sort

register = template.Library()

SIGNS = {
    "ok": "check-circle",
    "wait": "clock",
    "late": "exclamation-triangle",
    "bad": "exclamation-triangle",
    "warn": "exclamation-triangle",
    "info": "information-circle",
    "idle": "minus-circle",
}
_LEVELS = {"success": "ok", "error": "bad", "warning": "warn", "info": "info", "debug": "info"}


@lru_cache(maxsize=512)
def _icon(name: str, size: int) -> SafeString:
    draw = heroicon_mini if size <= 20 else heroicon_outline
    return mark_safe(draw(name, size=size, aria_hidden="true", focusable="false", **{"class": f"i{size}"}))


@register.simple_tag
def icon(name: str, size: int = 24) -> SafeString:
    """A heroicon; always beside words, so hidden from screen readers."""
    return _icon(str(name), int(size))


@register.simple_tag
def drawn(name: str, **values: Any) -> SafeString:
    """A part of the frame that depends on nothing but `values`: equal ones are drawn once in a process. The template
    sees no request, no reader and no token, so that nobody can meet what is another's. `values` hash, and hold text
    that is not marked safe."""
    return _drawn(name, tuple(values.items()))


@lru_cache(maxsize=1024)
def _drawn(name: str, values: tuple[tuple[str, Any], ...]) -> SafeString:
    return mark_safe(render_to_string(name, dict(values)))


@register.simple_tag
def chip(tone: str, text: str, sign: str = "") -> SafeString:
    """A state: ok, wait, late, info, idle."""
    name = {"bad": "late", "warn": "wait"}.get(tone, tone)
    drawn = _icon(str(sign) or SIGNS.get(tone, "minus-circle"), 18)
    return format_html('<span class="chip chip--{}">{}{}</span>', name, drawn, text)


@register.simple_tag
def count(number: int, label: str = "") -> SafeString:
    """A number in a red pill, nothing for 0; `label` says to screen readers what is counted."""
    if not number:
        return mark_safe("")
    shown = vi_number(number) if number <= 999 else "999+"
    said = format_html('<span class="hidden-text"> {}</span>', label) if label else ""
    return format_html('<span class="count">{}{}</span>', shown, said)


@register.filter
def initials(name: str) -> str:
    """The first letters of the family name and of the given name."""
    words = str(name).split()
    return "".join(word[0] for word in dict.fromkeys([words[0], words[-1]])).upper() if words else ""


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """Initials in a circle, beside the written name; `size`: small, large, huge."""
    kind = f" avatar--{size}" if size else ""
    return format_html('<span class="avatar{}" aria-hidden="true">{}</span>', kind, initials(name))


@register.simple_tag
def phone(number: str, call: bool = True) -> SafeString:
    """A number in groups that are easy to read aloud, with `call` to be called by a touch; nothing for none."""
    if not number or not call:
        return format_html("{}", show_phone(number or ""))
    return format_html('<a class="nowrap" href="tel:{}">{}</a>', number, show_phone(number))


@register.simple_tag
def veiled(value: str) -> SafeString:
    """A masked number: to screen readers its end only, not ten times "dấu chấm"."""
    end = str(value).lstrip(MASK)
    if end == str(value):
        return format_html("{}", value)
    said = f"hai số cuối {end}" if end else "đã che"
    return format_html('<span aria-hidden="true">{}</span><span class="hidden-text">{}</span>', value, said)


@register.filter
def so(value: float | str | None) -> str:
    """A number in Vietnamese writing; "–" for nothing."""
    if value is None or value == "":
        return vi_number(None)
    return vi_number(Decimal(value) if isinstance(value, str) else value)


@register.filter
def tone_of(level: str) -> str:
    """Django's level of a message → our tone."""
    return _LEVELS.get(level.split()[-1] if level else "", "info")


@register.simple_tag
def button(
    text: str,
    url: str = "",
    tone: str = "",
    sign: str = "",
    name: str = "",
    value: str = "",
    more: str = "",
    wide: bool = False,
    small: bool = False,
    disabled: bool = False,
    confirm: str = "",
    download: bool = False,
) -> SafeString:
    """A link with `url`, else a submit button. `tone`: primary, danger, plain.

    `more` is read after the text by screen readers ("Xem" of which row); `confirm` is asked before sending.
    """
    kinds = [f" button--{kind}" for kind in (tone, wide and "wide", small and "small") if kind]
    inner = format_html(
        "{}<span>{}{}</span>",
        _icon(str(sign), 20) if sign else "",
        text,
        format_html('<span class="hidden-text"> {}</span>', more) if more else "",
    )
    extra = format_html(' data-confirm="{}"', confirm) if confirm else mark_safe("")
    if url and not disabled:
        return format_html(
            '<a class="button{}" href="{}"{}{}>{}</a>',
            "".join(kinds),
            url,
            mark_safe(" download") if download else "",
            extra,
            inner,
        )
    return format_html(
        '<button class="button{}" type="submit"{}{}{}>{}</button>',
        "".join(kinds),
        format_html(' name="{}" value="{}"', name, value) if name else "",
        extra,
        mark_safe(" disabled") if disabled else "",
        inner,
    )


@register.simple_block_tag
def card(content: SafeString, title: str = "", note: str = "", mark: bool = False, level: int = 2) -> SafeString:
    """A white box; `note` stands opposite the title, `mark` draws the red edge of what is due."""
    head = ""
    if title:
        head = format_html(
            '<div class="card__head"><h{}>{}</h{}>{}</div>',
            level,
            title,
            level,
            format_html("<p>{}</p>", note) if note else "",
        )
    return format_html('<section class="card{}">{}{}</section>', " card--mark" if mark else "", head, content)


@register.simple_block_tag
def notice(content: SafeString, tone: str = "info", title: str = "", live: bool = False) -> SafeString:
    """Something to know here: info, ok, warn, bad; `live` is for one that appears after the page."""
    said = mark_safe(' role="alert"') if live and tone == "bad" else mark_safe(' role="status"') if live else ""
    return format_html(
        '<div class="notice notice--{}"{}>{}<div class="notice__body">{}{}</div></div>',
        tone,
        said,
        _icon(SIGNS.get(tone, SIGNS["info"]), 24),
        format_html('<p class="notice__title">{}</p>', title) if title else "",
        content,
    )


@register.simple_block_tag
def fold(content: SafeString, title: str, opened: bool = False) -> SafeString:
    """A part that the reader opens."""
    return format_html(
        '<details class="fold"{}><summary>{}<span>{}</span></summary><div class="fold__body">{}</div></details>',
        mark_safe(" open") if opened else "",
        _icon("chevron-right", 20),
        title,
        content,
    )


@register.simple_block_tag
def table(content: SafeString, caption: str, cards: bool = True, dense: bool = False, seen: bool = False) -> SafeString:
    """A table around thead/tbody/tfoot.

    With `cards` each row becomes a card in a narrow box (write data-label on every td), else the box
    scrolls sideways. The caption is for screen readers unless `seen`.
    """
    kinds = ["table", "table--cards" if cards else "", "table--dense" if dense else ""]
    box = (
        mark_safe('class="table-box"')
        if cards
        else format_html('class="table-box table-box--scroll" role="region" tabindex="0" aria-label="{}"', caption)
    )
    head = caption if seen else format_html('<span class="hidden-text">{}</span>', caption)
    return format_html(
        '<div {}><table class="{}"><caption>{}</caption>{}</table></div>',
        box,
        " ".join(kind for kind in kinds if kind),
        head,
        content,
    )


@register.simple_tag
def sort_th(sort: Sort, name: str, label: str, number: bool = False) -> SafeString:
    """A head cell that sorts its column."""
    state = sort.state(name)
    sign = {"ascending": "chevron-up", "descending": "chevron-down"}.get(state, "chevron-up-down")
    return format_html(
        '<th scope="col"{}{}><a class="table__sort" href="{}">{}{}</a></th>',
        mark_safe(' class="number"') if number else "",
        format_html(' aria-sort="{}"', state) if state else "",
        sort.url(name),
        label,
        _icon(sign, 18),
    )


@register.simple_tag
def field(bound: forms.BoundField | str, **attrs: str) -> SafeString:
    """One field with label, hint and errors; `attrs` go to the widget (data_x becomes data-x)."""
    if not bound:
        return mark_safe("")
    for name, value in attrs.items():
        bound.field.widget.attrs[name.replace("_", "-")] = value
    return bound.as_field_group()


@register.simple_tag
def form_fields(form: forms.BaseForm, names: str = "") -> SafeString:
    """Hidden fields and all visible ones, or only those named."""
    wanted = names.split()
    bounds = [form[name] for name in wanted] if wanted else form.visible_fields()
    hidden = [] if wanted else form.hidden_fields()
    parts = [str(bound) for bound in hidden] + [bound.as_field_group() for bound in bounds]
    return mark_safe("\n".join(parts))


@register.simple_tag
def error_summary(form: Any, title: str = "") -> SafeString:
    """The box on top of a page whose form was refused; nothing when there is no error."""
    faults = ui_forms.error_summary(form) if form else []
    if not faults:
        return mark_safe("")
    return render_to_string("components/error_summary.html", {"faults": faults, "title": title})


@register.filter
def target_of(bound: forms.BoundField) -> str:
    return ui_forms.target_of(bound)


@register.simple_tag(takes_context=True)
def pager(context: template.Context, page: Page | KeyPage, what: str = "mục") -> SafeString:
    """Under a list; `what` is counted ("đảng viên")."""
    name = "components/pager_key.html" if isinstance(page, KeyPage) else "components/pager.html"
    return render_to_string(name, {"page": page, "what": what, "csrf_token": context.get("csrf_token")})


@register.simple_tag
def chart(figure: Chart, titled: bool = True) -> SafeString:
    """The drawing, its legend and the same figures as a table."""
    return render_to_string("components/chart.html", {"chart": figure, "titled": titled})
