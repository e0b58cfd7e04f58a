"""The 54 lists of the demo, judged row by row."""

import json
from datetime import date
from pathlib import Path

import pytest

from members.lists import BranchSource, read_member_list, report

LISTS = Path(__file__).parents[2] / "demo" / "lists"
EXPECTED = {name: facts for name, facts in json.loads((LISTS / "expected.json").read_text()).items() if name != "_"}
SOURCES = {"flat": BranchSource.COLUMN, "grouped": BranchSource.HEADING, "sheets": BranchSource.SHEET}


def test_all_54_lists_are_here():
    assert sorted(path.name for path in (LISTS / "dang-vien").iterdir()) == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_real_list_is_judged_as_expected(name):
    facts = EXPECTED[name]
    found = read_member_list(LISTS / "dang-vien" / name, today=date(2026, 11, 22))
    told = report(found)
    assert told["encoding"] == ("tcvn3" if facts["legacy_tcvn3"] else "vni" if facts["vni"] else "unicode")
    assert {key: told[key] for key in ("rows", "clean", "warn", "bad")} == {
        key: facts[key] for key in ("rows", "clean", "warn", "bad")
    }
    assert sorted([r["person"], r["level"], r["code"]] for r in told["remarks"]) == sorted(facts["remarks"])
    assert told["dropped_columns"] == ["Quê quán"]
    assert {row.branch.source for row in found.rows} == {SOURCES[facts["layout"]]}
    assert all(row.branch.name.casefold().startswith("chi bộ ") for row in found.rows)
    assert not any(row.other_posts for row in found.rows)
