"""A campaign in the middle of its life over a wider tree, with figures that agree: for looking at pages of leaders."""

from datetime import date, timedelta
from random import Random

from django.utils import timezone

from congress_reports.definitions import figures_of, form_of_duty
from congress_reports.enums import CongressState, ReportState
from congress_reports.models import Campaign, Congress, Report
from congress_reports.sample import Unit, content, hold, quality, result
from congress_reports.services import make_campaign, owed_by_letter_000
from tests.cast import World, make_unit

from .test_sample import people
from .test_totals import put

_NAMES = (
    "Công ty Cổ phần Thông tin tín hiệu Đường sắt Sài Gòn",
    "Chi nhánh Khai thác đường sắt Nghệ Tĩnh",
    "Công ty Cổ phần Đường sắt Quảng Nam – Đà Nẵng",
    "Chi nhánh Xí nghiệp Đầu máy Hà Nội",
    "Trung tâm Ứng phó sự cố, thiên tai và cứu nạn đường sắt khu vực phía Nam",
)
_LIFE = ("approved",) * 5 + ("sent", "in_review", "expected", "draft", "rejected")


def a_campaign_in_its_middle(world: World, seed: int = 7) -> Campaign:
    """Due three days ago; some reports are late, some wait, most are approved."""
    rng, today = Random(seed), timezone.localdate()
    for number, name in enumerate(_NAMES, 40):
        company = make_unit(world.top, f"T.{number}", f"Đảng bộ {name}", "base_committee")
        section = make_unit(company, f"T.{number}.B1", f"Đảng bộ bộ phận Khối Vận tải {name[:40]}", "subcommittee")
        for at in range(3):
            make_unit(company, f"T.{number}.{at}", f"Chi bộ Đội {at + 1}", "cell")
            make_unit(section, f"T.{number}.B1.{at}", f"Chi bộ Ga số {at + 1}", "cell")
    campaign = make_campaign(
        top=world.top,
        name="Đại hội chi bộ và đảng bộ nhiệm kỳ 2027–2030",
        term="2027-2030",
        opens_on=today - timedelta(days=90),
        ends_on=today + timedelta(days=60),
        reference_date=date(today.year, 4, 1),
        owed=owed_by_letter_000(today - timedelta(days=2)),
        actor=None,
    )
    by = (world.secretary, world.committee)
    held = {}
    for report in Report.objects.select_related("duty__form", "unit__kind").order_by("unit__lft", "duty__form__code"):
        unit = report.unit
        if unit.pk not in held:
            total = rng.randint(6, 40) if unit.kind.holds_members else rng.randint(60, 180)
            described = Unit(
                unit.kind.holds_members, unit.kind.is_grassroots, total, 0, 0, people(rng, min(total, 30)), 6
            )
            held[unit.pk] = hold(described, closed_on=today - timedelta(days=20), rng=rng)
            if rng.random() < 0.8:
                Congress.objects.create(
                    campaign=campaign, unit=unit, state=CongressState.HELD, held_on=today - timedelta(days=20)
                )
        made = {"a": result, "c": result, "e": content}.get(
            report.duty.form.code, lambda one: quality(one, reference=campaign.reference_date)
        )
        state = ReportState(rng.choice(_LIFE))
        figures = figures_of(form_of_duty(report.duty, campaign), made(held[unit.pk]))
        put(report, state, figures, late=rng.choice((0, 0, 2)), flags=rng.choice((0, 0, 0, 1)), by=by)
    return campaign
