"""What the pages of minutes and papers have in common: for whom they are, the check page, the files."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from common.errors import RuleViolation
from common.text import fold
from common.ui.nav import Crumb

from ...enums import HELD
from ...models import Meeting
from ...views.common import crumbs_to
from .. import papers, policies
from ..enums import DocumentType
from ..models import IssuedDocument, Minutes, Score

# What may be issued, by the word of its address.
ISSUED = {
    "nghi-quyet": DocumentType.RESOLUTION,
    "ket-luan": DocumentType.CONCLUSION,
    "thong-bao": DocumentType.NOTICE,
}
_KINDS = {
    "pdf": ("application/pdf", papers.pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", papers.docx),
}


def meeting_with_list(pk: int) -> Meeting:
    """With its list as `people` and what was issued from it as `issued`: two queries."""
    issued = IssuedDocument.objects.filter(meeting=OuterRef("pk")).exclude(type=DocumentType.MINUTES).order_by("pk")
    line = JSONObject(pk="pk", type="type", number="number", symbol="content__symbol", day="day")
    rows = Meeting.objects.select_related("unit__kind", "unit__parent", "chair__account", "clerk__account")
    rows = rows.select_related("record__chair_signed_by", "record__clerk_signed_by", "score")
    rows = rows.annotate(issued=ArraySubquery(issued.annotate(line=line).values("line")))
    meeting = get_object_or_404(rows, pk=pk, state__in=HELD, from_paper=False)
    meeting.people = list(meeting.attendees.select_related("member__account").order_by("name_sort", "pk"))
    return meeting


def record_of(meeting: Meeting) -> Minutes | None:
    return getattr(meeting, "record", None)


def score_of(meeting: Meeting) -> Score | None:
    return getattr(meeting, "score", None)


def readable(request: HttpRequest, pk: int) -> tuple[Meeting, Minutes]:
    """404 where the minutes are not there for the reader; minutes nobody has begun are drawn all the same."""
    meeting = meeting_with_list(pk)
    record = record_of(meeting)
    if not policies.may_read(request.user, meeting, record, meeting.people):
        raise Http404
    return meeting, record or Minutes(meeting=meeting)


def writable(request: HttpRequest, pk: int) -> tuple[Meeting, Minutes]:
    """Not there for who does not run the meeting and may not read; refused to who only reads."""
    meeting = meeting_with_list(pk)
    record = record_of(meeting)
    if not policies.may_write(request.user, meeting):
        if policies.may_read(request.user, meeting, record, meeting.people):
            raise PermissionDenied
        raise Http404
    return meeting, record or Minutes(meeting=meeting)


def minutes_crumbs(meeting: Meeting, *more: str) -> list[Crumb]:
    return crumbs_to(meeting, Crumb("Biên bản", reverse("meetings:minutes", args=[meeting.pk]) if more else ""), *more)


def posted(request: HttpRequest):
    return request.POST if request.method == "POST" else None


def told(request: HttpRequest, refusal: RuleViolation, name: str, *args) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect(name, *args)


def _file(paper, name: str, kind: str) -> HttpResponse:
    content_type, draw = _KINDS[kind]
    response = HttpResponse(draw(*paper), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, f"{slugify(fold(name))[:80]}.{kind}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def sent(request: HttpRequest, paper: Callable, name: str, kind: str, back: str, *args) -> HttpResponse:
    """A file, or the page it was asked from with the sentence why there is none."""
    if kind not in _KINDS:
        raise Http404
    try:
        return _file(paper(), name, kind)
    except RuleViolation as refusal:
        return told(request, refusal, back, *args)


def check_page(request: HttpRequest, meeting: Meeting, **context) -> HttpResponse:
    context.setdefault("back_url", reverse("meetings:minutes", args=[meeting.pk]))
    context["crumbs"] = minutes_crumbs(meeting, context["title"])
    return render(request, "meetings/minutes/check.html", context)


def confirmed(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("confirm") == "yes"


def simple_page(request: HttpRequest, meeting: Meeting, form, *, title: str, save: str, lead: str = "") -> HttpResponse:
    context = {
        "meeting": meeting,
        "form": form,
        "title": title,
        "save": save,
        "lead": lead,
        "back_url": reverse("meetings:minutes", args=[meeting.pk]),
        "crumbs": minutes_crumbs(meeting, title),
    }
    return render(request, "meetings/minutes/form.html", context)
