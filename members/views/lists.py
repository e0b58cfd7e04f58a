"""The list of a unit and all below, its export and its call list."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.paging import page_of
from common.ui.tables import sort_of
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import holdings_of

from .. import policies, selectors, services
from ..enums import Sight
from ..forms import ExportForm, FilterForm, SearchForm
from ..selectors.lists import SORTS, VALUES, ListFilter
from ..services.exports import MOST_AT_ONCE, columns_for
from .common import posted, units_to_choose
from .searches import KEY as SEARCH_KEY
from .searches import keep_search, search_of

PER_PAGE = 30
_HINT = "Gõ họ tên có dấu hoặc không dấu, số thẻ, hoặc đủ số định danh, số điện thoại."
_HINT_OF_READER = "Gõ họ tên có dấu hoặc không dấu, hoặc số thẻ đảng viên."
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _unit_of(request: HttpRequest) -> tuple[OrgUnit | None, Sight | None]:
    """The unit asked for; without one that in which the reader works now, else the highest of his, else his branch."""
    wanted = request.GET.get("unit", "")
    if wanted:
        if not wanted.isdecimal() or len(wanted) > 18:
            raise Http404
        ids = [int(wanted)]
    else:
        held = [h.unit_id for h in holdings_of(request.user) if h.area(Right.VIEW) is not None]
        working = request.session.get("unit")
        ids = [working] * (working in held) + held
        if not ids and (own := selectors.member_for(request.user)) is not None:
            ids = [own.branch_id]
    if not ids:
        return None, None
    unit = OrgUnit.objects.select_related("kind").filter(pk=ids[0]).first()
    sight = selectors.scope_for(request.user, unit) if unit else None
    if sight is None:
        raise Http404
    return unit, sight


def _without(query: QueryDict, *names: str) -> str:
    rest = query.copy()
    for name in ("trang", *names):
        rest.pop(name, None)
    return f"?{rest.urlencode()}"


def _active(form: FilterForm, request: HttpRequest, text: str) -> list[dict]:
    """The conditions that hold, each with the address that drops it."""
    on = []
    if text:
        on.append({"label": f"Tìm: {text}", "url": _without(request.GET, SEARCH_KEY)})
    for name, field in form.fields.items():
        value = request.GET.get(name, "")
        label = dict(field.choices).get(value)
        if value and label and name != "unit":
            on.append({"label": f"{field.label}: {label}", "url": _without(request.GET, name)})
    return on


@require_GET
def member_list(request: HttpRequest) -> HttpResponse:
    """Members of a unit and all below; `unit` is the unit, `tim` the key of a search kept in the session."""
    unit, sight = _unit_of(request)
    home = Crumb("Trang chủ", reverse("portal:home"))
    if unit is None or sight is None:
        return render(request, "members/no_unit.html", {"crumbs": [home, Crumb("Đảng viên")]})
    text = search_of(request)
    form = FilterForm(_with_unit(request.GET, unit), units_to_choose(request, unit))
    chosen = form.chosen(text)
    found = selectors.listed_members(request.user, unit, sight, chosen)
    page = page_of(found.values(*VALUES), request, PER_PAGE)
    rows = selectors.rows_of(request.user, page.rows, sight)
    manages = policies.may_print_calls(request.user, unit)
    return render(
        request,
        "members/list.html" if sight > Sight.FELLOW else "members/fellows.html",
        {
            "unit": unit,
            "rows": rows,
            "page": page,
            "filters": form,
            "text": text,
            "active": _active(form, request, text),
            "reset_url": f"?unit={unit.pk}",
            "sort": sort_of(request, {name: [name] for name in SORTS}, "ten"),
            "hint": _HINT if manages else _HINT_OF_READER,
            "more_open": any(
                request.GET.get(name) for name in ("tu_cach", "chuc_vu", "kich_hoat", "gioi_tinh", "do_tuoi", "dan_toc")
            ),
            "search_key": request.GET.get(SEARCH_KEY, "") if text else "",
            "sort_word": request.GET.get("xep", ""),
            "export_query": _with_unit(request.GET, unit).urlencode(),
            "search_url": f"{reverse('members:search')}?{_with_unit(request.GET, unit).urlencode()}",
            "filtered": bool(text or chosen != ListFilter(sort=chosen.sort, descending=chosen.descending)),
            "manages": manages,
            "may_add": manages and unit.kind.holds_members and unit.is_open,
            "crumbs": [home, Crumb("Đảng viên", reverse("members:list")), Crumb(unit.name)],
        },
    )


def _with_unit(query: QueryDict, unit: OrgUnit) -> QueryDict:
    """The choice "Đơn vị" shows the unit of the list also when the address names none."""
    query = query.copy()
    query["unit"] = str(unit.pk)
    return query


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Keeps what is looked for in the session under a random key: a name, an id or a phone stands in no address."""
    form = SearchForm(request.POST)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    query = request.GET.copy()
    for name in (SEARCH_KEY, "trang", "xep"):
        query.pop(name, None)
    if text:
        query[SEARCH_KEY] = keep_search(request, text)
    return redirect(f"{reverse('members:list')}?{query.urlencode()}")


def export(request: HttpRequest) -> HttpResponse:
    """What will be exported and how; then the workbook itself, or the job that makes a long one."""
    unit, sight = _unit_of(request)
    if unit is None or sight is None:
        raise Http404
    if not policies.may_export(request.user, unit):
        raise PermissionDenied
    chosen = FilterForm(request.GET, [(str(unit.pk), unit.name)]).chosen(search_of(request))
    total = selectors.listed_members(request.user, unit, sight, chosen).count()
    form = ExportForm(posted(request))
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data | {"unit": unit, "chosen": chosen, "actor": request.user}
        try:
            if total > MOST_AT_ONCE:
                return redirect(services.start_export(**wanted))
            path, _ = services.export_list(**wanted)
        except RuleViolation as refusal:
            form.add_error("reason" if form.cleaned_data["open_ids"] else None, str(refusal))
        else:
            content = path.read_bytes()
            path.unlink()
            response = HttpResponse(content, content_type=_SHEET)
            name = f"danh-sach-dang-vien-{timezone.localdate():%Y%m%d}.xlsx"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            return response
    back = f"{reverse('members:list')}?{request.GET.urlencode()}"
    return render(
        request,
        "members/export.html",
        {
            "form": form,
            "unit": unit,
            "total": total,
            "words": chosen.words(),
            "columns": ", ".join(column.title for column, _ in columns_for(sight)),
            "manages": sight >= Sight.OFFICER,
            "in_background": total > MOST_AT_ONCE,
            "back_url": back,
            "crumbs": [
                Crumb("Trang chủ", reverse("portal:home")),
                Crumb("Đảng viên", reverse("members:list")),
                Crumb(unit.name, back),
                Crumb("Xuất danh sách"),
            ],
        },
    )


@require_GET
def call_list(request: HttpRequest) -> HttpResponse:
    """Names and phones to print; opening it is written down as taking them out."""
    unit, sight = _unit_of(request)
    if unit is None or sight is None:
        raise Http404
    chosen = FilterForm(request.GET, [(str(unit.pk), unit.name)]).chosen(search_of(request))
    back = f"{reverse('members:list')}?{request.GET.urlencode()}"
    try:
        rows = services.log_call_list(unit=unit, chosen=chosen, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return render(
        request,
        "members/call_list.html",
        {
            "rows": rows,
            "unit_name": unit.name,
            "words": chosen.words(),
            "one_branch": unit.kind.holds_members,
            "printed_at": timezone.localtime(),
            "printed_by": request.user.full_name,
            "back_url": back,
        },
    )
