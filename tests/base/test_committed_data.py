"""The tests' own ground: what is committed by one test is gone in the next, what migrations loaded is not."""

import pytest

from audit.models import Entry
from orgtree.models import OrgUnit, UnitKind
from tests.cast import make_unit


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_each_begins_on_empty_tables_with_the_kinds_of_unit(time):
    assert (OrgUnit.objects.count(), Entry.objects.count()) == (0, 0)
    assert UnitKind.objects.filter(model_version="2025").count() == 7
    make_unit(None, "T", "Đảng bộ Thử nghiệm", "upper")
    assert Entry.objects.count() == 1
