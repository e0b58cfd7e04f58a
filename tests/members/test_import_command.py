"""`manage.py import_members` with real files of the demo, in the real tree."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from members.imports.models import ImportBatch
from members.imports.services import load_list
from members.models import Member, Post
from orgtree.lists import read_unit_list
from orgtree.models import OrgUnit
from orgtree.services import import_units
from tests.cast import make_unit
from tests.members.lists_of_people import DEMO, man, person, saved, workbook

LISTS = DEMO / "dang-vien"
EXPECTED = json.loads((DEMO / "expected.json").read_text())
# One of each kind: flat, grouped under headings, a sheet a branch, TCVN3, VNI, decomposed accents, old .xls.
KINDS = {
    "flat": "DSVN-65.xlsx",
    "grouped": "DSVN-11.xlsx",
    "sheets": "DSVN-30.xlsx",
    "tcvn3": "DSVN-18.xlsx",
    "vni": "DSVN-32.xlsx",
    "nfd": "DSVN-21.xlsx",
    "xls": "DSVN-66.xls",
}


@pytest.fixture
def tree(db) -> None:
    """The units of the demo that the files above belong to, from the workbook of units."""
    import_units(listed=read_unit_list(DEMO / "co-cau-to-chuc.xlsx").rows, actor=None)


def run(file, *options, **given) -> str:
    out = StringIO()
    call_command("import_members", str(file), *options, stdout=out, stderr=StringIO(), **given)
    return out.getvalue()


def test_real_lists_enter_and_a_second_run_changes_nothing(tree, tmp_path):
    for name in KINDS.values():
        told = EXPECTED[name]
        report = tmp_path / "report.json"
        for turn in (1, 2):
            run(LISTS / name, "--unit", told["unit"], "--accept-warnings", "--report", str(report))
            found = json.loads(report.read_text())
            assert {key: found[key] for key in ("rows", "clean", "warn", "bad")} == {
                key: told[key] for key in ("rows", "clean", "warn", "bad")
            }, name
            good = told["clean"] + told["warn"]
            assert (found["entered"], found["updated"], found["unchanged"], found["elsewhere"]) == (
                (good, 0, 0, 0) if turn == 1 else (0, 0, good, 0)
            ), name
            assert (found["unresolved_branches"], found["dropped_columns"]) == ([], ["Quê quán"]), name
    assert not Member.objects.filter(posts_unclear=True).exists()
    assert Post.objects.filter(unit__kind__code="base_committee", code="secretary").exists()
    below = OrgUnit.objects.get(code="DSVN.32")
    assert (
        Member.objects.filter(branch__ancestor_ids__contains=[below.pk]).count()
        == 162 - EXPECTED["DSVN-32.xlsx"]["bad"]
    )


def test_the_report_has_the_keys_of_the_order(world, tmp_path):
    file = saved(tmp_path, workbook([person("Nguyễn Văn Tám", "123456789", world.branch.name)]))
    report = tmp_path / "report.json"
    run(file, "--unit", world.company.code, "--dry-run", "--report", str(report))
    found = json.loads(report.read_text())
    assert set(found) == {
        "encoding", "rows", "clean", "warn", "bad", "entered", "updated", "unchanged", "elsewhere", "waiting",
        "dropped_columns", "remarks", "unresolved_branches", "findings",
    }  # fmt: skip
    assert found["remarks"] == [
        {
            "sheet": "DSDV",
            "row": 4,
            "person": 1,
            "level": "bad",
            "code": "citizen_id_old_9_digit",
            "message": "Số CMND 9 số không còn dùng, cần số định danh 12 số.",
        }
    ]


def test_the_actor_is_the_one_named_and_needs_the_right(world, tmp_path):
    file = saved(tmp_path, workbook([person("Nguyễn Văn Tám", man(1))]))
    run(file, "--unit", world.branch.code, "--as", world.secretary.citizen_id)
    assert ImportBatch.objects.get().made_by == world.secretary
    with pytest.raises(CommandError) as refused:
        run(file, "--unit", world.branch.code, "--as", world.outsider.citizen_id)
    assert refused.value.returncode == 2


@pytest.mark.parametrize("form", ["pairs", "json", "report"])
def test_branches_can_be_told_beforehand(world, tmp_path, form):
    twin = make_unit(world.company, "T.02.91", world.branch.name, "cell")
    file = saved(tmp_path, workbook([person("Nguyễn Văn Tám", man(1), world.branch.name)]))
    answers = tmp_path / "branches.json"
    if form == "json":
        answers.write_text(json.dumps({"DSDV:4": twin.code}))
    elif form == "report":
        report = tmp_path / "report.json"
        run(file, "--unit", world.company.code, "--dry-run", "--report", str(report))
        asked = json.loads(report.read_text())["unresolved_branches"]
        answers.write_text(json.dumps([one | {"code": one["candidates"][0]["code"]} for one in asked]))
    run(
        file, "--unit", world.company.code, "--branch-map", f"DSDV:4={twin.code}" if form == "pairs" else str(answers)
    )  # fmt: skip
    assert Member.objects.get(account__citizen_id=man(1)).branch == twin


@pytest.mark.parametrize(
    ("file", "options"),
    [
        ("missing.xlsx", ["--unit", "T.02"]),
        ("list.pdf", ["--unit", "T.02"]),
        ("list.xlsx", ["--unit", "NOWHERE"]),
        ("list.xlsx", ["--unit", "T.02", "--as", "001080999999"]),
        ("list.xlsx", ["--unit", "T.02", "--branch-map", "nonsense"]),
    ],
)
def test_what_cannot_be_done_ends_with_two_and_a_sentence(world, tmp_path, file, options):
    saved(tmp_path, b"%PDF-1.7", "list.pdf")
    saved(tmp_path, workbook([person("Nguyễn Văn Tám", man(1))]), "list.xlsx")
    with pytest.raises(CommandError) as refused:
        run(tmp_path / file, *options)
    assert refused.value.returncode == 2
    assert str(refused.value).endswith((".", "MÃ.", "}."))


def test_the_demo_loads_through_the_same_service(tree):
    told = load_list(LISTS / "DSVN-65.xlsx", OrgUnit.objects.get(code="DSVN.65"), accept_warnings=True, actor=None)
    assert told["entered"] == told["clean"] + told["warn"]
