"""When and where a unit usually meets."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation
from common.ui.nav import Crumb
from orgtree.models import OrgUnit

from .. import services
from ..enums import MeetingKind, kinds_of
from ..forms import HabitForm
from ..models import Habit
from ..rules.catalogue import rules_of
from ..rules.habits import in_words
from ..selectors.meetings import units_held
from .common import list_crumbs, posted


def _unit(request: HttpRequest, unit: int) -> OrgUnit:
    """Where the reader calls meetings; 404 elsewhere."""
    return get_object_or_404(
        OrgUnit.objects.select_related("kind"), pk=unit, pk__in=units_held(request.user), closed_on=None
    )


def _recurs(kind: str) -> bool:
    """Nobody has a habit of urgent meetings."""
    return rules_of(kind, timezone.localdate()).every_months > 0


@require_GET
def habits(request: HttpRequest, unit: int) -> HttpResponse:
    found = _unit(request, unit)
    kept = {habit.kind: habit for habit in Habit.objects.filter(unit=found)}
    rows = [
        {"kind": kind, "habit": kept.get(kind), "words": in_words(kept[kind]) if kind in kept else ""}
        for kind in kinds_of(found)
        if _recurs(kind)
    ]
    return render(
        request,
        "meetings/habits/habits.html",
        {"unit": found, "rows": rows, "crumbs": list_crumbs("Nếp sinh hoạt")},
    )


@require_http_methods(["GET", "POST"])
def habit(request: HttpRequest, unit: int, kind: str) -> HttpResponse:
    found = _unit(request, unit)
    if kind not in kinds_of(found) or not _recurs(kind):
        raise Http404
    kept = Habit.objects.filter(unit=found, kind=kind).first()
    minutes = rules_of(kind, timezone.localdate()).minutes_at_least or 60
    form = HabitForm(posted(request), habit=kept, minutes=minutes)
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_habit(unit=found, kind=kind, **form.values(), actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã ghi nếp sinh hoạt. Cuộc họp tới được gợi ý theo đó.")
            return redirect("meetings:habits", unit)
    back = reverse("meetings:habits", args=[unit])
    return render(
        request,
        "meetings/preparing/form.html",
        {
            "form": form,
            "over": found.name,
            "title": MeetingKind(kind).label,
            "save": "Ghi nếp sinh hoạt",
            "back_url": back,
            "crumbs": [*list_crumbs(), Crumb("Nếp sinh hoạt", back), Crumb(MeetingKind(kind).label)],
        },
    )


@require_POST
def habit_drop(request: HttpRequest, unit: int, kind: str) -> HttpResponse:
    found = _unit(request, unit)
    kept = get_object_or_404(Habit.objects.select_related("unit__kind"), unit=found, kind=kind)
    services.drop_habit(habit=kept, actor=request.user)
    messages.success(request, "Đã bỏ nếp sinh hoạt này.")
    return redirect("meetings:habits", unit)
