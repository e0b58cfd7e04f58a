"""Handing a role down, by the five steps of letter 001 §4b: list, "Thêm mới", account, unit and roles, check, "Lưu"."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.errors import RuleViolation
from common.text import search_key
from common.ui.numbers import vi_number
from members.enums import PostCode
from members.models import Member
from orgtree.enums import ROLES, Reach, Role
from orgtree.models import Grant, OrgUnit
from orgtree.services.grants import in_words, must_be_confirmed_anew
from orgtree.services.rehearsal import rehearse

from .. import drafts, policies, selectors, services
from ..eligibility import Receiver, posts_in, receivers_of, suggested_role
from ..forms import FindForm, GiveForm
from ..selectors.find import MOST_FOUND
from ..services.automatic import not_over
from ..steps import step_label, step_of, step_short
from .common import crumbs, givable_unit, number_of, posted

_MOST_UNITS_TOLD = 12


def _needs_right(user: User) -> None:
    if not policies.may_give_anywhere(user):
        raise PermissionDenied


# Whom and where


@dataclass
class Finding:
    """What the page of finding shows."""

    form: FindForm
    asked: bool = False
    unit: OrgUnit | None = None
    people: list[Receiver] | None = None
    units: list[OrgUnit] | None = None


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """By POST only is somebody looked for: a name or a citizen id stands in no address. GET: the empty page."""
    _needs_right(request.user)
    fixed = givable_unit(request, number_of(request.GET.get("don_vi")))
    over = _being_handed_over(request)
    finding = _find(request, over.unit if over else fixed)
    if over is not None:
        finding.people = [one for one in finding.people or [] if one.account_id != over.user_id]
    return _find_page(request, finding, over)


def _being_handed_over(request: HttpRequest) -> Grant | None:
    """The grant for which a successor is looked for."""
    pk = number_of(request.GET.get("ban_giao"))
    try:
        grant = selectors.grant_for(request.user, pk) if pk else None
    except Grant.DoesNotExist:
        return None
    return grant if grant and policies.may_change(request.user, grant) else None


def _find(request: HttpRequest, fixed: OrgUnit | None) -> Finding:
    if request.method != "POST":
        finding = Finding(FindForm(), unit=fixed)
        if fixed is not None:
            finding.people = receivers_of(selectors.find_people(request.user, "", fixed), fixed)
        return finding
    form = FindForm(request.POST)
    if not form.is_valid():
        return Finding(form)
    finding = Finding(form, asked=True, unit=fixed)
    text, words = form.cleaned_data["q"], form.cleaned_data["unit"]
    if words and fixed is None:
        finding.units = _units_like(request.user, words)
        if len(finding.units) == 1:
            finding.unit = finding.units[0]
        elif not finding.units:
            form.add_error("unit", "Không có đơn vị nào như vậy mà đồng chí được phân quyền. Đồng chí gõ ngắn hơn.")
            return finding
        else:
            return finding
    if not text and finding.unit is None:
        form.add_error("q", "Đồng chí gõ họ tên hoặc số định danh, hoặc chọn đơn vị.")
        return finding
    members = selectors.find_people(request.user, text, finding.unit)
    place = finding.unit
    finding.people = receivers_of(members, place) if place else [_without_posts(one) for one in members]
    return finding


def _without_posts(member: Member) -> Receiver:
    return Receiver(member.pk, member.account_id, member.full_name, member.branch_id, member.branch.name, ())


def _units_like(user: User, words: str) -> list[OrgUnit]:
    """By the line of the suggestions ("tên (mã)"), the code, or the words of the name."""
    units = selectors.givable_units(user).select_related("kind", "parent__kind").order_by("tree_id", "lft")
    code = words[words.rfind("(") + 1 : -1] if words.endswith(")") else words
    if exact := list(units.filter(code__iexact=code.strip())[:1]):
        return exact
    for word in search_key(words).split():
        units = units.filter(search_key__contains=word)
    return list(units[: _MOST_UNITS_TOLD + 1])


def _find_page(request: HttpRequest, finding: Finding, over: Grant | None) -> HttpResponse:
    unit = finding.unit
    if over is not None:
        start, lines = reverse("delegation:hand_over", args=[over.pk]), []
        here = urlencode({"ban_giao": over.pk})
    else:
        start = reverse("delegation:new")
        here = urlencode({"don_vi": unit.pk}) if unit else ""
        lines = [] if unit else _suggested_units(request.user)
    if unit is not None:
        finding.form.fields.pop("unit", None)
    people = [
        {
            "who": one.full_name,
            "branch": one.branch_name,
            "posts": ", ".join(post.label for post in one.posts),
            "url": f"{start}?{urlencode(_named(one.member_id, unit if over is None else None))}",
        }
        for one in finding.people or []
    ]
    return render(
        request,
        "delegation/find.html",
        {
            "form": finding.form,
            "asked": finding.asked and not finding.form.errors,
            "unit": unit,
            "over": over,
            "people": people,
            "most": MOST_FOUND if len(people) == MOST_FOUND else 0,
            "units": [
                (one.name, f"?{urlencode({'don_vi': one.pk})}") for one in (finding.units or [])[:_MOST_UNITS_TOLD]
            ]
            if unit is None
            else [],
            "too_many": len(finding.units or []) > _MOST_UNITS_TOLD,
            "lines": lines,
            "here": f"{reverse('delegation:find')}?{here}" if here else reverse("delegation:find"),
            "crumbs": crumbs("Bàn giao vai trò" if over else "Thêm mới"),
        },
    )


def _named(member_id: int, unit: OrgUnit | None) -> dict[str, int]:
    return {"nguoi": member_id} | ({"don_vi": unit.pk} if unit else {})


def _suggested_units(user: User) -> list[str]:
    rows = selectors.givable_units(user).order_by("tree_id", "lft").values_list("name", "code")
    return [f"{name} ({code})" for name, code in rows[:2000]]


# What and for how long


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, for somebody who was found; without anybody the way leads to finding him."""
    _needs_right(request.user)
    word = request.GET.get("k", "")
    draft = drafts.read(request, word) or {}
    member = _member(request.user, number_of(request.GET.get("nguoi")) or draft.get("member", 0))
    if member is None:
        unit = number_of(request.GET.get("don_vi"))
        query = f"?{urlencode({'don_vi': unit})}" if unit else ""
        return redirect(f"{reverse('delegation:find')}{query}")
    units = selectors.units_on_the_way(request.user, member)
    if not units:
        raise PermissionDenied
    roles = _roles(request.user, units)
    form = GiveForm(
        posted(request),
        units=units,
        roles=roles,
        initial=_initial(draft, number_of(request.GET.get("don_vi")), units, member),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            rehearse(lambda: services.give(member=member, **given, actor=request.user), actor=request.user)
        except RuleViolation as refusal:
            form.add_error("reason" if "lý do" in str(refusal) else None, str(refusal))
        except PermissionDenied:
            form.add_error("roles", "Đồng chí không được giao vai trò này tại đơn vị đã chọn.")
        else:
            word = drafts.keep(request, _as_draft(member, given), word)
            return redirect(f"{reverse('delegation:check')}?{urlencode({'k': word})}")
    return render(
        request,
        "delegation/new.html",
        {
            "form": form,
            "member": member,
            "receiver": receivers_of([member], units[0])[0],
            "posts": _posts_in_words(member, units),
            "find_url": reverse("delegation:find"),
            "back_url": reverse("delegation:list"),
            "crumbs": crumbs("Thêm mới"),
        },
    )


def _member(user: User, pk: int) -> Member | None:
    """Somebody who may receive something from this reader."""
    if not pk:
        return None
    found = Member.objects.select_related("branch", "account").filter(pk=pk).exclude(account_id=user.pk).first()
    if found is None or not selectors.units_on_the_way(user, found):
        return None
    return found


def _roles(user: User, units: list[OrgUnit]) -> list[Role]:
    may = {role for unit in units[:1] for role in policies.roles_to_give(user, unit)}
    if any(unit.parent_id is None for unit in units):
        may |= {role for unit in units if unit.parent_id is None for role in policies.roles_to_give(user, unit)}
    return sorted(may, key=lambda role: (role == Role.ORG_DEPARTMENT, list(Role).index(role)))


def _initial(draft: dict, wanted: int, units: list[OrgUnit], member: Member) -> dict:
    if draft:
        return {
            "unit": str(draft["unit"]),
            "roles": draft["roles"],
            "begins_on": date.fromisoformat(draft["begins_on"]),
            "ends_on": date.fromisoformat(draft["ends_on"]) if draft["ends_on"] else None,
            "reach": draft["reach"],
            "reason": draft["reason"],
        }
    unit = next((unit for unit in units if unit.pk == wanted), units[0] if len(units) == 1 else None)
    if unit is None:
        return {}
    posts = sorted(posts_in(member, unit), key=lambda post: list(PostCode).index(post))
    role = next((role for post in posts if (role := suggested_role(post))), None)
    return {"unit": str(unit.pk), "roles": [role.value] if role else []}


def _posts_in_words(member: Member, units: list[OrgUnit]) -> str:
    names = {unit.pk: unit.name for unit in units}
    held = member.posts.filter(unit__in=names, ends_on=None).values_list("code", "unit_id")
    return "; ".join(f"{PostCode(code).label}, {names[unit_id]}" for code, unit_id in held)


def _as_draft(member: Member, given: dict) -> dict:
    return {
        "member": member.pk,
        "unit": given["unit"].pk,
        "roles": [role.value for role in given["roles"]],
        "begins_on": given["begins_on"].isoformat(),
        "ends_on": given["ends_on"].isoformat() if given["ends_on"] else "",
        "reach": given["reach"].value,
        "reason": given["reason"],
    }


# The last look


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    _needs_right(request.user)
    word = request.GET.get("k", "")
    draft = drafts.read(request, word)
    member = _member(request.user, draft["member"]) if draft else None
    unit = givable_unit(request, draft["unit"]) if draft else None
    if draft is None or member is None or unit is None:
        messages.info(request, "Đồng chí chọn lại người và vai trò cần giao.")
        return redirect("delegation:find")
    given = {
        "roles": [Role(role) for role in draft["roles"]],
        "begins_on": date.fromisoformat(draft["begins_on"]),
        "ends_on": date.fromisoformat(draft["ends_on"]) if draft["ends_on"] else None,
        "reach": Reach(draft["reach"]),
        "reason": draft["reason"],
    }
    if request.method == "POST":
        try:
            services.give(member=member, unit=unit, **given, actor=request.user)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect(f"{reverse('delegation:new')}?{urlencode({'k': word})}")
        drafts.drop(request, word)
        roles = ", ".join(str(role.label) for role in given["roles"])
        messages.success(request, f"Đã giao vai trò {roles} tại {unit.name} cho đồng chí {member.full_name}.")
        return redirect(f"{reverse('delegation:list')}?{urlencode({'don_vi': unit.pk})}")
    return render(request, "delegation/check.html", _check_context(request, word, member, unit, given))


def _check_context(request: HttpRequest, word: str, member: Member, unit: OrgUnit, given: dict) -> dict:
    back = f"{reverse('delegation:new')}?{urlencode({'k': word})}"
    roles = ", ".join(str(role.label) for role in given["roles"])
    starts = f"{given['begins_on']:%d/%m/%Y}"
    facts = [
        {
            "label": "Tài khoản",
            "value": f"{member.full_name}, {member.branch.name}",
            "edit_url": reverse("delegation:find"),
        },
        {"label": "Đơn vị", "value": f"{unit.name} ({step_short(step_of(unit))})", "edit_url": f"{back}#id_unit"},
        {"label": "Vai trò", "value": roles, "edit_url": f"{back}#id_roles"},
        {"label": "Từ ngày", "value": starts, "edit_url": f"{back}#id_begins_on"},
        {"label": "Đến hết ngày", "value": in_words(given["ends_on"]).capitalize(), "edit_url": f"{back}#id_ends_on"},
        {"label": "Phạm vi", "value": given["reach"].label, "edit_url": f"{back}#id_reach"},
        {"label": "Lý do", "value": given["reason"], "edit_url": f"{back}#id_reason"},
    ]
    return {
        "lead": f"Đồng chí {member.full_name} sẽ giữ vai trò {roles} tại {unit.name} từ {starts}.",
        "facts": facts,
        "effects": _effects(request.user, member, unit, given),
        "warning": _warning(member, unit, given["roles"]),
        "cancel_url": reverse("delegation:list"),
        "crumbs": crumbs("Kiểm tra"),
    }


def _effects(user: User, member: Member, unit: OrgUnit, given: dict) -> list[str]:
    may = policies.roles_to_give(user, unit)
    lines = [f"Đây là {step_label(step_of(unit))}."] if step_of(unit) > 0 else []
    for role in given["roles"]:
        basis = services.received_by(member, unit, role, given["reason"])
        why = f"do giữ chức vụ {PostCode(basis).label}" if basis else "theo lý do đã ghi"
        lines.append(f"Vai trò {role.label}, {why}: {ROLES[role].description[:1].lower()}{ROLES[role].description[1:]}")
    if any(may[role].instead for role in given["roles"] if role in may):
        lines.append(
            f"Đồng chí giao thay cấp dưới, vì {unit.parent.name} chưa có ai phân quyền được. Việc này được ghi rõ."
        )
    if member.account.identity_confirmed_at is None:
        lines.append(
            "Vai trò có hiệu lực sau khi đồng chí ấy kích hoạt tài khoản và nhập mã vai trò nhận từ cấp ủy cấp trên."
        )
    elif any(
        must_be_confirmed_anew(Grant(user=member.account, unit=unit, role=role, reach=given["reach"]))
        for role in given["roles"]
    ):
        lines.append(
            "Người cấp mã lần trước cho đồng chí ấy không có quyền của vai trò này: các vai trò của đồng chí ấy "
            "tạm dừng cho đến khi nhập mã nhận trực tiếp. Đồng chí trao mã ở trang «Trao mã vai trò»."
        )
    return [*lines, "Đồng chí ấy nhận được thông báo. Việc này được ghi vào nhật ký."]


def _warning(member: Member, unit: OrgUnit, roles: list[Role]) -> str:
    """A unit has one secretary; a second one is a hand-over forgotten."""
    if Role.SECRETARY not in roles:
        return ""
    held = not_over(Grant.objects.filter(unit=unit, role=Role.SECRETARY)).exclude(user_id=member.account_id)
    names = list(held.values_list("user__full_name", flat=True)[:3])
    if not names:
        return ""
    return (
        f"{unit.name} đang có {vi_number(len(names))} đồng chí giữ vai trò Bí thư: {', '.join(names)}. "
        "Nếu thay Bí thư, đồng chí dùng “Bàn giao” ở trang của vai trò đó."
    )
