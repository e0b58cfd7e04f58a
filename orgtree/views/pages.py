from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import User
from common.text import clean
from common.ui.nav import Crumb
from common.ui.numbers import vi_number, vi_percent
from common.ui.paging import page_of
from common.ui.tables import sort_of

from .. import policies, selectors
from ..enums import ModelVersion, Right
from ..models import OrgUnit, UnitKind
from ..panels import panels_for
from ..rights import has_right, holdings_of
from ..selectors import Sight
from ..selectors.unit_page import MEASURES
from .fetching import crumbs_of, unit_or_404

_MOST_FOUND = 50
_SORTS = {
    "ma": ["order_key", "code"],
    "ten": ["search_key", "code"],
    "so": ["folded", "order_key"],
}


@require_GET
def tree(request: HttpRequest) -> HttpResponse:
    """The reader's trees; `?mo=` opens one down to a unit, for links and for browsers without scripts."""
    wanted = request.GET.get("mo", "")
    hit = _in_trees(request.user, int(wanted)) if wanted.isdecimal() and len(wanted) < 19 else None
    nodes = selectors.tree_for(request.user, hit=hit)
    return render(
        request,
        "orgtree/tree.html",
        {
            "nodes": nodes,
            "own": _places(request.user),
            "may_import": policies.may_import_units(request.user),
            "crumbs": [Crumb("Trang chủ", "/"), Crumb("Tổ chức đảng")],
        },
    )


def _places(user: User) -> dict[int, str]:
    """Units in which the reader works, but the top of a tree, which is in sight anyway."""
    return {holding.unit_id: holding.unit_name for holding in holdings_of(user) if holding.lft > 1}


def _in_trees(user: User, pk: int) -> OrgUnit | None:
    return OrgUnit.objects.filter(pk=pk, tree_id__in=selectors.readable_trees(user)).first()


@require_GET
def below(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines below a node that is opened (htmx)."""
    unit = _in_trees(request.user, pk)
    nodes = selectors.nodes_below(request.user, unit) if unit else []
    return render(request, "orgtree/_nodes.html", {"nodes": nodes})


def search(request: HttpRequest) -> HttpResponse:
    """Names of the reader's trees, also former ones, with or without diacritics."""
    text = clean(request.POST.get("q", ""))[:200]
    enough = len(text) >= 2
    return render(
        request,
        "orgtree/search.html",
        {
            "text": text,
            "asked": request.method == "POST",
            "enough": enough,
            "found": selectors.find_in_trees(request.user, text, _MOST_FOUND) if enough else [],
            "most": _MOST_FOUND,
            "crumbs": [Crumb("Trang chủ", "/"), Crumb("Tổ chức đảng", reverse("orgtree:tree")), Crumb("Tìm đơn vị")],
        },
    )


@require_GET
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit; to a member the pages of his own branch and above stand in outline."""
    found, sight = unit_or_404(request.user, pk)
    context = {
        "unit": found,
        "full": sight == Sight.FULL,
        "panels": panels_for(request.user, found),
        "crumbs": crumbs_of(found),
    }
    if sight == Sight.FULL:
        context |= _full(request, found)
    return render(request, "orgtree/unit.html", context)


def _full(request: HttpRequest, unit: OrgUnit) -> dict:
    sort = sort_of(request, _SORTS, "ma")
    with_closed = request.GET.get("da-ket-thuc") == "1"
    leaderless = request.GET.get("bi-thu") == "chua"
    children = selectors.children_of(unit, with_closed=with_closed, only_leaderless=leaderless)
    children = children.order_by(*sort.order_by)
    page = page_of(children, request, 25)
    rows = page.rows
    found = selectors.figures([unit.pk, *(row["pk"] for row in rows)], MEASURES)
    counts = {name: found[unit.pk, name][1] for name in MEASURES}
    for row in rows:
        for name in ("members", "official", "activated", "in_scope"):
            row[name] = found[row["pk"], name][1]
    manages = has_right(request.user, Right.MANAGE_UNIT, unit)
    return {
        "counts": counts,
        "here": {name: found[unit.pk, name][0] for name in MEASURES},
        "tiles": _tiles(counts),
        "page": page,
        "sort": sort,
        "with_closed": with_closed,
        "leaderless": leaderless,
        "events": [_event(change) for change in selectors.changes_of(unit)],
        "warnings": selectors.warnings_of(unit, counts) if manages else [],
        "acts": _acts(request.user, unit),
    }


def _tiles(counts: dict[str, int]) -> list[dict]:
    activated, scope = counts["activated"], counts["in_scope"]
    return [
        {"label": "Đảng viên", "value": vi_number(counts["members"])},
        {"label": "Chính thức", "value": vi_number(counts["official"])},
        {"label": "Dự bị", "value": vi_number(counts["probationary"])},
        {"label": "Miễn sinh hoạt", "value": vi_number(counts["exempt"])},
        {
            "label": "Đã kích hoạt",
            "value": vi_number(activated),
            "note": f"{vi_percent(activated, scope)} của {vi_number(scope)} đồng chí" if scope else "",
        },
    ]


def _event(change) -> dict:
    """A line of the history."""
    words = {
        "renamed": f"{change.before} → {change.after}",
        "edited": f"{change.before} → {change.after}",
        "moved": f"Từ {change.before} sang {change.after}",
        "merged_away": f"Vào {change.after}",
        "merged_in": f"{change.before} sáp nhập vào đây",
        "split_from": f"Từ {change.before}",
        "split_into": f"Lập thêm {change.after}",
    }
    if change.kind in ("created", "listed") and change.other_unit:
        words[change.kind] = f"Trực thuộc {change.other_unit.name}"
    basis = [change.decision, change.reason, f"Người cập nhật: {change.made_by}" if change.made_by else ""]
    return {
        "time": f"{change.effective_on:%d/%m/%Y}",
        "title": change.get_kind_display(),
        "text": words.get(change.kind, ""),
        "detail": " · ".join(part for part in basis if part),
        "tone": {"closed": "late", "merged_away": "late", "created": "ok", "reopened": "ok"}.get(change.kind, ""),
    }


def _acts(user: User, unit: OrgUnit) -> list[tuple[str, str, str]]:
    """(label, address, sign) of what the reader may do here."""
    edits = policies.may_edit(user, unit)
    acts = []
    if unit.is_open:
        if unit.may_hold_units and policies.may_create_below(user, unit):
            acts.append(("Lập đơn vị trực thuộc", "create", "plus"))
        if edits:
            acts += [("Đổi tên, đổi mã", "rename", "pencil"), ("Sửa thông tin", "edit", "pencil-square")]
        if edits and unit.parent_id:
            acts += [
                ("Chuyển cấp trên", "move", "arrows-right-left"),
                ("Nhận sáp nhập", "merge", "arrows-pointing-in"),
                ("Chia tách", "split", "arrows-pointing-out"),
                ("Giải thể", "close", "archive-box"),
            ]
        elif policies.may_receive(user, unit) and not unit.kind.holds_members:
            acts.append(("Nhận sáp nhập", "merge", "arrows-pointing-in"))
    elif edits and unit.merged_into_id is None:
        acts.append(("Cho hoạt động trở lại", "reopen", "arrow-path"))
    return [(label, reverse(f"orgtree:{name}", args=[unit.pk]), sign) for label, name, sign in acts]


@require_GET
def kinds(request: HttpRequest) -> HttpResponse:
    """The kinds of unit and their rules, to read."""
    if not policies.may_read_kinds(request.user):
        raise PermissionDenied
    found = UnitKind.objects.prefetch_related("legal_parents")
    versions = [
        (version.label, [kind for kind in found if kind.model_version == version.value]) for version in ModelVersion
    ]
    crumbs = [Crumb("Trang chủ", "/"), Crumb("Tổ chức đảng", reverse("orgtree:tree")), Crumb("Loại hình tổ chức")]
    return render(request, "orgtree/kinds.html", {"versions": versions, "crumbs": crumbs})
