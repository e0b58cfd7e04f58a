from datetime import date

from congress_reports.models import Report
from congress_reports.services import begin, make_campaign, owed_by_letter_000, save_answers
from tests.access import row
from tests.congress_reports.reports import result_of_a_branch


def _campaign(world) -> None:
    make_campaign(
        top=world.top, name="Đại hội lần thứ XIII", term="2025-2030", opens_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31), reference_date=date(2025, 4, 1), owed=owed_by_letter_000(date(2025, 4, 20)),
        actor=None,
    )  # fmt: skip


def _report(world) -> Report:
    return Report.objects.select_related("duty__form", "campaign", "unit__kind").get(
        unit=world.branch, duty__form__code="a"
    )


def _begun(world) -> None:
    _campaign(world)
    begin(report=_report(world), actor=world.secretary)


def _filled(world) -> None:
    _campaign(world)
    save_answers(report=_report(world), answers=result_of_a_branch(), revision=0, actor=world.secretary)


def _of(method: str, answer: int, *more: str, prepare=_begun, **options):
    """Only who files reports for the branch writes there; who stands above sees that there is a report, no more."""
    return row(
        method, lambda world: [_report(world).pk, *more], prepare=prepare,
        secretary=answer, committee=403, org_department=403, inspector=403,
        member=404, other_secretary=404, outsider=404, **options,
    )  # fmt: skip


ROWS = {
    "congress_reports:entry": _of("get", 200),
    "congress_reports:entry · not begun": _of("get", 200, prepare=_campaign),
    "congress_reports:entry_begin": _of("post", 302, prepare=_campaign),
    "congress_reports:entry_sheet": _of("get", 200, "head"),
    "congress_reports:entry_sheet · saved": _of("post", 302, "head", data=lambda world: {"act": "draft"}),
    "congress_reports:entry_sheet · none": _of("get", 404, "khong-co"),
    "congress_reports:entry_row": _of("get", 200, "elections", "0", prepare=_filled),
    "congress_reports:entry_row · none": _of("get", 404, "elections", "9", prepare=_filled),
    "congress_reports:entry_save": _of("post", 200, "head"),
    "congress_reports:entry_save_row": _of("post", 200, "elections", "0", prepare=_filled),
    "congress_reports:entry_people": _of("post", 200, "elections", "0", prepare=_filled),
    "congress_reports:send": _of("get", 200, prepare=_filled),
    "congress_reports:send · yes": _of("post", 302, prepare=_filled, data=lambda world: {"revision": 1}),
    "congress_reports:throw_away": _of("get", 200),
    "congress_reports:throw_away · yes": _of("post", 302),
}
