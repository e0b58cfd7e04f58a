"""Under which grant another one stands: asked when what it hung from ends, is handed over, or is no longer above it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from audit.services import record

from ..enums import ROLES, Reach, Right, Role
from ..models import Grant, OrgUnit
from ..rights import forget_holdings, living

_NEAREST = (Role.SECRETARY, Role.DEPUTY_SECRETARY, Role.HANDBOOK_OFFICER, Role.ORG_DEPARTMENT)


@dataclass(frozen=True)
class Stand:
    """Where a grant hangs from now on; None: the server itself stands behind it."""

    source: Grant | None


def can_stand_under(source: Grant, grant: Grant) -> bool:
    """Is `source` above the unit, does its role hand on this role, does it reach as far and last as long? Grants with
    their units read."""
    if source.pk == grant.pk or source.user_id == grant.user_id:
        return False
    rule, role = ROLES[Role(source.role)], Role(grant.role)
    if source.ends_on and (grant.ends_on is None or grant.ends_on > source.ends_on):
        return False
    if source.unit_id == grant.unit_id:
        return grant.unit.parent_id is None and role in rule.may_give_beside
    if source.unit_id not in grant.unit.ancestor_ids or role not in rule.may_give:
        return False
    direct = grant.unit.parent_id == source.unit_id and grant.reach == Reach.UNIT
    return source.reach == Reach.SUBTREE or direct


def hangs_from(grant: Grant, other: Grant) -> bool:
    """Was `grant` given, over whatever steps, under `other`?"""
    seen: set[int] = set()
    above = grant.given_under_id
    while above is not None and above not in seen:
        if above == other.pk:
            return True
        seen.add(above)
        above = Grant.objects.filter(pk=above).values_list("given_under_id", flat=True).first()
    return False


def nearest_source(grant: Grant) -> Grant | None:
    """The living grant nearest above under which this one can stand."""
    today = timezone.localdate()
    roles = [role for role, rule in ROLES.items() if Right.DELEGATE in rule.rights]
    above = living(Grant.objects.filter(unit_id__in=grant.unit.ancestor_ids, role__in=roles), today=today)
    found = sorted(
        above.select_related("unit", "user"), key=lambda one: (-one.unit.level, _NEAREST.index(Role(one.role)), one.pk)
    )
    for source in found:
        if can_stand_under(source, grant) and not hangs_from(source, grant):
            return source
    return None


def source_up_the_line(grant: Grant, ended: Grant) -> Grant | None:
    """Of the grants under which `ended` was itself given the nearest one that can bear this one too."""
    above = ended
    seen: set[int] = set()
    while above.given_under_id is not None and above.pk not in seen:
        seen.add(above.pk)
        above = Grant.objects.select_related("unit", "user").get(pk=above.given_under_id)
        if above.revoked_at is None and can_stand_under(above, grant):
            return above
    return None


def end_grants(grants: list[Grant], *, reason: str, actor: User | None) -> list[Grant]:
    """These end of themselves: the holder left the unit, or the post by which he held them. What they gave goes on
    under whoever gave to them, else under the nearest who can bear it: no work stops for it. Nobody is asked; the
    caller has."""
    from .grants import take_back  # the two know each other

    by_pk = {grant.pk: grant for grant in grants}

    def spare(one: Grant) -> Stand:
        ended = by_pk.get(one.given_under_id)
        return Stand((source_up_the_line(one, ended) if ended else None) or nearest_source(one))

    return take_back(grants, reason=reason, actor=actor, spare=spare, action="grant.ended")


def hang_under(grant: Grant, source: Grant | None, *, actor: User | None, given_anew: bool = False) -> None:
    """No source: the server itself stands behind it. Who gave it and when stays, but where somebody takes it on as
    `given_anew`."""
    grant.given_under = source
    fields = ["given_under"]
    if given_anew and actor is not None:
        grant.given_by, grant.given_at = actor, timezone.now()
        fields += ["given_by", "given_at"]
    grant.save(update_fields=fields)
    record(
        "grant.rehung",
        actor=actor,
        target=grant,
        unit=grant.unit_id,
        detail={
            "role": grant.get_role_display(),
            "unit": grant.unit.name,
            "receiver": grant.user.full_name,
            "under": f"quyền của đồng chí {source.user.full_name} tại {source.unit.name}" if source else "hệ thống",
        },
    )


@dataclass(frozen=True)
class Rehung:
    """A grant that stands under another one now; None: under the server itself."""

    grant: Grant
    under: Grant | None


def hang_anew(units: Iterable[OrgUnit], *, actor: User | None) -> list[Rehung]:
    """After units were moved: grants there whose giver stands no longer above them go to the nearest who can bear
    them. Roles held in the moved unit stay (features A5), and none hangs from somebody who has no say there."""
    tops = [unit.pk for unit in units]
    inside = OrgUnit.objects.filter(pk__in=tops) | OrgUnit.objects.filter(ancestor_ids__overlap=tops)
    grants = Grant.objects.select_for_update(of=("self",)).filter(
        unit__in=inside.values("pk"), revoked_at=None, given_under__isnull=False
    )
    done = []
    for grant in grants.select_related("unit", "user", "given_under__unit").order_by("unit__level", "pk"):
        above = grant.given_under
        if above.unit_id == grant.unit_id or above.unit_id in grant.unit.ancestor_ids:
            continue
        source = nearest_source(grant) or source_up_the_line(grant, above)
        hang_under(grant, source, actor=actor)
        done.append(Rehung(grant, source))
    forget_holdings(actor)
    return done
