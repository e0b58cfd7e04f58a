"""The nation that is generated for measuring stands as a tree must."""

import pytest

from congress_reports import scale
from orgtree.models import OrgUnit


@pytest.mark.parametrize("units", [2000, 2511, 9003])
def test_intervals_and_ancestors_agree(units):
    tree = list(scale._tree(OrgUnit(pk=7, code="Q", name="Đảng bộ Toàn quốc"), units))
    found = {one.pk: one for one in tree}
    assert len(found) == units
    assert sorted(edge for one in tree for edge in (one.lft, one.rght)) == list(range(1, 2 * units + 1))
    for one in tree[1:]:
        above = found[one.parent]
        assert above.lft < one.lft < one.rght < above.rght
        assert one.ancestors == (*above.ancestors, above.pk)
    assert len({one.code for one in tree}) == units
    assert {one.kind for one in tree if one.rght == one.lft + 1} == {"cell"}
