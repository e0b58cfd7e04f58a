"""Setting up a campaign: prepared, changed until the first report was sent, opened, copied for the next term."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.services import start_job
from orgtree.models import OrgUnit

from ..enums import CongressState, DeadlineRule
from ..forms.bands import BANDS_2025, YOUNG_BELOW_2025, Bands
from ..models import Campaign, Congress, Duty, Report
from .campaigns import (
    TARGETS_2025,
    Owed,
    Targets,
    expect_reports,
    make_campaign,
    managed,
    refuse_dates,
    refuse_name,
    refuse_when_begun,
    set_duties,
)
from .deadlines import follow_congresses

KIND = "campaign.open"
# More reports than these are made in the background.
MOST_AT_ONCE = 5000


@dataclass(frozen=True)
class Setup:
    """All that the organisation department decides about a campaign."""

    name: str
    term: str
    congress_number: str
    opens_on: date
    ends_on: date
    reference_date: date
    young_below: int = YOUNG_BELOW_2025
    bands: Bands = BANDS_2025
    targets: Targets = TARGETS_2025
    owed: list[Owed] = field(default_factory=list)


def setup_of(campaign: Campaign) -> Setup:
    """As it stands."""
    duties = campaign.duties.select_related("kind", "form")
    return Setup(
        name=campaign.name,
        term=campaign.term,
        congress_number=campaign.congress_number,
        opens_on=campaign.opens_on,
        ends_on=campaign.ends_on,
        reference_date=campaign.reference_date,
        young_below=campaign.young_below,
        bands=Bands(campaign.bands),
        targets=Targets(campaign.target_female, campaign.target_young, campaign.target_minority),
        owed=[
            Owed(one.kind.code, one.form.code, days=one.days, before=one.before, deputies_most=one.deputies_most)
            for one in duties
        ],
    )


def prepare_campaign(*, top: OrgUnit, setup: Setup, copied_from: Campaign | None = None, actor: User) -> Campaign:
    """Not opened yet: nobody owes anything, nobody is told."""
    _refuse_what_does_not_fit(setup)
    return make_campaign(
        top=top,
        name=setup.name,
        term=setup.term,
        congress_number=setup.congress_number,
        opens_on=setup.opens_on,
        ends_on=setup.ends_on,
        reference_date=setup.reference_date,
        young_below=setup.young_below,
        bands=setup.bands,
        targets=setup.targets,
        owed=setup.owed,
        copied_from=copied_from,
        opened=False,
        actor=actor,
    )


@transaction.atomic
def change_campaign(*, campaign: Campaign, setup: Setup, actor: User) -> list[str]:
    """Returns what was changed, in words. Once a report was sent only the name and the planned end may change."""
    campaign = managed(campaign, actor)
    if campaign.is_closed:
        raise RuleViolation("Đợt này đã đóng. Đồng chí mở lại đợt rồi sửa.")
    before = setup_of(campaign)
    changes = _differences(before, setup)
    if not changes:
        return []
    if set(changes) - {"tên", "ngày dự kiến kết thúc"}:
        refuse_when_begun(campaign)
    _refuse_what_does_not_fit(setup)
    refuse_dates(setup.opens_on, setup.ends_on)
    campaign.name, campaign.term, campaign.congress_number = setup.name, setup.term, setup.congress_number
    campaign.opens_on, campaign.ends_on = setup.opens_on, setup.ends_on
    campaign.reference_date, campaign.young_below = setup.reference_date, setup.young_below
    campaign.bands = [list(band) for band in setup.bands]
    campaign.target_female, campaign.target_young = setup.targets.female, setup.targets.young
    campaign.target_minority = setup.targets.minority
    refuse_name(campaign)
    campaign.save()
    _settle_duties(campaign, before, setup, actor)
    record(
        "campaign.changed", actor=actor, target=campaign, unit=campaign.top_id, detail={"fields": ", ".join(changes)}
    )
    return changes


def _differences(before: Setup, after: Setup) -> list[str]:
    named = {
        "name": "tên",
        "term": "nhiệm kỳ",
        "congress_number": "đại hội lần thứ",
        "opens_on": "ngày bắt đầu",
        "ends_on": "ngày dự kiến kết thúc",
        "reference_date": "thời điểm tính tuổi",
        "young_below": "tuổi trẻ",
        "bands": "độ tuổi",
        "targets": "mục tiêu",
    }
    changes = [label for name, label in named.items() if getattr(before, name) != getattr(after, name)]
    return changes if set(before.owed) == set(after.owed) else [*changes, "đơn vị phải nộp và hạn"]


def _refuse_what_does_not_fit(setup: Setup) -> None:
    if not setup.owed:
        raise RuleViolation("Đồng chí chọn ít nhất một loại hình phải nộp báo cáo.")
    if setup.bands.below(setup.young_below) is None:
        raise RuleViolation(
            f"Tuổi trẻ “dưới {setup.young_below}” cắt ngang một độ tuổi. Đồng chí lấy một mốc trong các độ tuổi."
        )


def _settle_duties(campaign: Campaign, before: Setup, after: Setup, actor: User) -> None:
    if set(before.owed) == set(after.owed):
        return
    changed = set_duties(campaign, after.owed)
    expect_reports(campaign=campaign, actor=actor)
    fixed = [duty for duty in changed if duty.rule == DeadlineRule.BEFORE_DAY]
    for duty in fixed:
        Report.objects.filter(duty=duty, sent_at=None).update(due_on=_day_before(duty))
    after_congress = [duty for duty in changed if duty.rule == DeadlineRule.AFTER_CONGRESS]
    if after_congress:
        Report.objects.filter(duty__in=after_congress, sent_at=None).update(due_on=None)
        _follow_the_schedule(campaign)


def _day_before(duty: Duty) -> date:
    return date.fromordinal(duty.before.toordinal() - 1)


def _follow_the_schedule(campaign: Campaign) -> None:
    planned = Congress.objects.filter(campaign=campaign).exclude(state=CongressState.POSTPONED)
    follow_congresses(campaign.pk, planned.values_list("unit_id", flat=True))


@transaction.atomic
def open_campaign(*, campaign: Campaign, actor: User) -> int:
    """From now on the reports are owed. Returns how many; doing it again adds what is missing."""
    campaign = managed(campaign, actor)
    if campaign.is_closed:
        raise RuleViolation("Đợt này đã đóng.")
    if campaign.is_prepared:
        campaign.opened_at = timezone.now()
        campaign.save(update_fields=["opened_at"])
        record("campaign.opened", actor=actor, target=campaign, unit=campaign.top_id)
    added = expect_reports(campaign=campaign, actor=actor)
    _follow_the_schedule(campaign)
    return added


def start_opening(*, campaign: Campaign, expected: int, actor: User) -> Job:
    """More than MOST_AT_ONCE: in the background."""
    return start_job(
        kind=KIND,
        title=f"Mở đợt {campaign.name}: {vi_number(expected)} báo cáo phải nộp"[:200],
        arguments={"campaign": campaign.pk},
        actor=actor,
    )


@transaction.atomic
def drop_campaign(*, campaign: Campaign, actor: User) -> None:
    """One that was prepared and never opened."""
    campaign = managed(campaign, actor)
    if not campaign.is_prepared:
        raise RuleViolation("Đợt này đã mở nên không bỏ được. Đồng chí có thể đóng đợt.")
    if Campaign.objects.filter(copied_from=campaign).exists():
        raise RuleViolation("Có đợt khác lập theo đợt này nên không bỏ được.")
    record("campaign.dropped", actor=actor, target=campaign, unit=campaign.top_id)
    Congress.objects.filter(campaign=campaign).delete()
    campaign.delete()
