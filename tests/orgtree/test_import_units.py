import json
from collections import namedtuple
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from audit.models import Entry
from common.errors import RuleViolation
from orgtree.enums import ImportState, Role
from orgtree.lists import read_unit_list
from orgtree.models import FormerName, OrgUnit, UnitChange, UnitImport, UnitKind
from orgtree.services import (
    close_unit,
    confirm_import,
    create_unit,
    drop_import,
    give_grant,
    import_units,
    rename_unit,
    sweep_imports,
    upload_units,
)
from orgtree.services import imports as import_services
from orgtree.unit_lists.planning import plan_units
from tests.cast import make_member, make_unit

from .sound import assert_sound

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[2] / "demo" / "lists" / "co-cau-to-chuc.xlsx"

Row = namedtuple("Row", "row code name kind parent_code note sheet")


def rows(*lines: tuple) -> list[Row]:
    """Code, name, kind, code above, note."""
    return [Row(number, *line, *[""] * (5 - len(line)), "S") for number, line in enumerate(lines, start=2)]


def as_rows() -> list[Row]:
    """The tree as it stands, as a list that changes nothing."""
    units = OrgUnit.objects.select_related("kind", "parent").order_by("lft")
    return rows(*[(u.code, u.name, u.kind.label, u.parent.code if u.parent else "", u.note) for u in units])


def shape() -> list[tuple]:
    fields = ("code", "name", "kind__code", "parent__code", "lft", "rght", "level", "note", "search_key", "order_key")
    found = OrgUnit.objects.order_by("lft").values_list(*fields)
    names = dict(OrgUnit.objects.values_list("pk", "code"))
    above = [
        [names[pk] for pk in ids] for ids in OrgUnit.objects.order_by("lft").values_list("ancestor_ids", flat=True)
    ]
    return [(*row[:-1], bytes(row[-1]), line) for row, line in zip(found, above, strict=True)]


def test_the_real_list_is_entered_whole_and_a_second_time_changes_nothing(django_assert_max_num_queries):
    listed = read_unit_list(REAL).rows
    with django_assert_max_num_queries(60):
        plan = import_units(listed=listed, actor=None)
    assert (len(plan.new), plan.problems, plan.missing) == (603, [], [])
    assert_sound(603)
    assert UnitChange.objects.count() == 603
    before, entries = shape(), Entry.objects.count()
    again = import_units(listed=listed, actor=None)
    assert (again.is_empty, again.unchanged) == (True, 603)
    assert (shape(), Entry.objects.count(), UnitChange.objects.count()) == (before, entries, 603)


def test_entered_at_once_is_the_same_as_one_by_one():
    listed = read_unit_list(REAL).rows[:120]
    import_units(listed=list(reversed(listed)), actor=None)
    at_once = shape()
    UnitChange.objects.all().delete()
    for unit in OrgUnit.objects.order_by("-level"):
        unit.delete()
    plan = plan_units(listed, actor=None)
    made = {}
    for line in plan.lines.values():
        made[line.code] = create_unit(
            parent=made.get(line.parent_code),
            code=line.code,
            name=line.name,
            kind=UnitKind.objects.get(pk=line.kind_id),
            note=line.note,
            actor=None,
        )
    assert shape() == at_once


def test_new_changed_moved_and_missing_are_told_before_anything_is_written(world):
    listed = [row for row in as_rows() if row.code != "T.02.B1.02"]
    listed[0] = listed[0]._replace(note="Ghi chú mới")
    at = {row.code: index for index, row in enumerate(listed)}
    listed[at["T.02.90"]] = listed[at["T.02.90"]]._replace(name="Chi bộ Đội Cầu", parent_code="T.02.B1")
    listed.append(Row(99, "T.03", "Đảng bộ Công ty Mới", "ĐBCS", "T", "", "S"))
    before = shape()
    plan = plan_units(listed, actor=world.org_department)
    assert plan.new == [
        {
            "row": 99,
            "code": "T.03",
            "name": "Đảng bộ Công ty Mới",
            "kind": "Đảng bộ cơ sở",
            "parent": "Đảng bộ Tổng công ty Thử nghiệm",
        }
    ]
    assert [(one["code"], one["changes"]) for one in plan.changed] == [
        ("T", [{"field": "note", "label": "Ghi chú", "old": "trống", "new": "Ghi chú mới"}]),
        (
            "T.02.90",
            [{"field": "name", "label": "Tên", "old": "Chi bộ Đội Kiến trúc", "new": "Chi bộ Đội Cầu"}],
        ),
    ]
    assert [(one["code"], one["old"], one["new"]) for one in plan.moved] == [
        ("T.02.90", "Đảng bộ Công ty Đường sắt Sông Lam", "Đảng bộ bộ phận Khối Cơ quan")
    ]
    assert plan.missing == [
        {"code": "T.02.B1.02", "name": "Chi bộ Ga Quán Hành", "parent": "Đảng bộ bộ phận Khối Cơ quan"}
    ]
    assert plan.problems == []
    assert shape() == before
    import_units(listed=listed, fingerprint=plan.fingerprint(), actor=world.org_department)
    assert plan_units(listed, actor=world.org_department).is_empty
    assert OrgUnit.objects.get(code="T.02.B1.02").is_open
    assert FormerName.objects.filter(name="Chi bộ Đội Kiến trúc").count() == 1
    assert_sound()


def test_each_faulty_row_has_its_reason_and_the_rest_is_entered(world):
    closed = make_unit(world.section, "T.02.B1.50", "Chi bộ Tạm", "cell")
    close_unit(unit=closed, actor=None)
    listed = rows(
        ("T", "Đảng bộ Tổng công ty Thử nghiệm", "Đảng bộ cấp trên trực tiếp"),
        ("", "Chi bộ không mã", "Chi bộ", "T.02"),
        ("T.10", "", "Chi bộ cơ sở", "T"),
        ("T.11", "Chi bộ Lạ", "Liên chi bộ", "T"),
        ("T.12", "Chi bộ Mồ côi", "Chi bộ", "T.99"),
        ("T.13", "Chi bộ A", "Chi bộ", "T"),
        ("T.14", "Chi bộ Đúng", "CBCS", "T"),
        ("T.14", "Chi bộ Trùng", "CBCS", "T"),
        ("T.11.01", "Tổ đảng dưới dòng lỗi", "Tổ đảng", "T.11"),
        ("T.02.B1.50", "Chi bộ Tạm", "Chi bộ", "T.02.B1"),
        ("T.02", "Đảng bộ Công ty Đường sắt Sông Lam", "Đảng bộ cơ sở", ""),
        ("T.20", "Chi bộ X", "Chi bộ", "T.21"),
        ("T.21", "Chi bộ Y", "Chi bộ", "T.20"),
        ("N", "Chi bộ trên cùng", "Chi bộ", ""),
    )
    plan = import_units(listed=listed, actor=None)
    said = {(one["row"], one["message"].split(".")[0]) for one in plan.problems}
    assert {row for row, _ in said} == set(range(3, 16)) - {8}
    text = {one["row"]: one["message"] for one in plan.problems}
    assert text[3] == "Thiếu mã tổ chức."
    assert text[4] == "Thiếu tên tổ chức đảng."
    assert text[5].startswith("Loại hình «Liên chi bộ» chưa có trong hệ thống. Dùng được: Đảng bộ cấp trên trực tiếp")
    assert text[6] == "Không có tổ chức nào mang mã cấp trên T.99."
    assert text[7].startswith("Chi bộ trực thuộc không được trực thuộc Đảng bộ cấp trên trực tiếp")
    assert text[9] == "Mã tổ chức T.14 đã có ở dòng 8."
    assert text[10] == "Cấp trên trực tiếp T.11 ở dòng 5 chưa nhập được."
    assert text[11] == "Chi bộ Tạm đã kết thúc hoạt động trong hệ thống."
    assert text[12] == text[15] == "Thiếu mã tổ chức cấp trên trực tiếp."
    assert "nối thành vòng" in text[13]
    assert "nối thành vòng" in text[14]
    assert [one["code"] for one in plan.new] == ["T.14"]
    assert OrgUnit.objects.get(code="T.14").parent == world.top


def test_two_units_may_change_places(world):
    """Section below branch is illegal, but sister companies may swap a section's branches, and a parent its child."""
    inner = make_unit(world.other_company, "T.01.01.B1", "Đảng bộ bộ phận Trong", "subcommittee")
    listed = as_rows()
    swapped = {"T.02.B1": "T.01.01", inner.code: "T.02", "T.02.B1.01": inner.code}
    listed = [row._replace(parent_code=swapped.get(row.code, row.parent_code)) for row in listed]
    plan = import_units(listed=listed, actor=None)
    assert {one["code"] for one in plan.moved} == set(swapped)
    assert_sound()
    assert plan_units(listed, actor=None).is_empty


def test_a_list_needs_the_right_for_every_row_that_it_changes(world):
    give_grant(user=world.member, unit=world.top, role=Role.COMMITTEE_MEMBER, actor=None)
    listed = as_rows()
    listed[-1] = listed[-1]._replace(name="Tên khác")
    listed.append(Row(99, "T.03", "Đảng bộ Mới", "ĐBCS", "T", "", "S"))
    listed.append(Row(100, "T.03.01", "Chi bộ Mới", "Chi bộ", "T.03", "", "S"))
    plan = plan_units(listed, actor=world.member)
    assert plan.is_empty
    assert [one["message"].split(".")[0] for one in plan.problems] == [
        "Đồng chí không có quyền sửa đơn vị này",
        "Đồng chí không có quyền lập đơn vị ở đây",
        "Đồng chí không có quyền lập đơn vị ở đây",
    ]


def test_a_top_unit_comes_only_from_the_server(world):
    listed = rows(("N", "Đảng bộ Tổng công ty Khác", "Đảng bộ cấp trên trực tiếp"))
    assert plan_units(listed, actor=world.org_department).problems[0]["message"].startswith("Đơn vị cao nhất mới")
    import_units(listed=listed, actor=None)
    assert OrgUnit.objects.get(code="N").tree_id != world.top.tree_id
    assert_sound()


def test_a_note_that_the_list_leaves_empty_stays(world):
    OrgUnit.objects.filter(pk=world.branch.pk).update(note="Giữ lại")
    listed = [row._replace(note="") for row in as_rows()]
    assert plan_units(listed, actor=None).is_empty


def test_members_keep_a_unit_from_a_kind_without_members(world, settings):
    settings.ORGTREE_FOLLOWERS = ["tests.orgtree.test_changes.MembersFollow"]
    listed = [row._replace(kind="Đảng bộ cơ sở") if row.code == "T.61" else row for row in as_rows()]
    assert plan_units(listed, actor=None).problems[0]["message"] == "Chưa thể là Đảng bộ cơ sở: còn 2 đảng viên."


# What is uploaded


def upload(user, path=REAL):
    return upload_units(file=ContentFile(path.read_bytes(), name="Danh mục mật mã.xlsx"), actor=user)


def test_an_uploaded_list_is_written_only_when_confirmed_and_its_file_goes(world, django_capture_on_commit_callbacks):
    import_units(listed=read_unit_list(REAL).rows, actor=None)
    top = OrgUnit.objects.get(code="DSVN")
    give_grant(user=world.member, unit=top, role=Role.ORG_DEPARTMENT, actor=None)
    rename_unit(unit=OrgUnit.objects.get(code="DSVN.64"), name="Chi bộ Ban 1", actor=None)
    waiting = upload(world.member)
    name = waiting.file.name
    assert ("mật" in name, default_storage.exists(name)) == (False, True)
    assert [one["code"] for one in waiting.plan["changed"]] == ["DSVN.64"]
    with django_capture_on_commit_callbacks(execute=True):
        confirm_import(waiting=waiting, actor=world.member)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.file.name) == (ImportState.APPLIED, "")
    assert not default_storage.exists(name)
    assert OrgUnit.objects.get(code="DSVN.64").name == "Chi bộ Ban Quản lý dự án đường sắt khu vực 1"
    with pytest.raises(RuleViolation, match="Danh mục này đã đóng"):
        confirm_import(waiting=waiting, actor=world.member)


def test_a_tree_that_changed_since_the_preview_refuses_the_list(world):
    import_units(listed=read_unit_list(REAL).rows, actor=None)
    give_grant(user=world.member, unit=OrgUnit.objects.get(code="DSVN"), role=Role.ORG_DEPARTMENT, actor=None)
    waiting = upload(world.member)
    rename_unit(unit=OrgUnit.objects.get(code="DSVN.64"), name="Chi bộ Ban 1", actor=None)
    with pytest.raises(RuleViolation, match="đã thay đổi từ lúc xem trước"):
        confirm_import(waiting=waiting, actor=world.member)
    assert OrgUnit.objects.get(code="DSVN.64").name == "Chi bộ Ban 1"


def test_a_list_that_nobody_confirms_is_gone_after_a_day(world, monkeypatch, django_capture_on_commit_callbacks):
    waiting = upload(world.org_department)
    assert sweep_imports() == 0
    monkeypatch.setattr(import_services, "KEEP", import_services.KEEP * 0)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_imports() == 1
    assert not default_storage.exists(waiting.file.name)
    assert UnitImport.objects.get().state == ImportState.EXPIRED


def test_a_list_may_be_dropped(world, django_capture_on_commit_callbacks):
    waiting = upload(world.org_department)
    with django_capture_on_commit_callbacks(execute=True):
        drop_import(waiting=waiting, actor=world.org_department)
    assert not default_storage.exists(waiting.file.name)


def test_what_is_not_a_list_is_refused_in_words(world):
    with pytest.raises(RuleViolation):
        upload_units(file=ContentFile(b"PK\x03\x04", name="x.xlsx"), actor=world.org_department)
    assert not UnitImport.objects.exists()


# The command


def test_the_command_tells_first_and_writes_then(tmp_path, capsys):
    report = tmp_path / "r.json"
    call_command("import_units", str(REAL), "--dry-run", "--report", str(report))
    assert not OrgUnit.objects.exists()
    told = json.loads(report.read_text())
    assert (told["rows"], len(told["new"]), told["applied"], told["encoding"]) == (603, 603, False, "unicode")
    call_command("import_units", str(REAL))
    assert OrgUnit.objects.count() == 603
    assert Entry.objects.get(action="units.imported").actor_name == "Quản trị từ máy chủ"


def test_the_command_works_as_somebody(world, tmp_path):
    make_member(world.branch, "Nguyễn Văn Khế", citizen_id="001085900001")
    call_command("import_units", str(REAL), "--as", "001085900001")
    assert not OrgUnit.objects.filter(code="DSVN").exists()


def test_a_file_that_cannot_be_read_ends_with_2(tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"nothing")
    with pytest.raises(SystemExit) as ended:
        call_command("import_units", str(tmp_path / "x.xlsx"))
    assert ended.value.code == 2
