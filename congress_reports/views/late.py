"""Late reports of the units below, and who is to be called about them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.paging import page_of
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right, units_where
from orgtree.selectors import units_to_follow

from .. import policies
from ..selectors.late import described, late_units, open_now
from ..services.calls import calls_to_print
from ..services.escalation import escalate_unit

_WIDE = "tat-ca"


def _asked(request: HttpRequest, campaigns: list[int] | None = None) -> tuple[OrgUnit, bool]:
    """The unit below which is looked, and whether further than directly. Without a unit the reader's own first one;
    where nothing is said of how far, all below if no unit directly below is late: a page that says "nobody" is not to
    hide those further down."""
    own = units_to_follow(request.user)
    given = request.GET.get("don-vi", "")
    if not given and own:
        given = str(own[0][0])
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise Http404
    unit = get_object_or_404(units_where(request.user, Right.VIEW).select_related("kind"), pk=int(given))
    if "pham-vi" in request.GET:
        return unit, request.GET["pham-vi"] == _WIDE
    seen, today = units_where(request.user, Right.VIEW), timezone.localdate()
    return unit, not late_units(unit, seen=seen, day=today, wide=False, campaigns=campaigns).exists()


@require_GET
def late(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    campaigns = open_now(today)
    unit, wide = _asked(request, campaigns)
    seen = units_where(request.user, Right.VIEW)
    page = page_of(late_units(unit, seen=seen, day=today, wide=wide, campaigns=campaigns), request)
    page.rows[:] = described(page.rows, day=today, campaigns=campaigns)
    return render(
        request,
        "congress_reports/late.html",
        {
            "page": page,
            "unit": unit,
            "wide": wide,
            "asked_wide": request.GET.get("pham-vi") == _WIDE,
            "own": units_to_follow(request.user),
            "prints": policies.may_print_calls(request.user, unit),
            # Who decides on the reports of the units directly below.
            "decides": not wide and has_right(request.user, Right.APPROVE_REPORTS, unit),
            "query": request.GET.urlencode(),
            "crumbs": [Crumb("Trang chủ", reverse("portal:home")), Crumb("Báo cáo quá hạn")],
        },
    )


@require_GET
def call_list(request: HttpRequest) -> HttpResponse:
    """Names and phones to print; opening it is written down as taking them out."""
    unit, wide = _asked(request)
    back = f"{reverse('congress_reports:late')}?{request.GET.urlencode()}"
    try:
        rows = calls_to_print(unit=unit, wide=wide, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return render(
        request,
        "congress_reports/late_calls.html",
        {
            "rows": rows,
            "unit_name": unit.name,
            "wide": wide,
            "printed_at": timezone.localtime(),
            "printed_by": request.user.full_name,
            "back_url": back,
        },
    )


@require_POST
def escalate(request: HttpRequest, pk: int) -> HttpResponse:
    """The superior sees to the late reports of a unit directly below his own."""
    unit = get_object_or_404(units_where(request.user, Right.VIEW).select_related("parent"), pk=pk)
    try:
        count = escalate_unit(unit=unit, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã ghi nhận đồng chí trực tiếp đôn đốc {count} báo cáo quá hạn của {unit.name}.")
    back = request.POST.get("back", "")
    here = reverse("congress_reports:late")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) and back.startswith(here) else here)
