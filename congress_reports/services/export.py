"""A whole campaign for the centre, in one workbook: how far each unit has come, what every approved report says, who
was elected. Made in the background; row by row, whatever its length."""

from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.spreadsheets import Column, SheetToWrite, write_workbook
from jobs.models import Job
from jobs.services import start_job

from .. import policies
from ..board_sheets import BOARD_COLUMNS, board_rows, written_at
from ..definitions import answers_of, form_of_duty
from ..enums import ReportState
from ..forms import Form
from ..forms.definition import SectionKind
from ..forms.values import Answers, Value
from ..models import Campaign, CampaignForm, ElectedPerson, Report
from ..selectors.board import Chosen, board_of, duties_of

KIND = "reports.export"
_CHUNK = 500
_UNIT_COLUMNS = (Column("Mã", 16), Column("Đơn vị", 48), Column("Loại hình", 22), Column("Trực thuộc", 44))
_UNIT = ("unit__code", "unit__name", "unit__kind__short_label", "unit__parent__name")


@transaction.atomic
def start_export(*, campaign: Campaign, actor: User) -> Job:
    if not policies.may_export(actor, campaign):
        raise PermissionDenied
    record("campaign.exported", actor=actor, target=campaign, unit=campaign.top_id)
    return start_job(
        kind=KIND, title=f"Xuất toàn bộ đợt {campaign.name}"[:200], arguments={"campaign": campaign.pk}, actor=actor
    )


def write_campaign(campaign: Campaign, path: Path, *, progress: Callable[[int, int], None] | None = None) -> int:
    """Write the workbook; returns how many approved reports are in it."""
    approved = Report.objects.filter(campaign=campaign, state=ReportState.APPROVED)
    total, told = approved.count(), _Told(progress)
    told.total = total
    duties = duties_of(campaign)
    closed = campaign.closed_on
    today = min(timezone.localdate(), closed) if closed else timezone.localdate()
    board = board_of(campaign, campaign.top, duties, chosen=Chosen(), deep=True, today=today)
    title = f"{campaign.name}, {campaign.top.name}"
    note = f"Số liệu của {total} báo cáo đã phê duyệt. {written_at()}"
    sheets = [SheetToWrite(BOARD_COLUMNS, board_rows(board.lines), "Tiến độ", title, note)]
    for kept in campaign.forms.order_by("code"):
        of_form = [duty for duty in duties if duty.form_id == kept.pk]
        if of_form:
            sheets.append(_form_sheet(kept, form_of_duty(of_form[0], campaign), approved, title, note, told))
    sheets.append(
        SheetToWrite(
            (
                *_UNIT_COLUMNS, Column("Bầu vào", 28), Column("Lần bầu", 8), Column("Họ và tên", 28),
                Column("Năm sinh", 9), Column("Số phiếu", 9), Column("Cơ sở tính", 9),
            ),
            _elected(campaign, duties), "Trúng cử", title, note,
        )
    )  # fmt: skip
    write_workbook(path, *sheets)
    return total


class _Told:
    """Progress in reports written."""

    def __init__(self, progress: Callable[[int, int], None] | None) -> None:
        self.progress, self.done, self.total = progress, 0, 0

    def one(self) -> None:
        self.done += 1
        if self.progress is not None and (self.done % 50 == 0 or self.done == self.total):
            self.progress(self.done, self.total)


def _form_sheet(kept: CampaignForm, form: Form, approved, title: str, note: str, told: _Told) -> SheetToWrite:
    fields = [
        one for section in form.sections if section.kind == SectionKind.FIELDS for one in section.fields
        if one.computed is None
    ]  # fmt: skip
    columns = [Column(one.label, 14) for one in fields]
    section = form.section_of(SectionKind.GROUPS)
    pairs = [(group, one) for group in section.groups for one in section.fields] if section else []
    columns += [Column(f"{group.label}: {one.label}", 12) for group, one in pairs]
    rounds = form.section_of(SectionKind.ROUNDS)
    bodies = list(rounds.groups) if rounds else []
    columns += [Column(f"Trúng cử: {body.label}", 11) for body in bodies]

    def rows() -> Iterator[list]:
        found = (
            approved.filter(duty__form=kept)
            .select_related("duty__form", "campaign", "unit__kind", "unit__parent")
            .order_by("unit__lft", "pk")
        )
        for report in found.iterator(chunk_size=_CHUNK):
            answers: Answers = answers_of(report)
            unit = report.unit
            parent = unit.parent.name if unit.parent else ""
            yield [
                unit.code,
                unit.name,
                unit.kind.short_label,
                parent,
                timezone.localdate(report.decided_at),
                report.late_days or 0,
                report.incomplete_reason,
                *(_cell(one.choices, answers.fields.get(one.code)) for one in fields),
                *(_cell((), answers.groups.get(group.code, {}).get(one.code)) for group, one in pairs),
                *(
                    sum(person.elected for one in answers.rounds if one.body == body.code for person in one.candidates)
                    for body in bodies
                ),
            ]
            told.one()

    head = (
        *_UNIT_COLUMNS,
        Column("Phê duyệt ngày", 12),
        Column("Gửi muộn (ngày)", 10),
        Column("Cấp dưới còn thiếu", 24),
    )
    return SheetToWrite((*head, *columns), rows(), f"{form.code}) {form.short}", f"{title}. {form.title}", note)


def _cell(choices: tuple, value: Value) -> object:
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return dict(choices).get(value, value)
    return value if hasattr(value, "year") else round(float(value), 2)


def _elected(campaign: Campaign, duties) -> Iterator[list]:
    labels = {}
    for duty in duties:
        section = form_of_duty(duty, campaign).section_of(SectionKind.ROUNDS)
        labels |= {group.code: group.label for group in section.groups} if section else {}
    rows = (
        ElectedPerson.objects.filter(report__campaign=campaign, report__state=ReportState.APPROVED)
        .order_by("report__unit__lft", "report_id", "body", "-votes", "pk")
        .values_list(
            *(f"report__{name}" for name in _UNIT), "body", "round_no", "full_name", "birth_year", "votes", "base"
        )
    )
    for code, unit, kind, parent, body, *rest in rows.iterator(chunk_size=2000):
        yield [code, unit, kind, parent or "", labels.get(body, body), *rest]
