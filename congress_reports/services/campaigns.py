"""Setting up a campaign: forms, duties, and the rows of all reports that are owed (features E1)."""

import tomllib
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean
from orgtree.models import OrgUnit, UnitKind
from orgtree.rights import forget_holdings

from .. import policies
from ..enums import DeadlineRule, EventKind, ReportState
from ..errors import InField
from ..forms import FormError
from ..forms.bands import BANDS_2025, Bands
from ..forms.loading import CATALOGUE, form_of
from ..models import Campaign, CampaignForm, Duty, Report, ReportEvent
from .deadlines import last_day
from .way import LEAST_REASON, LEAST_REASON_SENTENCE


@dataclass(frozen=True)
class Owed:
    """A line of the table "who files what" (domain.md §5.2)."""

    kind: str
    form: str
    days: int | None = None
    before: date | None = None
    deputies_most: int = 2


def owed_by_letter_000(before: date) -> list[Owed]:
    """Letter 000 §2.2. The corporation's committee and one with upper-level powers owe none."""
    grassroots = [Owed(kind, form, days=5) for kind in ("base_committee", "base_cell") for form in "cde"]
    below = [
        Owed(kind, form, before=before, deputies_most=1 if kind == "cell" else 2)
        for kind in ("subcommittee", "cell")
        for form in "ab"
    ]
    return grassroots + below


@dataclass(frozen=True)
class Targets:
    """Shares of a committee in percent; none: nothing is compared."""

    female: int | None = 15
    young: int | None = 10
    minority: int | None = None


TARGETS_2025 = Targets()


@transaction.atomic
def make_campaign(
    *,
    top: OrgUnit,
    name: str,
    term: str,
    congress_number: str = "",
    opens_on: date,
    ends_on: date,
    reference_date: date,
    young_below: int = 42,
    bands: Bands = BANDS_2025,
    targets: Targets = TARGETS_2025,
    owed: list[Owed],
    catalogue: str = "2025",
    copied_from: Campaign | None = None,
    opened: bool = True,
    actor: User | None,
) -> Campaign:
    """A campaign with its table of duties and its forms: those of the one it is copied from, else of a catalogue. The
    reports that are owed are rows from here on, or from `open_campaign` on where it is not `opened` yet."""
    forget_holdings(actor)
    campaign = Campaign(
        top=top,
        name=name,
        term=term,
        congress_number=congress_number,
        opens_on=opens_on,
        ends_on=ends_on,
        reference_date=reference_date,
        young_below=young_below,
        bands=[list(band) for band in bands],
        target_female=targets.female,
        target_young=targets.young,
        target_minority=targets.minority,
        copied_from=copied_from,
        made_by=actor,
        opened_at=timezone.now() if opened else None,
    )
    if actor is not None and not policies.may_manage(actor, campaign):
        raise PermissionDenied
    refuse_dates(opens_on, ends_on)
    refuse_name(campaign)
    campaign.save()
    set_duties(campaign, owed, catalogue)
    if copied_from is None:
        record("campaign.made", actor=actor, target=campaign, unit=top)
    else:
        record("campaign.copied", actor=actor, target=campaign, unit=top, detail={"before": copied_from.name})
    if opened:
        expect_reports(campaign=campaign, actor=actor)
    return campaign


def refuse_dates(opens_on: date, ends_on: date) -> None:
    if ends_on < opens_on:
        raise InField("ends_on", "Ngày dự kiến kết thúc phải từ ngày bắt đầu trở đi.")


def refuse_name(campaign: Campaign) -> None:
    if Campaign.objects.filter(top_id=campaign.top_id, name=campaign.name).exclude(pk=campaign.pk).exists():
        raise InField("name", f"Đã có đợt tên “{campaign.name}”. Đồng chí đặt tên khác.")


def set_duties(campaign: Campaign, owed: list[Owed], catalogue: str = "2025") -> list[Duty]:
    """Bring the table of duties in step with `owed`; a form is taken in with the first duty that names it. Returns the
    duties that are new or have another deadline. What nobody has begun goes with its duty."""
    kinds = {kind.code: kind for kind in UnitKind.objects.filter(code__in={one.kind for one in owed})}
    wanted = {(one.kind, one.form): one for one in owed if one.kind in kinds}
    known = {(duty.kind.code, duty.form.code): duty for duty in campaign.duties.select_related("kind", "form")}
    _take_away([duty for place, duty in known.items() if place not in wanted])
    forms = {form.code: form for form in campaign.forms.all()}
    forms |= _take_in_forms(campaign, catalogue, {form for _, form in wanted} - forms.keys())
    changed = []
    for place, one in wanted.items():
        duty = known.get(place) or Duty(campaign=campaign, kind=kinds[one.kind], form=forms[one.form])
        before = (duty.rule, duty.days, duty.before)
        duty.rule = DeadlineRule.BEFORE_DAY if one.before else DeadlineRule.AFTER_CONGRESS
        duty.days, duty.before, duty.deputies_most = one.days, one.before, one.deputies_most
        if duty.pk is None or before != (duty.rule, duty.days, duty.before):
            changed.append(duty)
        duty.save()
    campaign.forms.filter(duties=None).delete()
    return changed


def _take_away(duties: list[Duty]) -> None:
    reports = Report.objects.filter(duty__in=duties)
    begun = reports.exclude(state=ReportState.EXPECTED, events=None).values("duty").annotate(units=Count("unit"))
    counts = {row["duty"]: row["units"] for row in begun}
    for duty in duties:
        if duty.pk in counts:
            raise RuleViolation(
                f"{counts[duty.pk]} đơn vị ({duty.kind.label}) đã lập báo cáo {duty.form.code} nên không bỏ được nữa."
            )
    reports.delete()
    Duty.objects.filter(pk__in=[duty.pk for duty in duties]).delete()


def _take_in_forms(campaign: Campaign, catalogue: str, codes: set[str]) -> dict[str, CampaignForm]:
    source = campaign.copied_from
    copied = {}
    for form in source.forms.filter(code__in=codes) if source else ():
        copied[form.code] = CampaignForm.objects.create(
            campaign=campaign,
            code=form.code,
            title=form.title,
            short=form.short,
            version=form.version,
            definition=form.definition,
        )
    return copied | _forms_of_catalogue(campaign, catalogue, codes - copied.keys())


def _forms_of_catalogue(campaign: Campaign, term: str, codes: set[str]) -> dict[str, CampaignForm]:
    folder = CATALOGUE / term
    blocks = tomllib.loads((folder / "blocks.toml").read_text(encoding="utf-8"))
    given = tomllib.loads((folder / "forms.toml").read_text(encoding="utf-8"))
    forms = {}
    for code in sorted(codes):
        needed = {name: blocks[name] for name in given[code]["sections"] if name in blocks}
        forms[code] = CampaignForm.objects.create(
            campaign=campaign,
            code=code,
            title=given[code]["title"],
            short=given[code]["short"],
            version=given[code]["version"],
            definition={"form": given[code], "blocks": needed},
        )
    return forms


@transaction.atomic
def change_form(*, form: CampaignForm, definition: dict, actor: User) -> CampaignForm:
    """Put another definition in the place of a form's, as its next version; until the first report was sent."""
    forget_holdings(actor)
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=form.campaign_id)
    if not policies.may_manage(actor, campaign):
        raise PermissionDenied
    if campaign.is_closed:
        raise RuleViolation("Đợt này đã đóng.")
    refuse_when_begun(campaign)
    names = [definition.get("form", {}).get(part) for part in ("title", "short")]
    if not all(isinstance(one, str) and one.strip() for one in names) or len(names[0]) > 300 or len(names[1]) > 60:
        raise RuleViolation("Mẫu báo cáo chưa có tên, hoặc tên dài quá (tên 300 ký tự, tên ngắn 60 ký tự).")
    try:
        form_of(form.code, definition["form"], definition["blocks"], Bands(campaign.bands))
    except (FormError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise RuleViolation(f"Mẫu báo cáo chưa dùng được: {fault}") from fault
    form = CampaignForm.objects.select_for_update().get(pk=form.pk)
    form.definition, form.version = definition, form.version + 1
    form.title, form.short = definition["form"]["title"], definition["form"]["short"]
    form.save()
    record(
        "campaign.changed", actor=actor, target=campaign, unit=campaign.top_id, detail={"fields": f"mẫu {form.code}"}
    )
    return form


def refuse_when_begun(campaign: Campaign) -> None:
    """Forms, bands and duties stand from the first report that was sent. Under the lock of all its reports, from the
    lowest unit up as decisions lock them: none is sent meanwhile."""
    rows = Report.objects.select_for_update(of=("self",)).filter(campaign=campaign)
    for _ in rows.order_by("-unit__level", "pk").values_list("pk").iterator(chunk_size=10_000):
        pass
    if Report.objects.filter(campaign=campaign, version__gte=1).exists():
        raise RuleViolation("Đã có báo cáo được gửi nên không sửa mẫu và quy định của đợt này được nữa.")


@transaction.atomic
def expect_reports(*, campaign: Campaign, units: list[int] | None = None, actor: User | None) -> int:
    """Create the rows that are still missing for open units below the campaign's top (all, or those named). Safe to run
    again; returns how many were added."""
    top = OrgUnit.objects.get(pk=campaign.top_id)
    if campaign.is_prepared:
        return 0
    days = {duty.pk: last_day(duty, None) for duty in campaign.duties.all()}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO congress_reports_report
                (campaign_id, unit_id, duty_id, state, due_on, answers, revision, version, figures, has_soft_findings,
                 incomplete_reason, reason, end_reason, ended_with_unit)
            SELECT %(campaign)s, u.id, d.id, 'expected', x.due_on, '{}', 0, 0, '{}', false, '', '', '', false
            FROM congress_reports_duty d
            JOIN unnest(%(duties)s::bigint[], %(days)s::date[]) AS x(duty_id, due_on) ON x.duty_id = d.id
            JOIN orgtree_orgunit u ON u.kind_id = d.kind_id
            WHERE u.closed_on IS NULL AND u.tree_id = %(tree)s AND u.lft >= %(lft)s AND u.rght <= %(rght)s
              AND (%(units)s::bigint[] IS NULL OR u.id = ANY(%(units)s))
              -- A unit that changed its kind has told this already.
              AND NOT EXISTS (
                SELECT 1 FROM congress_reports_report r JOIN congress_reports_duty o ON o.id = r.duty_id
                WHERE r.unit_id = u.id AND o.form_id = d.form_id AND r.state = 'approved'
              )
            ON CONFLICT (unit_id, duty_id) DO NOTHING
            """,
            {
                "campaign": campaign.pk,
                "duties": list(days),
                "days": list(days.values()),
                "tree": top.tree_id,
                "lft": top.lft,
                "rght": top.rght,
                "units": units,
            },
        )
        added = cursor.rowcount
    if added:
        record("campaign.reports_added", actor=actor, target=campaign, unit=campaign.top_id, detail={"rows": added})
    return added


@transaction.atomic
def end_reports(*, unit: OrgUnit, reason: str, actor: User | None) -> int:
    """A unit that is closed or merged owes nothing more; what was approved stays (features A10)."""
    reports = Report.objects.select_for_update(of=("self",)).filter(unit=unit, campaign__closed_on=None)
    ended = 0
    for report in (
        reports.exclude(state__in=[ReportState.APPROVED, ReportState.ENDED])
        .select_related("duty__form", "unit")
        .order_by("pk")
    ):
        end_report(report, reason, actor=actor)
        ended += 1
    return ended


def end_report(report: Report, reason: str, *, actor: User | None) -> None:
    """With its unit; under the lock of the row. What had been typed stays to be read."""
    report.state, report.end_reason, report.ended_with_unit = ReportState.ENDED, reason[:300], True
    report.figures, report.taken_by, report.taken_at, report.stale_since = [], None, None, None
    report.first_approved_by = None
    report.save()
    report.elected.all().delete()
    ReportEvent.objects.create(
        report=report, kind=EventKind.ENDED, version=report.version, made_by=actor, reason=reason[:1000]
    )
    record(
        "report.ended",
        actor=actor,
        target=report,
        unit=report.unit,
        detail={"form": report.duty.form.code, "unit": report.unit.name, "reason": reason[:200]},
    )


@transaction.atomic
def close_campaign(*, campaign: Campaign, reason: str = "", actor: User) -> Campaign:
    """Nothing is sent, decided or reminded of after this day."""
    campaign = managed(campaign, actor)
    if campaign.is_prepared:
        raise RuleViolation("Đợt này chưa mở.")
    if campaign.is_closed:
        raise RuleViolation("Đợt này đã đóng.")
    if timezone.localdate() < campaign.opens_on:
        raise RuleViolation(f"Đợt này bắt đầu ngày {campaign.opens_on:%d/%m/%Y}, chưa đóng được.")
    campaign.closed_on = timezone.localdate()
    campaign.save(update_fields=["closed_on"])
    record("campaign.closed", actor=actor, target=campaign, unit=campaign.top_id, detail=_said(reason))
    return campaign


@transaction.atomic
def reopen_campaign(*, campaign: Campaign, reason: str, actor: User) -> Campaign:
    campaign = managed(campaign, actor)
    if not campaign.is_closed:
        raise RuleViolation("Đợt này đang mở.")
    if len(clean(reason)) < LEAST_REASON:
        raise RuleViolation(LEAST_REASON_SENTENCE)
    campaign.closed_on = None
    campaign.save(update_fields=["closed_on"])
    record("campaign.reopened", actor=actor, target=campaign, unit=campaign.top_id, detail=_said(reason))
    # Units founded or changed meanwhile were told nothing.
    expect_reports(campaign=campaign, actor=actor)
    return campaign


def managed(campaign: Campaign, actor: User) -> Campaign:
    """The row under a lock, for who may set it up; the key stays free for who sends a report meanwhile, else each could
    wait for the other."""
    forget_holdings(actor)
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if not policies.may_manage(actor, campaign):
        raise PermissionDenied
    return campaign


def _said(reason: str) -> dict:
    return {"reason": clean(reason)[:300] or "không ghi"}
