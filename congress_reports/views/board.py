"""The board: how far the congresses below have come, as a tree, on paper and as a workbook; the reports behind each
figure."""

from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from common.ui.charts import Series, stacked
from common.ui.nav import Crumb
from common.ui.numbers import vi_number, vi_percent
from common.ui.paging import page_of

from .. import policies
from ..board_sheets import board_workbook
from ..enums import EventKind
from ..presenting import deadline_of, state_of, version_of
from ..selectors import board as selectors
from ..selectors.board import WHICH, Board, Line, Tally, number_of
from .asked import Asked, ScopeForm, address, workbook
from .common import home_crumbs

PER_PAGE = 50
# Columns of figures: heading, which reports.
COLUMNS = (
    ("Phải nộp", "tat-ca"),
    ("Chưa gửi", "chua-gui"),
    ("Chờ phê duyệt", "cho-duyet"),
    ("Đã phê duyệt", "da-duyet"),
    ("Bị từ chối", "tu-choi"),
    ("Quá hạn, chưa gửi", "qua-han"),
    ("Gửi muộn", "gui-muon"),
)
_NARROWED = ("chua-gui", "cho-duyet", "tu-choi", "qua-han", "gui-muon", "thieu", "ra-soat")
_PARTS = (("approved", "done"), ("waiting", "wait"), ("rejected", "late"), ("draft", "info"))
_DAY_TONES = {
    EventKind.SENT: "wait",
    EventKind.RESENT: "wait",
    EventKind.APPROVED: "ok",
    EventKind.REJECTED: "late",
    EventKind.UNAPPROVED: "late",
}


class BoardForm(ScopeForm):
    con = forms.ChoiceField(
        label="Chỉ hiện đơn vị có báo cáo",
        required=False,
        choices=[("", "Tất cả"), *((word, WHICH[word]) for word in _NARROWED)],
    )


class _Read:
    """What the page, the paper and the workbook share: the same figures on all three."""

    def __init__(self, request: HttpRequest, *, deep: bool = False) -> None:
        self.asked = Asked(request)
        self.form = BoardForm(request.GET, self.asked)
        self.chosen = self.form.chosen()
        self.which = self.form.known().get("con", "")
        self.duties = self.asked.duties_for(self.chosen)
        self.deep = deep or request.GET.get("tat-ca") == "1"
        self.board: Board | None = None
        if self.asked.campaign is None:
            return
        self.board = selectors.board_of(
            self.asked.campaign,
            self.asked.unit,
            self.asked.duties,
            chosen=self.chosen,
            opened=None if self.deep else self.asked.opened,
            deep=self.deep,
            today=self.asked.today,
        )

    @property
    def lines(self) -> list[Line]:
        """Without those that owe nothing of what was chosen, or have none in the state asked for."""
        return [
            line
            for line in self.board.lines
            if line.pk == self.asked.unit.pk or number_of(line.tally, self.which or "tat-ca")
        ]

    def words(self) -> str:
        """What was chosen, as a sentence for paper and workbook."""
        parts = [one["label"] for one in self.form.active(self.asked.request.GET)]
        return "; ".join(parts)


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    read = _Read(request)
    asked = read.asked
    context = {
        "asked": asked,
        "filters": read.form,
        "crumbs": home_crumbs("Tiến độ đại hội"),
        "shown_at": timezone.localtime(),
    }
    if read.board is None:
        return render(request, "congress_reports/board.html", context)
    behind = reverse("congress_reports:board_reports")
    whole = read.board.whole
    changes = selectors.changes_of_day(asked.campaign, asked.unit, asked.day)
    query = request.GET.urlencode()
    return render(
        request,
        "congress_reports/board.html",
        context
        | {
            "board": read.board,
            "lines": [_line(line, read, behind) for line in read.lines],
            "columns": [label for label, _ in COLUMNS],
            "tiles": _tiles(whole, read, behind) if whole.owed else [],
            "chart": _chart(whole) if whole.owed else None,
            "marked": _marked(whole, read, behind),
            "changes": [(EventKind(kind).label, _DAY_TONES.get(kind, "info"), number) for kind, number in changes],
            "is_today": asked.day == timezone.localdate(),
            "before_url": address(request.GET, ngay=asked.day_before.isoformat()) + "#trong-ngay",
            "today_url": address(request.GET, "ngay") + "#trong-ngay",
            "active": read.form.active(request.GET),
            "reset_url": "?" + urlencode(asked.kept()),
            "xlsx_url": f"{reverse('congress_reports:board_xlsx')}?{query}",
            "print_url": f"{reverse('congress_reports:board_print')}?{query}",
            "analysis_url": f"{reverse('congress_reports:analysis')}?{urlencode(asked.kept())}",
            "may_export": policies.may_export(request.user, asked.campaign),
            "kept": [("mo", request.GET["mo"])] if "mo" in request.GET else [],
        },
    )


def _behind(read: _Read, behind: str, unit: int, which: str) -> str:
    kept = {"dot": read.asked.campaign.pk, "don_vi": unit, "muc": which}
    if read.chosen.kind:
        kept["loai"] = read.chosen.kind
    if read.chosen.form:
        kept["mau"] = read.chosen.form
    return f"{behind}?{urlencode(kept)}"


def _line(line: Line, read: _Read, behind: str) -> dict:
    query = read.asked.request.GET
    toggle = ""
    if line.opens and line.depth and not line.is_passage:
        # An open node closes by opening the tree only down to what stands above it.
        toggle = address(query, "mo") if line.opened else address(query, mo=line.pk)
    tally = line.tally
    return {
        "line": line,
        "held": f"{vi_number(tally.held)}/{vi_number(tally.units)}" if tally.units else "–",
        "numbers": [
            (label, number, _behind(read, behind, line.pk, which) if number else "", which == "qua-han")
            for label, which in COLUMNS
            for number in (number_of(tally, which),)
        ],
        "toggle": f"{toggle}#dv-{line.pk}" if toggle else "",
        "parts": _bar(tally),
        "share": f"{vi_percent(tally.approved, tally.owed)} đã phê duyệt, {vi_percent(tally.sent, tally.owed)} đã gửi",
    }


def _bar(tally: Tally) -> list[tuple[str, str, str]]:
    """Tone, beginning and width of each part, in percent for the drawing."""
    parts, begins = [], 0.0
    for name, tone in _PARTS:
        width = 100 * getattr(tally, name) / tally.owed if tally.owed else 0
        if width:
            parts.append((tone, f"{begins:.2f}", f"{width:.2f}"))
        begins += width
    return parts


def _tiles(whole: Tally, read: _Read, behind: str) -> list[dict]:
    unit = read.asked.unit.pk

    def tile(label: str, which: str, note: str, tone: str = "") -> dict:
        number = number_of(whole, which)
        url = _behind(read, behind, unit, which) if number else ""
        return {"label": label, "value": vi_number(number), "note": note, "tone": tone, "url": url}

    return [
        {
            "label": "Đã đại hội",
            "value": f"{vi_number(whole.held)}/{vi_number(whole.units)}",
            "note": f"đơn vị, đạt {vi_percent(whole.held, whole.units)}",
        },
        tile("Báo cáo phải nộp", "tat-ca", f"của {vi_number(whole.units)} đơn vị"),
        tile("Đã gửi", "da-gui", f"đạt {vi_percent(whole.sent, whole.owed)}"),
        tile("Đã phê duyệt", "da-duyet", f"đạt {vi_percent(whole.approved, whole.owed)}", "ok"),
        tile("Bị từ chối", "tu-choi", "chờ đơn vị sửa, gửi lại", "late" if whole.rejected else ""),
        tile(
            "Quá hạn, chưa gửi",
            "qua-han",
            f"{vi_number(whole.sent_late)} báo cáo đã gửi muộn",
            "late" if whole.overdue else "",
        ),
    ]


def _chart(whole: Tally):
    return stacked(
        "Báo cáo theo tình trạng",
        ["Báo cáo"],
        [
            Series("Đã phê duyệt", [whole.approved], "done"),
            Series("Chờ phê duyệt", [whole.waiting], "wait"),
            Series("Bị từ chối", [whole.rejected], "late"),
            Series("Nháp", [whole.draft], "info"),
            Series("Chưa lập", [whole.expected], "idle"),
        ],
        what="Tất cả",
    )


def _marked(whole: Tally, read: _Read, behind: str) -> list[tuple[str, str]]:
    """What stays visible in every total (features E5, E7)."""
    found = []
    for which, number, words in (
        ("thieu", whole.incomplete, "báo cáo được gửi khi cấp dưới còn thiếu báo cáo"),
        ("ra-soat", whole.stale, "báo cáo cần rà soát lại vì số liệu cấp dưới đã thay đổi"),
    ):
        if number:
            found.append((f"{vi_number(number)} {words}", _behind(read, behind, read.asked.unit.pk, which)))
    return found


@require_GET
def board_print(request: HttpRequest) -> HttpResponse:
    """The same lines on A3."""
    read = _Read(request)
    if read.board is None:
        return render(request, "congress_reports/board.html", {"asked": read.asked, "crumbs": home_crumbs()})
    return render(
        request,
        "congress_reports/board_print.html",
        {
            "asked": read.asked,
            "board": read.board,
            "lines": [_line(line, read, "") for line in read.lines],
            "columns": [label for label, _ in COLUMNS],
            "words": read.words(),
            "deep": read.deep,
            "deep_url": address(request.GET, "mo", **{"tat-ca": 1}),
            "unit_name": read.asked.unit.name,
            "printed_at": timezone.localtime(),
            "printed_by": request.user.full_name,
            "back_url": reverse("congress_reports:board") + address(request.GET, "tat-ca"),
        },
    )


@require_GET
def board_xlsx(request: HttpRequest) -> HttpResponse:
    """What the page shows, and in a second sheet every unit below."""
    shown, deep = _Read(request), _Read(request, deep=True)
    content = board_workbook(
        shown.asked.campaign, shown.asked.unit, shown.lines if shown.board else [],
        deep.lines if deep.board else [], words=shown.words(), today=shown.asked.today,
    )  # fmt: skip
    return workbook(content, "tien-do-dai-hoi")


@require_GET
def board_reports(request: HttpRequest) -> HttpResponse:
    """The reports behind a figure."""
    asked = Asked(request)
    form = ScopeForm(request.GET, asked)
    chosen = form.chosen()
    which = request.GET.get("muc", "tat-ca")
    which = which if which in WHICH else "tat-ca"
    back = f"{reverse('congress_reports:board')}{address(request.GET, 'muc')}"
    rows = []
    page = None
    if asked.campaign is not None:
        found = selectors.reports_behind(
            asked.campaign, asked.unit, asked.duties_for(chosen), which=which, today=asked.today
        )
        page = page_of(found, request, PER_PAGE)
        rows = [
            {
                "report": report,
                "state": state_of(report),
                "deadline": deadline_of(report, asked.today),
                "version": version_of(report),
            }
            for report in page.rows
        ]
    return render(
        request,
        "congress_reports/board_reports.html",
        {
            "asked": asked,
            "rows": rows,
            "page": page,
            "which": WHICH[which],
            "active": form.active(request.GET),
            "tabs": [
                {"label": label, "url": address(request.GET, muc=word), "current": word == which}
                for word, label in WHICH.items()
            ],
            "back_url": back,
            "crumbs": [*home_crumbs(), Crumb("Tiến độ đại hội", back), Crumb(WHICH[which])],
        },
    )
