"""The officer's page of a unit: who is activated, for whom it is open, and what he does for those he ticks."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.activating import Way
from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.numbers import vi_number
from common.ui.paging import Page, page_of
from jobs.models import Job
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right, holdings_of

from ...views.common import units_to_choose
from ...views.searches import KEY, keep_search, search_of
from .. import opening
from .. import slips as printing
from ..enums import State
from ..forms import SearchForm, UnitForm
from ..policies import may_open
from ..selectors import VALUES, chosen_of, counts_of, members_to_activate, rows_of

PER_PAGE = 30
_MOST_NAMES = 60


def _unit_of(request: HttpRequest) -> OrgUnit:
    """The unit asked for; without one that in which the reader works now, else the highest of his."""
    data = request.POST if request.method == "POST" else request.GET
    wanted = data.get("unit", "")
    if wanted:
        if not wanted.isdecimal() or len(wanted) > 18:
            raise Http404
        ids = [int(wanted)]
    else:
        held = [one.unit_id for one in holdings_of(request.user) if Right.MANAGE_MEMBERS in one.rights]
        working = request.session.get("unit")
        ids = [working] * (working in held) + held
        if not ids:
            raise PermissionDenied
    unit = OrgUnit.objects.select_related("kind").filter(pk=ids[0]).first()
    if unit is None or not has_right(request.user, Right.VIEW, unit):
        raise Http404
    if not may_open(request.user, unit):
        raise PermissionDenied
    return unit


def _page_url(unit: OrgUnit) -> str:
    return f"{reverse('activation:unit')}?unit={unit.pk}"


def _crumbs(unit: OrgUnit, *more: str, alone: bool = False) -> list[Crumb]:
    """`alone`: the reader has no other unit to go back to, so that the way back is home."""
    home, url = Crumb("Trang chủ", reverse("portal:home")), reverse("activation:unit")
    if alone:
        return [home, Crumb("Kích hoạt tài khoản")]
    path = [home, Crumb("Kích hoạt tài khoản", url), Crumb(unit.name, _page_url(unit) if more else "")]
    return path + [Crumb(label) for label in more]


@require_GET
def unit_page(request: HttpRequest) -> HttpResponse:
    unit = _unit_of(request)
    everybody = members_to_activate(request.user, unit)
    counts = counts_of(everybody)
    state, text = request.GET.get("tinh_trang", ""), search_of(request)
    state = state if state in State.values else ""
    found = chosen_of(everybody, state, text).values(*VALUES)
    page: Page = page_of(found, request, PER_PAGE)
    base = _page_url(unit)
    tiles = [
        {
            "label": one.label,
            "value": vi_number(counts[one.name]),
            "url": f"{base}&tinh_trang={one.value}",
            "tone": {"ok": "ok", "wait": "wait", "late": "late"}.get(_tile_tone(one, counts[one.name]), ""),
        }
        for one in State
        if one != State.EXEMPT or counts[one.name]
    ]
    choices = units_to_choose(request, unit)
    to_open = counts[State.NOT_OPENED.name] + counts[State.RAN_OUT.name]
    return render(
        request,
        "activation/unit.html",
        {
            "unit": unit,
            "tiles": tiles,
            "rows": rows_of(request.user, page.rows),
            "page": page,
            "total": sum(counts.values()),
            "to_open": to_open,
            "to_print": to_open + counts[State.OPEN.name],
            "state": state,
            "state_label": State(state).label if state else "",
            "text": text,
            "reset_url": base,
            "search_url": f"{reverse('activation:search')}?{request.GET.urlencode()}",
            "units": UnitForm(unit.pk, choices) if len(choices) > 1 else None,
            "several": not unit.kind.holds_members,
            "crumbs": _crumbs(unit, alone=len(choices) <= 1 or "unit" not in request.GET),
        },
    )


def _tile_tone(state: State, count: int) -> str:
    if not count:
        return ""
    return {State.ACTIVATED: "ok", State.OPEN: "wait", State.RAN_OUT: "late"}.get(state, "")


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.POST)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    query = request.GET.copy()
    for name in (KEY, "trang"):
        query.pop(name, None)
    if text:
        query[KEY] = keep_search(request, text)
    return redirect(f"{reverse('activation:unit')}?{query.urlencode()}")


def _ticked(request: HttpRequest) -> list[int] | None:
    """The people ticked; None for the button of the whole unit."""
    if request.POST.get("all"):
        return None
    return [int(one) for one in request.POST.getlist("member") if one.isdecimal() and len(one) < 19]


@require_POST
def open_chosen(request: HttpRequest) -> HttpResponse:
    unit, ticked = _unit_of(request), _ticked(request)
    members = printing.members_for(request.user, unit=unit, member_ids=ticked)
    if "confirm" not in request.POST:
        now = timezone.now()
        reasons = [(member, opening.why_not(member, now)) for member in members]
        chosen = [member for member, reason in reasons if not reason]
        if not chosen:
            return _nobody(request, unit, ticked, [reason for _, reason in reasons])
        lacking = sum(member.birth_date is None or member.admission_date is None for member in chosen)
        effects = [
            f"Mỗi đồng chí có {settings.ACTIVATION_DAYS} ngày để kích hoạt, đến hết ngày {_until()}.",
            "Lần đầu, đồng chí ấy gõ số định danh vào cả hai ô đăng nhập, xác nhận ngày sinh và ngày vào Đảng, "
            "rồi đặt mật khẩu riêng."
            if _by_letter()
            else "Đồng chí ấy kích hoạt bằng mã trên phiếu chi bộ phát.",
        ]
        if lacking and _by_letter():
            effects.append(f"{lacking} đồng chí thiếu ngày sinh hoặc ngày vào Đảng trong hồ sơ: cần phát phiếu có mã.")
        left = [reason for _, reason in reasons if reason] if ticked is not None else []
        return _check(
            request,
            unit,
            ticked,
            title=f"Mở kích hoạt cho {vi_number(len(chosen))} đồng chí",
            people=[member.full_name for member in chosen],
            effects=effects,
            left=left,
            confirm="Mở kích hoạt",
        )
    try:
        done = _open(unit, ticked, members, request)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(_page_url(unit))
    if isinstance(done, Job):
        return redirect(done)
    messages.success(request, f"Đã mở kích hoạt cho {vi_number(done)} đồng chí.")
    return redirect(_page_url(unit))


def _open(unit: OrgUnit, ticked: list[int] | None, members: list, request: HttpRequest) -> int | Job:
    if ticked is None:
        return opening.open_unit(unit=unit, actor=request.user)
    return opening.open_for(member_ids=[member.pk for member in members], actor=request.user).count


@require_POST
def close_chosen(request: HttpRequest) -> HttpResponse:
    unit, ticked = _unit_of(request), _ticked(request) or []
    members = printing.members_for(request.user, unit=unit, member_ids=ticked)
    members = [one for one in members if one.account.activation_closes_at and one.account.activated_at is None]
    if not members:
        return _nobody(
            request, unit, ticked, ["Các đồng chí đã chọn không có ai đang được mở kích hoạt."] * bool(ticked)
        )
    if "confirm" not in request.POST:
        return _check(
            request,
            unit,
            ticked,
            title=f"Đóng kích hoạt của {vi_number(len(members))} đồng chí",
            people=[member.full_name for member in members],
            effects=["Không kích hoạt được nữa cho đến khi mở lại.", "Phiếu có mã đã phát không còn dùng được."],
            confirm="Đóng kích hoạt",
        )
    count = opening.close_for(member_ids=[member.pk for member in members], actor=request.user)
    messages.success(request, f"Đã đóng kích hoạt của {vi_number(count)} đồng chí.")
    return redirect(_page_url(unit))


@require_POST
def slips(request: HttpRequest) -> HttpResponse:
    """What will be printed; then the PDF itself, or the job that makes a long one."""
    unit, ticked = _unit_of(request), _ticked(request)
    members = printing.members_for(request.user, unit=unit, member_ids=ticked)
    given, left = printing.who_gets_one(request.user, members)
    if not given:
        return _nobody(request, unit, ticked, left)
    many = len(given) > printing.AT_ONCE
    if "confirm" not in request.POST:
        effects = [
            f"Mỗi phiếu có một mã dùng một lần, đến hết ngày {_until()}.",
            "Phiếu đã in trước đây cho các đồng chí này không còn dùng được.",
            "Đồng chí cắt theo đường kẻ và trao tận tay từng người.",
            "Lần in này được ghi vào nhật ký.",
        ]
        if many:
            effects.append("Danh sách dài cần ít phút. Tệp nằm ở mục Tiến độ xử lý, giữ 24 giờ, chỉ đồng chí tải được.")
        return _check(
            request,
            unit,
            ticked,
            title=f"In {vi_number(len(given))} phiếu kích hoạt",
            people=[member.full_name for member in given],
            effects=effects,
            left=left,
            confirm="Lập tệp phiếu",
        )
    wanted = {
        "unit": unit,
        "member_ids": None if ticked is None else [member.pk for member in members],
        "address": request.build_absolute_uri(reverse("activation:by_code")),
        "actor": request.user,
    }
    try:
        if many:
            return redirect(printing.start_slips(**wanted))
        printed = printing.print_slips(**wanted)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(_page_url(unit))
    response = HttpResponse(printed.content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="phieu-kich-hoat-{timezone.localdate():%Y%m%d}.pdf"'
    return response


def _nobody(request: HttpRequest, unit: OrgUnit, ticked: list[int] | None, reasons: list[str]) -> HttpResponse:
    if ticked is not None and not reasons:
        text = "Đồng chí đánh dấu ít nhất một người trong danh sách."
    else:
        text = " ".join(reasons[:3]) or f"Không còn đồng chí nào của {unit.name} cần việc này."
    messages.warning(request, text)
    return redirect(_page_url(unit))


def _check(
    request: HttpRequest,
    unit: OrgUnit,
    ticked: list[int] | None,
    *,
    title: str,
    people: list[str],
    effects: list[str],
    confirm: str,
    left: list[str] | None = None,
) -> HttpResponse:
    hidden = [("unit", unit.pk), *([("all", "1")] if ticked is None else [("member", pk) for pk in ticked])]
    return render(
        request,
        "activation/check.html",
        {
            "unit": unit,
            "title": title,
            "people": people if len(people) <= _MOST_NAMES else [],
            "effects": effects,
            "left": left or [],
            "confirm": confirm,
            "hidden": hidden,
            "cancel_url": _page_url(unit),
            "crumbs": _crumbs(unit, "Kiểm tra"),
        },
    )


def _until() -> str:
    return f"{timezone.localtime(opening.closing_day()):%d/%m/%Y}"


def _by_letter() -> bool:
    return settings.FIRST_SIGN_IN == Way.LETTER
