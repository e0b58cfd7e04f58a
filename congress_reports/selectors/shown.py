"""What a report shows of another report of the same unit without asking for it again: e shows d's analysis."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from ..definitions import answers_of, definition_of
from ..enums import UNFILED, EventKind, ReportState
from ..forms import Answers, Form
from ..forms.definition import SectionKind
from ..models import Report, ReportEvent, ReportVersion


@dataclass(frozen=True)
class Shown:
    """The other report's form and figures, and in words which of its versions they are."""

    form: Form
    answers: Answers
    source: str


def shown_in(report: Report, *, at: datetime | None = None, drafts: bool = False) -> dict[str, Shown]:
    """Code of a form → what is shown of the unit's report in it. `at`: as it stood when a version was sent, or became
    known first after that; else as it stands. `drafts`: also what the unit is typing. Two queries, none where the form
    shows nothing."""
    wanted = {section.of for section in definition_of(report).sections if section.kind == SectionKind.SHOWN}
    if not wanted:
        return {}
    others = Report.objects.filter(
        campaign_id=report.campaign_id, unit_id=report.unit_id, duty__form__code__in=wanted
    ).exclude(state__in=[ReportState.EXPECTED, ReportState.ENDED])
    others = list(others.select_related("duty__form", "campaign"))
    versions: dict[int, list[ReportVersion]] = {other.pk: [] for other in others}
    for version in ReportVersion.objects.filter(report__in=others).exclude(_withdrawn()).order_by("number"):
        versions[version.report_id].append(version)
    found = {}
    for other in others:
        if shown := _shown(other, versions[other.pk], at, drafts):
            found[other.duty.form.code] = shown
    return found


def _withdrawn() -> Exists:
    """What the unit took back before anybody looked is its own again."""
    return Exists(
        ReportEvent.objects.filter(report=OuterRef("report_id"), version=OuterRef("number"), kind=EventKind.WITHDRAWN)
    )


def _shown(other: Report, versions: list[ReportVersion], at: datetime | None, drafts: bool) -> Shown | None:
    form, name = definition_of(other), f"báo cáo {other.duty.form.code}) {other.duty.form.short}"
    if at is None and drafts and other.state in UNFILED:
        return Shown(form, answers_of(other), f"Lấy từ {name}, bản đơn vị đang nhập.")
    if not versions:
        return None
    before = [one for one in versions if at is None or one.sent_at <= at]
    version = before[-1] if before else versions[0]
    source = f"Lấy từ {name}, lần gửi {version.number} ngày {timezone.localtime(version.sent_at):%d/%m/%Y}."
    return Shown(form, Answers.from_json(version.answers, form), source)
