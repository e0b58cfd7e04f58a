"""Circulated, remarked on, signed; annexes afterwards."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import RuleViolation

from ... import policies as meeting_policies
from ...enums import MeetingState
from .. import policies, services
from ..content import content_of, digest_of
from ..enums import MinutesState
from ..forms import (
    AnnexForm,
    CirculateForm,
    RemarkForm,
    ReplyForm,
)
from ..models import Remark
from ..services.closing import TIMES, receivers_of, stand_in_words, unmarked, why_not_signed, why_not_yet
from .reading import minutes_page
from .shared import check_page, confirmed, minutes_crumbs, posted, readable, simple_page, told, writable


@require_http_methods(["GET", "POST"])
def minutes_circulate(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, record = writable(request, pk)
    if meeting.state != MeetingState.MINUTES:
        messages.error(request, "Đồng chí bế mạc cuộc họp rồi gửi biên bản lấy ý kiến.")
        return redirect("meetings:minutes", pk)
    form = CirculateForm(posted(request))
    missing = why_not_yet(meeting)
    if confirmed(request) and form.is_valid():
        try:
            services.circulate(meeting=meeting, hours=form.cleaned_data["hours"], actor=request.user)
        except RuleViolation as violation:
            return told(request, violation, "meetings:minutes", pk)
        messages.success(request, "Đã gửi biên bản lấy ý kiến.")
        return redirect("meetings:minutes", pk)
    if request.method == "POST" and form.is_valid() and "back" not in request.POST and not missing:
        hours = form.cleaned_data["hours"]
        people = [one.full_name for one in receivers_of(meeting)]
        effects = [
            "Các đồng chí dự họp đọc được biên bản và được thông báo.",
            "Hết thời hạn, chủ trì và thư ký ký; đủ hai chữ ký thì biên bản khóa lại.",
        ]
        if hours == 0:
            effects[1] = "Chủ trì và thư ký ký được ngay; đủ hai chữ ký thì biên bản khóa lại."
        if record.chair_signed_at or record.clerk_signed_at:
            effects.append("Chữ ký đã có không còn giá trị.")
        return check_page(
            request,
            meeting,
            title="Gửi biên bản lấy ý kiến",
            facts=[{"label": "Thời hạn góp ý", "value": TIMES[hours]}],
            people=people,
            people_title="Người nhận",
            effects=effects,
            confirm="Gửi biên bản",
            hidden=[("hours", hours)],
            edit=True,
        )
    context = {
        "meeting": meeting,
        "form": form,
        "missing": missing,
        "unknown": missing and unmarked(meeting),
        "needs_clerk": meeting.clerk_id is None or meeting.clerk_id == meeting.chair_id,
        "crumbs": minutes_crumbs(meeting, "Gửi lấy ý kiến"),
    }
    return render(request, "meetings/minutes/circulate.html", context)


@require_POST
def minutes_remark(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, record = readable(request, pk)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return render(request, "meetings/minutes/minutes.html", minutes_page(request, meeting, record, form))
    try:
        services.remark(meeting=meeting, text=form.cleaned_data["text"], actor=request.user)
    except RuleViolation as violation:
        return told(request, violation, "meetings:minutes", pk)
    messages.success(request, "Đã gửi góp ý của đồng chí.")
    return redirect(reverse("meetings:minutes", args=[pk]) + "#gop-y")


@require_POST
def minutes_reply(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    _, record = writable(request, pk)
    row = get_object_or_404(Remark.objects.select_related("minutes__meeting"), pk=remark, minutes=record.pk)
    form = ReplyForm(request.POST, prefix=f"r{remark}")
    try:
        services.reply(remark=row, text=form.cleaned_data["reply"] if form.is_valid() else "", actor=request.user)
    except RuleViolation as violation:
        messages.error(request, str(violation))
    else:
        messages.success(request, "Đã trả lời góp ý.")
    return redirect(reverse("meetings:minutes", args=[pk]) + "#gop-y")


@require_http_methods(["GET", "POST"])
def minutes_sign(request: HttpRequest, pk: int, as_what: str) -> HttpResponse:
    meeting, record = readable(request, pk)
    stands_in = as_what not in policies.signs_as(request.user, meeting)
    if stands_in and as_what not in policies.stands_in_as(request.user, meeting):
        raise PermissionDenied
    if confirmed(request):
        try:
            signed = services.sign(
                meeting=meeting, as_what=as_what, digest=request.POST.get("ma", ""), actor=request.user
            )
        except RuleViolation as violation:
            return told(request, violation, "meetings:minutes", pk)
        locked = signed.state == MinutesState.APPROVED
        messages.success(request, "Biên bản đã khóa." if locked else "Đã ký. Biên bản khóa lại khi đủ hai chữ ký.")
        return redirect("meetings:minutes", pk)
    why = why_not_signed(record)
    if why:
        messages.error(request, why)
        return redirect("meetings:minutes", pk)
    content = content_of(meeting, record)
    other = meeting.clerk if as_what == policies.CHAIR else meeting.chair
    other_signed = record.clerk_signed_at if as_what == policies.CHAIR else record.chair_signed_at
    effects = ["Chữ ký gắn với đúng nội dung đồng chí vừa đọc; ai sửa sau đó thì phải ký lại."]
    capacity = "chủ trì" if as_what == policies.CHAIR else "thư ký"
    if stands_in:
        words = stand_in_words(meeting, as_what)
        effects.append(f"Biên bản và nhật ký ghi rõ: đồng chí {request.user.full_name} {words}.")
    if other_signed and record.digest == digest_of(content):
        effects.append("Đây là chữ ký thứ hai: biên bản được đánh số và khóa lại, sau này chỉ bổ sung bằng phụ lục.")
    else:
        effects.append(f"Biên bản khóa lại khi đồng chí {other.full_name} cùng ký.")
    return check_page(
        request,
        meeting,
        title=f"Ký thay {capacity}" if stands_in else f"Ký biên bản với tư cách {capacity}",
        facts=[
            {"label": "Biên bản", "value": meeting.title},
            {"label": "Mã nội dung", "value": digest_of(content)[:16]},
        ],
        effects=effects,
        confirm="Ký biên bản",
        hidden=[("ma", digest_of(content))],
    )


@require_http_methods(["GET", "POST"])
def minutes_annex(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, record = readable(request, pk)
    if not meeting_policies.may_hold(request.user, meeting.unit):
        raise PermissionDenied
    if record.state != MinutesState.APPROVED:
        return redirect("meetings:minutes_write", pk)
    form = AnnexForm(posted(request))
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        if confirmed(request):
            try:
                services.annex(meeting=meeting, actor=request.user, **form.cleaned_data)
            except RuleViolation as violation:
                return told(request, violation, "meetings:minutes", pk)
            messages.success(request, "Đã bổ sung phụ lục.")
            return redirect("meetings:minutes", pk)
        return check_page(
            request,
            meeting,
            title="Bổ sung phụ lục vào biên bản",
            facts=[{"label": field.label, "value": field.value()} for field in form],
            effects=["Phụ lục không sửa, không xóa được.", "Các đồng chí dự họp được thông báo."],
            confirm="Bổ sung phụ lục",
            hidden=list(form.cleaned_data.items()),
            edit=True,
        )
    lead = "Biên bản đã khóa không sửa được. Nội dung bổ sung, đính chính đứng riêng thành phụ lục."
    return simple_page(request, meeting, form, title="Bổ sung phụ lục", save="Xem lại trước khi ghi", lead=lead)
