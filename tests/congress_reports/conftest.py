from datetime import date

import pytest

from congress_reports.models import Campaign, Report
from congress_reports.services import make_campaign, owed_by_letter_000, save_answers, send

from .reports import quality_of_a_branch, result_of_a_branch


@pytest.fixture
def campaign(world) -> Campaign:
    """Letter 000's campaign over the small tree."""
    return make_campaign(
        top=world.top,
        name="Đại hội lần thứ XIII",
        term="2025-2030",
        opens_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
        reference_date=date(2025, 4, 1),
        owed=owed_by_letter_000(date(2025, 4, 20)),
        actor=world.org_department,
    )


def report_of(unit, form: str) -> Report:
    return Report.objects.select_related("duty__form", "campaign", "unit__kind", "unit__parent").get(
        unit=unit, duty__form__code=form
    )


def filled(report: Report, actor) -> Report:
    """A draft whose figures are all right."""
    answers = result_of_a_branch() if report.duty.form.code == "a" else quality_of_a_branch()
    return save_answers(report=report, answers=answers, revision=report.revision, actor=actor)


def sent(report: Report, actor) -> Report:
    report = filled(report, actor)
    return send(report=report, revision=report.revision, actor=actor)
