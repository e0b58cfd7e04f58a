"""Filling in: what was typed on one sheet is kept at once, and two typists never overwrite each other silently."""

from collections.abc import Callable, Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common.errors import RuleViolation

from .. import policies
from ..definitions import answers_of, definition_of, surroundings_of
from ..enums import EDITABLE, ReportState
from ..errors import ChangedMeanwhile
from ..forms import Answers
from ..forms.rules import judge
from ..forms.sheets import REASON, Sheet, digest, digest_of_rows, paths_of, row_of, sheet_named, typed_into, value_at
from ..models import Report
from ..selectors.records import analysed, put_in
from ..selectors.sources import first_answers
from .way import locked, save_answers


class Crossed(ChangedMeanwhile):
    """Somebody else has changed this very sheet since the typist opened it. `report` is as it stands now; what was
    typed is with the caller, and nothing of either is lost."""

    def __init__(self, report: Report, paths: list[str], *, rows_moved: bool = False) -> None:
        self.report, self.paths, self.rows_moved = report, paths, rows_moved
        who = f"Đồng chí {report.saved_by.full_name}" if report.saved_by else "Có đồng chí khác"
        super().__init__(f"{who} vừa sửa phần này. Đồng chí so hai bên rồi lưu lại.")


def _editable(report: Report, actor: User) -> Report:
    report = locked(report, actor=actor)
    if not policies.may_write(actor, report):
        raise PermissionDenied
    if report.state not in EDITABLE:
        raise RuleViolation(f"Báo cáo đang ở trạng thái “{report.get_state_display()}”, không sửa được.")
    return report


@transaction.atomic
def begin(*, report: Report, actor: User) -> Report:
    """Begin a report with what is known already. One that is begun stays as it is."""
    report = _editable(report, actor)
    if report.state != ReportState.EXPECTED:
        return report
    answers = first_answers(report)
    found = analysed(report)
    put_in(answers, definition_of(report), found, found)
    return save_answers(report=report, answers=answers, revision=report.revision, actor=actor)


@transaction.atomic
def fill_in(
    *,
    report: Report,
    section: str,
    row: str,
    typed: Mapping[str, str],
    base: str,
    rows: str,
    page: str,
    actor: User,
    then: Callable[[Answers], Answers] | None = None,
) -> Report:
    """Keep what was typed on a sheet, then do `then` with it (a row more, a row less). `base` is the digest of the
    sheet as the typist saw it, `rows` of who stood in which row, `page` the open page he types on. Others may have
    typed on other sheets; whoever typed on this one is not overwritten: Crossed. LookupError: the sheet is gone."""
    report = _editable(report, actor)
    form, before = definition_of(report), answers_of(report)
    sheet = sheet_named(form, before, section, row)
    if sheet is None:
        raise LookupError(section, row)
    if rows != digest_of_rows(before, sheet):
        raise Crossed(report, [], rows_moved=True)
    changed = _with_reasons_of_findings(report, before, typed_into(before, sheet, typed))
    if base != digest(before, sheet) and not (page and page == report.saved_on):
        crossed = [path for path, _ in paths_of(before, sheet) if _reads_differently(before, changed, path)]
        if crossed:
            raise Crossed(report, crossed)
    if sheet.row and sheet.kind == "groups":
        _note_records(report, before, changed, sheet)
    if then is not None:
        changed = then(changed)
    if changed == before and report.state == ReportState.DRAFT:
        return report
    return save_answers(report=report, answers=changed, revision=report.revision, actor=actor, page=page)


def _reads_differently(one: Answers, other: Answers, path: str) -> bool:
    return (value_at(one, path) or None) != (value_at(other, path) or None) or (
        one.unread.get(path) != other.unread.get(path)
    )


def _with_reasons_of_findings(report: Report, before: Answers, changed: Answers) -> Answers:
    """Reasons are kept for what is found, or was found when the page was opened, and for nothing else."""
    new = changed.reasons.keys() - before.reasons.keys()
    if new:
        form, around = definition_of(report), surroundings_of(report)
        known = {one.key for answers in (before, changed) for one in judge(form, answers, around).findings}
        changed.reasons = {key: text for key, text in changed.reasons.items() if key not in new or key in known}
    return changed


def _note_records(report: Report, before: Answers, changed: Answers, sheet: Sheet) -> None:
    """The first time a group is typed, what the records say is kept beside it."""
    if any(value is not None for value in row_of(before, sheet).values()):
        return
    if analysis := analysed(report).get(sheet.row):
        start = sheet.prefix
        changed.records |= {start + column: analysis.values[column] for column in analysis.whole}


@transaction.atomic
def fill_from_records(*, report: Report, groups: list[str] | None = None, actor: User) -> Report:
    """The analysis anew out of the members' records, over what was typed where the records speak."""
    report = _editable(report, actor)
    answers, form, found = answers_of(report), definition_of(report), analysed(report)
    if not found:
        raise RuleViolation("Chưa có kết quả bầu cử của đơn vị. Đồng chí lập báo cáo kết quả trước, hoặc tự nhập.")
    put_in(answers, form, found, found if groups is None else groups)
    return save_answers(report=report, answers=answers, revision=report.revision, actor=actor)


__all__ = ["REASON", "Crossed", "begin", "fill_from_records", "fill_in"]
