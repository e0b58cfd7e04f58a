"""A branch's year, and its book of minutes."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.numbers import vi_number, vi_percent
from orgtree.models import OrgUnit

from ... import policies as meeting_policies
from ...enums import HELD, MeetingState
from ...minutes.enums import ScoreState
from ...minutes.services.scoring import sheet_of
from ...views.common import home_crumbs
from .. import policies, services
from ..selectors import year as years
from .shared import TONES, meeting_page


def unit_of_year(request: HttpRequest, pk: int) -> tuple[OrgUnit, int | None]:
    unit = get_object_or_404(OrgUnit.objects.select_related("kind", "parent"), pk=pk)
    branch_id = policies.own_branch_id(request.user)
    if not policies.may_see_year(request.user, unit, branch_id):
        raise Http404
    return unit, branch_id


@require_GET
def year(request: HttpRequest, unit: int, year: int | None = None) -> HttpResponse:
    found, branch_id = unit_of_year(request, unit)
    today = timezone.localdate()
    year = year or today.year
    if not 1930 <= year <= today.year + 1:
        raise Http404
    holds = meeting_policies.may_hold(request.user, found)
    with_committee = policies.reads_committee(request.user, found)
    meetings = list(
        years.meetings_of_year(
            found,
            year,
            with_committee=with_committee,
            with_prepared=holds or branch_id == found.pk,
            with_waiting=holds,
        )
    )
    rows, people = years.rows_of(meetings, timezone.now())
    missed = (
        years.missed_months(meetings, year, today, founded_on=found.founded_on)
        if found.kind.holds_members
        else ([], [])
    )
    columns = years.grid_columns(rows)
    closed = [row.meeting for row in rows if row.meeting.state == MeetingState.COMPLETED]
    return render(
        request,
        "meetings/above/year.html",
        {
            "unit": found,
            "year": year,
            "rows": [_year_row(row, holds=holds, own=branch_id == found.pk) for row in rows],
            "columns": columns,
            "people": people,
            "marks": [*years.MARKS.values(), *years.DUTY_MARKS.values()],
            "summary": _summary(rows),
            "missed": _missed(*missed),
            "holds": holds,
            "has_book": any(not one.is_of_the_committee for one in closed),
            "has_committee_book": with_committee and any(one.is_of_the_committee for one in closed),
            "before_url": reverse("meetings:year", args=[found.pk, year - 1]),
            "after_url": reverse("meetings:year", args=[found.pk, year + 1]) if year < today.year else "",
            "crumbs": home_crumbs(Crumb(f"Sinh hoạt năm {year}")),
        },
    )  # fmt: skip


def _year_row(row: years.Row, *, holds: bool, own: bool) -> dict:
    meeting = row.meeting
    score = getattr(meeting, "score", None)
    grade = ""
    if score is not None and score.state in {ScoreState.CONFIRMED, ScoreState.AGREED}:
        sheet = sheet_of(meeting, score)
        if sheet is not None:
            grade = f"{score.total_in_words} điểm, {sheet.grade_of(score.total).name.lower()}"
    url = meeting_page(meeting, own=own)
    if holds and meeting.state == MeetingState.MINUTES and not meeting.from_paper:
        url = reverse("meetings:minutes", args=[meeting.pk])
    waits = meeting.from_paper and meeting.state == MeetingState.MINUTES
    return {
        "meeting": meeting,
        "url": url,
        "tone": "wait" if waits else TONES[MeetingState(meeting.state)],
        "state": "Chờ đưa vào sổ" if waits else "Bản giấy" if meeting.from_paper else meeting.get_state_display(),
        "attendance": f"{row.here}/{row.expected}" if row.expected else "",
        "percent": row.percent,
        "late": row.on_time is False,
        "late_words": row.on_time_words,
        "grade": grade,
    }


def _summary(rows: list[years.Row]) -> list[dict]:
    held = [row for row in rows if row.meeting.state in HELD and not row.meeting.is_of_the_committee]
    expected, here = sum(row.expected for row in held), sum(row.here for row in held)
    closed = sum(row.meeting.state == MeetingState.COMPLETED for row in held)
    return [
        {"label": "Buổi sinh hoạt", "value": vi_number(len(held)), "note": "trong năm"},
        {
            "label": "Biên bản đã khóa",
            "value": f"{vi_number(closed)}/{vi_number(len(held))}",
            "tone": "ok" if held and closed == len(held) else "",
        },
        {
            "label": "Tỷ lệ dự",
            "value": vi_percent(here, expected),
            "note": f"{vi_number(here)}/{vi_number(expected)} lượt",
        },
    ]


def _missed(months: list[int], quarters: list[int]) -> list[str]:
    lines = []
    if months:
        lines.append(f"Chưa có sinh hoạt thường kỳ: tháng {', '.join(str(one) for one in months)}.")
    if quarters:
        names = ", ".join(["I", "II", "III", "IV"][one - 1] for one in quarters)
        lines.append(f"Chưa có sinh hoạt chuyên đề: quý {names}.")
    return lines


@require_POST
def book(request: HttpRequest, unit: int, year: int) -> HttpResponse:
    found, _ = unit_of_year(request, unit)
    try:
        job = services.start_book(
            unit=found, year=year, committee=request.POST.get("so") == "chi-uy", actor=request.user
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("meetings:year", found.pk, year)
    return redirect(job)
