"""Minutes from paper: taken in, looked at once more, entered into the book."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from common.downloads import as_attachment
from common.errors import RuleViolation
from common.text import fold
from common.ui.nav import Crumb

from ... import policies as meeting_policies
from ...enums import MeetingState
from ...models import Meeting
from ...views.common import home_crumbs
from .. import policies, services
from ..forms import PaperForm
from .years import unit_of_year


@require_http_methods(["GET", "POST"])
def paper_new(request: HttpRequest, unit: int) -> HttpResponse:
    found, _ = unit_of_year(request, unit)
    if not meeting_policies.may_hold(request.user, found):
        raise PermissionDenied
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PaperForm(*sent, unit=found)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = services.enter_paper(
                unit=found, typed=form.typed(), file=form.cleaned_data["file"], actor=request.user
            )
        except RuleViolation as refusal:
            form.add_error("file" if "ệp" in str(refusal) else None, str(refusal))
        else:
            return redirect("meetings:old_minutes", meeting.pk)
    year_url = reverse("meetings:year", args=[found.pk, timezone.localdate().year])
    return render(
        request,
        "meetings/above/paper_new.html",
        {
            "unit": found,
            "form": form,
            "back_url": year_url,
            "crumbs": home_crumbs(Crumb("Sinh hoạt trong năm", year_url), Crumb("Nhập biên bản cũ")),
        },
    )


def _paper(request: HttpRequest, pk: int) -> tuple[Meeting, bool]:
    """Minutes from paper, and whether the reader holds the unit's meetings. Before they are in the book only he sees
    them."""
    rows = Meeting.objects.select_related("unit__kind", "unit__parent", "chair", "clerk", "record")
    meeting = get_object_or_404(rows, pk=pk, from_paper=True)
    holds = meeting_policies.may_hold(request.user, meeting.unit)
    if holds:
        return meeting, True
    allowed = meeting.state == MeetingState.COMPLETED and (
        policies.reads_committee(request.user, meeting.unit)
        if meeting.is_of_the_committee
        else policies.may_see_year(request.user, meeting.unit, policies.own_branch_id(request.user))
    )
    if not allowed:
        raise Http404
    return meeting, False


def _paper_facts(meeting: Meeting) -> list[dict]:
    counts = meeting.record.content["counts"]
    began, ended = timezone.localtime(meeting.began_at), timezone.localtime(meeting.ended_at)
    facts = [
        ("Loại cuộc họp", meeting.get_kind_display()),
        ("Chuyên đề", meeting.topic),
        ("Thời gian", f"{began:%H:%M} đến {ended:%H:%M}, ngày {began:%d/%m/%Y}"),
        ("Địa điểm", meeting.place),
        ("Chủ trì", meeting.chair.full_name),
        ("Thư ký", meeting.clerk.full_name if meeting.clerk else "Không rõ"),
        ("Có mặt", f"{counts['here']}/{counts['expected']} đảng viên phải dự"),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]


@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The last look before the book; afterwards the minutes as they stand there."""
    meeting, holds = _paper(request, pk)
    waits = meeting.state == MeetingState.MINUTES
    year_url = reverse("meetings:year", args=[meeting.unit_id, timezone.localdate(meeting.starts_at).year])
    if request.method == "POST":
        if not holds:
            raise PermissionDenied
        try:
            services.lock_paper(meeting=meeting, looked_at=request.POST.get("looked_at") == "yes", actor=request.user)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect("meetings:old_minutes", pk)
        messages.success(request, "Biên bản đã vào sổ.")
        return redirect(year_url)
    return render(
        request,
        "meetings/above/paper.html",
        {
            "meeting": meeting,
            "waits": waits,
            "holds": holds,
            "unread": waits and not meeting.record.content["read"],
            "facts": _paper_facts(meeting),
            "year_url": year_url,
            "crumbs": home_crumbs(Crumb("Sinh hoạt trong năm", year_url), Crumb(meeting.title)),
        },
    )


@require_http_methods(["GET", "POST"])
def paper_drop(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, holds = _paper(request, pk)
    if not holds:
        raise PermissionDenied
    if request.method == "POST":
        try:
            services.drop_paper(meeting=meeting, actor=request.user)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect("meetings:old_minutes", pk)
        messages.success(request, "Đã bỏ biên bản chưa vào sổ.")
        return redirect("meetings:year", meeting.unit_id, timezone.localdate(meeting.starts_at).year)
    return render(
        request,
        "meetings/above/paper_drop.html",
        {
            "meeting": meeting,
            "facts": _paper_facts(meeting),
            "cancel_url": reverse("meetings:old_minutes", args=[pk]),
            "crumbs": home_crumbs(Crumb(meeting.title, reverse("meetings:old_minutes", args=[pk])), Crumb("Bỏ")),
        },
    )


@require_GET
def paper_scan(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, _ = _paper(request, pk)
    day: date = timezone.localdate(meeting.starts_at)
    name = slugify(fold(f"bien ban {meeting.unit.name} {day:%d %m %Y}"))[:80]
    return as_attachment(meeting.record.scan, f"{name}.pdf")
