"""Suggestions from the posts in the lists: looked at, given one by one or many together, and what came of it."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from common.errors import RuleViolation
from common.text import clean
from common.ui.nav import Crumb
from common.ui.numbers import vi_number
from common.ui.paging import key_page_of, page_of
from common.ui.searches import keep_search, kept_search
from jobs.selectors import is_open, with_progress
from members.enums import PostCode
from orgtree.enums import Right, Role
from orgtree.rights import has_right_anywhere, holdings_of

from ..conditions import OBSTACLE_WORDS, ROLE_ORDER
from ..enums import RowState
from ..filters import SuggestionFilter, active_in, number_in, role_in, role_label, units_to_choose, without
from ..giving_many import MOST_AT_ONCE, counted, run_giving, selection_of, start_giving
from ..models import ManyGiven
from ..refused import refused_count
from ..steps import step_label
from ..suggestions import ORDER, VALUES, Choice, chosen_of, counts_of, suggestions_for
from ..workbooks import SHEET_TYPE, many_workbook

PER_PAGE = 50
_SEARCHES = "delegation_searches"
_MOST_SHOWN, _MOST_NAMES = 12, 100
_TONES = {
    RowState.WAITING: ("wait", "Chưa giao"),
    RowState.GIVEN: ("ok", "Đã giao"),
    RowState.REFUSED: ("late", "Không giao được"),
    RowState.LEFT_OUT: ("idle", "Để lại"),
}


def _delegating(request: HttpRequest) -> None:
    if not has_right_anywhere(request.user, Right.DELEGATE):
        raise PermissionDenied


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb("Trang chủ", reverse("portal:home")), Crumb("Phân quyền", reverse("delegation:list")), *more]


def _suggestions_crumb() -> Crumb:
    return Crumb("Gợi ý", reverse("delegation:suggestions"))


class _Asked:
    """What the address asks for, read once for the list and for the check page."""

    def __init__(self, request: HttpRequest) -> None:
        user = request.user
        self.role = role_in(request, Role.SECRETARY.value)
        self.text = kept_search(request, _SEARCHES)
        unit, units = units_to_choose(user, number_in(request, "don_vi"))
        departs = any(holding.role == Role.ORG_DEPARTMENT for holding in holdings_of(user))
        self.form = SuggestionFilter(request.GET, units, one_way=not departs)
        self.choice: Choice = self.form.chosen(self.role, self.text)
        self.unit = unit if self.choice.unit else None
        self.found = chosen_of(suggestions_for(user), self.choice, self.unit)


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """Whom the posts in the lists call for a role and who has it not yet, by superior."""
    _delegating(request)
    asked = _Asked(request)
    counts = counts_of(asked.found)
    page = key_page_of(asked.found.values(*VALUES), request, ORDER, PER_PAGE)
    active = active_in(asked.form, request, asked.text)
    tabs = [
        {"label": role.label, "url": without(request.GET, vai=role.value), "current": asked.role == role.value}
        for role in ROLE_ORDER
    ]
    tabs.append({"label": "Tất cả", "url": without(request.GET, vai="tat-ca"), "current": not asked.role})
    return render(
        request,
        "delegation/suggestions.html",
        {
            "page": page,
            "groups": _by_superior(page.rows),
            "counts": counts,
            "steps": [(step_label(step), number) for step, number in counts.by_step.items() if number],
            "tabs": tabs,
            "filters": asked.form,
            "names": _fields(asked, counts),
            "text": asked.text,
            "active": active,
            "reset_url": f"?vai={asked.role or 'tat-ca'}",
            "keep": [("vai", asked.role or "tat-ca")] + ([("tim", request.GET.get("tim", ""))] if asked.text else []),
            "role_words": role_label(asked.role).lower() if asked.role else "",
            "search_url": f"{reverse('delegation:suggestion_search')}?{request.GET.urlencode()}",
            "check_url": f"{reverse('delegation:suggestion_check')}?{request.GET.urlencode()}",
            "refused": refused_count(request.user),
            "crumbs": _crumbs(Crumb("Gợi ý")),
        },
    )


def _fields(asked: _Asked, counts) -> str:
    """What hinders is asked about only where something does."""
    fields = [name for name in asked.form.fields if name != "vuong" or counts.hindered or asked.choice.hindered]
    return " ".join(fields)


def _by_superior(rows) -> list[dict]:
    groups = []
    for (pk, name), part in groupby(rows, key=lambda row: (row["unit__parent_id"], row["unit__parent__name"])):
        shown = [_shown(row) for row in part]
        groups.append({"pk": pk, "name": name, "rows": shown, "instead": all(row["instead"] for row in shown)})
    return groups


def _shown(row: dict) -> dict:
    return row | {
        "post_label": PostCode(row["code"]).label,
        "role_label": role_label(row["role"]),
        "step_label": step_label(row["step"]),
        "hindrance": OBSTACLE_WORDS.get(row["obstacle"], ""),
        "elsewhere": row["member__branch__name"] if row["member__branch_id"] != row["unit_id"] else "",
    }


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Keeps the name looked for in the session: it stands in no address."""
    _delegating(request)
    text = clean(request.POST.get("q", ""))[:100]
    query = {"tim": keep_search(request, _SEARCHES, text)} if text else {}
    return redirect(f"{reverse('delegation:suggestions')}{without(request.GET, 'tim', **query)}")


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What will happen with what was ticked, or with all that the conditions leave; then, once confirmed, it is done:
    a few at once, many in the background."""
    _delegating(request)
    asked = _Asked(request)
    back = f"{reverse('delegation:suggestions')}?{request.GET.urlencode()}"
    hidden, found = _picked(request, asked)
    rows = list(found.order_by(*ORDER).values(*VALUES))
    selection = selection_of(rows)
    if not selection.given:
        words = "Đồng chí chưa chọn gợi ý nào." if not rows else "Những gợi ý đã chọn đều còn vướng, chưa giao được."
        messages.warning(request, words)
        return redirect(back)
    changed = False
    if request.POST.get("confirm") == "yes":
        changed = request.POST.get("seal") != selection.seal
        if not changed:
            try:
                many = start_giving(selection=selection, words=_words(asked, hidden), actor=request.user)
            except RuleViolation as refusal:
                messages.error(request, str(refusal))
                return redirect(back)
            if many.job_id is None:
                run_giving(many=many, actor=request.user, progress=lambda *told: None)
            return redirect(many)
    return render(
        request,
        "delegation/suggestions_check.html",
        _checked(selection)
        | {
            "changed": changed,
            "hidden": [*hidden, ("seal", selection.seal)],
            "back_url": back,
            "crumbs": _crumbs(_suggestions_crumb(), Crumb("Kiểm tra trước khi giao")),
        },
    )


def _picked(request: HttpRequest, asked: _Asked):
    """The hidden fields that say it again, and the suggestions."""
    if request.POST.get("all") == "yes":
        return [("all", "yes")], asked.found
    one = request.POST.get("one", "")
    wanted = [one] if one else request.POST.getlist("pick")
    ids = [int(pk) for pk in wanted[:1000] if pk.isdecimal() and len(pk) < 19]
    return [("pick", str(pk)) for pk in ids], suggestions_for(request.user).filter(pk__in=ids)


def _words(asked: _Asked, hidden: list[tuple[str, str]]) -> str:
    if hidden[0][0] != "all":
        return "những gợi ý đã chọn"
    where = f"trong {asked.unit.name}" if asked.unit else ""
    return ", ".join(part for part in ("mọi gợi ý", asked.choice.words(), where) if part)


def _checked(selection) -> dict:
    given = selection.given
    number = len(given)
    if number == 1:
        (row,) = given
        title = f"Giao vai trò {role_label(row['role'])} cho đồng chí {row['member__full_name']}"
    else:
        title = f"Giao {vi_number(number)} vai trò ở {vi_number(selection.units)} đơn vị"
    effects = [f"{vi_number(count)} vai trò ở {step_label(step)}." for step, count in selection.by_step().items()]
    if selection.instead:
        effects.append(
            f"{vi_number(selection.instead)} vai trò giao thay cấp dưới, vì cấp trên trực tiếp của đơn vị chưa có "
            "đồng chí nào phân quyền được. Việc giao thay được ghi rõ trong nhật ký."
        )
    effects.append("Mỗi đồng chí nhận được thông báo và làm việc được ngay khi tài khoản đã kích hoạt, đã xác nhận.")
    if number > MOST_AT_ONCE:
        effects.append("Việc giao mất ít phút; đồng chí có thể rời trang.")
    names = [f"{row['member__full_name']} · {role_label(row['role'])}, {row['unit__name']}" for row in given]
    left_out = [
        {
            "name": row["member__full_name"],
            "what": f"{role_label(row['role'])}, {row['unit__name']}",
            "reason": OBSTACLE_WORDS[row["obstacle"]],
        }
        for row in selection.left_out
    ]
    return {
        "title": title,
        "effects": effects,
        "names": names[:_MOST_NAMES],
        "folded": f"Người nhận ({vi_number(number)})" if number > _MOST_SHOWN else "",
        "more_names": max(0, number - _MOST_NAMES),
        "left_out": left_out[:_MOST_NAMES],
        "left_out_total": len(left_out),
        "confirm": "Giao vai trò" if number == 1 else f"Giao {vi_number(number)} vai trò",
    }


def _mine(request: HttpRequest, pk: int) -> ManyGiven:
    """Who gave sees what came of it, as long as he hands rights on at all."""
    many = get_object_or_404(ManyGiven.objects.select_related("job"), pk=pk, made_by=request.user)
    if not has_right_anywhere(request.user, Right.DELEGATE):
        raise Http404
    return many


@require_GET
def many(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of a giving of many: progress while it runs, then given and refused with the reasons."""
    found = _mine(request, pk)
    running = found.job is not None and is_open(found.job)
    states = counted(found)
    if running:
        with_progress([found.job])
    order = (RowState.REFUSED, RowState.WAITING, RowState.LEFT_OUT, RowState.GIVEN)
    wanted = request.GET.get("muc", "")
    if wanted not in RowState.values or not states[wanted]:
        wanted = next((state.value for state in order if states[state]), RowState.GIVEN.value)
    rows = found.rows.filter(state=wanted).order_by("number")
    page = page_of(
        rows.values("member_id", "member__full_name", "unit_id", "unit__name", "role", "instead", "reason"),
        request,
        PER_PAGE,
    )
    for row in page.rows:
        row["role_label"] = role_label(row["role"])
    return render(
        request,
        "delegation/suggestions_result.html",
        {
            "many": found,
            "running": running,
            "poll_url": reverse("jobs:progress", args=[found.job_id]) if running else "",
            "states": states,
            "stopped": not running and states[RowState.WAITING],
            "shown": wanted,
            "tone": _TONES[wanted][0],
            "tabs": [
                {
                    "label": _TONES[state][1],
                    "url": f"?muc={state.value}",
                    "current": state == wanted,
                    "count": states[state],
                }
                for state in order
                if states[state]
            ],
            "page": page,
            "crumbs": _crumbs(_suggestions_crumb(), Crumb(str(found))),
        },
    )


@require_GET
def many_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    found = _mine(request, pk)
    response = HttpResponse(many_workbook(found), content_type=SHEET_TYPE)
    name = f"ket-qua-phan-quyen-{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
