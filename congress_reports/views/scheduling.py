"""Writing the schedule: a line, many alike, a workbook; each with its look beforehand."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import RuleViolation
from common.text import clean
from common.ui.nav import Crumb
from common.ui.numbers import vi_number
from common.ui.paging import page_of
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right_anywhere, holdings_of

from .. import policies, services
from ..enums import CongressState
from ..models import Campaign
from ..presenting import congress_state
from ..schedule_inputs import LineForm, ManyForm, ScheduleListForm
from ..schedule_lists import read_schedule
from ..selectors import schedule as selectors
from ..selectors.schedule import LABELS, Line, value_in_words
from ..services.schedule import MOST_AT_ONCE
from ..services.schedule_import import confirm_plan, drop_plan, keep_plan, kept_plan, plan_schedule
from .common import posted
from .schedule import asked

_MOST = 2000


def _list_url(campaign: Campaign) -> str:
    return f"{reverse('congress_reports:schedule')}?dot={campaign.pk}"


def _crumbs(campaign: Campaign, *more: str) -> list[Crumb]:
    path = [Crumb("Trang chủ", reverse("portal:home")), Crumb("Lịch đại hội", _list_url(campaign))]
    return [*path, *(Crumb(label) for label in more)]


def _campaign(request: HttpRequest, pk: int) -> Campaign:
    return get_object_or_404(selectors.campaigns_seen_by(request.user), pk=pk)


@require_http_methods(["GET", "POST"])
def schedule_line(request: HttpRequest, campaign_pk: int, unit_pk: int) -> HttpResponse:
    """To read for all who follow the unit, to change for who plans its congress."""
    campaign = _campaign(request, campaign_pk)
    line = selectors.first_line(campaign, request.user, unit_pk)
    if line is None:
        raise Http404
    edits = not campaign.is_closed and policies.may_schedule_line(request.user, line)
    if request.method == "POST" and not policies.may_schedule_line(request.user, line):
        raise PermissionDenied
    form = LineForm(posted(request), line=line) if edits or request.method == "POST" else None
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.schedule_one(
                campaign=campaign,
                unit=OrgUnit(pk=unit_pk),
                values=form.values(),
                seen=_seen(form.cleaned_data["seen"]),
                actor=request.user,
            )
        except RuleViolation as refusal:
            form.add_error(getattr(refusal, "field", None), str(refusal))
        else:
            if changed:
                messages.success(request, f"Đã ghi lịch đại hội của {line.name}.")
            else:
                messages.info(request, "Không có gì thay đổi.")
            return redirect(_list_url(campaign) + (f"&don_vi={line.parent_id}" if line.parent_id else ""))
    return render(
        request,
        "congress_reports/schedule/line.html",
        {
            "campaign": campaign,
            "line": line,
            "state": congress_state(line, timezone.localdate()),
            "form": form,
            "facts": [
                {"label": LABELS[name], "value": value_in_words(name, getattr(line, name))}
                for name in LABELS
                if name != "state" and (getattr(line, name) or name not in ("held_on", "reason", "note"))
            ],
            "back_url": _list_url(campaign),
            "crumbs": _crumbs(campaign, line.name),
        },
    )


def _seen(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


@require_POST
def schedule_many(request: HttpRequest) -> HttpResponse:
    """What many get alike: the boxes, then the check page, then the doing; above fifty in the background."""
    if not has_right_anywhere(request.user, Right.MANAGE_UNIT):
        raise PermissionDenied
    given = QueryDict(request.POST.get("query", ""))
    found = asked(request, given)
    if found is None:
        raise Http404
    rows = _rows(request, found)
    back = f"{reverse('congress_reports:schedule')}?{given.urlencode()}"
    if not rows:
        messages.error(request, "Đồng chí chưa chọn đơn vị nào xếp lịch được.")
        return redirect(back)
    step = request.POST.get("step")
    form = ManyForm(request.POST if step else None)
    if step and "back" not in request.POST and form.is_valid():
        if request.POST.get("confirm") != "yes":
            return _check_many(request, found.campaign, rows, form, given, back)
        return _do_many(request, found.campaign, rows, form.values(), back)
    return render(
        request,
        "congress_reports/schedule/many.html",
        {
            "campaign": found.campaign,
            "form": form,
            "rows": rows,
            "query": given.urlencode(),
            "back_url": back,
            "crumbs": _crumbs(found.campaign, "Xếp lịch nhiều đơn vị"),
        },
    )


def _rows(request: HttpRequest, found) -> list[Line]:
    """Those that were ticked, or all of the list as it is narrowed; only what the reader may plan."""
    if "all" in request.POST:
        rows = found.rows
    else:
        ticked = [int(pk) for pk in request.POST.getlist("unit") if pk.isdecimal() and len(pk) < 19]
        rows = found.in_sight.filter(pk__in=ticked[:_MOST])
    lines = selectors.lines_of(rows.exclude(state=CongressState.HELD)[:_MOST])
    return [line for line in lines if policies.may_schedule_line(request.user, line)]


def _check_many(request, campaign: Campaign, rows: list[Line], form: ManyForm, given, back: str) -> HttpResponse:
    values = form.values()
    effects = [f"{vi_number(len(rows))} đơn vị có cùng lịch như trên; những ô để trống giữ nguyên ở từng đơn vị."]
    if "planned_on" in values:
        moved = sum(line.planned_on not in (None, values["planned_on"]) for line in rows)
        if moved:
            effects.append(f"{vi_number(moved)} đơn vị đã có ngày khác, sẽ đổi sang ngày mới.")
        postponed = sum(line.state == CongressState.POSTPONED for line in rows)
        if postponed:
            effects.append(f"{vi_number(postponed)} đại hội đang hoãn được xếp lại.")
        effects.append("Hạn gửi báo cáo tính từ ngày đại hội thay đổi theo.")
    effects.append("Các đơn vị được thông báo lịch mới.")
    if len(rows) > MOST_AT_ONCE:
        effects.append("Việc chạy ở phía sau, đồng chí theo dõi ở trang Tiến độ xử lý.")
    hidden = [("unit", line.unit_id) for line in rows]
    hidden += [("step", "check"), ("query", given.urlencode())]
    hidden += [(name, request.POST.get(name, "")) for name in form.fields]
    return render(
        request,
        "congress_reports/schedule/many_check.html",
        {
            "facts": [{"label": LABELS[name], "value": value_in_words(name, value)} for name, value in values.items()],
            "effects": effects,
            "people": [line.name for line in rows],
            "hidden": hidden,
            "back_url": back,
            "crumbs": _crumbs(campaign, "Xếp lịch nhiều đơn vị"),
        },
    )


def _do_many(request, campaign: Campaign, rows: list[Line], values: dict, back: str) -> HttpResponse:
    ids = [line.unit_id for line in rows]
    try:
        if len(ids) > MOST_AT_ONCE:
            return redirect(
                services.start_scheduling(campaign=campaign, unit_ids=ids, values=values, actor=request.user)
            )
        outcome = services.schedule_many(campaign=campaign, unit_ids=ids, values=values, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        (messages.warning if outcome.left_out else messages.success)(request, outcome.sentence)
    return redirect(back)


def _planner(request: HttpRequest) -> None:
    if not any(Right.MANAGE_UNIT in one.rights and one.rght - one.lft > 1 for one in holdings_of(request.user)):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def schedule_import(request: HttpRequest) -> HttpResponse:
    """Choose a workbook; it is read at once and shown before anything is written."""
    _planner(request)
    found = asked(request)
    if found is None or found.campaign.is_closed:
        raise Http404
    form = ScheduleListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            read = read_schedule(file.read())
        except RuleViolation as refusal:
            form.add_error("file", str(refusal))
        else:
            plan = plan_schedule(campaign=found.campaign, read=read, label=clean(file.name)[:200], actor=request.user)
            return redirect("congress_reports:schedule_plan", keep_plan(plan, request.user))
    return render(
        request,
        "congress_reports/schedule/import.html",
        {
            "campaign": found.campaign,
            "form": form,
            "xlsx_url": f"{reverse('congress_reports:schedule_xlsx')}?dot={found.campaign.pk}&pham_vi=tat-ca",
            "back_url": _list_url(found.campaign),
            "crumbs": _crumbs(found.campaign, "Nhập lịch từ tệp"),
        },
    )


@require_http_methods(["GET", "POST"])
def schedule_plan(request: HttpRequest, word: str) -> HttpResponse:
    """What the workbook would change; a post writes it or drops it."""
    _planner(request)
    plan = kept_plan(word, request.user)
    if plan is None:
        messages.info(request, "Tệp đã được nhập, đã bỏ hoặc để quá 24 giờ. Đồng chí gửi lại tệp nếu cần.")
        return redirect("congress_reports:schedule_import")
    campaign = _campaign(request, plan.campaign)
    if request.method == "POST":
        return _confirm(request, campaign, plan, word)
    parts = {"doi": ("Thay đổi", plan.changes), "loi": ("Có lỗi", plan.problems)}
    part = request.GET.get("muc", "")
    if part not in parts:
        part = "doi" if plan.changes or not plan.problems else "loi"
    return render(
        request,
        "congress_reports/schedule/plan.html",
        {
            "campaign": campaign,
            "plan": plan,
            "part": part,
            "page": page_of(parts[part][1], request, 50),
            "tabs": [
                {"label": label, "url": f"?muc={name}", "current": name == part, "count": len(rows)}
                for name, (label, rows) in parts.items()
            ],
            "crumbs": _crumbs(campaign, "Nhập lịch từ tệp"),
        },
    )


def _confirm(request: HttpRequest, campaign: Campaign, plan, word: str) -> HttpResponse:
    if "drop" in request.POST:
        drop_plan(word, request.user)
        messages.info(request, "Đã bỏ tệp lịch, không có gì được ghi.")
        return redirect(_list_url(campaign))
    try:
        outcome = confirm_plan(campaign=campaign, plan=plan, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("congress_reports:schedule_plan", word)
    drop_plan(word, request.user)
    (messages.warning if outcome.left_out else messages.success)(request, outcome.sentence)
    return redirect(_list_url(campaign))
