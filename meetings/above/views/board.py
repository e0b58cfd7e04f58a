"""The board of duty over branches, its lists and its workbook."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from common.text import fold
from common.ui.nav import Crumb
from common.ui.numbers import vi_number, vi_percent
from common.ui.paging import page_of
from orgtree.models import OrgUnit

from ...views.common import home_crumbs
from ..selectors import board as boards
from ..selectors.board import ABSENT_LONG, WHICH, Board, Line, Month, Tally, number_of
from ..sheets import board_workbook
from .shared import PER_PAGE, Asked, address

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    ("Chi bộ", "tat-ca"),
    ("Chưa thông báo", "chua-thong-bao"),
    ("Chưa họp", "chua-hop"),
    ("Chưa khóa biên bản", "chua-bien-ban"),
    ("Chưa có chuyên đề", "chua-chuyen-de"),
)


def _board(request: HttpRequest) -> tuple[Asked, Board]:
    asked = Asked(request)
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
            "before_url": address(request, thang=asked.month.before.period),
            "after_url": "" if not is_over else address(request, thang=asked.month.after.period),
            "xlsx_url": f"{reverse('meetings:board_xlsx')}?{urlencode(asked.kept)}",
            "calendar_url": f"{reverse('meetings:calendar_above')}?{urlencode(asked.kept)}",
            "absent_url": _behind(asked, asked.unit.pk, ABSENT_LONG),
            "low_url": _behind(asked, asked.unit.pk, "du-hop-thap"),
            "shown_at": timezone.localtime(),
            "crumbs": home_crumbs(Crumb("Theo dõi sinh hoạt")),
        },
    )


def _behind(asked: Asked, unit: int, which: str) -> str:
    return _list_url({"don_vi": unit, "thang": asked.month.period}, which)


def _list_url(kept: dict, which: str) -> str:
    return f"{reverse('meetings:board_branches')}?{urlencode(kept | {'muc': which})}"


def _line(request: HttpRequest, asked: Asked, line: Line) -> dict:
    tally, toggle = line.tally, ""
    if line.opens and line.depth:
        toggle = address(request, "mo") if line.opened else address(request, mo=line.pk)
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
    asked = Asked(request)
    which = request.GET.get("muc", "tat-ca")
    labels = WHICH | {ABSENT_LONG: "Đảng viên vắng 3 kỳ liền"}
    which = which if which in labels else "tat-ca"
    is_people = which == ABSENT_LONG
    if is_people:
        page = page_of(boards.absent_for_long(asked.unit), request, PER_PAGE)
        rows = [_absent_row(one) for one in page.rows]
    else:
        # The figure that was clicked, not counted once more.
        whole = boards.tallies([asked.unit.pk], asked.month)[asked.unit.pk]
        found = boards.branches_behind(asked.unit, asked.month, which)
        page = page_of(found, request, PER_PAGE, known=boards.number_of(whole, which))
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
                {"label": label, "url": address(request, muc=word), "current": word == which}
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
