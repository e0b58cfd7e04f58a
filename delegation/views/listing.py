"""The list of grants and the page of one."""

import secrets

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from common.text import clean
from common.ui.nav import Crumb
from common.ui.paging import page_of
from common.ui.tables import sort_of
from orgtree.enums import ROLES, Right, Role
from orgtree.models import Grant, OrgUnit
from orgtree.rights import has_right, holdings_of
from orgtree.services.grants import hanging_from, in_words

from .. import policies, selectors
from ..forms import FilterForm
from ..selectors.grants import (
    basis_of,
    has_lost_its_post,
    name_search,
    row_of,
    source_of,
    state_of,
    step_is,
    values_of,
)
from ..steps import STEPS, step_label, step_of
from .common import crumbs, found_grant, number_of, words_of

PER_PAGE = 25
_SEARCHES, _KEEP_SEARCHES, _SEARCH_KEY = "delegation_searches", 10, "tim"
_MOST_UNITS = 400
MOST_BELOW = 200


@require_GET
def grants(request: HttpRequest) -> HttpResponse:
    """ "Danh sách phân quyền"; `tim` is the key of a search kept in the session."""
    text = request.session.get(_SEARCHES, {}).get(request.GET.get(_SEARCH_KEY, ""), "")
    form = FilterForm(request.GET, _units_to_choose(request.user, number_of(request.GET.get("don_vi"))))
    chosen = form.chosen()
    sort = sort_of(request, selectors.SORTS, "don-vi")
    found = _filtered(request.user, chosen)
    if text:
        found = name_search(found, text)
    page = page_of(values_of(found.order_by(*sort.order_by)), request, PER_PAGE)
    return render(
        request,
        "delegation/list.html",
        {
            "rows": selectors.rows_of(request.user, page.rows),
            "page": page,
            "sort": sort,
            "filters": form,
            "text": text,
            "active": _active(form, request.GET, text),
            "search_key": request.GET.get(_SEARCH_KEY, "") if text else "",
            "sort_word": request.GET.get("xep", ""),
            "search_url": f"{reverse('delegation:search')}?{request.GET.urlencode()}",
            "may_give": policies.may_give_anywhere(request.user),
            "more_open": any(request.GET.get(name) for name in ("vai_tro", "pham_vi", "buoc")),
            "crumbs": [Crumb("Trang chủ", reverse("portal:home")), Crumb("Phân quyền")],
        },
    )


def _filtered(user: User, chosen: dict[str, str]):
    found = selectors.where_state(selectors.grants_seen_by(user), chosen.get("trang_thai", ""))
    if unit := OrgUnit.objects.filter(pk=number_of(chosen.get("don_vi"))).first():
        found = found.filter(Q(unit=unit) | Q(unit__ancestor_ids__contains=[unit.pk]))
    if role := chosen.get("vai_tro"):
        found = found.filter(role=role)
    if (step := number_of(chosen.get("buoc"))) in STEPS:
        found = found.filter(step_is(step))
    own = [one.unit_id for one in holdings_of(user)]
    match chosen.get("pham_vi"):
        case "cap-duoi":
            found = found.filter(unit__parent__in=own)
        case "don-vi-toi":
            found = found.filter(unit__in=own)
        case "toi-giao":
            found = found.filter(given_by=user)
        case "cua-toi":
            found = found.filter(user=user)
    return found


def _units_to_choose(user: User, chosen: int) -> list[tuple[str, str]]:
    """The units of one's roles, what stands right below them, and what is chosen now."""
    own = [one.unit_id for one in holdings_of(user)]
    near = OrgUnit.objects.filter(Q(pk__in=own) | Q(parent__in=own, closed_on=None) | Q(pk=chosen))
    rows = near.order_by("tree_id", "lft").only("name", "tree_id", "lft", "rght", "level")[:_MOST_UNITS]
    return [(str(one.pk), one.name) for one in rows if has_right(user, Right.VIEW, one)]


def _active(form: FilterForm, query: QueryDict, text: str) -> list[dict]:
    """The conditions that hold, each with the address that drops it."""

    def without(name: str) -> str:
        rest = query.copy()
        for gone in ("trang", name):
            rest.pop(gone, None)
        return f"?{rest.urlencode()}"

    on = [{"label": f"Tìm: {text}", "url": without(_SEARCH_KEY)}] if text else []
    for name, field in form.fields.items():
        label = dict(field.choices).get(query.get(name, ""))
        if query.get(name) and label:
            on.append({"label": f"{field.label}: {label}", "url": without(name)})
    return on


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Keeps what is looked for in the session under a random key: a name stands in no address."""
    text = clean(request.POST.get("q", ""))[:120]
    query = request.GET.copy()
    for name in (_SEARCH_KEY, "trang"):
        query.pop(name, None)
    if text:
        key = secrets.token_urlsafe(8)
        kept = list(request.session.get(_SEARCHES, {}).items())[-(_KEEP_SEARCHES - 1) :]
        request.session[_SEARCHES] = dict([*kept, (key, text)])
        query[_SEARCH_KEY] = key
    return redirect(f"{reverse('delegation:list')}?{query.urlencode()}")


@require_GET
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """All about one: whence it comes, how long, what hangs from it, what happened to it."""
    one = found_grant(request, pk)
    row = row_of(one)
    below = hanging_from(one) if one.revoked_at is None else []
    successor = one.successors.filter(revoked_at=None).select_related("user").first()
    return render(
        request,
        "delegation/grant.html",
        {
            "grant": one,
            "title": words_of(one),
            "state": selectors.STATES[state_of(row, timezone.localdate())],
            "state_key": state_of(row, timezone.localdate()),
            "groundless": has_lost_its_post(one),
            "facts": _facts(one, row, successor),
            "below": below_tree(one, below)[:MOST_BELOW],
            "below_total": len(below),
            "events": selectors.entries_of(one),
            "may_change": policies.may_change(request.user, one),
            "own": one.user_id == request.user.pk,
            "sees_unit": has_right(request.user, Right.VIEW, one.unit),
            "crumbs": crumbs(words_of(one)),
        },
    )


def below_tree(one: Grant, below: list[Grant]) -> list[tuple[Grant, int]]:
    """(Grant, how deep) in the order in which one hangs from the other."""
    children: dict[int, list[Grant]] = {}
    for each in below:
        children.setdefault(each.given_under_id, []).append(each)
    found: list[tuple[Grant, int]] = []

    def walk(pk: int, depth: int) -> None:
        for each in children.get(pk, []):
            found.append((each, min(depth, 3)))
            walk(each.pk, depth + 1)

    walk(one.pk, 1)
    return found


def _facts(one: Grant, row: dict, successor: Grant | None) -> list[dict]:
    role = Role(one.role)
    until = f"đến hết {one.ends_on:%d/%m/%Y}" if one.ends_on else in_words(None)
    facts = [
        {"label": "Đơn vị", "value": one.unit.name, "note": step_label(step_of(one.unit)).capitalize()},
        {"label": "Vai trò", "value": role.label, "note": ROLES[role].description},
        {"label": "Phạm vi", "value": one.get_reach_display()},
        {"label": "Thời hạn", "value": f"Từ {one.begins_on:%d/%m/%Y}, {until}"},
        {"label": "Nguồn", "value": source_of(row)},
        {"label": "Căn cứ", "value": basis_of(one.basis, "") or "Giao theo lý do"},
    ]
    if one.reason:
        facts.append({"label": "Lý do", "value": one.reason})
    if one.succeeds:
        facts.append({"label": "Nhận bàn giao từ", "value": f"Đồng chí {one.succeeds.user.full_name}"})
    if successor:
        text = f"Đồng chí {successor.user.full_name}, từ {successor.begins_on:%d/%m/%Y}"
        facts.append({"label": "Bàn giao cho", "value": text})
    if one.revoked_at:
        who = f"Đồng chí {one.revoked_by.full_name}" if one.revoked_by else "Hệ thống"
        when = f"{timezone.localtime(one.revoked_at):%H:%M ngày %d/%m/%Y}"
        facts.append({"label": "Thu hồi", "value": f"{who}, {when}", "note": one.revoke_reason})
    return facts
