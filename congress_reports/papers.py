"""A report on paper: PDF in the Party's layout, the minutes of a count of ballots, and a workbook with the same
figures."""

from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from common.errors import RuleViolation
from common.party_documents import (
    PartyDocument,
    Signature,
    day_in_words,
    issuer_of,
    render_party_pdf,
    signature_of,
    symbol_of,
)
from common.spreadsheets import Column, SheetToWrite, write_workbook
from orgtree.enums import Role
from orgtree.models import Grant

from .definitions import definition_of, surroundings_of
from .forms import Answers
from .models import Report, ReportVersion
from .selectors.shown import shown_in
from .summary import NOTHING, Part, summary_of

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_VENUES = {"congress": "của đại hội", "first_meeting": "của phiên họp thứ nhất cấp ủy"}


def _parts(report: Report, version: ReportVersion | None) -> tuple[list[Part], Answers]:
    form = definition_of(report)
    answers = Answers.from_json(version.answers if version else report.answers, form)
    elsewhere = shown_in(report, at=version.sent_at if version else None, drafts=version is None)
    return summary_of(form, answers, surroundings_of(report), elsewhere), answers


def _post_of(report: Report, version: ReportVersion | None) -> tuple[str, str]:
    """Post and name of who sent it, as they stand in the signature block; a draft is nobody's yet, and an officer who
    sends for the committee does not sign for it."""
    if version is None or version.sent_by is None:
        return "Bí thư", ""
    roles = set(
        Grant.objects.filter(unit=report.unit, user=version.sent_by, revoked_at=None).values_list("role", flat=True)
    )
    post = next((Role(role).label for role in (Role.SECRETARY, Role.DEPUTY_SECRETARY) if role in roles), "")
    return (post, version.sent_by.full_name) if post else ("Bí thư", "")


def report_pdf(report: Report, version: ReportVersion | None = None) -> bytes:
    """The whole report; one that was not sent yet bears «Dự thảo»."""
    parts, _ = _parts(report, version)
    numbered = [part for part in parts if not part.is_empty]
    for part, roman in zip(numbered, _ROMAN, strict=False):
        part.roman = roman
    unit, parent = report.unit, report.unit.parent
    superior = issuer_of(parent.name) if parent else "cấp trên"
    body = render_to_string(
        "congress_reports/report_pdf.html",
        {
            "parts": numbered,
            "report": report,
            "campaign": report.campaign,
            "unit": unit,
            "superior": superior,
            "findings": version.findings if version else [],
            "incomplete_reason": report.incomplete_reason if version and version.number == report.version else "",
            "last_roman": _ROMAN[len(numbered)],
        },
    )
    sent_on = timezone.localdate(version.sent_at) if version else None
    document = PartyDocument(
        parent=parent.name if parent else "",
        issuer=issuer_of(unit.name),
        type_name="Báo cáo",
        symbol=symbol_of("BC", unit.name),
        subject=report.duty.form.title[:1].lower() + report.duty.form.title[1:],
        place="………………",  # where the unit writes from is nowhere in the lists
        day=sent_on,
        signatures=[signature_of(unit.name, *_post_of(report, version))],
        recipients=[f"{superior} (báo cáo)", "Lưu " + " ".join(issuer_of(unit.name).split()[:2])],
        draft="" if version else "Dự thảo",
    )
    return render_party_pdf(document, mark_safe(body))


def ballot_minutes_pdf(report: Report, at: int, version: ReportVersion | None = None) -> bytes:
    """Biên bản kiểm phiếu of one election round. Raises RuleViolation when there is no such round."""
    parts, answers = _parts(report, version)
    elections = [one for part in parts for one in part.elections]
    if not 0 <= at < len(elections):
        raise RuleViolation("Báo cáo không có lần bầu này.")
    election, fields = elections[at], answers.rounds[at].fields
    facts = {line.path.rsplit(".", 1)[1]: line.words for line in election.lines}
    asked = ("seats", "base", "attending", "ballots_issued", "ballots_returned", "ballots_valid", "ballots_invalid")
    facts = dict.fromkeys(asked, NOTHING) | facts
    unit = report.unit
    body = render_to_string(
        "congress_reports/ballot_pdf.html",
        {
            "election": election,
            "facts": facts,
            "unit": unit,
            "congress_day": day_in_words(answers.fields.get("closed_on")),
            "place": answers.fields.get("place") or "………………",
            "venue": _VENUES.get(fields.get("venue"), "của đại hội"),
        },
    )
    document = PartyDocument(
        parent=unit.parent.name if unit.parent else "",
        issuer=unit.name,
        type_name="Biên bản",
        symbol="",
        subject=f"kiểm phiếu bầu {election.title[:1].lower() + election.title[1:]}",
        with_number=False,
        signatures=[Signature("T/M ĐOÀN CHỦ TỊCH", ""), Signature("T/M BAN KIỂM PHIẾU", "TRƯỞNG BAN")],
    )
    return render_party_pdf(document, mark_safe(body))


def report_workbook(report: Report, path: str | Path, version: ReportVersion | None = None) -> None:
    """The same figures as the page: a sheet for the fields, one for the elections, one for the quality."""
    parts, _ = _parts(report, version)
    title = f"{report.duty.form.title} – {report.unit.name}"
    sheets = []
    lines = [(part.title, line.label, line.raw) for part in parts for line in part.lines]
    if lines:
        sheets.append(
            SheetToWrite((Column("Phần", 28), Column("Mục", 44), Column("Số liệu", 24)), lines, "Số liệu", title)
        )
    people = [
        (election.title, person.name, person.year, person.counted, person.of_base, person.of_valid,
         "Trúng cử" if person.elected else "")
        for part in parts for election in part.elections for person in election.people
    ]  # fmt: skip
    if people:
        columns = ("Bầu", "Họ và tên", "Năm sinh", "Số phiếu", "So với cơ sở tính", "So với phiếu hợp lệ", "Kết quả")
        sheets.append(SheetToWrite([Column(one, 22) for one in columns], people, "Bầu cử", title))
    for part in parts:
        if part.quality:
            columns = [Column("Tiêu chí", 34), *(Column(group, 18) for group in part.groups)]
            rows = [(row.label, *(cell.raw for cell in row.cells)) for row in part.quality]
            sheets.append(SheetToWrite(columns, rows, "Chất lượng", title, part.source))
    write_workbook(path, *sheets)
