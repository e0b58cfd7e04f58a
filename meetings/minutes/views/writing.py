"""The minutes are written: saved while typing, crossed texts side by side."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import RuleViolation

from ...models import Meeting
from .. import services
from ..content import last_minutes
from ..forms import (
    ClerkForm,
    MinutesForm,
)
from ..models import Minutes
from ..services.closing import receivers_of
from ..services.writing import WRITABLE
from .shared import meeting_with_list, minutes_crumbs, posted, record_of, simple_page, told, writable


def _form(meeting: Meeting, record: Minutes, data=None) -> MinutesForm:
    return MinutesForm(data, record=record, items=list(meeting.items.select_related("speaker", "notes_by")))


@require_http_methods(["GET", "POST"])
def minutes_write(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, record = writable(request, pk)
    if meeting.state not in WRITABLE:
        messages.info(request, "Biên bản đã khóa. Cần đính chính thì bổ sung phụ lục.")
        return redirect("meetings:minutes", pk)
    form = _form(meeting, record, posted(request))
    crossed: frozenset[int] = frozenset()
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.write_minutes(meeting=meeting, actor=request.user, **form.typed())
        except services.Crossed as crossing:
            crossed, refusal = crossing.parts, str(crossing)
            form = _side_by_side(request, pk, crossed)
        except RuleViolation as violation:
            return told(request, violation, "meetings:minutes", pk)
        else:
            messages.success(request, f"Đã lưu biên bản lúc {timezone.localtime():%H:%M}.")
            return redirect("meetings:minutes", pk)
    context = {
        "meeting": meeting,
        "form": form,
        "crossed": crossed,
        "refusal": refusal,
        "last": last_minutes(meeting),
        "crumbs": minutes_crumbs(meeting, "Viết biên bản"),
    }
    return render(request, "meetings/minutes/write.html", context)


def _side_by_side(request: HttpRequest, pk: int, crossed: frozenset[int]) -> MinutesForm:
    """The writer's words in the boxes, what stands now beside them, and its number in the hidden fields: to save once
    more is his decision."""
    meeting = meeting_with_list(pk)
    record = record_of(meeting)
    data = request.POST.copy()
    items = list(meeting.items.select_related("speaker", "notes_by"))
    data["revision"] = str(record.revision)
    for item in items:
        data[f"revision-{item.pk}"] = str(item.notes_revision)
        item.is_crossed = item.pk in crossed
    return MinutesForm(data, record=record, items=items)


@require_POST
def minutes_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Kept while it is typed; answers with the new numbers, never with a box in which somebody may be typing."""
    meeting, record = writable(request, pk)
    form = _form(meeting, record, request.POST)
    context = {"at": timezone.localtime()}
    if not form.is_valid():
        context["trouble"] = "Chưa lưu được: có ô quá dài. Đồng chí bấm “Lưu biên bản” để xem."
        return render(request, "meetings/minutes/_saved.html", context)
    crossed: frozenset[int] = frozenset()
    try:
        services.write_minutes(meeting=meeting, actor=request.user, **form.typed())
    except services.Crossed as crossing:
        crossed = crossing.parts
        context["trouble"] = (
            f"{crossing} Phần đồng chí đang gõ ở mục ấy chưa lưu: đồng chí bấm “Lưu biên bản” để so hai bên."
        )
    except RuleViolation as violation:
        context["trouble"] = f"Chưa lưu được: {violation}"
        return render(request, "meetings/minutes/_saved.html", context)
    # A crossed part keeps the number it was opened with: the next saving must cross again.
    fresh = _form(meeting, Minutes.objects.get(meeting=meeting))
    context["numbers"] = [fresh["revision"]] if 0 not in crossed else []
    context["numbers"] += [part["revision"] for part in fresh.parts if part["item"].pk not in crossed]
    return render(request, "meetings/minutes/_saved.html", context)


@require_http_methods(["GET", "POST"])
def minutes_clerk(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, _ = writable(request, pk)
    people = [one for one in receivers_of(meeting) if one.member_id != meeting.chair_id]
    form = ClerkForm(posted(request), people=people, initial={"clerk": meeting.clerk_id})
    if request.method == "POST" and form.is_valid():
        chosen = next(one.member for one in people if str(one.member_id) == form.cleaned_data["clerk"])
        try:
            services.choose_clerk(meeting=meeting, clerk=chosen, actor=request.user)
        except RuleViolation as violation:
            form.add_error(None, str(violation))
        else:
            messages.success(request, f"Thư ký cuộc họp: đồng chí {chosen.full_name}.")
            return redirect("meetings:minutes", pk)
    return simple_page(request, meeting, form, title="Chọn thư ký", save="Ghi thư ký")
