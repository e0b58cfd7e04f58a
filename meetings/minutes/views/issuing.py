"""Conclusions with their tasks; resolutions, conclusions and notices with their numbers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation
from common.party_blocks import as_page

from ... import policies as meeting_policies
from ...enums import MEMBERS_OF_THE_MEETING, MeetingState
from ...models import Meeting
from .. import papers, policies, services
from ..enums import DocumentType
from ..forms import (
    ConclusionForm,
    IssueForm,
    first_of_meeting,
)
from ..models import Conclusion, IssuedDocument
from ..services.issuing import drawn, votes_for
from ..services.writing import WRITABLE
from .shared import ISSUED, check_page, confirmed, minutes_crumbs, posted, sent, writable


@require_http_methods(["GET", "POST"])
def conclusions(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, _ = writable(request, pk)
    people = [one for one in meeting.people if one.capacity in MEMBERS_OF_THE_MEETING]
    form = ConclusionForm(posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.conclude(
                meeting=meeting,
                text=given["text"],
                owner=form.people.get(given["owner"]),
                due_on=given["due_on"],
                actor=request.user,
            )
        except RuleViolation as violation:
            form.add_error(None, str(violation))
        else:
            messages.success(request, "Đã ghi kết luận và giao nhiệm vụ." if made.assignment_id else "Đã ghi kết luận.")
            return redirect("meetings:conclusions", pk)
    context = {
        "meeting": meeting,
        "rows": list(meeting.conclusions.select_related("assignment__owner")),
        "may_change": meeting.state in WRITABLE,
        "form": form,
        "crumbs": minutes_crumbs(meeting, "Kết luận, nhiệm vụ"),
    }
    return render(request, "meetings/minutes/conclusions.html", context)


@require_POST
def conclusion_drop(request: HttpRequest, pk: int, conclusion: int) -> HttpResponse:
    meeting, _ = writable(request, pk)
    row = get_object_or_404(Conclusion.objects.select_related("meeting"), pk=conclusion, meeting=meeting)
    try:
        services.drop_conclusion(conclusion=row, actor=request.user)
    except RuleViolation as violation:
        messages.error(request, str(violation))
    else:
        messages.success(request, "Đã bỏ một kết luận.")
    return redirect("meetings:conclusions", pk)


@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    """Type, look, issue: the number is given at the last step."""
    meeting, _ = writable(request, pk)
    if not policies.may_issue(request.user, meeting):
        raise PermissionDenied
    kind = ISSUED.get(word)
    if kind is None:
        raise Http404
    if meeting.state == MeetingState.IN_PROGRESS:
        messages.error(request, "Văn bản được ban hành sau khi cuộc họp bế mạc.")
        return redirect("meetings:minutes", pk)
    votes = votes_for(meeting) if kind == DocumentType.RESOLUTION else []
    form = IssueForm(posted(request), kind=kind, votes=votes, initial=_first(meeting, kind))
    label = DocumentType(kind).label
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        given = form.document()
        if confirmed(request):
            try:
                made = services.issue_document(meeting=meeting, actor=request.user, **given)
            except RuleViolation as violation:
                form.add_error(None, str(violation))
            else:
                messages.success(request, f"Đã ban hành {label.lower()} số {made.number:02d}-{made.content['symbol']}.")
                return redirect("meetings:minutes", pk)
        else:
            content = drawn(meeting=meeting, **given)
            return check_page(
                request,
                meeting,
                title=f"Ban hành {label.lower()}",
                body=as_page(papers.issued_paper(content, kind)[1]),
                facts=[
                    {"label": "Trích yếu", "value": given["subject"]},
                    {"label": "Ngày ban hành", "value": f"{given['day']:%d/%m/%Y}"},
                    {"label": "Người ký", "value": f"{content['signer']['name']}, {content['signer']['post']}"},
                ],
                effects=["Văn bản được đánh số tiếp theo của nhiệm kỳ; đã có số thì không sửa, không xóa được."],
                confirm="Ban hành",
                hidden=[(name, request.POST.get(name, "")) for name in form.fields],
                edit=True,
            )
    context = {
        "meeting": meeting,
        "label": label,
        "form": form,
        "no_vote": kind == DocumentType.RESOLUTION and not votes,
        "crumbs": minutes_crumbs(meeting, label),
    }
    return render(request, "meetings/minutes/issue.html", context)


def _first(meeting: Meeting, kind: str) -> dict:
    before = IssuedDocument.objects.filter(unit=meeting.unit).exclude(type=DocumentType.MINUTES).first()
    return first_of_meeting(meeting, kind) | {"place": before.content.get("place", "") if before else ""}


@require_GET
def document_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """An issued document: its own branch reads it, and those above."""
    rows = IssuedDocument.objects.select_related("meeting__unit__kind", "meeting__chair", "meeting__clerk")
    issued = get_object_or_404(rows.exclude(type=DocumentType.MINUTES), pk=pk)
    meeting = issued.meeting
    own_branch_id = None if meeting.is_of_the_committee else policies.own_branch_of(request.user)
    attendee = meeting_policies.attendee_of(request.user, meeting)
    if not meeting_policies.may_read(request.user, meeting, own_branch_id=own_branch_id, attendee=attendee):
        raise Http404
    name = f"{issued.get_type_display()} {issued.number:02d} {issued.subject}"
    return sent(request, lambda: papers.paper_of(issued), name, kind, "portal:home")
