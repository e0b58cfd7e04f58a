"""Where a report's first values come from: the schedule, the campaign, the unit's other reports, the head-counts."""

from datetime import date

from members.figures import MEMBER_MEASURES
from orgtree.selectors.figures import figures

from ..definitions import answers_of, definition_of
from ..enums import ReportState
from ..forms import Answers, Form
from ..forms.definition import FieldType
from ..forms.values import Value
from ..models import Congress, Report


def first_answers(report: Report) -> Answers:
    """What is known before anybody types: what the unit's other reports of the campaign say already, the congress as
    it was planned or held. Members' figures are of the congress day, so today's are shown beside and never put in."""
    form = definition_of(report)
    answers = Answers()
    for other in siblings_of(report):
        known = answers_of(other)
        for code, one in form.fields.items():
            value = known.fields.get(code)
            same = one == definition_of(other).fields.get(code)
            if same and value is not None and answers.fields.get(code) is None and _is_of_the_congress(form, code):
                answers.fields[code] = value
    scheduled = _scheduled(report)
    for code, one in form.fields.items():
        if answers.fields.get(code) is None and scheduled.get(one.source):
            answers.fields[code] = scheduled[one.source]
    return answers


def _is_of_the_congress(form: Form, code: str) -> bool:
    """Said of the congress as a whole, and so by each of its reports alike; a remark is the report's own."""
    return form.fields[code].type != FieldType.LONG_TEXT


def siblings_of(report: Report) -> list[Report]:
    """The unit's other reports in the campaign that somebody has begun, the newest first. One query."""
    others = Report.objects.filter(campaign_id=report.campaign_id, unit_id=report.unit_id).exclude(pk=report.pk)
    begun = others.exclude(state__in=[ReportState.EXPECTED, ReportState.ENDED])
    return list(begun.select_related("duty__form", "campaign", "unit__kind").order_by("-revision", "pk"))


def _scheduled(report: Report) -> dict[str, Value]:
    campaign = report.campaign
    known: dict[str, Value] = {"campaign.congress_number": campaign.congress_number}
    congress = Congress.objects.filter(campaign_id=campaign.pk, unit_id=report.unit_id).first()
    if congress is not None:
        known |= {"congress.form": congress.form, "congress.place": congress.place}
        known["congress.day"] = congress.day if isinstance(congress.day, date) else None
    if report.unit.kind.holds_members and not known.get("congress.form"):
        # A branch holds no other kind.
        known["congress.form"] = "all_members"
    return known


def counts_today(report: Report, fields) -> dict[str, int]:
    """Code of a field → what the members' list counts today, for those that name a measure. At most one query."""
    wanted = {one.code: one.source.removeprefix("members.") for one in fields if one.source.startswith("members.")}
    wanted = {code: measure for code, measure in wanted.items() if measure in MEMBER_MEASURES}
    if not wanted:
        return {}
    counted = figures([report.unit_id], set(wanted.values()))
    return {code: counted[report.unit_id, measure][1] for code, measure in wanted.items()}
