"""From above: the calendar, the board of duty, the branches behind its figures; a branch's year, its book, minutes from
paper."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.downloads import as_attachment
from common.errors import RuleViolation
from common.text import fold
from common.ui.nav import Crumb
from common.ui.numbers import vi_number, vi_percent
from common.ui.paging import page_of
from orgtree.models import OrgUnit
from orgtree.selectors import followed_and_opened, followed_unit, units_to_follow

from .. import policies as meeting_policies
from ..enums import HELD, MeetingState
from ..minutes.enums import ScoreState
from ..minutes.services.scoring import sheet_of
from ..models import Meeting
from ..views.common import home_crumbs
from . import policies, services
from .forms import PaperForm, ScopeForm
from .selectors import board as boards
from .selectors import calendar as calendars
from .selectors import year as years
from .selectors.board import ABSENT_LONG, WHICH, Board, Line, Month, Tally, month_named, number_of
from .sheets import board_workbook

PER_PAGE = 50
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TONES = {
    MeetingState.ANNOUNCED: "info",
    MeetingState.IN_PROGRESS: "wait",
    MeetingState.MINUTES: "wait",
    MeetingState.COMPLETED: "ok",
    MeetingState.POSTPONED: "late",
    MeetingState.CANCELLED: "idle",
}
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def _number(request: HttpRequest, name: str) -> int | None:
    wanted = request.GET.get(name, "")
    return int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19 else None


def _address(request: HttpRequest, *without: str, **more: object) -> str:
    rest = request.GET.copy()
    for name in ("trang", *without):
        rest.pop(name, None)
    for name, value in more.items():
        rest[name] = str(value)
    return f"?{rest.urlencode()}"


class _Asked:
    """The unit and the month of the board; 404 where there is nothing for the reader."""

    def __init__(self, request: HttpRequest) -> None:
        unit, self.opened = followed_and_opened(request.user, _number(request, "don_vi"), _number(request, "mo"))
        if unit is None:
            raise Http404
        self.unit: OrgUnit = unit
        self.month = month_named(request.GET.get("thang", ""), timezone.localdate())
        units = {str(pk): name for pk, name in units_to_follow(request.user)} | {str(unit.pk): unit.name}
        self.form = ScopeForm(request.GET, month=self.month, units=units, unit=str(unit.pk))

    @property
    def kept(self) -> dict:
        return {"don_vi": self.unit.pk, "thang": self.month.period}


# ---- the board ------------------------------------------------------------------------------------------------------

COLUMNS = (
    ("Chi bộ", "tat-ca"),
    ("Chưa thông báo", "chua-thong-bao"),
    ("Chưa họp", "chua-hop"),
    ("Chưa khóa biên bản", "chua-bien-ban"),
    ("Chưa có chuyên đề", "chua-chuyen-de"),
)


def _board(request: HttpRequest) -> tuple[_Asked, Board]:
    asked = _Asked(request)
    return asked, boards.board_of(asked.unit, asked.month, opened=asked.opened)


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    asked, found = _board(request)
    is_over = asked.month.first < timezone.localdate().replace(day=1)
    return render(
        request,
        "meetings/above/board.html",
        {
            "asked": asked,
            "form": asked.form,
            "board": found,
            "tiles": _tiles(found, is_over=is_over),
            "lines": [_line(request, asked, line) for line in found.lines],
            "columns": [label for label, _ in COLUMNS],
            "before_url": _address(request, thang=asked.month.before.period),
            "after_url": "" if not is_over else _address(request, thang=asked.month.after.period),
            "xlsx_url": f"{reverse('meetings:board_xlsx')}?{urlencode(asked.kept)}",
            "calendar_url": f"{reverse('meetings:calendar_above')}?{urlencode(asked.kept)}",
            "absent_url": _behind(asked, asked.unit.pk, ABSENT_LONG),
            "low_url": _behind(asked, asked.unit.pk, "du-hop-thap"),
            "shown_at": timezone.localtime(),
            "crumbs": home_crumbs(Crumb("Theo dõi sinh hoạt")),
        },
    )


def _behind(asked: _Asked, unit: int, which: str) -> str:
    return _list_url({"don_vi": unit, "thang": asked.month.period}, which)


def _list_url(kept: dict, which: str) -> str:
    return f"{reverse('meetings:board_branches')}?{urlencode(kept | {'muc': which})}"


def _line(request: HttpRequest, asked: _Asked, line: Line) -> dict:
    tally, toggle = line.tally, ""
    if line.opens and line.depth:
        toggle = _address(request, "mo") if line.opened else _address(request, mo=line.pk)
    return {
        "line": line,
        "toggle": f"{toggle}#dv-{line.pk}" if toggle else "",
        "year_url": reverse("meetings:year", args=[line.pk, asked.month.first.year]) if line.is_branch else "",
        "state": _state(tally) if line.is_branch else None,
        "numbers": [
            (label, number, _behind(asked, line.pk, which) if number and not line.is_branch else "", which != "tat-ca")
            for label, which in COLUMNS
            for number in (number_of(tally, which),)
        ],
        "rate": vi_percent(tally.here, tally.expected),
        "is_low": tally.is_low,
        "absent": tally.absent,
        "absent_url": _behind(asked, line.pk, ABSENT_LONG) if tally.absent else "",
    }


def _state(tally: Tally) -> tuple[str, str]:
    """Of one branch, as a chip."""
    if tally.written:
        return "ok", "Đã khóa biên bản"
    if tally.held:
        return "wait", "Đã họp"
    return ("info", "Đã thông báo") if tally.called else ("late", "Chưa thông báo")


def _tiles(found: Board, *, is_over: bool) -> list[dict]:
    whole, month = found.whole, found.month
    asked = {"don_vi": found.unit.pk, "thang": month.period}

    def tile(label: str, value: int, which: str, note: str, missing: int) -> dict:
        return {
            "label": label,
            "value": f"{vi_number(value)}/{vi_number(whole.branches)}",
            "note": note,
            "tone": "" if missing and not is_over else "late" if missing else "ok",
            "url": _list_url(asked, which) if missing else "",
        }

    return [
        tile("Đã thông báo họp", whole.called, "chua-thong-bao", f"còn {whole.not_called} chi bộ", whole.not_called),
        tile("Đã họp", whole.held, "chua-hop", f"đạt {vi_percent(whole.held, whole.branches)}", whole.not_held),
        tile(
            "Đã khóa biên bản",
            whole.written,
            "chua-bien-ban",
            f"{vi_number(whole.not_written)} chi bộ đã họp, chưa khóa",
            whole.not_written,
        ),
        tile("Có chuyên đề trong quý", whole.thematic, "chua-chuyen-de", month.quarter_label, whole.no_thematic),
        {
            "label": "Tỷ lệ dự sinh hoạt",
            "value": vi_percent(whole.here, whole.expected),
            "note": f"{vi_number(whole.here)}/{vi_number(whole.expected)} lượt",
            "tone": "late" if whole.is_low else "",
            "url": _list_url(asked, "du-hop-thap"),
        },
        {
            "label": "Vắng 3 kỳ liền",
            "value": vi_number(whole.absent),
            "note": "đảng viên, tính đến nay",
            "tone": "late" if whole.absent else "",
            "url": _list_url(asked, ABSENT_LONG) if whole.absent else "",
        },
    ]  # fmt: skip


@require_GET
def board_xlsx(request: HttpRequest) -> HttpResponse:
    _, found = _board(request)
    response = HttpResponse(board_workbook(found), content_type=_SHEET)
    name = slugify(fold(f"sinh hoat chi bo {found.month.period} {found.unit.name}"))[:80]
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def board_branches(request: HttpRequest) -> HttpResponse:
    """The branches behind a figure, or the members who are absent for long."""
    asked = _Asked(request)
    which = request.GET.get("muc", "tat-ca")
    labels = WHICH | {ABSENT_LONG: "Đảng viên vắng 3 kỳ liền"}
    which = which if which in labels else "tat-ca"
    is_people = which == ABSENT_LONG
    if is_people:
        page = page_of(boards.absent_for_long(asked.unit), request, PER_PAGE)
        rows = [_absent_row(one) for one in page.rows]
    else:
        page = page_of(boards.branches_behind(asked.unit, asked.month, which), request, PER_PAGE)
        leaders = boards.secretaries([one.pk for one in page.rows])
        rows = [_branch_row(one, leaders.get(one.pk, ""), asked.month) for one in page.rows]
    back = f"{reverse('meetings:board')}?{urlencode(asked.kept)}"
    return render(
        request,
        "meetings/above/branches.html",
        {
            "asked": asked,
            "page": page,
            "rows": rows,
            "is_people": is_people,
            "which": labels[which],
            "tabs": [
                {"label": label, "url": _address(request, muc=word), "current": word == which}
                for word, label in labels.items()
            ],
            "back_url": back,
            "crumbs": home_crumbs(Crumb("Theo dõi sinh hoạt", back), Crumb(labels[which])),
        },
    )


def _branch_row(unit: OrgUnit, leader: str, month: Month) -> dict:
    tally = Tally(
        branches=1,
        called=bool(unit.called),
        held=bool(unit.held),
        written=bool(unit.held) and unit.written >= unit.held,
        expected=unit.expected or 0,
        here=unit.here or 0,
    )
    return {
        "unit": unit,
        "leader": leader,
        "state": _state(tally),
        "thematic": unit.thematic,
        "rate": vi_percent(tally.here, tally.expected),
        "is_low": tally.is_low,
        "url": reverse("meetings:year", args=[unit.pk, month.first.year]),
    }


def _absent_row(one) -> dict:
    return {
        "name": one.member.full_name,
        "unit": one.unit,
        "times": one.times,
        "unexcused": one.unexcused,
        "last": one.last.starts_at,
        "url": reverse("meetings:year", args=[one.unit_id, timezone.localdate(one.last.starts_at).year]),
    }


# ---- the calendar ---------------------------------------------------------------------------------------------------


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A month of meetings day by day: of my branch, or of a unit that I follow with all below."""
    month = month_named(request.GET.get("thang", ""), timezone.localdate())
    wanted = _number(request, "don_vi")
    branch = calendars.own_branch(request.user)
    followed = units_to_follow(request.user)
    unit = None
    if wanted is not None or (branch is None and followed):
        unit = followed_unit(request.user, wanted)
        if unit is None:
            raise Http404
    if unit is None and branch is None:
        raise Http404
    if unit is not None:
        found = calendars.meetings_below(unit, month)
    else:
        found = calendars.meetings_of_mine(request.user, branch, month)
    page = page_of(found, request, PER_PAGE)
    units = {str(pk): name for pk, name in followed} | ({str(unit.pk): unit.name} if unit is not None else {})
    return render(
        request,
        "meetings/above/calendar.html",
        {
            "month": month,
            "unit": unit,
            "branch": branch,
            "page": page,
            "days": _days(request, page.rows, branch),
            "form": ScopeForm(
                request.GET,
                month=month,
                units=units,
                unit=str(unit.pk) if unit is not None else "",
                own=f"Chi bộ của tôi: {branch.name}" if branch is not None else "",
            ),
            "before_url": _address(request, thang=month.before.period),
            "after_url": _address(request, thang=month.after.period),
            "crumbs": home_crumbs(Crumb("Lịch sinh hoạt")),
        },
    )


def _days(request: HttpRequest, meetings: list[Meeting], branch: OrgUnit | None) -> list[dict]:
    today, days = timezone.localdate(), []
    for meeting in meetings:
        local = timezone.localtime(meeting.starts_at)
        if not days or days[-1]["day"] != local.date():
            name = _WEEKDAYS[local.weekday()]
            days.append({"day": local.date(), "name": name, "is_today": local.date() == today, "meetings": []})
        own = branch is not None and meeting.unit_id == branch.pk and not meeting.is_of_the_committee
        days[-1]["meetings"].append(
            {
                "meeting": meeting,
                "at": local,
                "tone": _TONES[MeetingState(meeting.state)],
                # From above the title of a meeting to come is no matter of the calendar: only its kind, hour and place.
                "name": meeting.title if own or meeting.state in HELD else meeting.get_kind_display(),
                "url": _page_of(meeting, own=own),
            }
        )
    return days


def _page_of(meeting: Meeting, *, own: bool) -> str:
    if meeting.from_paper:
        return reverse("meetings:old_minutes", args=[meeting.pk])
    if meeting.state == MeetingState.COMPLETED:
        return reverse("meetings:minutes", args=[meeting.pk])
    if own:
        return meeting.get_absolute_url()
    return ""


# ---- a branch's year ------------------------------------------------------------------------------------------------


def _unit_of_year(request: HttpRequest, pk: int) -> tuple[OrgUnit, int | None]:
    unit = get_object_or_404(OrgUnit.objects.select_related("kind", "parent"), pk=pk)
    branch_id = policies.own_branch_id(request.user)
    if not policies.may_see_year(request.user, unit, branch_id):
        raise Http404
    return unit, branch_id


@require_GET
def year(request: HttpRequest, unit: int, year: int | None = None) -> HttpResponse:
    found, branch_id = _unit_of_year(request, unit)
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
            grade = f"{score.total:g} điểm, {sheet.grade_of(score.total).name.lower()}"
    url = _page_of(meeting, own=own)
    if holds and meeting.state == MeetingState.MINUTES and not meeting.from_paper:
        url = reverse("meetings:minutes", args=[meeting.pk])
    waits = meeting.from_paper and meeting.state == MeetingState.MINUTES
    return {
        "meeting": meeting,
        "url": url,
        "tone": "wait" if waits else _TONES[MeetingState(meeting.state)],
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
    found, _ = _unit_of_year(request, unit)
    try:
        job = services.start_book(
            unit=found, year=year, committee=request.POST.get("so") == "chi-uy", actor=request.user
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("meetings:year", found.pk, year)
    return redirect(job)


# ---- minutes from paper ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def paper_new(request: HttpRequest, unit: int) -> HttpResponse:
    found, _ = _unit_of_year(request, unit)
    if not meeting_policies.may_hold(request.user, found):
        raise PermissionDenied
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PaperForm(*sent, unit=found)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = services.enter_paper(
                unit=found, typed=form.typed(), file=form.cleaned_data["file"], actor=request.user
            )
        except RuleViolation as refusal:
            form.add_error("file" if "ệp" in str(refusal) else None, str(refusal))
        else:
            return redirect("meetings:old_minutes", meeting.pk)
    year_url = reverse("meetings:year", args=[found.pk, timezone.localdate().year])
    return render(
        request,
        "meetings/above/paper_new.html",
        {
            "unit": found,
            "form": form,
            "back_url": year_url,
            "crumbs": home_crumbs(Crumb("Sinh hoạt trong năm", year_url), Crumb("Nhập biên bản cũ")),
        },
    )


def _paper(request: HttpRequest, pk: int) -> tuple[Meeting, bool]:
    """Minutes from paper, and whether the reader holds the unit's meetings. Before they are in the book only he sees
    them."""
    rows = Meeting.objects.select_related("unit__kind", "unit__parent", "chair", "clerk", "record")
    meeting = get_object_or_404(rows, pk=pk, from_paper=True)
    holds = meeting_policies.may_hold(request.user, meeting.unit)
    if holds:
        return meeting, True
    allowed = meeting.state == MeetingState.COMPLETED and (
        policies.reads_committee(request.user, meeting.unit)
        if meeting.is_of_the_committee
        else policies.may_see_year(request.user, meeting.unit, policies.own_branch_id(request.user))
    )
    if not allowed:
        raise Http404
    return meeting, False


def _paper_facts(meeting: Meeting) -> list[dict]:
    counts = meeting.record.content["counts"]
    began, ended = timezone.localtime(meeting.began_at), timezone.localtime(meeting.ended_at)
    facts = [
        ("Loại cuộc họp", meeting.get_kind_display()),
        ("Chuyên đề", meeting.topic),
        ("Thời gian", f"{began:%H:%M} đến {ended:%H:%M}, ngày {began:%d/%m/%Y}"),
        ("Địa điểm", meeting.place),
        ("Chủ trì", meeting.chair.full_name),
        ("Thư ký", meeting.clerk.full_name if meeting.clerk else "Không rõ"),
        ("Có mặt", f"{counts['here']}/{counts['expected']} đảng viên phải dự"),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]


@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The last look before the book; afterwards the minutes as they stand there."""
    meeting, holds = _paper(request, pk)
    waits = meeting.state == MeetingState.MINUTES
    year_url = reverse("meetings:year", args=[meeting.unit_id, timezone.localdate(meeting.starts_at).year])
    if request.method == "POST":
        if not holds:
            raise PermissionDenied
        try:
            services.lock_paper(meeting=meeting, looked_at=request.POST.get("looked_at") == "yes", actor=request.user)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect("meetings:old_minutes", pk)
        messages.success(request, "Biên bản đã vào sổ.")
        return redirect(year_url)
    return render(
        request,
        "meetings/above/paper.html",
        {
            "meeting": meeting,
            "waits": waits,
            "holds": holds,
            "unread": waits and not meeting.record.content["read"],
            "facts": _paper_facts(meeting),
            "year_url": year_url,
            "crumbs": home_crumbs(Crumb("Sinh hoạt trong năm", year_url), Crumb(meeting.title)),
        },
    )


@require_http_methods(["GET", "POST"])
def paper_drop(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, holds = _paper(request, pk)
    if not holds:
        raise PermissionDenied
    if request.method == "POST":
        try:
            services.drop_paper(meeting=meeting, actor=request.user)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect("meetings:old_minutes", pk)
        messages.success(request, "Đã bỏ biên bản chưa vào sổ.")
        return redirect("meetings:year", meeting.unit_id, timezone.localdate(meeting.starts_at).year)
    return render(
        request,
        "meetings/above/paper_drop.html",
        {
            "meeting": meeting,
            "facts": _paper_facts(meeting),
            "cancel_url": reverse("meetings:old_minutes", args=[pk]),
            "crumbs": home_crumbs(Crumb(meeting.title, reverse("meetings:old_minutes", args=[pk])), Crumb("Bỏ")),
        },
    )


@require_GET
def paper_scan(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, _ = _paper(request, pk)
    day: date = timezone.localdate(meeting.starts_at)
    name = slugify(fold(f"bien ban {meeting.unit.name} {day:%d %m %Y}"))[:80]
    return as_attachment(meeting.record.scan, f"{name}.pdf")
