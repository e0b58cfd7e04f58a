"""A report as it is read: by who files it, by who decides on it, by those above."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from common.ui.paging import page_of

from .. import policies
from ..definitions import answers_of, definition_of, surroundings_of
from ..enums import UNFILED, WAITING, EventKind, ReportState
from ..forms import Answers
from ..forms.definition import SectionKind
from ..models import Attachment, Report, ReportEvent, ReportVersion
from ..presenting import deadline_of, event_line, fill_url, state_of, version_of
from ..selectors.below import unfinished_seen
from ..selectors.rejections import mended_since_rejection, rejection_of
from ..selectors.shown import Shown, shown_in
from ..services.posts import elects
from ..summary import Part, summary_of
from .common import crumbs_to, found_report

OWN_FIGURES = "own"
_SENT = (EventKind.SENT, EventKind.RESENT)
_MENDED = (ReportState.DRAFT, ReportState.REJECTED)


@dataclass(frozen=True)
class Act:
    """A button of the page. `post`: it acts at once, without a page of its own. `backward`: it takes back what was
    done; such a one is never the page's main button, nor stands before others."""

    label: str
    url: str
    tone: str = ""
    sign: str = ""
    post: bool = False
    backward: bool = False


def acts_of(user: User, report: Report, events: list[ReportEvent]) -> list[Act]:
    """What this reader may do now, the most important first."""
    if report.campaign.is_closed or report.state == ReportState.ENDED:
        return []
    acts = [*_of_author(user, report), *_of_superior(user, report, events)]
    if report.state == ReportState.APPROVED and elects(report) and policies.may_update_posts(user, report):
        acts.append(Act("Cập nhật chức vụ theo kết quả", _url("posts", report), sign="identification"))
    acts.sort(key=lambda act: act.backward)
    if acts and not acts[0].backward:
        acts[0] = replace(acts[0], tone="primary")
    return acts


def _url(name: str, report: Report) -> str:
    return reverse(f"congress_reports:{name}", args=[report.pk])


def _of_author(user: User, report: Report) -> list[Act]:
    if not policies.may_write(user, report):
        return []
    match report.state:
        case ReportState.EXPECTED:
            return [Act("Lập báo cáo", fill_url(report), sign="pencil-square")]
        case ReportState.DRAFT if report.ready_at and policies.may_send(user, report):
            return [Act("Xác nhận và gửi", fill_url(report), sign="paper-airplane")]
        case ReportState.DRAFT:
            return [Act("Nhập tiếp", fill_url(report), sign="pencil-square")]
        case ReportState.REJECTED:
            return [Act("Sửa báo cáo", fill_url(report), sign="pencil-square")]
        case ReportState.SENT if policies.may_send(user, report):
            return [Act("Rút về để sửa", _url("withdraw", report), sign="arrow-uturn-left", backward=True)]
    return []


def _of_superior(user: User, report: Report, events: list[ReportEvent]) -> list[Act]:
    if not policies.may_review(user, report) or policies.wrote(user, report, events):
        return []
    acts = []
    if report.state == ReportState.SENT and report.first_approved_by_id != user.pk:
        label = "Xem xét để phê duyệt" if report.first_approved_by_id is None else "Xem xét để xác nhận lần hai"
        acts.append(Act(label, _url("review", report), sign="clipboard-document-check", post=True))
    elif report.state == ReportState.IN_REVIEW and report.taken_by_id == user.pk:
        acts.append(Act("Tiếp tục xem xét", _url("review", report), sign="clipboard-document-check"))
        acts.append(Act("Trả lại hàng chờ", _url("release", report), post=True, backward=True))
    elif report.state == ReportState.IN_REVIEW:
        acts.append(Act("Trả lại hàng chờ", _url("release", report), post=True, backward=True))
    if report.stale_since and report.state in {*WAITING, ReportState.APPROVED}:
        acts.append(Act("Rà soát lại", _url("check_again", report), sign="arrow-path"))
    if report.state == ReportState.APPROVED:
        acts.append(Act("Hủy phê duyệt", _url("unapprove", report), tone="danger", backward=True))
    if report.state in UNFILED and report.last_day:
        acts.append(Act("Gia hạn", _url("extend", report), sign="clock"))
    return acts


@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    one = found_report(request, pk)
    return render(request, "congress_reports/report.html", page_of_report(request.user, one))


def page_of_report(user: User, report: Report) -> dict:
    """All that the page shows of a report to this reader; the page of the review shows the same."""
    events = list(report.events.select_related("made_by"))
    versions = list(report.versions.defer("answers").select_related("sent_by").order_by("-number"))
    may_read = policies.may_read(user, report)
    writes = policies.may_write(user, report)
    begun = report.state != ReportState.EXPECTED or bool(report.answers)
    shown = next((one for one in versions if one.number == report.version), None)
    findings = shown.findings if shown and may_read and report.state not in UNFILED else []
    reviews = policies.may_review(user, report) and report.state in WAITING
    return {
        "report": report,
        "state": state_of(report),
        "deadline": deadline_of(report, timezone.localdate()),
        "version": version_of(report),
        "may_read": may_read,
        "writes": writes,
        "begun": begun,
        "parts": parts_of(report, answers_of(report), shown_in(report, drafts=writes)) if may_read else [],
        "findings": [one for one in findings if one["rule"] != OWN_FIGURES],
        "own_figures": [one for one in findings if one["rule"] == OWN_FIGURES],
        "stale": stale_reasons(report, events),
        "rejection": rejection_of(report) if writes else None,
        "mended": mended_since_rejection(report, events) if reviews and report.version > 1 else None,
        "attachments": _attachments(report, writes) if may_read else [],
        "may_attach": writes and report.state in _MENDED and not report.campaign.is_closed,
        "papers": papers_of(report, answers_of(report)) if may_read and begun else [],
        "versions": [one for one in versions if policies.may_read_version(user, report, one.number, events)],
        "events": [
            line | {"time": timezone.localtime(line["time"]).strftime("%H:%M %d/%m/%Y")}
            for line in (event_line(event) for event in _told_to(writes, events))
        ],
        "acts": acts_of(user, report, events),
        "hand_in": policies.may_review(user, report) and policies.wrote(user, report, events),
        "taken": report.taken_by if report.taken_by_id not in (None, user.pk) else None,
        "crumbs": crumbs_to(report, files=writes),
    }


def _told_to(writes: bool, events: list[ReportEvent]) -> list[ReportEvent]:
    """What was said with a version that the unit took back is its own again; that it was sent stays."""
    if not writes:
        taken_back = {event.version for event in events if event.kind == EventKind.WITHDRAWN}
        for event in events:
            if event.kind in _SENT and event.version in taken_back:
                event.reason = ""
    return events


@require_GET
def below(request: HttpRequest, pk: int) -> HttpResponse:
    """Reports of the units below that are missing or not approved yet: what stands in the way of sending, or what was
    missing when it was sent."""
    report = found_report(request, pk)
    page = page_of(unfinished_seen(request.user, report), request, 50)
    today = timezone.localdate()
    return render(
        request,
        "congress_reports/below.html",
        {
            "report": report,
            "rows": [
                {"report": one, "state": state_of(one), "deadline": deadline_of(one, today), "version": version_of(one)}
                for one in page.rows
            ],
            "page": page,
            "crumbs": crumbs_to(report, "Báo cáo của cấp dưới", files=policies.may_write(request.user, report)),
        },
    )


def parts_of(report: Report, answers: Answers, elsewhere: Mapping[str, Shown]) -> list[Part]:
    parts = summary_of(definition_of(report), answers, surroundings_of(report), elsewhere)
    return [part for part in parts if not part.is_empty]


def stale_reasons(report: Report, events: list[ReportEvent]) -> list[str]:
    """What below has changed since the report was sent; the newest first."""
    if report.stale_since is None:
        return []
    reasons = []
    for event in events:
        if event.kind in _SENT:
            break
        if event.kind == EventKind.STALE:
            reasons.append(event.reason)
    return reasons


def _attachments(report: Report, writes: bool) -> list[Attachment]:
    """What goes with the report as it stands; a draft's new ones are its author's alone."""
    files = [one for one in report.attachments.all() if one.until_version is None]
    return files if writes else [one for one in files if one.since_version]


@dataclass(frozen=True)
class Paper:
    """The report as a file to fetch."""

    label: str
    url: str
    sign: str = "document-arrow-down"


def papers_of(report: Report, answers: Answers, number: int | None = None) -> list[Paper]:
    """PDF, workbook and the minutes of each count of ballots, of one version or of the report as it stands."""
    names, args = ("pdf", "workbook", "minutes"), [report.pk]
    if number is not None:
        names, args = tuple(f"version_{name}" for name in names), [report.pk, number]
    pdf, workbook, minutes = (f"congress_reports:{name}" for name in names)
    papers = [
        Paper("Báo cáo (.pdf)", reverse(pdf, args=args)),
        Paper("Số liệu (.xlsx)", reverse(workbook, args=args), "table-cells"),
    ]
    section = definition_of(report).section_of(SectionKind.ROUNDS)
    bodies = {group.code: group.label for group in section.groups} if section else {}
    for at, one in enumerate(answers.rounds):
        label = f"Biên bản kiểm phiếu bầu {_lower_first(bodies.get(one.body, one.body))}"
        again = one.fields.get("round_no") or 1
        papers.append(Paper(label + (f", lần {again}" if again > 1 else ""), reverse(minutes, args=[*args, at])))
    return papers


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


@require_GET
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What was sent, unchanged, whatever happened to the report since."""
    report = found_report(request, pk)
    kept = get_object_or_404(ReportVersion.objects.select_related("sent_by"), report=report, number=number)
    events = list(report.events.all())
    if not policies.may_read_version(request.user, report, number, events):
        raise Http404
    answers = Answers.from_json(kept.answers, definition_of(report))
    return render(
        request,
        "congress_reports/version.html",
        {
            "report": report,
            "kept": kept,
            "parts": parts_of(report, answers, shown_in(report, at=kept.sent_at)),
            "attachments": [one for one in report.attachments.all() if one.goes_with(number)],
            "papers": papers_of(report, answers, number),
            "fate": next((event for event in events if event.version == number and event.kind in _FATES), None),
            "crumbs": crumbs_to(report, f"Lần gửi {number}", files=policies.may_write(request.user, report)),
        },
    )


_FATES = (EventKind.APPROVED, EventKind.REJECTED, EventKind.UNAPPROVED, EventKind.WITHDRAWN)
