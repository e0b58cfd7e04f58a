from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.paging import page_of

from .. import policies, selectors, services
from ..enums import ImportState
from ..forms import ListForm
from ..models import OrgUnit, UnitImport

_PARTS = {
    "loi": ("problems", "Có lỗi"),
    "moi": ("new", "Mới"),
    "sua": ("changed", "Thay đổi"),
    "chuyen": ("moved", "Chuyển cấp trên"),
    "thieu": ("missing", "Không có trong danh mục"),
}
_KEYS = ("code", "under")


@require_http_methods(["GET", "POST"])
def start_list(request: HttpRequest) -> HttpResponse:
    """Choose a list; it is read at once and shown before anything is written."""
    if not policies.may_import_units(request.user):
        raise PermissionDenied
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            waiting = services.upload_units(file=form.cleaned_data["file"], actor=request.user)
        except RuleViolation as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("orgtree:list_plan", waiting.pk)
    return render(
        request,
        "orgtree/list_start.html",
        {
            "form": form,
            "waiting": list(UnitImport.objects.filter(uploaded_by=request.user, state=ImportState.WAITING)[:5]),
            "crumbs": [Crumb("Trang chủ", "/"), Crumb("Tổ chức đảng", reverse("orgtree:tree")), Crumb("Nhập danh mục")],
        },
    )


def _own(user: User, pk: int) -> UnitImport:
    found = UnitImport.objects.filter(pk=pk, uploaded_by=user).first()
    if found is None:
        raise Http404
    return found


@require_GET
def list_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """What the list would change, part by part."""
    waiting = _own(request.user, pk)
    plan = waiting.plan
    sizes = {word: len(plan[name]) for word, (name, _) in _PARTS.items()}
    part = request.GET.get("muc", "")
    if part not in _PARTS:
        part = next((word for word, size in sizes.items() if size), "moi")
    tabs = [
        {"label": label, "url": f"?muc={word}", "current": word == part, "count": sizes[word]}
        for word, (_, label) in _PARTS.items()
    ]
    page = page_of(plan[_PARTS[part][0]], request, 50)
    if part == "chuyen":
        _add_effects(page.rows)
    return render(
        request,
        "orgtree/list_plan.html",
        {
            "waiting": waiting,
            "is_waiting": waiting.state == ImportState.WAITING,
            "plan": plan,
            "sizes": sizes,
            "writes": sizes["moi"] + sizes["sua"] + sizes["chuyen"] > 0,
            "tabs": tabs,
            "part": part,
            "page": page,
            "crumbs": [
                Crumb("Trang chủ", "/"),
                Crumb("Tổ chức đảng", reverse("orgtree:tree")),
                Crumb("Nhập danh mục", reverse("orgtree:list_start")),
                Crumb(waiting.label),
            ],
        },
    )


def _add_effects(rows: list[dict]) -> None:
    """Who gains and who loses by each move; two queries."""
    units = {unit.code: unit for unit in OrgUnit.objects.filter(code__in=[row[key] for row in rows for key in _KEYS])}
    known = [row for row in rows if row["code"] in units and row["under"] in units]
    moves = [selectors.of_move(units[row["code"]], units[row["under"]], direct=row["direct"]) for row in known]
    for row, effects in zip(known, selectors.rights_effects(moves), strict=True):
        row["effects"] = [effect.sentence for effect in effects]


@require_POST
def confirm_list(request: HttpRequest, pk: int) -> HttpResponse:
    waiting = _own(request.user, pk)
    try:
        plan = services.confirm_import(waiting=waiting, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("orgtree:list_plan", pk)
    messages.success(
        request,
        f"Đã nhập danh mục: {len(plan.new)} đơn vị mới, {len(plan.changed)} thay đổi, "
        f"{len(plan.moved)} chuyển cấp trên.",
    )
    return redirect("orgtree:tree")


@require_POST
def drop_list(request: HttpRequest, pk: int) -> HttpResponse:
    waiting = _own(request.user, pk)
    try:
        services.drop_import(waiting=waiting, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.info(request, "Đã bỏ danh mục, không có gì được ghi.")
    return redirect("orgtree:list_start")
