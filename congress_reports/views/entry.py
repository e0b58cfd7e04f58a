"""Filling in a report: the list of its sections, one sheet a page, what is saved while typing, the check before it is
sent."""

import secrets
from collections.abc import Mapping
from functools import partial
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation
from common.text import clean
from common.ui import kept
from common.ui.nav import Crumb
from common.uploads.keeping import FileState
from orgtree.enums import Right
from orgtree.rights import people_with

from .. import policies, services
from ..definitions import answers_of, definition_of
from ..enums import EDITABLE, ReportState
from ..errors import MissingBelow, NotReady
from ..forms import Answers, RuleLevel
from ..forms.definition import SectionKind
from ..forms.rules import REQUIRED, first_values
from ..forms.sheets import (
    MOST_CANDIDATES,
    MOST_ROUNDS,
    Sheet,
    digest,
    digest_of_rows,
    in_order,
    sheet_named,
    typed_into,
    value_at,
    with_candidates,
    with_round,
    without_candidate,
    without_round,
)
from ..forms.values import CANDIDATE_FIELDS, MOST_NAME, Candidate
from ..models import Report
from ..selectors.below import unfinished_below
from ..selectors.desk import Desk, analysis_shown, people_to_pick, picked, table_of
from ..selectors.records import in_words, put_in
from ..services.deadlines import days_late
from .boxes import Box, Note, boxes_of, id_of, note_of, shown, summary_of


def _found(request: HttpRequest, pk: int, *, to_write: bool = True) -> Report:
    """404 where the report is not there for the reader, 403 where he may not write it."""
    rows = Report.objects.select_related(
        "campaign", "duty__form", "unit__kind", "unit__parent", "saved_by", "drafted_by", "ready_by"
    )
    report = get_object_or_404(rows, pk=pk)
    if not policies.may_see_state(request.user, report) and not policies.may_write(request.user, report):
        raise Http404
    if to_write and not policies.may_write(request.user, report):
        raise PermissionDenied
    return report


def _can_be_typed(report: Report) -> bool:
    return report.state in EDITABLE and not report.campaign.is_closed


def _crumbs(report: Report, *more: Crumb) -> list[Crumb]:
    steps = [Crumb("Trang chủ", reverse("portal:home"))]
    title = f"{report.duty.form.short}, {report.unit.name}"
    return [*steps, Crumb(title, reverse("congress_reports:entry", args=[report.pk])), *more]


def _url(report: Report, sheet: Sheet, name: str = "entry_sheet", row_name: str = "entry_row") -> str:
    if sheet.row:
        return reverse(f"congress_reports:{row_name}", args=[report.pk, *sheet.key])
    return reverse(f"congress_reports:{name}", args=[report.pk, sheet.section.code])


def _title(desk: Desk, sheet: Sheet) -> str:
    if sheet.kind == SectionKind.ROUNDS and sheet.row:
        one = desk.answers.rounds[int(sheet.row)]
        body = next((group.label for group in sheet.section.groups if group.code == one.body), one.body)
        return f"Bầu {body[:1].lower()}{body[1:]}, lần {one.fields.get('round_no') or 1}"
    if sheet.row:
        return next(group.label for group in sheet.section.groups if group.code == sheet.row)
    return sheet.section.title


def _runs(page: Sheet, boxes: list[Box]) -> list[tuple[str, list[Box]]]:
    """Boxes as they stand together, each run under its heading: columns that split up one figure are one run."""
    of = {code: label for label, codes in page.section.splits.items() for code in codes}
    runs = [(label, list(run)) for label, run in groupby(boxes, key=lambda box: of.get(box.field.code, ""))]
    return [(label[:1].upper() + label[1:], run) for label, run in runs]


def _steps(desk: Desk, current: Sheet | None = None) -> list[dict]:
    """The sheets with their states: the list of sections and the side of each sheet."""
    return [
        {
            "title": _title(desk, one),
            "url": _url(desk.report, one),
            "state": desk.state_of(one),
            "sub": bool(one.row),
            "current": current is not None and one.key == current.key,
            "lead": one.section.help if not one.row else "",
        }
        for one in desk.sheets
    ]


@require_GET
def tasks(request: HttpRequest, pk: int) -> HttpResponse:
    report = _found(request, pk)
    context = {"report": report, "crumbs": _crumbs(report)}
    if not _can_be_typed(report):
        return render(request, "congress_reports/entry/closed.html", context)
    if report.state == ReportState.EXPECTED:
        context["titles"] = [one.section.title for one in Desk(report).sheets if not one.row]
        return render(request, "congress_reports/entry/start.html", context)
    desk = Desk(report)
    steps = _steps(desk)
    files = list(report.attachments.filter(until_version=None).values_list("state", flat=True))
    counted = [one for one in steps if one["state"].tone != "info" and one["state"].text != "Không có"]
    context |= {
        "steps": steps,
        "done": sum(one["state"].tone == "ok" for one in counted),
        "total": len(counted),
        "rejection": desk.rejection[0],
        "files": len(files),
        "files_wait": any(state != FileState.CLEAN for state in files),
        "files_text": f"{len(files)} tệp",
        "to_confirm": report.ready_by_id is not None and policies.may_send(request.user, report),
    }
    return render(request, "congress_reports/entry/tasks.html", context)


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    report = _found(request, pk)
    try:
        services.begin(report=report, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return redirect("congress_reports:entry", pk=pk)


# ---- one sheet ------------------------------------------------------------------------------------------------------


def _sheet(desk: Desk, section: str, row: str) -> Sheet:
    found = sheet_named(desk.form, desk.answers, section, row)
    if found is None or found not in desk.sheets:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, pk: int, section: str, row: str = "") -> HttpResponse:
    report = _found(request, pk)
    if not _can_be_typed(report) or report.state == ReportState.EXPECTED:
        return redirect("congress_reports:entry", pk=pk)
    if request.method == "POST":
        return _save(request, report, section, row)
    desk = Desk(report)
    page = _sheet(desk, section, row)
    if row and page.kind == SectionKind.GROUPS and not desk.is_begun(page):
        # Nothing typed yet: the records' figures stand in the boxes, and are kept when somebody saves them.
        answers = answers_of(report)
        put_in(answers, desk.form, desk.analysis, [row])
        desk = desk.changed_to(answers)
    if typed := kept.given("base", "rows", "page"):
        return _draw_kept(request, desk, page, typed)
    return _draw(request, desk, page, checked="kiem-tra" in request.GET)


def _draw(
    request: HttpRequest,
    desk: Desk,
    page: Sheet,
    *,
    checked: bool = False,
    theirs: Answers | None = None,
    crossed: list[str] | None = None,
    refusal: str = "",
    search: str | None = None,
    typed_lines: list[str] | None = None,
    opened: Mapping[str, str] | None = None,
) -> HttpResponse:
    report = desk.report
    boxes, people, rest = boxes_of(desk, page, checked=checked)
    for path in crossed or ():
        for box in [*boxes, *(part for person in people for part in person.boxes.values())]:
            if box.path == path:
                box.theirs = shown(box.field, value_at(theirs, path)) or "(để trống)"
    faults = summary_of(boxes, people, rest)
    keys = [one.key for one in desk.sheets]
    at = keys.index(page.key)
    following = desk.sheets[at + 1] if at + 1 < len(keys) else None
    context = {
        "report": report,
        "desk": desk,
        "page": page,
        "title": _title(desk, page),
        "lead": "" if page.kind == SectionKind.ROUNDS and page.row else page.section.help,
        "runs": _runs(page, boxes),
        "people": people,
        "rest": rest,
        "faults": faults,
        "has_errors": bool(faults) and request.method == "POST",
        "checked": checked,
        "base": digest(theirs or answers_of(report), page),
        "rows": digest_of_rows(theirs or desk.answers, page),
        "page_word": secrets.token_urlsafe(12),
        **(opened or {}),
        "refusal": refusal,
        "typed_lines": typed_lines,
        "steps": _steps(desk, page),
        "back_url": reverse("congress_reports:entry", args=[report.pk]),
        "next_url": _url(report, following) if following else reverse("congress_reports:send", args=[report.pk]),
        "save_url": _url(report, page, "entry_save", "entry_save_row"),
        "autosaves": bool(page.fields) or bool(rest),
        "rejection": desk.rejection[0],
        "crumbs": _crumbs(report, Crumb(_title(desk, page))),
    }
    if page.kind == SectionKind.ROUNDS and not page.row:
        context["elections"] = desk.elections
    elif page.kind == SectionKind.ROUNDS:
        body = desk.answers.rounds[int(page.row)].body
        context |= {"people_url": reverse("congress_reports:entry_people", args=[report.pk, *page.key]), "body": body}
        if search is not None:
            context |= _people_found(request, desk, page, search)
    elif page.kind == SectionKind.GROUPS:
        found = desk.analysis
        context["table"] = table_of(report, desk.answers) if not page.row else None
        context["from_records"] = bool(found) if not page.row else page.row in found
        context["unknown"] = in_words(found[page.row]) if page.row in found else []
    elif page.kind == SectionKind.SHOWN:
        context["table"] = analysis_shown(report)
    return render(request, f"congress_reports/entry/{_TEMPLATES.get((page.kind, page.is_list), 'sheet')}.html", context)


_TEMPLATES = {
    (SectionKind.ROUNDS, True): "elections",
    (SectionKind.GROUPS, True): "groups",
    (SectionKind.SHOWN, False): "shown",
}


def _save(request: HttpRequest, report: Report, section: str, row: str) -> HttpResponse:
    """What was typed is kept first, whatever button was pressed; then the button does its work."""
    typed = request.POST.dict()
    act, _, which = typed.get("act", "next").partition(":")
    fill = partial(
        services.fill_in,
        report=report,
        section=section,
        row=row,
        typed=typed,
        base=typed.get("base", ""),
        rows=typed.get("rows", ""),
        page=typed.get("page", ""),
        actor=request.user,
    )
    try:
        report = fill(then=_then(request, report, act, which, row, typed))
        if act == "fill":
            report = services.fill_from_records(report=report, groups=[row] if row else None, actor=request.user)
    except LookupError:
        messages.error(request, "Phần này vừa được đồng chí khác bỏ đi. Mời đồng chí xem lại danh sách các phần.")
        return redirect("congress_reports:entry", pk=report.pk)
    except services.Crossed as crossing:
        return _draw_crossed(request, crossing, section, row, typed)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path if act == "fill" else reverse("congress_reports:entry", args=[report.pk]))
    return _after(request, report, section, row, act, typed)


def _then(request: HttpRequest, report: Report, act: str, which: str, row: str, typed: dict):
    """What a button does with the answers, besides keeping them."""
    number = int(which) if which.isdecimal() and len(which) < 5 else -1
    form = definition_of(report)

    def add_round(answers: Answers) -> Answers:
        section = form.section_of(SectionKind.ROUNDS)
        if which not in {group.code for group in section.groups}:
            raise LookupError(which)
        if len(answers.rounds) >= MOST_ROUNDS:
            raise RuleViolation(f"Một báo cáo có nhiều nhất {MOST_ROUNDS} lần bầu.")
        return with_round(answers, which, first_values(form, answers, Desk(report).around, which))

    def drop_person(answers: Answers) -> Answers:
        if not 0 <= number < len(answers.rounds[int(row)].candidates):
            raise LookupError(which)
        return without_candidate(answers, int(row), number)

    def pick(answers: Answers) -> Answers:
        ids = [int(one) for one in request.POST.getlist("pick") if one.isdecimal() and len(one) < 19]
        people = [
            Candidate(one.full_name, one.birth_date.year if one.birth_date else None, one.pk)
            for one in picked(request.user, report, ids)
        ]
        return with_candidates(answers, int(row), people)

    def add_typed(answers: Answers) -> Answers:
        name = clean(typed.get("new_name", ""))[:MOST_NAME]
        return with_candidates(answers, int(row), [Candidate(name)]) if name else answers

    is_round = bool(row) and row.isdecimal()
    match act:
        case "add-round" if form.section_of(SectionKind.ROUNDS):
            return add_round
        case "drop-round" if is_round:
            return lambda answers: without_round(answers, int(row))
        case "drop-person" if is_round:
            return drop_person
        case "pick" if is_round:
            return pick
        case "add-person" if is_round:
            return add_typed
        case "next" | "draft" if is_round and form.section_of(SectionKind.ROUNDS):
            return lambda answers: in_order(answers, int(row))
    return None


def _after(request: HttpRequest, report: Report, section: str, row: str, act: str, typed: dict) -> HttpResponse:
    desk = Desk(report)
    match act:
        case "add-round":
            messages.success(request, "Đã thêm lần bầu.")
            new = Sheet(desk.form.section_of(SectionKind.ROUNDS), str(len(desk.answers.rounds) - 1))
            return redirect(_url(report, new))
        case "drop-round":
            messages.success(request, "Đã bỏ lần bầu.")
            return redirect("congress_reports:entry_sheet", pk=report.pk, section=section)
        case "fill":
            messages.success(request, "Đã điền số liệu từ hồ sơ đảng viên. Đồng chí kiểm tra lại.")
            return redirect(request.path)
        case "pick" | "add-person" | "drop-person":
            words = "Đã bỏ một dòng khỏi" if act == "drop-person" else "Đã ghi thêm vào"
            messages.success(request, f"{words} danh sách bầu cử.")
            return redirect(f"{request.path}#ung-cu")
        case "draft":
            messages.success(request, f"Đã lưu nháp lúc {timezone.localtime():%H:%M}.")
            return redirect("congress_reports:entry", pk=report.pk)
    page = _sheet(desk, section, row)
    if act == "find":
        return _draw(request, desk, page, search=typed.get("find", ""))
    if desk.to_mend(page) or desk.missing(page):
        return _draw(request, desk, page, checked=True)
    messages.success(request, f"Đã lưu phần “{_title(desk, page)}”.")
    keys = [one.key for one in desk.sheets]
    at = keys.index(page.key) + 1
    if at < len(keys):
        return redirect(_url(report, desk.sheets[at]))
    return redirect("congress_reports:send", pk=report.pk)


def _draw_crossed(request, crossing: services.Crossed, section: str, row: str, typed: dict) -> HttpResponse:
    """Both texts: the typist's in the boxes, the other's beside. Saving once more is his decision."""
    theirs = Desk(crossing.report)
    page = _sheet(theirs, section, row)
    if crossing.rows_moved:
        return _draw(request, theirs, page, refusal=str(crossing), typed_lines=_lines(theirs, page, typed))
    # A box that the typist left empty is no answer to what the other wrote into it.
    typed = {name: text for name, text in typed.items() if text.strip() or name not in crossing.paths}
    mine = theirs.changed_to(typed_into(theirs.answers, page, typed))
    return _draw(request, mine, page, theirs=theirs.answers, crossed=crossing.paths, refusal=str(crossing))


def _draw_kept(request: HttpRequest, desk: Desk, page: Sheet, typed: dict) -> HttpResponse:
    """What was typed when the session had ended, in its boxes again. The page stands as it was opened then: whoever
    wrote meanwhile is found when it is saved."""
    if typed["rows"] != digest_of_rows(desk.answers, page):
        refusal = "Danh sách bầu cử đã thay đổi trong lúc đồng chí đăng nhập lại."
        return _draw(request, desk, page, refusal=refusal, typed_lines=_lines(desk, page, typed))
    mine = desk.changed_to(typed_into(desk.answers, page, typed))
    return _draw(request, mine, page, opened={"base": typed["base"], "page_word": typed["page"]})


def _lines(desk: Desk, page: Sheet, typed: dict) -> list[str]:
    """What was typed, to read and type again where the rows are other people's now."""
    lines = []
    for one in page.fields:
        if text := typed.get(page.prefix + one.code, "").strip():
            lines.append(f"{one.label}: {dict(one.choices).get(text, text)}")
    start = f"{page.prefix}candidates."
    for who in range(MOST_CANDIDATES):
        name = typed.get(f"{start}{who}.shown") or typed.get(f"{start}{who}.name")
        if name is None:
            break
        texts = ((one, typed.get(f"{start}{who}.{one.code}", "").strip()) for one in CANDIDATE_FIELDS[1:])
        told = (f"{one.label.lower()} {'có' if text == 'on' else text}" for one, text in texts if text)
        lines.append(f"{name}: {', '.join(told)}")
    return lines


# ---- saved while typing ---------------------------------------------------------------------------------------------


@require_POST
def autosave(request: HttpRequest, pk: int, section: str, row: str = "") -> HttpResponse:
    """Keeps the sheet and answers with the parts of the page that say something else now; never with a box in which
    somebody may be typing."""
    report = _found(request, pk)
    typed = request.POST.dict()
    checked = bool(typed.get("checked"))
    if not _can_be_typed(report) or report.state == ReportState.EXPECTED:
        text = f"Chưa lưu được: báo cáo đang ở trạng thái “{report.get_state_display()}”."
        return render(request, "congress_reports/entry/_saved.html", {"trouble": text})
    before = Desk(report)
    page = _sheet(before, section, row)
    try:
        saved = services.fill_in(
            report=report,
            section=section,
            row=row,
            typed=typed,
            base=typed.get("base", ""),
            rows=typed.get("rows", ""),
            page=typed.get("page", ""),
            actor=request.user,
        )
    except services.Crossed as crossing:
        text = f"{crossing} Nội dung đồng chí đang nhập chưa lưu: đồng chí bấm “Lưu và tiếp tục” để so hai bên."
        return render(request, "congress_reports/entry/_saved.html", {"trouble": text})
    except RuleViolation as refusal:
        return render(request, "congress_reports/entry/_saved.html", {"trouble": f"Chưa lưu được: {refusal}"})
    after = before.changed_to(answers_of(saved))
    was, was_people, was_rest = boxes_of(before, page, checked=checked)
    now, people, rest = boxes_of(after, page, checked=checked)
    boxes_before = {box.path: box for box in [*was, *(b for p in was_people for b in p.boxes.values())]}
    turned, noted = [], []
    for box in [*now, *(part for person in people for part in person.boxes.values())]:
        old = boxes_before[box.path]
        if old.asked != box.asked:
            turned.append(box)
        elif old.said() != box.said():
            noted.append(box)
    return render(
        request,
        "congress_reports/entry/_saved.html",
        {
            "at": timezone.localtime(saved.saved_at) if saved.saved_at else timezone.localtime(),
            "base": digest(after.answers, page),
            "rows": digest_of_rows(after.answers, page),
            "turned": turned,
            "noted": noted,
            "rest": rest,
            "rest_changed": [n.message for n in rest] != [n.message for n in was_rest],
            "faults": summary_of(now, people, rest),
        },
    )


# ---- people ---------------------------------------------------------------------------------------------------------


def _people_found(request: HttpRequest, desk: Desk, page: Sheet, text: str) -> dict:
    one = desk.answers.rounds[int(page.row)]
    there = {person.member_id for person in one.candidates}
    found = people_to_pick(request.user, desk.report, text, desk.answers, one.body)
    return {"search": text, "searched": True, "found": [person for person in found if person.pk not in there]}


@require_POST
def find_people(request: HttpRequest, pk: int, section: str, row: str) -> HttpResponse:
    """The members whose names match, to tick (htmx); without scripts the sheet itself shows them."""
    report = _found(request, pk)
    desk = Desk(report)
    page = _sheet(desk, section, row)
    if page.kind != SectionKind.ROUNDS:
        raise Http404
    found = _people_found(request, desk, page, request.POST.get("find", "")[:100])
    return render(request, "congress_reports/entry/_people.html", found)


# ---- the last look, and away ----------------------------------------------------------------------------------------


def _summary(desk: Desk) -> list[dict]:
    """Every sheet as it will be read by the superior."""
    parts = []
    for one in desk.sheets:
        if one.is_list or one.kind == SectionKind.SHOWN:
            continue
        if one.row and one.kind == SectionKind.GROUPS and not desk.is_begun(one):
            continue
        facts, people = [], []
        for asked in one.fields:
            path = one.prefix + asked.code
            if asked.computed is not None:
                value = desk.judgement.computed.get(path)
                text = shown(asked, value) + ("%" if asked.percent and value is not None else "")
            else:
                if path not in desk.judgement.asked and one.kind != SectionKind.GROUPS:
                    continue
                text = desk.answers.unread.get(path) or shown(asked, value_at(desk.answers, path))
            facts.append({"label": asked.label, "value": text})
        if one.kind == SectionKind.ROUNDS:
            people = [
                {"person": person, "share": desk.judgement.computed.get(f"{one.prefix}candidates.{at}.pct_base")}
                for at, person in enumerate(desk.answers.rounds[int(one.row)].candidates)
            ]
        parts.append({"title": _title(desk, one), "url": _url(desk.report, one), "facts": facts, "people": people})
    return parts


def _troubles(desk: Desk) -> dict:
    """What is found, split by what is to be done about it; each leads to its field."""
    hard, unexplained, explained, told = [], [], [], []
    for one in desk.sheets:
        missing = desk.missing(one)
        if len(missing) > 1:
            # A sheet that nobody has opened yet is one thing to do, not twenty.
            text = f"{_title(desk, one)}: còn {len(missing)} mục chưa nhập."
            hard.append({"note": Note("bad", text), "url": f"{_url(desk.report, one)}?kiem-tra"})
        for finding in desk.by_sheet[one.key]:
            if len(missing) > 1 and finding.rule == REQUIRED:
                continue
            at = f"#{id_of(finding.paths[0])}" if finding.paths and not one.is_list else ""
            line = {"note": note_of(desk, finding), "url": f"{_url(desk.report, one)}?kiem-tra{at}"}
            if finding.is_hard:
                hard.append(line)
            elif finding.level == RuleLevel.INFO:
                told.append(line)
            else:
                (explained if line["note"].reason else unexplained).append(line)
    return {"hard": hard, "unexplained": unexplained, "explained": explained, "told": told}


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The last look: all that was typed, all that is found, who gets it and by when. Then away with it."""
    report = _found(request, pk)
    if not _can_be_typed(report) or report.state != ReportState.DRAFT:
        return redirect("congress_reports:entry", pk=pk)
    refusal, reason = (
        "",
        request.POST.get("incomplete_reason") or kept.given("incomplete_reason").get("incomplete_reason", ""),
    )
    sends = policies.may_send(request.user, report)
    if request.method == "POST":
        revision = request.POST.get("revision", "")
        revision = int(revision) if revision.isdecimal() and len(revision) < 10 else -1
        try:
            if sends and request.POST.get("act") != "ready":
                services.send(report=report, revision=revision, incomplete_reason=reason, actor=request.user)
                messages.success(request, f"Đã gửi báo cáo {report.duty.form.short} của {report.unit.name}.")
                return redirect(report)
            services.make_ready(report=report, actor=request.user)
            messages.success(request, "Đã trình bí thư xác nhận. Bí thư xem rồi gửi lên cấp trên.")
            return redirect("congress_reports:entry", pk=pk)
        except (NotReady, MissingBelow, RuleViolation) as fault:
            refusal = str(fault)
            report = _found(request, pk)
    desk = Desk(report)
    missing_below = unfinished_below(report)
    superior = report.unit.parent or report.unit
    readers = people_with(Right.APPROVE_REPORTS, superior) if sends else people_with(Right.FILE_REPORTS, report.unit)
    readers = [user for user in readers if user.pk != request.user.pk]
    if not sends:
        readers = [user for user in readers if policies.may_send(user, report)]
    troubles = _troubles(desk)
    context = {
        "report": report,
        "parts": _summary(desk),
        "sends": sends,
        "superior": superior,
        "readers": readers[:20],
        "refusal": refusal,
        "has_errors": bool(refusal),
        "missing_below": missing_below,
        "files": list(report.attachments.filter(until_version=None)),
        "incomplete_reason": reason,
        "ready": not troubles["hard"] and not troubles["unexplained"],
        "late": days_late(report, timezone.localdate()),
        "back_url": reverse("congress_reports:entry", args=[pk]),
        "crumbs": _crumbs(report, Crumb("Kiểm tra và gửi" if sends else "Kiểm tra và trình")),
    } | troubles
    return render(request, "congress_reports/entry/send.html", context)


@require_http_methods(["GET", "POST"])
def throw_away(request: HttpRequest, pk: int) -> HttpResponse:
    report = _found(request, pk)
    if report.state != ReportState.DRAFT or report.version:
        messages.error(request, "Chỉ bỏ được bản nháp chưa gửi lần nào.")
        return redirect("congress_reports:entry", pk=pk)
    if request.method == "POST":
        try:
            services.throw_away(report=report, actor=request.user)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Đã bỏ bản nháp. Báo cáo trở lại trạng thái chưa lập.")
        return redirect("congress_reports:entry", pk=pk)
    return render(
        request,
        "congress_reports/entry/throw_away.html",
        {
            "report": report,
            "back_url": reverse("congress_reports:entry", args=[pk]),
            "crumbs": _crumbs(report, Crumb("Bỏ bản nháp")),
        },
    )
