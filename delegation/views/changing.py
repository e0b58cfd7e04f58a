"""Taking back, handing over, another last day: each with what it takes along, and a check page before it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from common.errors import RuleViolation
from members.enums import PostCode
from members.models import Member
from orgtree.enums import Role
from orgtree.models import Grant
from orgtree.services.grants import (
    Hanging,
    HangsOtherwise,
    Taking,
    TermChange,
    hanging_from,
    in_words,
    plan_taking,
    plan_term,
)
from orgtree.services.rehearsal import rehearse

from .. import policies, services
from ..eligibility import possible_receivers
from ..forms import HandOverForm, TakeBackForm, TermForm
from .common import crumbs_to, found_grant, kept_fields, number_of, posted, words_of

_AUDITED = "Những đồng chí liên quan nhận được thông báo. Việc này được ghi vào nhật ký."
MOST_SHOWN = 300


@dataclass
class _Line:
    """One that hangs, as the tree of the preview draws it."""

    who: str
    role: str
    unit: str
    depth: int
    kept: bool


def _lines(hanging: tuple[Hanging, ...]) -> list[_Line]:
    return [
        _Line(one.grant.user.full_name, one.grant.get_role_display(), one.grant.unit.name, min(one.depth, 3), one.kept)
        for one in hanging[:MOST_SHOWN]
    ]


def _in_words(lines: list[_Line], *, told: bool, more: int = 0) -> list[str]:
    """The same for a check page."""
    words = [f"{one.who}: {one.role}, {one.unit}" for one in lines]
    if told:
        words = [
            f"{text} – {'giữ lại' if one.kept else 'thu hồi theo'}" for text, one in zip(words, lines, strict=True)
        ]
    return [*words, f"… và {more} vai trò nữa"] if more > 0 else words


def _changeable(request: HttpRequest, pk: int) -> Grant:
    """404 where it is not there for the reader, 403 where it is not his to change."""
    grant = found_grant(request, pk)
    if grant.revoked_at is None and not policies.may_change(request.user, grant):
        raise PermissionDenied
    return grant


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    grant = _changeable(request, pk)
    try:
        plan = plan_taking(grant, keep=True, actor=request.user) if grant.revoked_at is None else None
    except RuleViolation as refusal:
        return _refused(request, grant, "Thu hồi vai trò", str(refusal))
    if plan is None:
        return _over(request, grant)
    form = TakeBackForm(posted(request), hanging=len(plan.hanging), keepable=len(plan.kept))
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        keep, reason = bool(form.cleaned_data.get("keep")), form.cleaned_data["reason"]
        chosen = plan if keep else plan_taking(grant, keep=False, actor=request.user)
        if "confirm" not in request.POST:
            try:
                rehearse(
                    lambda: services.take_back(grant=grant, reason=reason, keep=keep, actor=request.user),
                    actor=request.user,
                )
            except RuleViolation as refusal:
                form.add_error("reason" if "lý do" in str(refusal) else None, str(refusal))
            else:
                return _take_back_check(request, chosen, reason)
        else:
            try:
                done = services.take_back(
                    grant=grant, reason=reason, keep=keep, expected=request.POST.get("seal", ""), actor=request.user
                )
            except HangsOtherwise as refusal:
                fresh = plan_taking(found_grant(request, pk), keep=keep, actor=request.user)
                return _take_back_check(request, fresh, reason, warning=str(refusal))
            except RuleViolation as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _told(done))
                return redirect("delegation:grant", pk=grant.pk)
    return render(
        request,
        "delegation/take_back.html",
        {
            "form": form,
            "grant": grant,
            "title": "Thu hồi vai trò",
            "lines": _lines(plan.hanging),
            "total": len(plan.hanging),
            "kept": len(plan.kept),
            "more": max(0, len(plan.hanging) - MOST_SHOWN),
            "back_url": reverse("delegation:grant", args=[grant.pk]),
            "crumbs": crumbs_to(grant, "Thu hồi"),
        },
    )


def _told(done: services.TakenBack) -> str:
    along, kept = len(done.taken) - 1, len(done.kept)
    text = f"Đã thu hồi {len(done.taken)} vai trò"
    if along:
        text += f" (vai trò đã chọn và {along} vai trò phụ thuộc)"
    return text + (f", giữ lại {kept} vai trò." if kept else ".")


def _take_back_check(request: HttpRequest, plan: Taking, reason: str, warning: str = "") -> HttpResponse:
    grant = plan.grant
    going, kept = len(plan.going), len(plan.kept)
    effects = [
        f"Đồng chí {grant.user.full_name} mất quyền ngay ở lần bấm tiếp theo, trên mọi thiết bị.",
        f"Thu hồi theo {going} vai trò phụ thuộc." if going else "Không vai trò nào khác bị thu hồi theo.",
    ]
    if kept:
        effects.append(f"Giữ lại {kept} vai trò, chuyển sang đồng chí giao.")
    if plan.instead:
        effects.append("Đồng chí thực hiện thay cấp dưới. Việc này được ghi rõ.")
    return render(
        request,
        "delegation/change_check.html",
        {
            "title": f"Thu hồi {1 + going} vai trò",
            "lead": f"Thu hồi vai trò {grant.get_role_display()} tại {grant.unit.name} "
            f"của đồng chí {grant.user.full_name}.",
            "facts": [{"label": "Lý do", "value": reason}],
            "effects": [*effects, _AUDITED],
            "warning": warning,
            "people": _in_words(_lines(plan.hanging), told=True, more=len(plan.hanging) - MOST_SHOWN),
            "people_title": "Vai trò phụ thuộc",
            "hidden": [*kept_fields(request), ("seal", plan.fingerprint)],
            "confirm": f"Thu hồi {1 + going} vai trò",
            "cancel_url": reverse("delegation:grant", args=[grant.pk]),
            "crumbs": crumbs_to(grant, "Thu hồi"),
        },
    )


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """One ends, another begins. Without a receiver the way leads to finding him."""
    grant = _changeable(request, pk)
    if grant.revoked_at is not None:
        return _over(request, grant)
    member = _receiver(grant, number_of(request.GET.get("nguoi")))
    if member is None:
        return redirect(f"{reverse('delegation:find')}?{urlencode({'ban_giao': grant.pk})}")
    form = HandOverForm(posted(request), initial={"ends_on": grant.ends_on})
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        given = form.cleaned_data

        def do(expected: str | None = None):
            return services.hand_over(grant=grant, member=member, **given, expected=expected, actor=request.user)

        try:
            if "confirm" in request.POST:
                done = do(request.POST.get("seal", ""))
                messages.success(request, _handed(done.moved, done.going, member, grant))
                return redirect("delegation:grant", pk=done.new.pk)
            rehearse(do, actor=request.user)
        except HangsOtherwise as refusal:
            return _hand_over_check(request, found_grant(request, pk), member, given, warning=str(refusal))
        except RuleViolation as refusal:
            form.add_error("reason" if "lý do" in str(refusal) else None, str(refusal))
        else:
            return _hand_over_check(request, grant, member, given)
    return render(
        request,
        "delegation/change.html",
        {
            "form": form,
            "title": "Bàn giao vai trò",
            "over": words_of(grant),
            "lead": f"Người nhận: đồng chí {member.full_name}, {member.branch.name}.",
            "change_url": f"{reverse('delegation:find')}?{urlencode({'ban_giao': grant.pk})}",
            "change": "Chọn người khác",
            "back_url": reverse("delegation:grant", args=[grant.pk]),
            "crumbs": crumbs_to(grant, "Bàn giao"),
        },
    )


def _receiver(grant: Grant, pk: int) -> Member | None:
    if not pk:
        return None
    people = possible_receivers(grant.unit).select_related("branch", "account")
    return people.filter(pk=pk).exclude(account_id=grant.user_id).first()


def _handed(moved: tuple[Grant, ...], going: tuple[Grant, ...], member: Member, grant: Grant) -> str:
    text = f"Đã bàn giao vai trò {grant.get_role_display()} tại {grant.unit.name} cho đồng chí {member.full_name}"
    if moved:
        text += f"; {len(moved)} vai trò phụ thuộc chuyển theo"
    return text + (f", {len(going)} vai trò kết thúc." if going else ".")


def _hand_over_check(
    request: HttpRequest, grant: Grant, member: Member, given: dict, warning: str = ""
) -> HttpResponse:
    plan = plan_taking(grant, keep=False, actor=request.user)
    moved = [one.grant for one in plan.hanging if one.depth == 1 and one.grant.user_id != member.account_id]
    own = [one.grant for one in plan.hanging if one.depth == 1 and one.grant.user_id == member.account_id]
    day = f"{given['begins_on']:%d/%m/%Y}"
    basis = services.received_by(member, grant.unit, Role(grant.role), given["reason"])
    why = f"do giữ chức vụ {PostCode(basis).label}" if basis else "theo lý do đã ghi"
    effects = [
        f"Đồng chí {grant.user.full_name} thôi giữ vai trò từ {day}.",
        f"Đồng chí {member.full_name} giữ vai trò {grant.get_role_display()} từ {day}, {why}.",
    ]
    if moved:
        effects.append(
            f"{len(moved)} vai trò đồng chí {grant.user.full_name} đã giao chuyển sang người nhận, giữ nguyên."
        )
    effects += [
        f"Vai trò {one.get_role_display()} tại {one.unit.name} của chính người nhận kết thúc: "
        "không ai giữ vai trò do mình giao."
        for one in own
    ]
    if given["ends_on"]:
        cut = sum(1 for one in plan.hanging if one.grant.ends_on is None or one.grant.ends_on > given["ends_on"])
        if cut:
            effects.append(f"{cut} vai trò phụ thuộc rút hạn về {given['ends_on']:%d/%m/%Y} theo người nhận.")
    return render(
        request,
        "delegation/change_check.html",
        {
            "title": "Bàn giao vai trò",
            "lead": f"Vai trò {grant.get_role_display()} tại {grant.unit.name} chuyển từ đồng chí "
            f"{grant.user.full_name} sang đồng chí {member.full_name}.",
            "facts": [
                {"label": "Bàn giao từ ngày", "value": day},
                {"label": "Đến hết ngày", "value": in_words(given["ends_on"]).capitalize()},
                {"label": "Lý do", "value": given["reason"]},
            ],
            "effects": [*effects, _AUDITED],
            "warning": warning,
            "people": _in_words(_lines(tuple(one for one in plan.hanging if one.grant in moved)), told=False),
            "people_title": "Vai trò chuyển sang người nhận",
            "hidden": [*kept_fields(request), ("seal", plan.fingerprint)],
            "confirm": "Bàn giao",
            "cancel_url": reverse("delegation:grant", args=[grant.pk]),
            "crumbs": crumbs_to(grant, "Bàn giao"),
        },
    )


@require_http_methods(["GET", "POST"])
def term(request: HttpRequest, pk: int) -> HttpResponse:
    grant = _changeable(request, pk)
    if grant.revoked_at is not None:
        return _over(request, grant)
    form = TermForm(posted(request), initial={"ends_on": grant.ends_on})
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        given = form.cleaned_data
        try:
            if "confirm" in request.POST:
                services.change_term(grant=grant, **given, actor=request.user)
                messages.success(request, f"Đã đổi hạn vai trò: {in_words(given['ends_on'])}.")
                return redirect("delegation:grant", pk=grant.pk)
            plan = plan_term(grant, given["ends_on"], actor=request.user)
        except RuleViolation as refusal:
            form.add_error("ends_on", str(refusal))
        else:
            return _term_check(request, grant, given, plan)
    return render(
        request,
        "delegation/change.html",
        {
            "form": form,
            "title": "Đổi hạn vai trò",
            "over": words_of(grant),
            "lead": f"Hạn hiện nay: {in_words(grant.ends_on)}.",
            "back_url": reverse("delegation:grant", args=[grant.pk]),
            "crumbs": crumbs_to(grant, "Đổi hạn"),
        },
    )


def _term_check(request: HttpRequest, grant: Grant, given: dict, plan: TermChange) -> HttpResponse:
    below = len(hanging_from(grant))
    effects = [f"Hạn đổi từ {in_words(grant.ends_on)} sang {in_words(given['ends_on'])}."]
    if plan.shortened:
        effects.append(f"{len(plan.shortened)} vai trò phụ thuộc cũng rút hạn về ngày đó.")
    elif below:
        effects.append(f"{below} vai trò phụ thuộc giữ nguyên hạn.")
    lines = [_Line(one.user.full_name, one.get_role_display(), one.unit.name, 1, False) for one in plan.shortened]
    return render(
        request,
        "delegation/change_check.html",
        {
            "title": "Đổi hạn vai trò",
            "lead": f"Vai trò {grant.get_role_display()} tại {grant.unit.name} của đồng chí {grant.user.full_name}.",
            "facts": [
                {"label": "Đến hết ngày", "value": in_words(given["ends_on"]).capitalize()},
                {"label": "Lý do", "value": given["reason"]},
            ],
            "effects": [*effects, _AUDITED],
            "people": _in_words(lines[:MOST_SHOWN], told=False, more=len(lines) - MOST_SHOWN),
            "people_title": "Vai trò rút hạn",
            "hidden": kept_fields(request),
            "confirm": "Đổi hạn",
            "cancel_url": reverse("delegation:grant", args=[grant.pk]),
            "crumbs": crumbs_to(grant, "Đổi hạn"),
        },
    )


def _over(request: HttpRequest, grant: Grant) -> HttpResponse:
    messages.info(request, "Vai trò này đã được thu hồi trước đó.")
    return redirect("delegation:grant", pk=grant.pk)


def _refused(request: HttpRequest, grant: Grant, title: str, why: str) -> HttpResponse:
    messages.error(request, f"{title}: {why}")
    return redirect("delegation:grant", pk=grant.pk)
