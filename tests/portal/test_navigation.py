"""What stands in the navigation is what one may do; it costs three queries."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import resolve

from notifications.services import notify
from orgtree.enums import Role
from orgtree.services import give_grant, revoke_grant
from portal.entries import ACCOUNT, DUTIES
from portal.navigation import navigation, navigation_of


def _request(user, path="/", session=None):
    request = RequestFactory().get(path)
    request.user, request.session, request.resolver_match = user, session or SessionStore(), resolve(path)
    return request


def _labels(user):
    return [item.label for group in navigation_of(_request(user)).groups for item in group.items]


@pytest.mark.parametrize("entry", [*(entry for duty in DUTIES for entry in duty.entries), *ACCOUNT])
def test_every_entry_leads_somewhere(entry):
    assert entry.url


def test_a_member_sees_his_own_and_no_officers_entries(world):
    assert _labels(world.member) == [
        "Trang chủ",
        "Sinh hoạt",
        "Thông báo",
        "Hồ sơ của tôi",
        "Nhiệm vụ",
        "Nhật ký",
        "Hướng dẫn",
        "Báo vướng mắc",
    ]


def test_a_secretary_sees_members_lists_and_the_problems_to_answer(world):
    assert _labels(world.secretary) == [
        "Trang chủ",
        "Sinh hoạt",
        "Thông báo",
        "Hồ sơ của tôi",
        "Nhiệm vụ",
        "Đảng viên",
        "Nhập danh sách",
        "Kích hoạt tài khoản",
        "Phân quyền",
        "Tổ chức đảng",
        "Báo cáo đại hội",
        "Lịch đại hội",
        "Tiến độ xử lý",
        "Nhật ký",
        "Hướng dẫn",
        "Báo vướng mắc",
        "Trả lời vướng mắc",
    ]


def test_an_inspector_looks_and_enters_nothing(world):
    labels = _labels(world.inspector)
    assert "Đảng viên" in labels
    assert "Nhập danh sách" not in labels
    assert "Trả lời vướng mắc" not in labels


def test_who_has_units_below_approves_reports_and_an_inspector_looks_on(world):
    assert "Phê duyệt báo cáo" in _labels(world.committee)
    assert "Phê duyệt báo cáo" in _labels(world.inspector)
    assert "Báo cáo đại hội" not in _labels(world.inspector)


def test_a_visitor_and_a_page_without_templates_cost_no_query(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        visitor = navigation_of(_request(AnonymousUser()))
        navigation(_request(world.committee))
    assert (visitor.groups, visitor.units, visitor.inbox_url) == ((), (), "")


@pytest.mark.parametrize("who", ["member", "secretary", "org_department"])
def test_it_is_made_once_by_three_queries(world, who, django_assert_num_queries):
    context = Context(navigation(_request(world.user(who))))
    with django_assert_num_queries(3):
        Template("{{ nav.unread }}{{ nav.unit.name }}{{ nav.groups|length }}{{ nav.bottom|length }}").render(context)


@pytest.mark.parametrize("who", ["member", "secretary", "org_department", "inspector"])
def test_the_phones_bar_has_four_entries_beside_the_rest(world, who):
    bottom = navigation_of(_request(world.user(who))).bottom
    last = "Hồ sơ" if who == "member" else "Đảng viên"
    expected = ["Trang chủ", "Sinh hoạt", "Thông báo", last]
    assert [item.label for item in bottom] == expected


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/", "Trang chủ"),
        ("/thong-bao/tuy-chon/", "Thông báo"),
        ("/cong-viec/", "Tiến độ xử lý"),
        ("/huong-dan/chi-bo/", "Hướng dẫn"),
        ("/vuong-mac/", "Báo vướng mắc"),
        ("/vuong-mac/da-nhan/", "Trả lời vướng mắc"),
        ("/dang-vien/5/", "Đảng viên"),
        ("/dang-vien/toi/", "Hồ sơ của tôi"),
        ("/dang-vien/nhap/moi/", "Nhập danh sách"),
        ("/them/", None),
    ],
)
def test_one_entry_is_the_current_one(world, path, label):
    nav = navigation_of(_request(world.secretary, path))
    current = [item.label for group in nav.groups for item in group.items if item.current]
    assert current == ([label] if label else [])


def test_the_bell_counts_what_is_unread(world):
    notify("help.answered", users=[world.member], text="Một")
    notify("help.answered", users=[world.member, world.secretary], text="Hai")
    assert navigation_of(_request(world.member)).unread == 2


def test_units_are_those_of_the_grants_and_the_own_branch(world):
    units = navigation_of(_request(world.committee)).units
    assert [(unit.name, unit.role, unit.current) for unit in units] == [
        (world.company.name, "Bí thư", True),
        (world.near_branch.name, "Đảng viên", False),
    ]


def test_two_roles_in_one_unit_are_one_line(world):
    give_grant(user=world.secretary, unit=world.branch, role=Role.HANDBOOK_OFFICER, actor=None)
    (unit,) = navigation_of(_request(world.secretary)).units
    assert set(unit.role.split(", ")) == {"Bí thư", "Cán bộ phụ trách Sổ tay"}


def test_the_chosen_unit_is_kept_for_the_session(world, client_of):
    client = client_of(world.committee)
    answer = client.post("/doi-don-vi/", {"unit": world.near_branch.pk, "next": "/them/"})
    assert (answer.status_code, answer.url) == (302, "/them/")
    assert client.get("/").context["nav"].unit.name == world.near_branch.name


def test_a_unit_of_others_cannot_be_chosen_nor_an_address_outside_be_led_to(world, client_of):
    client = client_of(world.secretary)
    answer = client.post("/doi-don-vi/", {"unit": world.company.pk, "next": "https://example.com/"})
    assert answer.url == "/"
    assert client.get("/").context["nav"].unit.name == world.branch.name


@pytest.mark.parametrize("unit", ["", "x", "-1", "9" * 30])
def test_nonsense_for_a_unit_changes_nothing(world, client_of, unit):
    assert client_of(world.secretary).post("/doi-don-vi/", {"unit": unit}).status_code == 302


def test_when_the_grant_ends_the_choice_falls_back(world, client_of):
    second = give_grant(user=world.committee, unit=world.section, role=Role.SECRETARY, actor=None)
    client = client_of(world.committee)
    client.post("/doi-don-vi/", {"unit": world.section.pk})
    assert client.get("/").context["nav"].unit.name == world.section.name
    revoke_grant(grant=second, actor=None)
    assert client.get("/").context["nav"].unit.name == world.company.name


def test_the_readers_word_is_the_same_for_one_and_another_for_another(world):
    first, again, other = (
        navigation_of(_request(user)).reader for user in (world.member, world.member, world.secretary)
    )
    assert first == again
    assert first != other
    assert str(world.member.pk) != first
