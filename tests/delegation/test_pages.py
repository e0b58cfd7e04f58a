"""The pages of delegation: what each shows, and the way from the form to the list."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import NO_PASSWORD, User
from delegation.selectors import givable_units, roles_in, where_state
from delegation.selectors.grants import state_of, values_of
from delegation.services import give
from members.enums import PostCode
from members.models import Member, Post
from orgtree.enums import Reach, Role
from orgtree.models import Grant, OrgUnit
from orgtree.services import give_grant
from orgtree.services.grants import giving
from tests.cast import CAST, make_member, make_unit
from tests.delegation.people import again, led, six_below

REASON = "Được phân công theo Thông báo số 12"


def page(client, name: str, *args, **query) -> str:
    answer = client.get(reverse(f"delegation:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def filled(unit: OrgUnit, **more) -> dict:
    today = f"{timezone.localdate():%d/%m/%Y}"
    return {"unit": unit.pk, "roles": ["secretary"], "begins_on": today, "reach": "subtree"} | more


# Where one may give


@pytest.mark.parametrize("who", CAST[1:])
def test_the_choice_of_units_is_where_the_service_would_let_him(world, who):
    make_unit(world.branch, "T.02.B1.01.1", "Tổ đảng số 1", "group")
    user = again(world.user(who))
    groups = {"T.02.B1.01.1"}
    may = {unit.code for unit in OrgUnit.objects.all() if giving(user, unit) and unit.code not in groups}
    assert set(givable_units(user).values_list("code", flat=True)) == may


def test_only_those_who_may_receive_are_found_by_name_or_whole_number(world, client_of):
    client, url = client_of(world.committee), reverse("delegation:find")
    bark = world.people["member"]
    for text in ("Bưởi", "nguyen thi buoi", bark.account.citizen_id):
        assert "Nguyễn Thị Bưởi" in client.post(url, {"q": text}).content.decode()
    stranger = world.people["outsider"]
    for text in (bark.account.citizen_id[:11], stranger.full_name, stranger.account.citizen_id, "Phạm Văn Mận"):
        found = client.post(url, {"q": text}).content.decode()
        assert "Không tìm thấy ai nhận được vai trò" in found


def test_no_number_and_no_name_stands_in_an_address(world, client_of):
    client = client_of(world.committee)
    person = world.people["member"]
    found = client.post(reverse("delegation:find"), {"q": person.account.citizen_id}).content.decode()
    assert f"?nguoi={person.pk}" in found
    assert f"={person.account.citizen_id}" not in found
    answer = client.post(reverse("delegation:search"), {"q": "Trần Văn Cam"})
    assert "Cam" not in answer["Location"]
    shown = client.get(answer["Location"]).content.decode()
    assert "Trần Văn Cam" in shown
    assert "Lê Thị Đào" not in shown[shown.index("<tbody") :]


def test_a_unit_is_found_by_its_line_its_code_or_its_words(world, client_of):
    client, url = client_of(world.committee), reverse("delegation:find")
    led(world.section, world.branch, "Hà Văn Nam")
    for words in (f"{world.section.name} (T.02.B1)", "t.02.b1", "khoi co quan"):
        assert "Hà Văn Nam" in client.post(url, {"unit": words}).content.decode()
    assert "Không có đơn vị nào như vậy" in client.post(url, {"unit": "T.61"}).content.decode()
    assert "Đồng chí gõ họ tên hoặc số định danh" in client.post(url, {}).content.decode()


def test_of_several_units_one_is_chosen(world, client_of):
    text = client_of(world.org_department).post(reverse("delegation:find"), {"unit": "dang bo"}).content.decode()
    assert "Đồng chí muốn nói đơn vị nào?" in text
    assert f"?don_vi={world.empowered.pk}" in text


# From the form to the list


def test_the_form_keeps_what_was_filled_in_and_saves_after_the_last_look(world, client_of):
    member = led(world.section, world.branch, "Hà Văn Nam")
    client = client_of(world.committee)
    url = f"{reverse('delegation:new')}?nguoi={member.pk}"
    assert 'value="secretary" id="id_roles_0" checked' in " ".join(client.get(url).content.decode().split())
    answer = client.post(url, filled(world.section, ends_on="31/12/2030", reason="Theo Quyết định số 7"))
    assert answer.status_code == 302
    check = client.get(answer["Location"]).content.decode()
    for told in ("do giữ chức vụ Bí thư", "Bước 3".lower(), "31/12/2030", "Theo Quyết định số 7", "Thay đổi"):
        assert told in check
    assert not Grant.objects.filter(user=member.account).exists()
    back = client.get(f"{reverse('delegation:new')}?{answer['Location'].partition('?')[2]}").content.decode()
    assert "31/12/2030" in back
    assert "Theo Quyết định số 7" in back
    done = client.post(answer["Location"], follow=True)
    assert "Đã giao vai trò Bí thư tại Đảng bộ bộ phận Khối Cơ quan cho đồng chí Hà Văn Nam." in done.content.decode()
    assert Grant.objects.get(user=member.account).ends_on == date(2030, 12, 31)
    again_sent = client.post(answer["Location"], follow=True).content.decode()
    assert "chọn lại người" in again_sent


def test_the_form_takes_no_unit_and_no_role_that_is_not_one_s_own_to_give(world, client_of):
    member = led(world.section, world.branch, "Hà Văn Nam")
    client = client_of(world.committee)
    url = f"{reverse('delegation:new')}?nguoi={member.pk}"
    for wrong in (
        filled(world.company),
        filled(world.branch),
        filled(world.section, roles=["org_department"]),
        filled(world.section, begins_on="32/13/2026"),
        filled(world.section, roles=[]),
    ):
        assert client.post(url, wrong).status_code == 200
    assert not Grant.objects.filter(user=member.account).exists()


@pytest.mark.parametrize("who", ["outsider", "committee"])
def test_nobody_is_named_whom_one_may_not_give_anything(world, client_of, who):
    """Neither a stranger nor oneself."""
    client = client_of(world.committee)
    url = f"{reverse('delegation:new')}?nguoi={world.people[who].pk}"
    assert client.get(url).status_code == 302
    assert client.post(url, filled(world.section)).status_code == 302
    assert not Grant.objects.filter(user=world.user(who), unit=world.section).exists()


def test_the_last_look_tells_of_a_role_that_waits_and_of_another_secretary(world, client_of):
    member = led(world.near_branch, world.near_branch, "Tạ Văn Hai")
    give(member=member, unit=world.near_branch, roles=[Role.SECRETARY], actor=world.committee)
    other = led(world.near_branch, world.near_branch, "Tạ Văn Ba")
    User.objects.filter(pk=other.account_id).update(identity_confirmed_at=None)
    client = client_of(world.committee)
    answer = client.post(f"{reverse('delegation:new')}?nguoi={other.pk}", filled(world.near_branch))
    text = client.get(answer["Location"]).content.decode()
    assert "đang có 1 đồng chí giữ vai trò Bí thư: Tạ Văn Hai" in text
    assert "Vai trò có hiệu lực sau khi đồng chí ấy kích hoạt tài khoản" in text


def test_in_place_of_the_one_below_is_told_on_the_last_look(world, client_of):
    member = led(world.branch, world.branch, "Mai Văn Tư", PostCode.DEPUTY_SECRETARY)
    client = client_of(world.org_department)
    answer = client.post(
        f"{reverse('delegation:new')}?nguoi={member.pk}", filled(world.branch, roles=["deputy_secretary"])
    )
    assert "giao thay cấp dưới" in client.get(answer["Location"]).content.decode()


def test_a_right_lost_between_the_form_and_save_saves_nothing(world, client_of):
    member = led(world.section, world.branch, "Hà Văn Nam")
    client = client_of(world.committee)
    answer = client.post(f"{reverse('delegation:new')}?nguoi={member.pk}", filled(world.section))
    Grant.objects.filter(pk=world.grants["committee"].pk).update(ends_on=None, revoked_at=timezone.now())
    assert client.post(answer["Location"]).status_code == 403
    assert not Grant.objects.filter(user=member.account).exists()


# The list


def test_the_list_tells_who_what_where_and_whence(world, client_of):
    first = six_below(world)
    text = page(client_of(world.committee), "list")
    assert "Hà Văn Nam" in text
    assert "Đồng chí Phạm Văn Mận giao ngày" in text
    assert "theo vai trò Bí thư, Đảng bộ Công ty Đường sắt Sông Lam" in text
    assert "Bước 3" in text
    assert "Chức vụ Chi ủy viên" in text
    own = page(client_of(world.member), "list")
    assert "Đồng chí chưa được giao vai trò nào" in own
    assert "Hà Văn Nam" in page(client_of(first.user), "grant", first.pk)


def test_each_state_is_found_by_its_filter_and_shown_by_its_chip(world, client_of):
    today = timezone.localdate()
    people = {
        "sap-het": {"ends_on": today + timedelta(days=3)},
        "chua-bat-dau": {"begins_on": today + timedelta(days=3)},
        "het-han": {"begins_on": today - timedelta(days=9), "ends_on": today - timedelta(days=1)},
        "hieu-luc": {},
        "thu-hoi": {"revoked_at": timezone.now()},
        "chua-kich-hoat": {},
        "chua-xac-nhan": {},
    }
    made = {}
    for state, change in people.items():
        member = make_member(world.near_branch, f"Người {state}")
        made[state] = give_grant(user=member.account, unit=world.near_branch, role=Role.COMMITTEE_MEMBER, actor=None)
        Grant.objects.filter(pk=made[state].pk).update(**change)
        if state.startswith("chua-kich") or state == "chua-xac-nhan":
            activated = timezone.now() if state == "chua-xac-nhan" else None
            User.objects.filter(pk=member.account_id).update(identity_confirmed_at=None, activated_at=activated)
    here = Grant.objects.filter(pk__in=[grant.pk for grant in made.values()])
    for state, grant in made.items():
        assert [one.pk for one in where_state(here, state)] == [grant.pk], state
        assert state_of(values_of(here).get(pk=grant.pk), today) == state
    waiting = {made["chua-kich-hoat"].pk, made["chua-xac-nhan"].pk}
    assert set(where_state(here, "chua-hieu-luc").values_list("pk", flat=True)) == waiting
    text = page(client_of(world.committee), "list", trang_thai="thu-hoi")
    assert "Người thu-hoi" in text
    assert "Người hieu-luc" not in text


@pytest.mark.parametrize(
    ("query", "seen", "hidden"),
    [
        ({"vai_tro": "committee_member"}, "Nguyễn Văn 1", "Hà Văn Nam"),
        ({"buoc": "3"}, "Hà Văn Nam", "Nguyễn Văn 1"),
        ({"pham_vi": "toi-giao"}, "Hà Văn Nam", "Nguyễn Văn 1"),
        ({"pham_vi": "cua-toi"}, "Phạm Văn Mận", "Hà Văn Nam"),
        ({"pham_vi": "cap-duoi"}, "Hà Văn Nam", "Nguyễn Văn 1"),
        ({"pham_vi": "don-vi-toi"}, "Phạm Văn Mận", "Hà Văn Nam"),
    ],
)
def test_the_list_is_narrowed_down(world, client_of, query, seen, hidden):
    six_below(world)
    text = page(client_of(world.committee), "list", **query)
    rows = text[text.index("<tbody") :]
    assert f">{seen}</a>" in rows
    assert f">{hidden}</a>" not in rows


def test_a_unit_s_filter_takes_what_stands_below_it(world, client_of):
    six_below(world)
    text = page(client_of(world.committee), "list", don_vi=world.section.pk)
    rows = text[text.index("<tbody") :]
    assert "Nguyễn Văn 1" in rows
    assert "Phạm Văn Mận</a>" not in rows


def test_a_role_without_its_post_is_marked(world, client_of):
    first = six_below(world)
    Post.objects.filter(member=first.user.member).update(ends_on=timezone.localdate())
    client = client_of(world.committee)
    text = page(client, "list", trang_thai="het-can-cu")
    assert "Hết căn cứ" in text[text.index("<tbody") :]
    assert "Nguyễn Văn 1" not in text
    assert "không còn giữ chức vụ mà theo đó vai trò được giao" in page(client, "grant", first.pk)


def test_every_column_sorts(world, client_of):
    six_below(world)
    client = client_of(world.committee)
    for word in ("ten", "-ten", "don-vi", "-don-vi", "tu-ngay", "vai-tro", "la"):
        page(client, "list", xep=word)


def _many(world, count: int) -> None:
    """Grants of many people over many units."""
    people = User.objects.bulk_create(
        User(citizen_id=f"002085{number:06d}", full_name=f"Người {number}", password=NO_PASSWORD)
        for number in range(count)
    )
    Member.objects.bulk_create(
        Member(account=user, branch=world.near_branch, full_name=user.full_name, name_sort=b"x", search_key="nguoi")
        for user in people
    )
    Grant.objects.bulk_create(
        Grant(
            user=user,
            unit=world.near_branch,
            role=Role.COMMITTEE_MEMBER,
            begins_on=timezone.localdate(),
            basis=PostCode.CELL_COMMITTEE_MEMBER,
            given_by=world.committee,
            given_under=world.grants["committee"],
        )
        for user in people
    )
    with connection.cursor() as cursor:
        # As autovacuum does outside a test; by the figures of emptied tables five thousand rows are joined one by one.
        cursor.execute("ANALYZE accounts_user, members_member, orgtree_grant")


@pytest.mark.parametrize("count", [1, 5000])
def test_the_list_costs_the_same_at_1_and_at_5000(world, client_of, django_assert_max_num_queries, count):
    _many(world, count)
    client = client_of(world.committee)
    page(client, "list")
    costs = []
    for query in ({}, {"trang_thai": "het-can-cu"}, {"xep": "ten", "trang": "3"}):
        with django_assert_max_num_queries(12) as asked:
            page(client, "list", **query)
        costs.append(len(asked))
    assert costs == [9, 9, 9]


@pytest.mark.parametrize("count", [1, 60])
def test_the_other_pages_cost_the_same_however_much_hangs(world, client_of, django_assert_max_num_queries, count):
    first = six_below(world)
    chief = again(first.user)
    for number in range(count):
        member = led(world.sister, world.sister, f"Cao Thị {number}", PostCode.CELL_COMMITTEE_MEMBER)
        give(member=member, unit=world.sister, roles=[Role.COMMITTEE_MEMBER], actor=chief)
    client = client_of(world.committee)
    page(client, "grant", first.pk)
    costs = []
    for name in ("grant", "take_back", "term"):
        with django_assert_max_num_queries(16) as asked:
            page(client, name, first.pk)
        costs.append(len(asked))
    with django_assert_max_num_queries(16) as asked:
        client.get(reverse("delegation:find"), {"don_vi": world.section.pk})
    costs.append(len(asked))
    with django_assert_max_num_queries(20) as asked:
        client.get(reverse("delegation:new"), {"nguoi": world.people["member"].pk})
    costs.append(len(asked))
    assert costs == COSTS


COSTS = [10, 9, 5, 7, 10]


# The page of a unit


def test_each_role_stands_with_its_source(world):
    grant = give_grant(
        user=world.member, unit=world.section, role=Role.SECRETARY, ends_on=date(2030, 12, 31), actor=world.committee
    )
    roles = roles_in(world.committee, OrgUnit.objects.get(pk=world.section.pk))
    assert len(roles.here) == 1
    assert roles.here[0].sentence == (
        "Đồng chí Nguyễn Thị Bưởi giữ vai trò Bí thư, do đồng chí Phạm Văn Mận giao ngày "
        f"{grant.begins_on:%d/%m/%Y}, đến 31/12/2030."
    )
    assert roles.above[0].sentence == (
        "Đồng chí Phạm Văn Mận giữ vai trò Bí thư tại Đảng bộ Công ty Đường sắt Sông Lam (cấp trên, có hiệu lực cả ở "
        f"đây), do quản trị hệ thống giao ngày {timezone.localdate():%d/%m/%Y}."
    )
    assert len(roles.above) == 3


def test_a_role_of_one_unit_alone_is_not_told_below(world):
    give_grant(user=world.member, unit=world.company, role=Role.COMMITTEE_MEMBER, reach=Reach.UNIT, actor=None)
    roles = roles_in(world.committee, OrgUnit.objects.get(pk=world.branch.pk))
    assert "Nguyễn Thị Bưởi" not in str(roles.above)


@pytest.mark.parametrize("who", CAST[1:])
def test_the_panel_offers_giving_where_the_service_would_let_him(world, who):
    user = again(world.user(who))
    for unit in OrgUnit.objects.select_related("kind", "parent__kind"):
        assert roles_in(user, unit).may_give == bool(giving(user, unit)), unit.code


def test_the_page_of_a_unit_says_that_nobody_leads_it_and_where_to_begin(world, client_of):
    url = reverse("orgtree:unit", args=[world.section.pk])
    text = client_of(world.committee).get(url).content.decode()
    assert "Chưa có đồng chí nào giữ vai trò Bí thư trên Sổ tay." in text
    assert f"{reverse('delegation:new')}?don_vi={world.section.pk}" in text
    assert "delegation" not in client_of(world.inspector).get(url).content.decode()
    assert f"{reverse('delegation:new')}" not in client_of(world.inspector).get(url).content.decode()
