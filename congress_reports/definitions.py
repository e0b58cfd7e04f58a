"""The forms of a campaign out of the database, read once per process and version."""

from functools import lru_cache

from django.utils import timezone

from .enums import ReportState
from .forms import Answers, Form, Surroundings
from .forms.bands import Bands
from .forms.definition import SectionKind
from .forms.loading import form_of
from .models import Campaign, CampaignForm, Duty, Report


@lru_cache(maxsize=200)
def _read(form_id: int, version: int, bands: tuple) -> Form:
    kept = CampaignForm.objects.get(pk=form_id)
    return form_of(kept.code, kept.definition["form"], kept.definition["blocks"], Bands(bands))


def definition_of(report: Report) -> Form:
    """The form that the report is filled in by. No query but the first time."""
    return form_of_duty(report.duty, report.campaign)


def form_of_duty(duty: Duty, campaign: Campaign) -> Form:
    return _read(duty.form_id, duty.form.version, tuple((low, high) for low, high in campaign.bands))


def answers_of(report: Report) -> Answers:
    return Answers.from_json(report.answers, definition_of(report))


def surroundings_of(report: Report) -> Surroundings:
    """What the report is judged by beside its own figures: at most two queries."""
    campaign, unit = report.campaign, report.unit
    below = Report.objects.filter(
        campaign=campaign, unit__parent_id=unit.pk, duty__form__code="a", unit__closed_on=None
    ).exclude(state=ReportState.ENDED)
    states = list(below.values_list("state", flat=True)) if not unit.kind.holds_members else []
    return Surroundings(
        today=timezone.localdate(),
        campaign_opens=campaign.opens_on,
        campaign_ends=campaign.ends_on,
        is_branch=unit.kind.holds_members,
        reference_date=campaign.reference_date,
        deputies_most=report.duty.deputies_most,
        bands=Bands(campaign.bands),
        young_below=campaign.young_below,
        target_female=campaign.target_female or 0,
        target_young=campaign.target_young or 0,
        children_total=len(states) if states else None,
        children_approved=states.count(ReportState.APPROVED) if states else None,
        elected=_elected(report),
    )


def _elected(report: Report) -> dict[str, int] | None:
    """How many the unit's result report has elected into each body; None while nobody has begun it."""
    if definition_of(report).section_of(SectionKind.GROUPS) is None:
        return None
    others = Report.objects.filter(campaign=report.campaign, unit=report.unit).exclude(pk=report.pk)
    for other in others.exclude(state__in=[ReportState.EXPECTED, ReportState.ENDED]).select_related(
        "duty__form", "campaign"
    ):
        section = definition_of(other).section_of(SectionKind.ROUNDS)
        if section is None:
            continue
        rounds = answers_of(other).rounds
        return {
            group.code: sum(person.elected for one in rounds if one.body == group.code for person in one.candidates)
            for group in section.groups
        }
    return None


def figures_of(form: Form, answers: Answers) -> list[int]:
    """The figures that are added up along the tree, in the order of `form.summed`. An average counts with as many as
    it is of, in hundredths: averages of averages would be wrong."""
    figures = []
    for code in form.summed:
        group, _, column = code.rpartition(".")
        if group == "elected":
            value = sum(p.elected for one in answers.rounds if one.body == column for p in one.candidates)
        elif group:
            row = answers.groups.get(group, {})
            value = row.get(column)
            if column in form.averages and value is not None:
                value = round(value * (row.get("n") or 0) * 100)
        else:
            value = answers.fields.get(column)
        figures.append(int(value or 0))
    return figures
