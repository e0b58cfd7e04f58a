"""Campaigns as the organisation department sees them: who owes how much, and how far it has come."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from audit.actions import sentence
from audit.models import Entry
from orgtree.enums import Right, Role
from orgtree.models import OrgUnit
from orgtree.rights import Holding, holdings_of

from ..forms.loading import load_catalogue
from ..models import Campaign, Duty, Report
from ..totals_sql import STATES
from .totals import totals


def _runs(one: Holding) -> bool:
    return one.role == Role.ORG_DEPARTMENT and Right.MANAGE_UNIT in one.rights


def _follows(one: Holding) -> bool:
    """The organisation department, and who sees the whole of a tree."""
    return Right.VIEW in one.rights and (one.role == Role.ORG_DEPARTMENT or one.is_top) and one.rght - one.lft > 1


def follows_campaigns(user: User) -> bool:
    """No query after that of the holdings."""
    return any(_follows(one) for one in holdings_of(user))


def managed_tops(user: User) -> list[tuple[int, str]]:
    """Units for which the user sets up campaigns."""
    return list({one.unit_id: one.unit_name for one in holdings_of(user) if _runs(one)}.items())


def campaigns_followed_by(user: User) -> QuerySet[Campaign]:
    """All of the units where the user follows campaigns; those being prepared for who prepares them."""
    tops = {one.unit_id for one in holdings_of(user) if _follows(one)}
    own = {pk for pk, _ in managed_tops(user)}
    return Campaign.objects.filter(top_id__in=tops).filter(Q(opened_at__isnull=False) | Q(top_id__in=own))


@dataclass(frozen=True)
class OwingKind:
    """A kind of unit that stands below a campaign's unit, and how many units of it are open there."""

    code: str
    label: str
    holds_members: bool
    units: int


def kinds_below(top: OrgUnit) -> list[OwingKind]:
    """In the order in which kinds are listed; Party groups hold no congress. One query."""
    units = OrgUnit.objects.filter(tree_id=top.tree_id, lft__gte=top.lft, rght__lte=top.rght, closed_on=None)
    rows = units.order_by("kind__rank").values_list("kind__code", "kind__label", "kind__holds_members", "kind__rank")
    return [
        OwingKind(code, label, members, many)
        for code, label, members, _, many in rows.annotate(many=Count("pk"))
        if not code.startswith("group")
    ]


def reports_to_choose(source: Campaign | None = None) -> list[tuple[str, str]]:
    """Letters and names of the forms; of the campaign's own where it has them."""
    known = {code: form.short for code, form in load_catalogue().items()}
    if source is not None:
        known |= dict(source.forms.values_list("code", "short"))
    return [(code, f"{code}) {short}") for code, short in sorted(known.items())]


@dataclass
class DutyLine:
    """A line of the table who files what, with how many owe it and how many have come."""

    duty: Duty
    owed: int
    sent: int
    approved: int
    rejected: int

    @property
    def deadline(self) -> str:
        if self.duty.before:
            return f"Trước {self.duty.before:%d/%m/%Y}"
        return f"Sau đại hội {self.duty.days} ngày"

    @property
    def came(self) -> int:
        return self.sent + self.approved


def duty_lines(campaign: Campaign) -> list[DutyLine]:
    """While it is prepared `owed` is what opening would expect. Three queries."""
    duties = list(campaign.duties.select_related("kind", "form"))
    if campaign.is_prepared:
        units = {kind.code: kind.units for kind in kinds_below(campaign.top)}
        return [DutyLine(duty, units.get(duty.kind.code, 0), 0, 0, 0) for duty in duties]
    sums = totals([campaign.top_id], [duty.pk for duty in duties])
    own = Report.objects.filter(campaign=campaign, unit_id=campaign.top_id).values_list("duty_id", "state")
    found = []
    for duty in duties:
        told = sums.get((campaign.top_id, duty.pk))
        states = dict(told.states) if told else dict.fromkeys(STATES, 0)
        for duty_id, state in own:
            if duty_id == duty.pk and state in states:
                states[state] += 1
        counted = ("expected", "draft", "sent", "in_review", "approved", "rejected")
        found.append(
            DutyLine(
                duty,
                sum(states[name] for name in counted),
                states["sent"] + states["in_review"],
                states["approved"],
                states["rejected"],
            )
        )
    return found


def history_of(campaign: Campaign) -> list[dict]:
    """What was done to the campaign, for components/timeline.html; the newest first."""
    entries = Entry.objects.filter(target_type=campaign._meta.label_lower, target_id=campaign.pk)
    told = entries.filter(action__startswith="campaign.").order_by("-pk")[:20]
    return [
        {
            "time": one.at,
            "title": _capital(sentence(one.action, target=one.target_label, detail=one.detail)),
            "text": one.actor_name,
        }
        for one in told
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def is_begun(campaign: Campaign) -> bool:
    """A report was sent: set-up stands."""
    return Report.objects.filter(campaign=campaign, version__gte=1).exists()


def unfinished(campaign: Campaign) -> tuple[int, int]:
    """Reports that were not sent, and those sent and not decided."""
    found = Report.objects.filter(campaign=campaign).aggregate(
        unsent=Count("pk", filter=Q(state__in=["expected", "draft", "rejected"])),
        waiting=Count("pk", filter=Q(state__in=["sent", "in_review"])),
    )
    return found["unsent"], found["waiting"]
