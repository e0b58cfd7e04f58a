import re
from datetime import date

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from members.models import Member, Post
from orgtree.enums import NEVER_INHERITED, Right
from orgtree.models import OrgUnit, UnitChange
from orgtree.rights import rights_on
from orgtree.selectors import (
    figures,
    find_in_trees,
    rights_effect,
    search_units,
    units_to_merge,
    units_to_receive,
    warnings_of,
)
from orgtree.services import add_figures, close_unit, fold_figures, merge_units, move_unit, rename_unit
from tests.cast import make_member, make_unit

from .sound import assert_sound

pytestmark = pytest.mark.django_db


def page(client, name, *args, **query):
    return client.get(reverse(f"orgtree:{name}", args=args), query).content.decode()


def fill(unit, count):
    for n in range(count):
        child = make_unit(unit, f"{unit.code}.9{n:02d}", f"Chi bộ thử {n}", "cell")
        add_figures([(child.pk, "members", n)])
        Post.objects.create(member=make_member(child, f"Nguyễn Văn {n}"), unit=unit, code="committee_member")


# The tree


@pytest.mark.parametrize("count", [1, 30])
def test_pages_cost_the_same_for_any_length(world, client_of, django_assert_max_num_queries, count):
    fill(world.company, count)
    client = client_of(world.committee)
    page(client, "tree")  # reads what stays in memory (content types, templates)
    costs = []
    for address in (
        reverse("orgtree:tree") + f"?mo={world.company.pk}",
        reverse("orgtree:below", args=[world.company.pk]),
        reverse("orgtree:unit", args=[world.company.pk]),
    ):
        with django_assert_max_num_queries(50) as asked:
            client.get(address)
        costs.append(len(asked))
    assert max(costs) <= 12
    assert costs == QUERIES


QUERIES = [8, 6, 12]


def test_a_member_reads_names_but_no_counts(world, client_of):
    text = page(client_of(world.member), "tree", mo=world.company.pk)
    assert "Chi bộ Đội Kiến trúc" in text
    assert "đảng viên</small>" not in text
    assert f'href="{reverse("orgtree:unit", args=[world.near_branch.pk])}"' not in text
    assert f'href="{reverse("orgtree:unit", args=[world.company.pk])}"' in text


def test_counts_stand_where_the_reader_may_view(world, client_of):
    text = page(client_of(world.committee), "tree", mo=world.company.pk)
    assert "Đảng bộ cơ sở · T.02 · 4 đảng viên" in text
    assert "Đảng bộ cấp trên · T</small>" in text


def test_nobody_reads_a_tree_in_which_he_has_no_place(world, client_of):
    other = make_unit(None, "N", "Đảng bộ Tổng công ty Khác", "upper")
    make_unit(other, "N.1", "Đảng bộ N.1", "base_committee")
    client = client_of(world.org_department)
    assert "Tổng công ty Khác" not in page(client, "tree", mo=other.pk)
    assert "N.1" not in page(client, "below", other.pk)
    assert find_in_trees(world.org_department, "N.1") == []


def test_an_account_without_a_place_is_told_so(world, client_of):
    Member.objects.filter(account=world.member).delete()
    assert "Chưa có tổ chức đảng nào" in page(client_of(world.member), "tree")


# A unit


def test_a_member_sees_his_branch_in_outline_with_who_leads(world, client_of):
    Post.objects.create(member=world.people["secretary"], unit=world.branch, code="secretary")
    Post.objects.create(member=world.people["member"], unit=world.branch, code="cell_committee_member")
    OrgUnit.objects.filter(pk=world.branch.pk).update(note="Chỉ cấp ủy đọc")
    text = page(client_of(world.member), "unit", world.branch.pk)
    main = text[text.index("<main") : text.index("</main>")]
    assert "Trần Văn Cam" in main
    assert "Nguyễn Thị Bưởi" not in main
    for hidden in ("Chỉ cấp ủy đọc", "Ai có quyền ở đây", "Lịch sử", "Thay đổi đơn vị", "Đã kích hoạt"):
        assert hidden not in main


def test_soft_checks_warn_who_manages_and_nobody_else(world, client_of):
    text = page(client_of(world.committee), "unit", world.branch.pk)
    assert "Có 2 đảng viên chính thức; cần ít nhất 3 để lập tổ chức đảng." in text
    assert "Chưa có Bí thư." in text
    assert "Đảng bộ cơ sở có dưới 30 đảng viên cần cấp ủy cấp trên trực tiếp đồng ý." in page(
        client_of(world.org_department), "unit", world.company.pk
    )
    assert "cần ít nhất 3" not in page(client_of(world.inspector), "unit", world.branch.pk)


@pytest.mark.parametrize(
    ("unit", "members", "official", "said"),
    [
        ("base_cell", 30, 30, "thì lập đảng bộ cơ sở"),
        ("base_cell", 29, 29, ""),
        ("near_branch", 31, 31, "Chi bộ trực thuộc có trên 30 đảng viên"),
        ("near_branch", 30, 30, ""),
        ("near_branch", 9, 9, "chưa ghi chi ủy viên nào"),
        ("near_branch", 8, 8, ""),
    ],
)
def test_the_limits_of_a_kind(world, unit, members, official, said):
    found = OrgUnit.objects.select_related("kind").get(pk=getattr(world, unit).pk)
    Post.objects.create(member=world.people["committee"], unit=found, code="secretary")
    if members > 9:
        Post.objects.create(member=world.people["committee"], unit=found, code="cell_committee_member")
    lines = warnings_of(found, {"members": members, "official": official})
    assert (said in " ".join(lines)) if said else lines == []


@pytest.mark.parametrize(("plain", "told"), [(5, True), (6, False)])
def test_a_standing_committee_is_at_most_a_third_of_the_committee(world, plain, told):
    found = OrgUnit.objects.select_related("kind").get(pk=world.company.pk)
    for number, code in enumerate(["secretary", "deputy_secretary", "standing_member", *["committee_member"] * plain]):
        member = make_member(world.near_branch, f"Nguyễn Văn {'ABCDEGHIK'[number]}")
        Post.objects.create(member=member, unit=found, code=code)
    lines = warnings_of(found, {"members": 40, "official": 40})
    wanted = [f"Ban Thường vụ có 3 đồng chí, quá một phần ba của {3 + plain} cấp ủy viên."] if told else []
    assert lines == wanted


def test_children_are_sorted_as_asked_and_paged(world, client_of):
    fill(world.company, 27)
    fold_figures()
    client = client_of(world.committee)

    def first(**query):
        text = page(client, "unit", world.company.pk, **query)
        return re.findall(r'<td><a href="/to-chuc/\d+/">([^<]+)</a>', text)

    assert first(xep="-so")[0] == "Chi bộ thử 26"
    assert len(first()) == 25
    assert len(first(trang="2")) == 4


# Search


def test_units_are_found_without_diacritics_and_exact_accents_come_first(world):
    make_unit(world.section, "T.02.B1.21", "Chi bộ Ga Bền", "cell")
    make_unit(world.section, "T.02.B1.20", "Chi bộ Ga Bén", "cell")
    assert search_units(world.committee, "ga bén")[0].name == "Chi bộ Ga Bén"
    assert {unit.name for unit in search_units(world.committee, "GA BEN")} == {
        "Chi bộ Ga Bền",
        "Chi bộ Ga Bén",
        "Chi bộ Ga Bến Thủy",
    }
    assert search_units(world.committee, "t.02.b1.20")[0].name == "Chi bộ Ga Bén"


def test_units_are_found_by_the_names_they_bore(world):
    rename_unit(unit=world.branch, name="Chi bộ Ga Vinh", code="T.02.B1.77", actor=None)
    (found,) = find_in_trees(world.committee, "bến thủy")
    assert (found.unit.name, found.former) == ("Chi bộ Ga Vinh", "Chi bộ Ga Bến Thủy (T.02.B1.01)")
    assert [one.unit.pk for one in find_in_trees(world.committee, "T.02.B1.01")] == [world.branch.pk]


def test_search_units_finds_only_what_the_reader_may_open(world):
    found = [unit.pk for unit in search_units(world.outsider, "chi bộ")]
    assert found == [world.other_branch.pk, world.other_company.pk]  # "Đảng bộ Chi nhánh …" holds both words
    assert {unit.pk for unit in search_units(world.member, "đảng bộ")} == {
        world.top.pk,
        world.company.pk,
        world.section.pk,
    }
    assert search_units(world.member, "  ") == []


def test_find_tells_which_pages_open(world, client_of):
    text = client_of(world.member).post(reverse("orgtree:search"), {"q": "chi bo ga"}).content.decode()
    assert f'href="{reverse("orgtree:unit", args=[world.branch.pk])}"' in text
    assert "Chi bộ Ga Quán Hành" in text
    assert f'href="{reverse("orgtree:unit", args=[world.sister.pk])}"' not in text


# Figures


def test_figures_count_what_waits_to_be_folded(world):
    before = figures([world.top.pk, world.branch.pk], ["probe"])
    assert before == {(world.top.pk, "probe"): (0, 0), (world.branch.pk, "probe"): (0, 0)}
    add_figures([(world.branch.pk, "probe", 5)])
    now = figures([world.top.pk, world.branch.pk], ["probe"])
    assert now == {(world.top.pk, "probe"): (0, 5), (world.branch.pk, "probe"): (5, 5)}
    fold_figures()
    assert figures([world.top.pk, world.branch.pk], ["probe"]) == now


# Who gains, who loses


def test_a_move_tells_who_gains_and_who_loses(world):
    effects = {effect.who: effect for effect in rights_effect(world.branch, world.other_company)}
    assert set(effects) == {"Phạm Văn Mận", "Vũ Thị Hồng"}
    loser, winner = effects["Phạm Văn Mận"], effects["Vũ Thị Hồng"]
    assert loser.gains == ()
    assert "Quản lý hồ sơ đảng viên" in loser.loses
    assert winner.loses == ()
    assert "Phân quyền cho cấp dưới trực tiếp" in winner.gains
    assert winner.sentence.startswith(
        "Đồng chí Vũ Thị Hồng (Cán bộ phụ trách Sổ tay, Đảng bộ Chi nhánh Toa xe) được thêm quyền: xem đơn vị"
    )


def test_what_is_told_of_a_move_is_what_comes_true(world):
    """The preview against the rights themselves, before and after, for everybody."""

    def held():
        unit = OrgUnit.objects.get(pk=world.branch.pk)
        return {user.pk: rights_on(user, unit) - NEVER_INHERITED for user in User.objects.all()}

    told = {effect.user_id: effect for effect in rights_effect(world.branch, world.other_company)}
    before = held()
    move_unit(unit=world.branch, new_parent=world.other_company, actor=None)
    after = held()
    inherited = {right.label for right in Right if right not in NEVER_INHERITED}
    for pk in before:
        effect = told.get(pk)
        gains, loses = (set(effect.gains), set(effect.loses)) if effect else (set(), set())
        assert {right.label for right in after[pk] - before[pk]} == gains & inherited
        assert {right.label for right in before[pk] - after[pk]} == loses & inherited


def test_only_legal_places_within_ones_rights_are_offered(world):
    branch = OrgUnit.objects.select_related("kind", "parent").get(pk=world.branch.pk)
    assert [unit.pk for unit in units_to_receive(world.committee, branch)] == [world.company.pk]
    assert {unit.pk for unit in units_to_receive(world.org_department, branch)} == {
        world.empowered.pk,
        world.other_company.pk,
        world.company.pk,
    }
    near = OrgUnit.objects.select_related("kind", "parent").get(pk=world.near_branch.pk)
    assert {unit.pk for unit in units_to_merge(world.committee, near)} == {world.branch.pk, world.sister.pk}
    company = OrgUnit.objects.select_related("kind", "parent").get(pk=world.company.pk)
    assert {unit.pk for unit in units_to_merge(world.committee, company)} == {world.section.pk}


# Changes by form


def today(**more):
    return {"effective_on": f"{timezone.localdate():%d/%m/%Y}"} | more


def test_a_change_is_checked_first_and_written_when_confirmed(world, client_of):
    client = client_of(world.committee)
    address = reverse("orgtree:move", args=[world.branch.pk])
    data = today(new_parent=world.company.pk, decision="Số 5-QĐ/ĐU", reason="Gọn đầu mối")
    changes = UnitChange.objects.count()
    text = client.post(address, data).content.decode()
    assert "Kiểm tra trước khi xác nhận" in text
    assert "Số 5-QĐ/ĐU" in text
    assert OrgUnit.objects.get(pk=world.branch.pk).parent_id == world.section.pk
    assert UnitChange.objects.count() == changes
    assert_sound()
    assert 'value="Gọn đầu mối"' in text
    assert "Gọn đầu mối</textarea>" in client.post(address, data | {"back": "yes"}).content.decode()
    assert client.post(address, data | {"confirm": "yes"}).status_code == 302
    assert OrgUnit.objects.get(pk=world.branch.pk).parent_id == world.company.pk


def test_a_refusal_stands_over_the_form_in_words(world, client_of):
    text = client_of(world.committee).post(reverse("orgtree:close", args=[world.section.pk]), today()).content.decode()
    assert "còn 2 đơn vị trực thuộc đang hoạt động" in text
    assert "Kiểm tra trước khi xác nhận" not in text


def test_a_date_to_come_is_refused_at_the_check(world, client_of):
    data = {"name": "Chi bộ Ga Vinh", "code": "T.02.B1.01", "effective_on": "01/01/2999"}
    text = client_of(world.committee).post(reverse("orgtree:rename", args=[world.branch.pk]), data).content.decode()
    assert "Ngày hiệu lực chưa đến" in text


def test_a_unit_is_founded_by_form(world, client_of):
    client = client_of(world.committee)
    address = reverse("orgtree:create", args=[world.section.pk])
    assert "Chi bộ trực thuộc" in client.get(address).content.decode()
    kind = OrgUnit.objects.get(pk=world.branch.pk).kind_id
    data = today(name="Chi bộ Ga Vinh", code="t.02.b1.30", kind=kind)
    assert "Kiểm tra trước khi xác nhận" in client.post(address, data).content.decode()
    assert not OrgUnit.objects.filter(code="T.02.B1.30").exists()
    client.post(address, data | {"confirm": "yes"})
    assert OrgUnit.objects.get(code="T.02.B1.30").founded_on == timezone.localdate()


def test_a_merge_tells_what_follows_and_which_roles_end(world, client_of):
    client = client_of(world.committee)
    address = reverse("orgtree:merge", args=[world.near_branch.pk])
    data = today(sources=[world.branch.pk, world.sister.pk])
    text = client.post(address, data).content.decode()
    assert "Từ Chi bộ Ga Bến Thủy chuyển sang Chi bộ Đội Kiến trúc: 2 đảng viên" in text
    assert "Đồng chí Trần Văn Cam (Bí thư, Chi bộ Ga Bến Thủy) không còn quyền: xem đơn vị" in text
    assert "Thu hồi vai trò Bí thư của đồng chí Trần Văn Cam tại Chi bộ Ga Bến Thủy." in text
    assert Member.objects.filter(branch=world.near_branch).count() == 1
    client.post(address, data | {"confirm": "yes"})
    assert Member.objects.filter(branch=world.near_branch).count() == 4


def test_members_are_chosen_when_a_branch_is_split(world, client_of):
    stays = make_member(world.branch, "Đặng Văn Ba")
    goes = make_member(world.branch, "Đặng Văn Tư")
    elsewhere = world.people["other_secretary"]
    client, address = client_of(world.committee), reverse("orgtree:split", args=[world.branch.pk])
    form = client.get(address).content.decode()
    assert form.index("Đặng Văn Ba") < form.index("Nguyễn Thị Bưởi") < form.index("Đặng Văn Tư")
    asked = today(name="Chi bộ Mới", code="T.02.B1.41", members=[goes.pk])
    assert "1: Đặng Văn Tư" in client.post(address, asked).content.decode()
    assert client.post(address, asked | {"members": [elsewhere.pk], "confirm": "yes"}).status_code == 200
    assert client.post(address, asked | {"confirm": "yes"}).status_code == 302
    branches = dict(Member.objects.values_list("pk", "branch__code"))
    assert (branches[goes.pk], branches[stays.pk]) == ("T.02.B1.41", "T.02.B1.01")
    assert branches[elsewhere.pk] == "T.02.B1.02"


def test_edit_split_close_and_reopen_by_form(world, client_of):
    client = client_of(world.committee)
    kind = OrgUnit.objects.get(pk=world.branch.pk).kind_id
    edit = reverse("orgtree:edit", args=[world.branch.pk])
    data = today(kind=kind, note="Ghi chú mới", founded_on="03/02/1990", has_seal="on", confirm="yes")
    assert client.post(edit, data).status_code == 302
    unit = OrgUnit.objects.get(pk=world.branch.pk)
    assert (unit.note, unit.founded_on, unit.has_seal) == ("Ghi chú mới", date(1990, 2, 3), True)
    split = reverse("orgtree:split", args=[world.branch.pk])
    assert client.post(split, today(name="Chi bộ Mới", code="T.02.B1.40", confirm="yes")).status_code == 302
    new = OrgUnit.objects.get(code="T.02.B1.40")
    for name in ("close", "reopen"):
        address = reverse(f"orgtree:{name}", args=[new.pk])
        assert "Kiểm tra trước khi xác nhận" in client.post(address, today()).content.decode()
        assert client.post(address, today(confirm="yes")).status_code == 302
    kinds = UnitChange.objects.filter(unit=new).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["split_from", "closed", "reopened"]
    text = page(client, "unit", new.pk)
    assert [text.index(word) for word in ("Hoạt động trở lại", "Giải thể", "Tách ra từ đơn vị khác")]


def test_a_merged_unit_leads_to_where_it_went(world, client_of):
    merge_units(sources=[world.sister], target=world.branch, actor=None)
    text = page(client_of(world.committee), "unit", world.sister.pk)
    assert "Đơn vị đã kết thúc hoạt động" in text
    assert f'sáp nhập vào <a href="{reverse("orgtree:unit", args=[world.branch.pk])}"' in text


def test_closed_units_stand_on_the_page_above_only_when_asked_for(world, client_of):
    empty = make_unit(world.section, "T.02.B1.50", "Chi bộ Tạm", "cell")
    close_unit(unit=empty, actor=None)
    client = client_of(world.committee)
    assert "Chi bộ Tạm" not in page(client, "unit", world.section.pk)
    assert "Chi bộ Tạm" in page(client, "unit", world.section.pk, **{"da-ket-thuc": "1"})


# Lists by page


def test_a_list_is_shown_and_confirmed_by_page(world, client_of, tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for n, line in enumerate(
            [
                ("Mã tổ chức cấp trên trực tiếp", "Loại hình", "Tên tổ chức đảng", "Mã tổ chức", "Số điện thoại"),
                ("", "Đảng bộ cấp trên trực tiếp", "Đảng bộ Tổng công ty Thử nghiệm", "T", ""),
                ("T", "ĐBCS", "Đảng bộ Công ty Mới", "T.03", ""),
                ("T", "Chi đoàn", "Chi đoàn", "T.04", ""),
                ("T", "ĐBCS", "Đảng bộ Công ty Đường sắt Sông Lam", "T.02", ""),
                ("T.01", "ĐBCS", "Đảng bộ Chi nhánh Toa xe", "T.01.01", ""),
                ("T.01.01", "Chi bộ", "Chi bộ Ga Bến Thủy", "T.02.B1.01", ""),
                ("T.03", "Chi bộ", "Chi bộ Ga Quán Hành", "T.02.B1.02", ""),
                ("T", "Đảng bộ giao quyền", "Đảng bộ Công ty Vận tải", "T.01", ""),
            ]
        ):
            sheet.write_row(n, 0, line)
    client = client_of(world.org_department)
    start = reverse("orgtree:list_start")
    answer = client.post(start, {"file": SimpleUploadedFile("Danh mục 2026.xlsx", path.read_bytes())})
    text = client.get(answer.url).content.decode()
    for said in ("Danh mục 2026.xlsx", "Loại hình «Chi đoàn» chưa có", "Cột không dùng đến: Số điện thoại"):
        assert said in text
    assert "Đảng bộ Công ty Mới" in client.get(answer.url + "?muc=moi").content.decode()
    assert "Chi bộ Đội Kiến trúc" in client.get(answer.url + "?muc=thieu").content.decode()
    moved = client.get(answer.url + "?muc=chuyen").content.decode()
    assert "Đồng chí Vũ Thị Hồng (Cán bộ phụ trách Sổ tay, Đảng bộ Chi nhánh Toa xe) được thêm quyền" in moved
    assert moved.count("Đồng chí Phạm Văn Mận (Bí thư, Đảng bộ Công ty Đường sắt Sông Lam) không còn quyền") == 2
    assert not OrgUnit.objects.filter(code="T.03").exists()
    assert client.post(answer.url + "xac-nhan/").status_code == 302
    assert OrgUnit.objects.filter(code="T.03").exists()
    assert "Danh mục này đã đóng" in client.get(answer.url).content.decode()
