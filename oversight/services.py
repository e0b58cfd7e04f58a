"""Exports of the record."""

from dataclasses import asdict
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from xlsxwriter import Workbook

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.spreadsheets import neutralise
from jobs.models import Job
from jobs.progress import Progress
from jobs.services import start_job

from . import selectors
from .selectors import Filters

MOST_ROWS = 100_000
_PART = 1000
_COLUMNS = (("Thời điểm", 18), ("Người thực hiện", 28), ("Việc", 70), ("Đơn vị", 45), ("Địa chỉ mạng", 18))


@transaction.atomic
def ask_for_export(*, filters: Filters, actor: User) -> Job:
    """Queue the export of the lines that the actor may read."""
    given = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(filters).items()
    }
    arguments = {"filters": given, "of_units": selectors.readable_units(actor) is not None}
    return start_job(kind="oversight.audit_export", title="Xuất nhật ký ra tệp .xlsx", arguments=arguments, actor=actor)


def export(*, filters: Filters, target: Path, report: Progress, actor: User) -> int:
    """Write what the actor may read now into a workbook, newest first, and record that. Returns the rows written."""
    entries = selectors.filtered(selectors.entries_visible_to(actor), filters).order_by("-pk")
    total = entries[: MOST_ROWS + 1].count()
    if total > MOST_ROWS:
        raise RuleViolation("Nhật ký cần xuất có hơn 100.000 dòng. Đồng chí hãy chọn khoảng ngày ngắn hơn.")
    with Workbook(target, {"constant_memory": True, "default_date_format": "hh:mm:ss dd/mm/yyyy"}) as book:
        sheet, bold = book.add_worksheet("Nhật ký"), book.add_format({"bold": True})
        for column, (title, width) in enumerate(_COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, bold)
        sheet.freeze_panes(1, 0)
        done, after = 0, None
        while part := list((entries.filter(pk__lt=after) if after else entries)[:_PART]):
            for line in selectors.lines(part):
                done += 1
                sheet.write_datetime(done, 0, timezone.make_naive(line.at).replace(microsecond=0))
                for column, text in enumerate((line.actor, line.words, line.unit, line.address), start=1):
                    sheet.write_string(done, column, neutralise(text))
                report(min(done, total), total, "Đang ghi nhật ký")
            after = part[-1].pk
    record("audit.exported", actor=actor, unit=filters.unit_id, detail={"rows": done, "filters": _plain(filters)})
    return done


def _plain(filters: Filters) -> dict:
    return {name: str(value) for name, value in asdict(filters).items() if value}
