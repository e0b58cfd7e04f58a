"""Random lives of a tree: whatever is founded, moved, renamed, merged and closed, it stays sound and adds up."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import RuleViolation
from orgtree.models import OrgUnit, UnitKind
from orgtree.selectors import figures
from orgtree.services import (
    add_figures,
    check_tree,
    close_unit,
    create_unit,
    fold_figures,
    merge_units,
    move_unit,
    rename_unit,
    split_unit,
)
from orgtree.services.endings import Part
from tests.cast import make_unit

from .sound import assert_figures_add_up, assert_sound

steps = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "move", "move", "rename", "merge", "split", "close", "fold", "feed"]),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    min_size=5,
    max_size=30,
)


class Feeds:
    """What stands on a unit: its figure, which follows it."""

    key = "probe"

    def preview(self, unit):
        return []

    def blockers(self, unit):
        return []

    def follow(self, source, target, *, selected=None, actor):
        here, _ = figures([source.pk], ["probe"])[source.pk, "probe"]
        add_figures([(source.pk, "probe", -here), (target.pk, "probe", here)])


def _live(step: str, units: list[OrgUnit], one: OrgUnit, other: OrgUnit, kinds: dict[str, UnitKind], n: int) -> None:
    kind = kinds["base_committee" if other.level == 0 else "subcommittee" if n % 3 else "cell"]
    match step:
        case "create":
            create_unit(parent=other, code=f"N{n}", name=f"Đơn vị {n}", kind=kind, actor=None)
        case "move":
            move_unit(unit=one, new_parent=other, actor=None)
        case "rename":
            rename_unit(unit=one, name=f"Tên {n}", code=f"R{100 - n}", actor=None)
        case "merge":
            merge_units(sources=[one], target=other, actor=None)
        case "split":
            below = OrgUnit.objects.filter(parent=one, closed_on=None).values_list("pk", flat=True)
            split_unit(unit=one, parts=[Part(f"S{n}", f"Tách {n}", frozenset(list(below)[:1]))], actor=None)
        case "close":
            close_unit(unit=one, actor=None)
        case "fold":
            fold_figures()
        case "feed":
            add_figures([(one.pk, "probe", 1)])


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_a_tree_stays_sound_whatever_happens(settings, life):
    settings.ORGTREE_FOLLOWERS = [f"{__name__}.Feeds"]
    with transaction.atomic():
        kinds = {kind.code: kind for kind in UnitKind.objects.all()}
        for code in ("A", "B"):
            top = make_unit(None, code, f"Đảng bộ {code}", "upper")
            for n in range(2):
                company = make_unit(top, f"{code}.{n}", f"Đảng bộ {code}.{n}", "base_committee")
                make_unit(company, f"{code}.{n}.1", f"Chi bộ {code}.{n}.1", "cell")
        fed = 0
        for n, (step, first, second) in enumerate(life):
            units = list(OrgUnit.objects.order_by("pk"))
            one, other = units[first % len(units)], units[second % len(units)]
            try:
                with transaction.atomic():
                    _live(step, units, one, other, kinds, n)
            except RuleViolation:
                continue
            fed += step == "feed"
            told = figures([unit.pk for unit in units if unit.parent_id is None], ["probe"])
            assert sum(below for _, below in told.values()) == fed
        assert_sound()
        assert_figures_add_up(fed)
        transaction.set_rollback(True)


def test_a_broken_tree_is_told_and_mended(world):
    sound = list(OrgUnit.objects.order_by("pk").values_list("pk", "tree_id", "lft", "rght", "level"))
    OrgUnit.objects.filter(pk=world.branch.pk).update(lft=1, rght=90)
    OrgUnit.objects.filter(pk=world.near_branch.pk).update(tree_id=77)
    with pytest.raises(CommandError, match="sai ở 2 đơn vị"):
        call_command("check_tree")
    assert [line.split(" → ")[0] for line in check_tree().differing] == ["T.02.90: tree_id 77", "T.02.B1.01: lft 1"]
    call_command("check_tree", "--repair")
    assert_sound()
    assert list(OrgUnit.objects.order_by("pk").values_list("pk", "tree_id", "lft", "rght", "level")) == sound
