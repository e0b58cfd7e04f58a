from dataclasses import replace
from datetime import date

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from common.ui.nav import Crumb
from common.ui.paging import key_page_of
from members.selectors import search_members
from orgtree.models import OrgUnit
from orgtree.selectors import search_units

from . import selectors, services
from .forms import AuditForm
from .selectors import Filters

_UNIT, _PERSON, _ACTION, _SINCE, _UNTIL = "don-vi", "nguoi", "viec", "tu", "den"
_MOST_CHOICES = 12


def audit(request: HttpRequest) -> HttpResponse:
    """Who did what. The form is sent by POST, for names stand in it, and becomes an address of primary keys."""
    units = selectors.readable_units(request.user)
    filters = _from_address(request.GET, whole=units is not None)
    form = AuditForm(request.POST or None, whole=units is not None, initial=_initial(filters))
    choices: dict[str, list] = {}
    if request.method == "POST" and form.is_valid():
        wanted, choices = _resolved(request.user, form.cleaned_data)
        if not choices and form.is_valid():
            return redirect(f"{request.path}{_address(wanted)}")
        for name, found in choices.items():
            if not found:
                form.add_error(name, _NOT_FOUND[name])
    entries = selectors.filtered(selectors.entries_visible_to(request.user), filters)
    page = key_page_of(entries, request, ["-pk"])
    return render(
        request,
        "oversight/audit.html",
        {
            "page": page,
            "lines": selectors.lines(page.rows),
            "form": form,
            "whole": units is not None,
            "choices": {name: found for name, found in choices.items() if found},
            "active": _active(filters),
            "filters": filters,
            "hidden": list(_pairs(filters)),
            "crumbs": [Crumb("Trang chủ", "/"), Crumb("Nhật ký")],
        },
    )


_NOT_FOUND = {
    "unit": "Không tìm thấy đơn vị nào như vậy trong phạm vi của đồng chí.",
    "person": "Không tìm thấy người nào như vậy trong phạm vi của đồng chí.",
}


@require_POST
def export_audit(request: HttpRequest) -> HttpResponse:
    """Queues the export of what the page shows."""
    whole = selectors.readable_units(request.user) is not None
    job = services.ask_for_export(filters=_from_address(request.POST, whole=whole), actor=request.user)
    return redirect(job)


def _resolved(user: User, given: dict) -> tuple[Filters, dict[str, list]]:
    """The filters with names turned into primary keys; a name that fits none or several leaves its choices: a label
    and an address each."""
    wanted = Filters(action=given["action"], since=given["since"], until=given["until"])
    choices = {}
    found_units = [(row.pk, row.name) for row in search_units(user, given["unit"], _MOST_CHOICES)] if given.get("unit") else []
    found_people = _accounts_named(user, given["person"]) if given.get("person") else []
    for name, key, found in (("unit", "unit_id", found_units), ("person", "actor_id", found_people)):
        if not given.get(name):
            continue
        if len(found) == 1:
            wanted = replace(wanted, **{key: found[0][0]})
        else:
            choices[name] = found
    for name, key in (("unit", "unit_id"), ("person", "actor_id")):
        if name in choices:
            choices[name] = [(label, _address(replace(wanted, **{key: pk}))) for pk, label in choices[name]]
    return wanted, choices
