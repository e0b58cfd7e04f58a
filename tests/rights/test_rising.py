"""No second path to a right: whatever is done to people, posts and units, nobody holds afterwards what was not handed
to him through the one door (Keycloak's two holes of 2026)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from common.errors import RuleViolation
from delegation.services import give, hand_over, take_back
from members.enums import PostCode, Status
from members.services import give_post, move_member, set_status
from orgtree.enums import Right, Role
from orgtree.models import Grant, OrgUnit, UnitKind
from orgtree.rights import has_right
from orgtree.services import Part, create_unit, merge_units, move_unit, split_unit
from tests.delegation.people import again, led, six_below
from tests.members.lists_of_people import person
from tests.members.test_import_batches import entered
from tests.security.test_second_paths import listed

REASON = "Theo Nghị quyết số 5 của đảng ủy"


def held() -> set[tuple]:
    """Every living grant as the right it is."""
    rows = Grant.objects.filter(revoked_at=None)
    return set(rows.values_list("user_id", "unit_id", "role", "reach", "begins_on", "ends_on"))


def fresh(unit: OrgUnit) -> OrgUnit:
    return OrgUnit.objects.get(pk=unit.pk)


def _posts_by_list(world):
    member = world.people["member"]
    entered(
        world,
        [
            listed(member, world.branch.name, **{"Chức vụ Đảng": "Bí thư chi bộ"}),
            person("Nguyễn Văn Tám", "001080000001", world.branch.name, **{"Chức vụ Đảng": "Bí thư đảng ủy cơ sở"}),
        ],
    )


def _post_by_hand(world):
    give_post(member=world.people["member"], unit=world.company, code=PostCode.DEPUTY_SECRETARY, actor=world.committee)


def _member_moved(world):
    move_member(member=world.people["member"], branch=world.near_branch, on=timezone.localdate(), actor=world.committee)


def _status_to_and_fro(world):
    for status in (Status.EXEMPT, Status.ACTIVE):
        set_status(member=world.people["secretary"], status=status, on=timezone.localdate(), actor=world.committee)


def _unit_moved(world):
    move_unit(unit=world.near_branch, new_parent=world.section, actor=world.committee)


def _unit_moved_to_another(world):
    move_unit(unit=world.company, new_parent=world.empowered, actor=world.org_department)


def _units_merged(world):
    merge_units(sources=[fresh(world.sister)], target=fresh(world.branch), actor=world.committee)


def _section_dissolved_into_the_company(world):
    merge_units(sources=[fresh(world.section)], target=fresh(world.company), actor=world.org_department)


def _unit_split(world):
    part = Part("T.02.B2", "Đảng bộ bộ phận Khối Vận tải", frozenset({world.sister.pk}))
    split_unit(unit=fresh(world.section), parts=[part], actor=world.committee)


def _unit_founded(world):
    kind = UnitKind.objects.get(code="cell")
    create_unit(parent=fresh(world.section), code="T.02.B1.09", name="Chi bộ Mới", kind=kind, actor=world.committee)


def _taken_back_and_kept(world):
    first = Grant.objects.get(unit=world.section, role=Role.SECRETARY)
    take_back(grant=first, reason=REASON, keep=True, actor=world.committee)


@pytest.mark.parametrize(
    "path",
    [
        _posts_by_list,
        _post_by_hand,
        _member_moved,
        _status_to_and_fro,
        _unit_moved,
        _unit_moved_to_another,
        _units_merged,
        _section_dissolved_into_the_company,
        _unit_split,
        _unit_founded,
        _taken_back_and_kept,
    ],
)
def test_nothing_but_giving_makes_a_grant(world, path):
    six_below(world)
    before = held()
    path(world)
    assert held() <= before


def test_nobody_hangs_his_own_role_under_himself_or_a_friend_s(world):
    """Two officers of one level cannot make each other independent of who gave to them."""
    first = six_below(world)
    deputy = led(world.section, world.branch, "Lưu Văn Phó", PostCode.DEPUTY_SECRETARY)
    (second,) = give(member=deputy, unit=world.section, roles=[Role.DEPUTY_SECRETARY], actor=world.committee)
    for actor, grant in ((deputy.account, first), (first.user, second)):
        with pytest.raises(PermissionDenied):
            take_back(grant=grant, reason=REASON, keep=True, actor=again(actor))
        with pytest.raises(PermissionDenied):
            hand_over(grant=grant, member=world.people["member"], reason=REASON, actor=again(actor))
        with pytest.raises(PermissionDenied):
            give(
                member=world.people["member"],
                unit=world.section,
                roles=[Role.SECRETARY],
                reason=REASON,
                actor=again(actor),
            )


def test_a_hand_over_yields_the_same_role_no_wider_and_no_longer_than_the_giver_s(world):
    first = six_below(world)
    heir = led(world.section, world.sister, "Phan Thị Mai")
    month = timezone.localdate() + timedelta(days=30)
    Grant.objects.filter(given_under=first).update(ends_on=month)
    Grant.objects.filter(pk=first.pk).update(ends_on=month)
    Grant.objects.filter(pk=world.grants["committee"].pk).update(ends_on=month)
    with pytest.raises(RuleViolation, match="không giao được lâu hơn"):
        hand_over(grant=first, member=heir, actor=again(world.committee))
    done = hand_over(grant=first, member=heir, ends_on=month, actor=again(world.committee))
    assert (done.new.unit_id, done.new.role, done.new.reach, done.new.ends_on) == (
        first.unit_id,
        first.role,
        first.reach,
        month,
    )


def test_a_handbook_officer_hands_nobody_the_inspection_he_may_not_give(world):
    officer = led(world.company, world.near_branch, "Đào Thị Chín", PostCode.HANDBOOK_OFFICER)
    give(member=officer, unit=world.company, roles=[Role.HANDBOOK_OFFICER], actor=world.org_department)
    inspected = world.people["member"]
    (inspector,) = give(
        member=inspected, unit=world.section, roles=[Role.INSPECTOR], reason=REASON, actor=world.committee
    )
    for act in (
        lambda actor: give(
            member=world.people["secretary"], unit=world.section, roles=[Role.INSPECTOR], reason=REASON, actor=actor
        ),
        lambda actor: take_back(grant=inspector, reason=REASON, actor=actor),
        lambda actor: hand_over(grant=inspector, member=world.people["secretary"], reason=REASON, actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            act(again(officer.account))


def test_who_fetches_a_unit_below_himself_gives_there_only_what_is_his(world):
    """A move needs the right on all three places; what the moved unit's people hold does not become his."""
    move_unit(unit=world.near_branch, new_parent=world.other_company, actor=world.org_department)
    before = has_right(again(world.outsider), Right.HOLD_MEETINGS, fresh(world.near_branch))
    assert not before
    with pytest.raises(PermissionDenied):
        give(
            member=world.people["committee"],
            unit=fresh(world.near_branch),
            roles=[Role.INSPECTOR],
            reason=REASON,
            actor=again(world.outsider),
        )
