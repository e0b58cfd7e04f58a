from dataclasses import replace
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.numbers import vi_number
from common.ui.paging import key_page_of
from members.selectors import search_members
from notifications.channels import adapter_for
from notifications.enums import OUTGOING, STRANDED, Channel, MessageState
from notifications.selectors import label_of
from orgtree.selectors import search_units

from . import messages as outgoing
from . import selectors, services
from .forms import AuditForm
from .selectors import Filters

_UNIT, _PERSON, _ACTION, _SINCE, _UNTIL = "don-vi", "nguoi", "viec", "tu", "den"
_STATE, _WAY = "tinh-trang", "cach"
_MOST_CHOICES = 12
_ROWS = 30
_NOT_FOUND = {
    "unit": "Không tìm thấy đơn vị nào như vậy trong phạm vi của đồng chí.",
    "person": "Không tìm thấy người nào như vậy trong phạm vi của đồng chí.",
}


def audit(request: HttpRequest) -> HttpResponse:
    """Who did what. The form is sent by POST, for names stand in it, and becomes an address of primary keys."""
    units = selectors.readable_units(request.user)
    filters = _from_address(request.GET, whole=units is not None)
    form = AuditForm(
        request.POST if request.method == "POST" else None, whole=units is not None, initial=_initial(filters)
    )
    choices: dict[str, list] = {}
    if request.method == "POST" and form.is_valid():
        wanted, choices = _resolved(request.user, form.cleaned_data)
        if not choices and form.is_valid():
            return redirect(f"{request.path}{_address(wanted)}")
        for name, found in choices.items():
            if not found:
                form.add_error(name, _NOT_FOUND[name])
    entries = selectors.filtered(selectors.entries_visible_to(request.user), filters)
    page = key_page_of(entries, request, ["-pk"], _ROWS)
    return render(
        request,
        "oversight/audit.html",
        {
            "page": page,
            "lines": selectors.lines(page.rows),
            "form": form,
            "whole": units is not None,
            "choices": {name: found for name, found in choices.items() if found},
            "names": "unit person" if units is not None else "action",
            "more": "action since until" if units is not None else "since until",
            "more_open": bool(form.errors or filters.since or filters.until or (units is not None and filters.action)),
            "active": _active(request.user, filters),
            "hidden": _pairs(filters).items(),
            "crumbs": [Crumb("Trang chủ", "/"), Crumb("Nhật ký")],
        },
    )


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Letters and SMS to the people of the department's units: what waits, what left, what did not."""
    if not outgoing.may_read_outbox(request.user):
        raise PermissionDenied
    state, channel = _state_and_way(request.GET)
    visible = outgoing.messages_visible_to(request.user)
    chosen = outgoing.filtered(visible, state=state, channel=channel).select_related("user__member__branch")
    page = key_page_of(chosen, request, ["-pk"], _ROWS)
    counted = outgoing.counts(visible)
    for message in page.rows:
        message.label = label_of(message.kind)
        message.tone = _TONES[message.state]
        message.again = outgoing.needs_a_person(message)
    return render(
        request,
        "oversight/outbox.html",
        {
            "page": page,
            "state": state,
            "channel": channel,
            "states": MessageState.choices,
            "channels": [(way.value, way.label) for way in OUTGOING],
            "tiles": _tiles(counted),
            "again": counted.get(state, 0) if state in STRANDED else 0,
            "closed": [way.label for way in OUTGOING if adapter_for(way) is None],
            "shown_only": any((adapter := adapter_for(way)) and adapter.shows_only for way in OUTGOING),
            "crumbs": [Crumb("Trang chủ", "/"), Crumb("Thư, tin gửi đi")],
        },
    )


_TONES = {
    MessageState.WAITING: "idle",
    MessageState.SENDING: "info",
    MessageState.SENT: "ok",
    MessageState.SHOWN: "info",
    MessageState.FAILED: "wait",
    MessageState.UNCLEAR: "late",
    MessageState.GIVEN_UP: "late",
}


def _tiles(counted: dict[str, int]) -> list[dict]:
    def tile(label: str, states: tuple[str, ...], tone: str = "", note: str = "") -> dict:
        count = sum(counted.get(state, 0) for state in states)
        return {
            "label": label,
            "value": vi_number(count),
            "url": f"?{_STATE}={states[0]}",
            "tone": tone if count else "",
            "note": note,
        }

    return [
        tile("Chờ gửi", (MessageState.WAITING, MessageState.SENDING)),
        tile("Sẽ gửi lại", (MessageState.FAILED,), "wait"),
        tile("Thôi gửi", (MessageState.GIVEN_UP,), "late"),
        tile("Chưa rõ kết quả", (MessageState.UNCLEAR,), "late"),
        tile("Đã gửi", (MessageState.SENT,), "ok", "hôm nay"),
    ] + ([tile("Chỉ hiển thị", (MessageState.SHOWN,), "", "hôm nay")] if counted.get(MessageState.SHOWN) else [])


def _state_and_way(given: QueryDict) -> tuple[str, str]:
    state, channel = given.get(_STATE, ""), given.get(_WAY, "")
    return (
        state if state in MessageState.values else "",
        channel if channel in [way.value for way in OUTGOING] else "",
    )


@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """One message by `thu`; all of a state after a last look."""
    if not outgoing.may_read_outbox(request.user):
        raise PermissionDenied
    state, channel = _state_and_way(request.POST)
    one = request.POST.get("thu", "")
    back = redirect(_outbox_address(state, channel))
    if not one and state not in STRANDED:
        messages.error(request, "Đồng chí chọn loại thư, tin cần gửi lại.")
        return back
    visible = outgoing.messages_visible_to(request.user)
    if one:
        # What is not there for me is not there.
        get_object_or_404(visible, pk=int(one) if _is_number(one) else 0)
    elif request.POST.get("confirm") != "yes":
        found = outgoing.filtered(visible, state=state, channel=channel)
        return render(
            request,
            "oversight/send_again.html",
            {
                "count": vi_number(found.count()),
                "state": state,
                "unclear": state == MessageState.UNCLEAR,
                "facts": [
                    {"label": "Tình trạng", "value": MessageState(state).label},
                    {"label": "Cách gửi", "value": Channel(channel).label if channel else "Thư điện tử và tin nhắn"},
                ],
                "hidden": [(_STATE, state), (_WAY, channel)],
                "back_url": _outbox_address(state, channel),
                "crumbs": [Crumb("Trang chủ", "/"), Crumb("Thư, tin gửi đi", reverse("oversight:outbox"))],
            },
        )
    try:
        count = outgoing.retry(state=state, channel=channel, message_id=int(one) if one else None, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{vi_number(count)} thư, tin được xếp hàng để gửi lại.")
    return back


def _outbox_address(state: str, channel: str) -> str:
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in ((_STATE, state), (_WAY, channel)) if value})
    return f"{reverse('oversight:outbox')}{'?' if query else ''}{query.urlencode()}"


@require_POST
def export_audit(request: HttpRequest) -> HttpResponse:
    """Queues the export of what the page shows."""
    whole = selectors.readable_units(request.user) is not None
    job = services.ask_for_export(filters=_from_address(request.POST, whole=whole), actor=request.user)
    return redirect(job)


def _resolved(user: User, given: dict) -> tuple[Filters, dict[str, list]]:
    """The filters with names turned into primary keys. A name that fits none or several leaves its choices: a label
    and an address each."""
    wanted = Filters(action=given["action"], since=given["since"], until=given["until"])
    found = {}
    if given.get("unit"):
        found["unit", "unit_id"] = [(row.pk, row.name) for row in search_units(user, given["unit"], _MOST_CHOICES)]
    if given.get("person"):
        found["person", "actor_id"] = _accounts_named(user, given["person"])
    for (_, key), rows in found.items():
        if len(rows) == 1:
            wanted = replace(wanted, **{key: rows[0][0]})
    choices = {
        name: [(label, _address(replace(wanted, **{key: pk}))) for pk, label in rows]
        for (name, key), rows in found.items()
        if len(rows) != 1
    }
    return wanted, choices


def _accounts_named(user: User, text: str) -> list[tuple[int, str]]:
    """Accounts of the members whom the user may find by this name, with their branches."""
    rows = search_members(user, text, _MOST_CHOICES)
    return [(row.account_id, f"{row.full_name} · {row.branch.name}") for row in rows]


def _from_address(given: QueryDict, *, whole: bool) -> Filters:
    """What cannot be understood is left out."""
    number = {name: int(given[name]) for name in (_UNIT, _PERSON) if whole and _is_number(given.get(name, ""))}
    action = given.get(_ACTION, "")
    return Filters(
        unit_id=number.get(_UNIT),
        actor_id=number.get(_PERSON),
        action=action if action in dict(selectors.actions()) else "",
        since=_day(given.get(_SINCE, "")),
        until=_day(given.get(_UNTIL, "")),
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _pairs(filters: Filters) -> dict[str, str]:
    """The filters as they stand in an address."""
    values = {
        _UNIT: filters.unit_id,
        _PERSON: filters.actor_id,
        _ACTION: filters.action,
        _SINCE: filters.since and filters.since.isoformat(),
        _UNTIL: filters.until and filters.until.isoformat(),
    }
    return {name: str(value) for name, value in values.items() if value}


def _address(filters: Filters) -> str:
    query = QueryDict(mutable=True)
    query.update(_pairs(filters))
    return f"?{query.urlencode()}"


def _initial(filters: Filters) -> dict:
    return {"action": filters.action, "since": filters.since, "until": filters.until}


def _active(user: User, filters: Filters) -> list[dict[str, str]]:
    """What the list is narrowed to, each with the address without it. A key tried at random names nobody."""
    labels = {}
    if filters.unit_id:
        labels["unit_id"] = f"{selectors.name_of_unit(user, filters.unit_id) or 'Một đơn vị'} và cấp dưới"
    if filters.actor_id:
        labels["actor_id"] = selectors.name_of_actor(user, filters.actor_id) or "Một người"
    if filters.action:
        labels["action"] = dict(selectors.actions())[filters.action]
    if filters.since:
        labels["since"] = f"Từ {filters.since:%d/%m/%Y}"
    if filters.until:
        labels["until"] = f"Đến hết {filters.until:%d/%m/%Y}"
    cleared = Filters()
    return [
        {"label": label, "url": _address(replace(filters, **{name: getattr(cleared, name)}))}
        for name, label in labels.items()
    ]
