"""The schedule as others take it along: a workbook that can be read back, and days for a calendar."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from icalendar import Calendar, Event

from common.spreadsheets import Column, SheetToWrite, write_workbook
from jobs.scratch import scratch_file

from .enums import CongressState
from .models import Campaign
from .selectors.schedule import LABELS, Line, value_in_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ICS = "text/calendar; charset=utf-8"
# A congress lasts a morning or a day; nobody plans its end to the hour.
_LASTS = timedelta(hours=4)


def schedule_workbook(campaign: Campaign, rows: Iterable[Line], words: str) -> bytes:
    """The rows as they stand on the page, in its order; the columns are those that the import reads."""
    sheet = SheetToWrite(
        columns=(
            Column("STT", 6),
            Column("Mã tổ chức", 16),
            Column("Tên tổ chức đảng", 44),
            Column("Loại hình", 20),
            Column("Trực thuộc", 36),
            Column(LABELS["planned_on"], 13),
            Column(LABELS["planned_at"], 8),
            Column(LABELS["place"], 30),
            Column(LABELS["form"], 20),
            Column(LABELS["steering"], 34),
            Column(LABELS["state"], 15),
            Column(LABELS["held_on"], 13),
            Column(LABELS["reason"], 34),
            Column(LABELS["note"], 24),
        ),
        rows=([number, *_row(line)] for number, line in enumerate(rows, start=1)),
        name="Lịch đại hội",
        title=f"Lịch đại hội, {campaign.name}",
        note=f"{words} Lập lúc {timezone.localtime():%H:%M %d/%m/%Y}.",
    )
    path = scratch_file(".xlsx")
    try:
        return write_workbook(path, sheet).read_bytes()
    finally:
        path.unlink(missing_ok=True)


def _row(line: Line) -> list:
    return [
        line.code,
        line.name,
        line.kind,
        line.above,
        line.planned_on,
        value_in_words("planned_at", line.planned_at),
        line.place,
        line.form_label,
        line.steering,
        value_in_words("state", line.state),
        line.held_on,
        line.reason,
        line.note,
    ]


def schedule_calendar(campaign: Campaign, rows: Iterable[Line], host: str) -> bytes:
    """Those that have a day; one that was postponed is told as cancelled, so that a calendar drops it."""
    calendar = Calendar()
    calendar.add("prodid", "-//So tay dang vien dien tu//Lich dai hoi//VI")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Lịch đại hội, {campaign.name}")
    for line in rows:
        if line.day is not None:
            calendar.add_component(_event(campaign, line, host))
    return calendar.to_ical()


def _event(campaign: Campaign, line: Line, host: str) -> Event:
    event = Event()
    event.add("uid", f"dai-hoi-{campaign.pk}-{line.unit_id}@{host}")
    event.add("dtstamp", line.changed_at or campaign.made_at)
    event.add("summary", f"Đại hội {line.name}")
    if line.planned_at and not line.held_on:
        begins = datetime.combine(line.day, line.planned_at, tzinfo=timezone.get_current_timezone())
        event.add("dtstart", begins.astimezone(UTC))
        event.add("dtend", (begins + _LASTS).astimezone(UTC))
    else:
        event.add("dtstart", line.day)
        event.add("dtend", line.day + timedelta(days=1))
    if line.place:
        event.add("location", line.place)
    told = [words for words in (line.form_label, line.steering and f"Chỉ đạo: {line.steering}", line.reason) if words]
    if told:
        event.add("description", "\n".join(told))
    event.add("status", "CANCELLED" if line.state == CongressState.POSTPONED else "CONFIRMED")
    return event
