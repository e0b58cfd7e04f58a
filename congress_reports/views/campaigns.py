"""Campaigns: set up, opened, closed and copied by the organisation department."""

import json
import re
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.numbers import vi_number
from orgtree.models import OrgUnit

from .. import policies, services
from ..campaign_inputs import CampaignForm, FormDataForm, ReasonForm
from ..forms.bands import Bands
from ..forms.definition import FieldType, RuleLevel
from ..forms.loading import form_of
from ..models import Campaign
from ..presenting import campaign_state
from ..selectors import campaigns as selectors
from ..services.setup import MOST_AT_ONCE
from .common import posted

_TYPES = {
    FieldType.COUNT: "Số",
    FieldType.DAY: "Ngày",
    FieldType.TEXT: "Chữ",
    FieldType.LONG_TEXT: "Đoạn văn",
    FieldType.CHOICE: "Chọn một",
    FieldType.YES_NO: "Có / Không",
    FieldType.DECIMAL: "Số lẻ",
}
_LEVELS = {
    RuleLevel.HARD: ("late", "Chặn gửi"),
    RuleLevel.SOFT: ("wait", "Cần lý do"),
    RuleLevel.INFO: ("info", "Nhắc"),
}


def _crumbs(*more: tuple[str, str]) -> list[Crumb]:
    path = [Crumb("Trang chủ", reverse("portal:home")), Crumb("Đợt đại hội", reverse("congress_reports:campaigns"))]
    return [*path, *(Crumb(label, url) for label, url in more)]


def _found(request: HttpRequest, pk: int, *, manages: bool = False) -> Campaign:
    campaign = get_object_or_404(
        selectors.campaigns_followed_by(request.user).select_related("top", "copied_from"), pk=pk
    )
    if manages and not policies.may_manage(request.user, campaign):
        raise PermissionDenied
    return campaign


@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    if not selectors.follows_campaigns(request.user):
        raise PermissionDenied
    rows = selectors.campaigns_followed_by(request.user).select_related("top")
    return render(
        request,
        "congress_reports/campaigns/list.html",
        {
            "rows": [(one, campaign_state(one)) for one in rows[:100]],
            "manages": bool(selectors.managed_tops(request.user)),
            "crumbs": [Crumb("Trang chủ", reverse("portal:home")), Crumb("Đợt đại hội")],
        },
    )


@require_GET
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    one = _found(request, pk)
    lines = selectors.duty_lines(one)
    bands = Bands(one.bands)
    begun = not one.is_prepared and selectors.is_begun(one)
    return render(
        request,
        "congress_reports/campaigns/campaign.html",
        {
            "campaign": one,
            "state": campaign_state(one),
            "begun": begun,
            "manages": policies.may_manage(request.user, one),
            "lines": lines,
            "owed": sum(line.owed for line in lines),
            "came": sum(line.came for line in lines),
            "approved": sum(line.approved for line in lines),
            "rejected": sum(line.rejected for line in lines),
            "facts": _facts(one, bands),
            "forms": list(one.forms.all()),
            "events": selectors.history_of(one),
            "crumbs": _crumbs((one.name, "")),
        },
    )


def _facts(one: Campaign, bands: Bands) -> list[dict]:
    targets = [("nữ", one.target_female), ("trẻ", one.target_young), ("dân tộc thiểu số", one.target_minority)]
    return [
        {"label": "Nhiệm kỳ", "value": one.term},
        {"label": "Đại hội lần thứ", "value": one.congress_number},
        {"label": "Thời gian", "value": f"{one.opens_on:%d/%m/%Y} – {one.ends_on:%d/%m/%Y}"},
        {"label": "Thời điểm tính tuổi", "value": f"{one.reference_date:%d/%m/%Y}"},
        {"label": "Độ tuổi", "value": "; ".join(bands.label(at) for at in range(len(bands)))},
        {"label": "Tuổi trẻ", "value": f"Dưới {one.young_below} tuổi"},
        {"label": "Mục tiêu", "value": "; ".join(f"{label} từ {share}%" for label, share in targets if share)},
    ]


@require_http_methods(["GET", "POST"])
def campaign_new(request: HttpRequest) -> HttpResponse:
    """A new one, blank or after another (`tu`), of which all but the name and the days is taken over."""
    tops = selectors.managed_tops(request.user)
    if not tops:
        raise PermissionDenied
    wanted = request.GET.get("tu", "")
    source = None
    if wanted:
        if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 19):
            raise Http404
        source = _found(request, int(wanted), manages=True)
    top = source.top if source else OrgUnit.objects.get(pk=tops[0][0])
    setup = services.setup_of(source) if source else None
    if setup:
        setup = replace(setup, name="", term="", congress_number="", opens_on=None, ends_on=None, reference_date=None)
        setup = replace(setup, owed=[replace(one, before=None) if one.before else one for one in setup.owed])
    form = _form(request, top, source, setup)
    if source and not form.is_bound:
        for line in source.duties.select_related("kind").exclude(before=None):
            form.initial[f"{line.kind.code}-rule"] = "before_day"
    if request.method == "POST" and form.is_valid():
        try:
            made = services.prepare_campaign(top=top, setup=form.setup(), copied_from=source, actor=request.user)
        except RuleViolation as refusal:
            form.add_error(getattr(refusal, "field", None), str(refusal))
        else:
            messages.success(request, "Đã lập đợt. Chưa đơn vị nào phải nộp cho đến khi đồng chí mở đợt.")
            return redirect(made)
    title = f"Lập đợt theo “{source.name}”" if source else "Lập đợt đại hội"
    return _edit_page(request, form, title, "Lưu đợt", reverse("congress_reports:campaigns"), top, _crumbs((title, "")))


def _form(request, top: OrgUnit, source: Campaign | None, setup) -> CampaignForm:
    return CampaignForm(
        posted(request),
        kinds=selectors.kinds_below(top),
        reports=selectors.reports_to_choose(source),
        setup=setup,
    )


def _edit_page(request, form, title: str, save: str, back_url: str, top, crumbs, note: str = "") -> HttpResponse:
    return render(
        request,
        "congress_reports/campaigns/edit.html",
        {
            "form": form,
            "title": title,
            "save": save,
            "note": note,
            "top": top,
            "back_url": back_url,
            "crumbs": crumbs,
        },
    )


@require_http_methods(["GET", "POST"])
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    one = _found(request, pk, manages=True)
    form = _form(request, one.top, one, services.setup_of(one))
    if request.method == "POST" and form.is_valid():
        try:
            changes = services.change_campaign(campaign=one, setup=form.setup(), actor=request.user)
        except RuleViolation as refusal:
            form.add_error(getattr(refusal, "field", None), str(refusal))
        else:
            messages.success(request, f"Đã sửa: {', '.join(changes)}." if changes else "Không có gì thay đổi.")
            return redirect(one)
    note = ""
    if not one.is_prepared and selectors.is_begun(one):
        note = "Đã có báo cáo được gửi. Đồng chí chỉ sửa được tên đợt và ngày dự kiến kết thúc."
    return _edit_page(
        request, form, "Sửa đợt đại hội", "Lưu", one.get_absolute_url(), one.top,
        _crumbs((one.name, one.get_absolute_url()), ("Sửa", "")), note,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def campaign_open(request: HttpRequest, pk: int) -> HttpResponse:
    """The check page with the number of reports that will be owed."""
    one = _found(request, pk, manages=True)
    lines = selectors.duty_lines(one)
    expected = sum(line.owed for line in lines)
    if request.method == "POST":
        try:
            if expected > MOST_AT_ONCE:
                return redirect(services.start_opening(campaign=one, expected=expected, actor=request.user))
            added = services.open_campaign(campaign=one, actor=request.user)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Đã mở đợt: {vi_number(added)} báo cáo phải nộp.")
        return redirect(one)
    if not one.is_prepared:
        messages.info(request, "Đợt này đã mở.")
        return redirect(one)
    facts = [
        {
            "label": f"{line.duty.kind.label}: {line.duty.form.code}) {line.duty.form.short}",
            "value": f"{vi_number(line.owed)} đơn vị, {line.deadline[:1].lower()}{line.deadline[1:]}",
        }
        for line in lines
    ]
    effects = [
        f"{vi_number(expected)} báo cáo phải nộp được ghi sẵn cho từng đơn vị, kể cả đơn vị chưa lập.",
        "Các đơn vị lập và gửi được ngay; Sổ tay nhắc hạn từ ngày bắt đầu đợt.",
        "Đồng chí còn sửa được đợt cho đến khi có báo cáo đầu tiên được gửi.",
    ]
    if expected > MOST_AT_ONCE:
        effects.append("Việc chạy ở phía sau, đồng chí theo dõi ở trang Tiến độ xử lý.")
    context = {
        "title": f"Mở đợt {one.name}",
        "facts": facts,
        "effects": effects,
        "confirm": "Mở đợt",
        "warning": "" if expected else "Chưa có đơn vị nào thuộc diện nộp báo cáo.",
    }
    return _act_page(request, one, context, "Mở đợt")


@require_http_methods(["GET", "POST"])
def campaign_close(request: HttpRequest, pk: int) -> HttpResponse:
    one = _found(request, pk, manages=True)
    unsent, waiting = selectors.unfinished(one)
    effects = ["Từ hôm nay không gửi, không phê duyệt và không nhắc hạn nữa.", "Số liệu và báo cáo vẫn xem được."]
    if unsent:
        effects.insert(0, f"{vi_number(unsent)} báo cáo chưa gửi sẽ để lại là chưa gửi.")
    if waiting:
        effects.insert(0, f"{vi_number(waiting)} báo cáo đã gửi đang chờ phê duyệt sẽ không được quyết định.")
    return _with_reason(request, one, services.close_campaign, "Đóng đợt", "Đã đóng đợt.", effects)


@require_http_methods(["GET", "POST"])
def campaign_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    one = _found(request, pk, manages=True)
    effects = [
        "Các đơn vị lại gửi được, cấp ủy lại phê duyệt được; Sổ tay nhắc hạn trở lại.",
        "Đơn vị thành lập trong thời gian đóng được ghi thêm báo cáo phải nộp.",
    ]
    return _with_reason(request, one, services.reopen_campaign, "Mở lại đợt", "Đã mở lại đợt.", effects)


def _with_reason(request, one: Campaign, act, title: str, done: str, effects: list[str]) -> HttpResponse:
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            if len(form.cleaned_data["reason"].strip()) < services.LEAST_REASON:
                raise RuleViolation(services.LEAST_REASON_SENTENCE)
            act(campaign=one, reason=form.cleaned_data["reason"], actor=request.user)
        except RuleViolation as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, done)
            return redirect(one)
    return render(
        request,
        "congress_reports/campaigns/reason.html",
        {
            "campaign": one,
            "form": form,
            "title": title,
            "effects": effects,
            "crumbs": _crumbs((one.name, one.get_absolute_url()), (title, "")),
        },
    )


@require_http_methods(["GET", "POST"])
def campaign_drop(request: HttpRequest, pk: int) -> HttpResponse:
    one = _found(request, pk, manages=True)
    if request.method == "POST":
        try:
            services.drop_campaign(campaign=one, actor=request.user)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect(one)
        messages.success(request, f"Đã bỏ đợt {one.name}.")
        return redirect("congress_reports:campaigns")
    context = {
        "title": f"Bỏ đợt {one.name}",
        "effects": [
            "Đợt đang chuẩn bị và lịch đại hội đã xếp cho đợt này bị xóa.",
            "Chưa đơn vị nào phải nộp báo cáo.",
        ],
        "confirm": "Bỏ đợt",
    }
    return _act_page(request, one, context, "Bỏ đợt")


def _act_page(request, one: Campaign, context: dict, label: str) -> HttpResponse:
    more = {"campaign": one, "crumbs": _crumbs((one.name, one.get_absolute_url()), (label, ""))}
    return render(request, "congress_reports/campaigns/check.html", context | more)


@require_http_methods(["GET", "POST"])
def campaign_form(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What a report of this campaign asks and by which rules; another definition may take its place."""
    one = _found(request, pk)
    kept = get_object_or_404(one.forms, code=code)
    manages = policies.may_manage(request.user, one)
    if request.method == "POST" and not manages:
        raise PermissionDenied
    changeable = manages and not one.is_closed and (one.is_prepared or not selectors.is_begun(one))
    form = FormDataForm(request.POST or None, request.FILES or None) if changeable or request.method == "POST" else None
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_form(form=kept, definition=_read(form.cleaned_data["file"]), actor=request.user)
        except RuleViolation as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, f"Đã thay mẫu {code}, nay là bản số {changed.version}.")
            return redirect("congress_reports:campaign_form", pk, code)
    definition = form_of(kept.code, kept.definition["form"], kept.definition["blocks"], Bands(one.bands))
    return render(
        request,
        "congress_reports/campaigns/form.html",
        {
            "campaign": one,
            "kept": kept,
            "form": form,
            "sections": [(section, [_field(field) for field in section.fields]) for section in definition.sections],
            "rules": [
                (rule, _LEVELS[rule.level], re.sub(r"\{[^}]*\}", "…", rule.message)) for rule in definition.rules
            ],
            "crumbs": _crumbs((one.name, one.get_absolute_url()), (f"Mẫu {code}", "")),
        },
    )


def _field(field) -> dict:
    notes = [label for label, holds in (("bắt buộc", field.required), ("tự tính", field.computed is not None)) if holds]
    return {"label": field.label, "type": _TYPES.get(field.type, ""), "notes": ", ".join(notes), "help": field.help}


def _read(file) -> dict:
    try:
        given = json.loads(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise RuleViolation("Tệp không đọc được. Đồng chí tải mẫu hiện tại về, sửa rồi gửi lại.") from fault
    if not isinstance(given, dict) or not all(isinstance(given.get(part), dict) for part in ("form", "blocks")):
        raise RuleViolation("Tệp không phải là mẫu báo cáo. Đồng chí tải mẫu hiện tại về, sửa rồi gửi lại.")
    return {"form": given["form"], "blocks": given["blocks"]}


@require_GET
def campaign_form_data(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    one = _found(request, pk, manages=True)
    kept = get_object_or_404(one.forms, code=code)
    content = json.dumps(kept.definition, ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mau-{kept.code}-ban-{kept.version}.json"'
    return response
