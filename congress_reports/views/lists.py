"""The lists: what I have to file, what I decide on, what waits below others; many approvals at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from common.ui.numbers import vi_number
from common.ui.paging import key_page_of, page_of
from common.ui.tables import sort_of
from orgtree.enums import Right
from orgtree.rights import has_right_anywhere, holdings_of

from .. import policies, services
from ..counts import waiting_reports
from ..enums import ReportState
from ..inputs import FilterForm
from ..models import Report
from ..presenting import deadline_of, event_line, fill_url, state_of, version_of
from ..selectors import reports as selectors
from ..services.bulk import MOST_AT_ONCE, why_not_at_once
from .common import home_crumbs

_PAGE = 50
_MOST_BULK = 2000
_FIRST = {ReportState.REJECTED: 0, ReportState.DRAFT: 1, ReportState.EXPECTED: 2}
_SORTS = {
    "gui": ("sent",),
    "han": ("last",),
    "don-vi": ("tree", "place", "letter"),
}


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Reports of the units for which the reader files; in a second tab those of campaigns that are closed."""
    if not has_right_anywhere(request.user, Right.FILE_REPORTS):
        raise PermissionDenied
    earlier = request.GET.get("dot") == "truoc"
    page = page_of(selectors.filed_by(request.user, earlier=earlier), request, _PAGE)
    events = selectors.last_events(report.pk for report in page.rows)
    today = timezone.localdate()
    rows = [_own_row(request.user, report, events, today) for report in page.rows]
    if rows and not earlier:
        # One primary action on the page: what is most pressing.
        min(rows, key=lambda row: row["press"])["main"] = True
    here = reverse("congress_reports:mine")
    return render(
        request,
        "congress_reports/mine.html",
        {
            "rows": rows,
            "page": page,
            "earlier": earlier,
            "several": len({report.unit_id for report in page.rows}) > 1,
            "tabs": [
                {"label": "Đợt đang mở", "url": here, "current": not earlier},
                {"label": "Các đợt trước", "url": f"{here}?dot=truoc", "current": earlier},
            ],
            "decides": any(
                Right.APPROVE_REPORTS in one.rights and one.rght - one.lft > 1 for one in holdings_of(request.user)
            ),
            "crumbs": home_crumbs("Báo cáo của tôi"),
        },
    )


def _own_row(user, report: Report, events: dict, today) -> dict:
    event = events.get(report.pk)
    action, address = _next_step(user, report)
    last = report.last_day
    return {
        "report": report,
        "state": state_of(report),
        "deadline": deadline_of(report, today),
        "version": version_of(report),
        "event": event_line(event) if event else None,
        "action": action,
        "url": address,
        "stale": report.stale_since,
        "main": False,
        "press": (_FIRST.get(report.state, 3), last or timezone.datetime.max.date(), report.pk),
    }


def _next_step(user, report: Report) -> tuple[str, str]:
    """What the reader does next with the report, and where."""
    page = report.get_absolute_url()
    if report.campaign.is_closed:
        return "Xem báo cáo", page
    match report.state:
        case ReportState.EXPECTED:
            return "Lập báo cáo", fill_url(report)
        case ReportState.REJECTED:
            return "Xem lý do và sửa", page
        case ReportState.DRAFT if report.ready_at and policies.may_send(user, report):
            return "Xác nhận và gửi", fill_url(report)
        case ReportState.DRAFT:
            return "Nhập tiếp", fill_url(report)
    return "Xem báo cáo", page


@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """What the direct children have sent; for those above also what waits for others below, to read."""
    if not has_right_anywhere(request.user, Right.VIEW):
        raise PermissionDenied
    user = request.user
    decides = {
        one.unit_id: one.unit_name
        for one in holdings_of(user)
        if Right.APPROVE_REPORTS in one.rights and (one.rght - one.lft > 1 or one.is_top)
    }
    below = request.GET.get("pham_vi") == "cap-duoi" or not decides
    unit_below = _number(request.GET.get("cap_uy", "")) if below else None
    units = decides.items() if len(decides) > 1 and not below else ()
    form = FilterForm(request.GET, forms_owed=selectors.forms_of_running(user), units=units)
    chosen = form.chosen()
    rows = selectors.decided_by_others(user) if below else selectors.to_decide(user)
    if unit_below:
        rows = rows.filter(unit__parent_id=unit_below)
    today = timezone.localdate()
    rows = selectors.narrowed(rows, chosen, today)
    sort = sort_of(request, _SORTS, "gui" if chosen.state in {"waiting", "stale"} else "han")
    turned = "-pk" if sort.descending else "pk"
    page = key_page_of(rows, request, [*sort.order_by, turned], _PAGE)
    backlogs = page_of(selectors.backlogs(user), request, 20) if below and not unit_below else None
    context = {
        "rows": [_to_approve(user, report, today) for report in page.rows],
        "page": page,
        "sort": sort,
        "filters": form,
        "chosen": chosen,
        "below": below,
        "backlogs": backlogs,
        "units": bool(units),
        "narrowed": bool(_active(request.GET, form)),
        "active": _active(request.GET, form),
        "kept": [(name, request.GET.get(name)) for name in ("pham_vi", "cap_uy", "xep") if request.GET.get(name)],
        "query": request.GET.urlencode(),
        "reset_url": "?pham_vi=cap-duoi" if below and decides else "?",
        "tabs": _tabs(user, decides, below),
        "crumbs": home_crumbs("Phê duyệt báo cáo"),
    }
    _put_findings(context["rows"])
    return render(request, "congress_reports/approvals.html", context)


def _tabs(user, decides: dict, below: bool) -> list[dict]:
    if not decides:
        return []
    here = reverse("congress_reports:approvals")
    waiting = waiting_reports(user)["to_approve"]
    return [
        {"label": "Đồng chí phê duyệt", "url": here, "current": not below, "count": waiting},
        {"label": "Cấp dưới phê duyệt", "url": f"{here}?pham_vi=cap-duoi", "current": below},
    ]


def _to_approve(user, report: Report, today) -> dict:
    return {
        "report": report,
        "state": state_of(report),
        "deadline": deadline_of(report, today),
        "version": version_of(report),
        "taken": report.taken_by if report.taken_by_id not in (None, user.pk) else None,
        "value": f"{report.pk}:{report.version}",
        "tickable": not why_not_at_once(report, report.version, user),
        "findings": [],
    }


def _put_findings(rows: list[dict]) -> None:
    found = selectors.findings_of(row["report"] for row in rows)
    for row in rows:
        row["findings"] = found.get(row["report"].pk, [])


def _active(given: QueryDict, form: FilterForm) -> list[dict]:
    """What the list is narrowed to, each with the address without it."""
    active = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if not value or (name == "trang_thai" and value == "waiting"):
            continue
        rest = given.copy()
        for key in (name, "sau"):
            rest.pop(key, None)
        shown = dict(getattr(field, "choices", ())).get(value, value)
        label = field.label if value is True else f"{field.label}: {shown}"
        active.append({"label": label, "url": f"?{rest.urlencode()}"})
    return active


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


@require_POST
def approve_many(request: HttpRequest) -> HttpResponse:
    """The check page of many, then the doing; above fifty in the background."""
    user = request.user
    if not selectors.deciding_units(user):
        raise PermissionDenied
    chosen = _all_of_filter(request) if "all" in request.POST else _ticked(request.POST.getlist("report"))
    if not chosen:
        messages.error(request, "Đồng chí chưa chọn báo cáo nào.")
        return redirect("congress_reports:approvals")
    if request.POST.get("confirm") != "yes":
        return _check_many(request, chosen)
    if len(chosen) > MOST_AT_ONCE:
        return redirect(services.start_approving(chosen=chosen, actor=user))
    outcome = services.approve_many(chosen=chosen, actor=user)
    (messages.warning if outcome.left_out else messages.success)(request, outcome.sentence)
    return redirect("congress_reports:approvals")


def _ticked(values: list[str]) -> list[tuple[int, int]]:
    pairs = [value.split(":") for value in dict.fromkeys(values)]
    return [(int(pair[0]), int(pair[1])) for pair in pairs if len(pair) == 2 and all(map(_number, pair))][:_MOST_BULK]


def _all_of_filter(request: HttpRequest) -> list[tuple[int, int]]:
    """All that may be approved at once of the list as it was narrowed."""
    user = request.user
    given = QueryDict(request.POST.get("query", ""))
    holdings = {one.unit_id: one.unit_name for one in holdings_of(user)}
    form = FilterForm(given, forms_owed=selectors.forms_of_running(user), units=holdings.items())
    rows = selectors.narrowed(selectors.to_decide(user), form.chosen(), timezone.localdate())
    rows = selectors.approvable_at_once(rows, user).order_by("sent", "pk")
    return list(rows.values_list("pk", "version")[:_MOST_BULK])


def _check_many(request: HttpRequest, chosen: list[tuple[int, int]]) -> HttpResponse:
    versions = dict(chosen)
    reports = selectors.to_decide(request.user).filter(pk__in=versions).order_by("tree", "place", "letter", "pk")
    going, left_out = [], []
    for report in reports:
        name = f"{report.unit.name}: {report.duty.form.short.lower()}"
        if why := why_not_at_once(report, versions[report.pk], request.user):
            left_out.append((name, why))
        else:
            going.append((f"{report.pk}:{report.version}", name))
    many = len(going) > MOST_AT_ONCE
    effects = [
        f"{vi_number(len(going))} báo cáo được phê duyệt, số liệu được cộng vào tổng hợp của các cấp trên.",
        "Các đơn vị được thông báo kết quả.",
    ]
    if many:
        effects.append("Việc chạy ở phía sau, đồng chí theo dõi ở trang Tiến độ xử lý.")
    return render(
        request,
        "congress_reports/approve_many.html",
        {
            "going": [name for _, name in going],
            "left_out": left_out,
            "effects": effects,
            "hidden": [("report", value) for value, _ in going],
            "back_url": reverse("congress_reports:approvals"),
            "crumbs": home_crumbs("Phê duyệt báo cáo", "Phê duyệt nhiều báo cáo"),
        },
    )
