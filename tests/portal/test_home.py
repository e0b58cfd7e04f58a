"""The home page: what waits first, then the unit at a glance, the same queries for any length."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.todo import Todo
from members.enums import Standing, Status
from notifications.services import ask_for_help
from portal import todo
from portal.glance import glance_at
from portal.reader import Reader
from tests.access import member_imports
from tests.cast import make_member, make_unit

MOST_QUERIES = 12


@pytest.mark.parametrize("who", ["member", "secretary", "committee", "org_department", "inspector", "outsider"])
def test_it_costs_at_most_twelve_queries_and_the_same_for_more_rows(world, client_of, who):
    client = client_of(world.user(who))
    client.get("/")
    with CaptureQueriesContext(
        connection,
    ) as first:
        assert client.get("/").status_code == 200
    for number in range(5):
        unit = make_unit(world.section, f"M{number}", f"Chi bộ {number}", "cell")
        make_member(unit, "Nguyễn Văn Na")
        make_member(world.branch, "Nguyễn Văn Bí")
    with CaptureQueriesContext(connection) as second:
        assert client.get("/").status_code == 200
    assert len(second) == len(first) <= MOST_QUERIES


def test_it_greets_by_the_given_name(world, client_of):
    assert "<h1>Chào đồng chí Bưởi</h1>" in client_of(world.member).get("/").content.decode()


def _tiles(user, session=None):
    return {tile["label"]: tile["value"] for tile in glance_at(Reader(user, session or {})).tiles}


def test_the_tiles_count_the_unit_and_all_below(world):
    make_member(world.sister, "Lý Thị Na", standing=Standing.PROBATIONARY, official_date=None)
    make_member(world.branch, "Lý Văn Bơ", status=Status.EXEMPT)
    # member, secretary, other_secretary, committee and the two above
    assert _tiles(world.committee) == {
        "Đảng viên": "6",
        "Chính thức": "5",
        "Dự bị": "1",
        "Được miễn sinh hoạt": "1",
        "Đơn vị trực thuộc": "2",
    }


def test_a_member_sees_the_counts_of_his_branch_and_no_links(world):
    glance = glance_at(Reader(world.member, {}))
    assert (glance.unit, glance.members) == (world.branch, 2)
    assert [tile.get("url", "") for tile in glance.tiles] == ["", "", "", ""]


def test_the_bars_of_the_units_below_add_up_to_the_whole(world):
    for number in range(14):
        unit = make_unit(world.company, f"K{number}", f"Chi bộ {number}", "cell")
        for _ in range(number):
            make_member(unit, "Lý Văn Bơ")
    glance = glance_at(Reader(world.committee, {}))
    values = [int(row[1].replace(".", "")) for row in glance.children.rows]
    assert (len(values), sum(values)) == (11, glance.members)


def test_activation_leaves_out_who_is_exempt(world):
    make_member(world.branch, "Lý Văn Bơ", status=Status.EXEMPT)
    assert glance_at(Reader(world.secretary, {})).activated.rows == [
        ["Đã kích hoạt", "0", "0%"],
        ["Chưa kích hoạt", "2", "100%"],
    ]


def test_what_waits_is_shown_first_and_the_most_pressing_is_the_first(world, client_of, monkeypatch):
    def later(user):
        return [Todo("Bổ sung hồ sơ", "Còn thiếu ngày sinh.", "/huong-dan/", "Bổ sung", "later")]

    def now(user):
        return [Todo("Sửa dòng lỗi", "12 dòng.", "/cong-viec/", "Sửa", "now", 12)]

    monkeypatch.setattr(todo, "SOURCES", (later, now))
    page = client_of(world.member).get("/").content.decode()
    assert page.index("Sửa dòng lỗi") < page.index("Bổ sung hồ sơ") < page.index("Chi bộ của đồng chí")
    assert "1 việc cần làm ngay" in page


def test_an_officer_finds_the_problems_to_answer_among_what_waits(world, client_of):
    ask_for_help(text="Không mở được trang", branch=world.branch, actor=world.member)
    tasks = client_of(world.secretary).get("/").context["tasks"]
    assert "Trả lời vướng mắc của đảng viên" in [task["title"] for task in tasks]
    assert client_of(world.other_secretary).get("/").context["nav"].unread == 0


def test_recent_changes_are_only_those_one_may_read(world, client_of):
    assert [line.words for line in client_of(world.secretary).get("/").context["recent"]] == []
    recent = client_of(world.inspector).get("/").context["recent"]
    assert len(recent) == 6
    assert (
        recent[0].words
        == f"giao vai trò Cán bộ phụ trách Sổ tay tại {world.other_company.name} cho đồng chí Vũ Thị Hồng"
    )


def test_an_account_without_a_record_is_told_what_to_do(db, client_of, django_user_model):
    user = django_user_model.objects.create_user("001085999999", "Nguyễn Văn Lẻ")
    assert "Tài khoản chưa gắn với chi bộ nào" in client_of(user).get("/").content.decode()


def test_a_list_to_mend_stands_once_among_what_waits(world):
    member_imports.entered(world)
    titles = [task["title"] for task in todo.tasks_of(world.committee)]
    assert [title for title in titles if "chưa nhập được" in title] == ["1 dòng danh sách chưa nhập được"]
