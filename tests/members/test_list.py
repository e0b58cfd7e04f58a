"""Who sees which rows, and how they are found, chosen and ordered."""

from datetime import date
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.text import name_sort_key
from members.enums import Gender, PostCode, Sight, Standing, Status
from members.models import Member, Post
from members.selectors import ListFilter, listed_members, rows_of, scope_for, search_members
from members.selectors.lists import VALUES
from tests.cast import make_member


def names(user, unit, **chosen) -> list[str]:
    # Units founded later have shifted its interval.
    unit.refresh_from_db()
    found = listed_members(user, unit, scope_for(user, unit), ListFilter(**chosen))
    return [row["full_name"] for row in found.values(*VALUES)]


def test_a_superiors_list_holds_all_below_and_nobody_beside(world):
    assert names(world.committee, world.company) == [
        "Nguyễn Thị Bưởi",
        "Trần Văn Cam",
        "Lê Thị Đào",
        "Phạm Văn Mận",
    ]
    assert names(world.committee, world.section) == ["Nguyễn Thị Bưởi", "Trần Văn Cam", "Lê Thị Đào"]


def test_a_member_sees_names_and_posts_of_his_branch_and_nothing_else(world):
    Post.objects.create(member=world.people["secretary"], unit=world.branch, code=PostCode.SECRETARY)
    found = listed_members(world.member, world.branch, Sight.FELLOW, ListFilter(gender="male", status=Status.LEFT))
    rows = rows_of(world.member, found.values(*VALUES), Sight.FELLOW)
    keys = {"id", "url", "name", "branch_id", "branch", "posts", "own", "opens"}
    assert [row.keys() for row in rows] == [keys, keys]
    assert [(row["name"], row["posts"], row["opens"]) for row in rows] == [
        ("Nguyễn Thị Bưởi", "", True),
        ("Trần Văn Cam", "Bí thư", False),
    ]


def test_ids_are_masked_and_phones_are_for_who_keeps_the_records(world):
    member = world.people["member"]
    (row,) = rows_of(world.inspector, Member.objects.filter(pk=member.pk).values(*VALUES), Sight.READER)
    assert (row["citizen_id"], row["phone"], row["birth_year"]) == ("•" * 10 + member.citizen_id[-2:], "", 1985)
    (row,) = rows_of(world.secretary, Member.objects.filter(pk=member.pk).values(*VALUES), Sight.OFFICER)
    assert (row["citizen_id"], row["phone"]) == ("•" * 10 + member.citizen_id[-2:], member.phone)


def test_open_ids_open_only_where_the_reader_keeps_the_record(world):
    rows = rows_of(world.inspector, Member.objects.values(*VALUES), Sight.READER, open_ids=True)
    others = [row for row in rows if not row["own"]]
    assert others
    assert {row["citizen_id"][:10] for row in others} == {"•" * 10}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nguyen an", ["Nguyễn Văn An", "Nguyễn Văn Ân"]),
        ("NGUYỄN  ân", ["Nguyễn Văn Ân"]),
        ("dinh", ["Đinh Thị Xoan"]),
        ("khong co ai", []),
        ("%", []),
    ],
)
def test_names_are_found_without_accents_by_all_their_words(world, text, found):
    for name in ("Nguyễn Văn Ân", "Nguyễn Văn An", "Đinh Thị Xoan"):
        make_member(world.branch, name)
    if text.startswith("NGUY"):
        # Whoever types the accents gets those first; without them the others follow.
        assert names(world.secretary, world.branch, text="Nguyễn Văn Ân")[:1] == found
    else:
        assert names(world.secretary, world.branch, text=text) == found


def test_numbers_are_found_whole_and_only_by_who_keeps_the_records(world):
    member = make_member(world.branch, "Ngô Văn Sung", card_number="12345678", phone="0987654321")
    for text in (member.citizen_id, "0987 654 321", "+84987654321", "12345678"):
        assert names(world.secretary, world.branch, text=text) == ["Ngô Văn Sung"]
    assert names(world.secretary, world.branch, text=member.citizen_id[:11]) == []
    assert names(world.secretary, world.branch, text="098765432") == []
    assert names(world.inspector, world.branch, text=member.citizen_id) == []
    assert names(world.inspector, world.branch, text="0987654321") == []
    assert names(world.inspector, world.branch, text="12345678") == ["Ngô Văn Sung"]
    assert names(world.member, world.branch, text="12345678") == []


def test_each_condition_chooses(world):
    year = timezone.localdate().year
    odd = make_member(
        world.branch,
        "Lò Thị Ban",
        gender=Gender.FEMALE,
        birth_date=date(year - 70, 1, 1),
        standing=Standing.PROBATIONARY,
        official_date=None,
        ethnicity="Thái",
        activated_at=timezone.now(),
    )
    Post.objects.create(member=odd, unit=world.branch, code=PostCode.CELL_COMMITTEE_MEMBER)
    ended = make_member(world.branch, "Ma Văn Seo", status=Status.LEFT)
    Post.objects.create(member=ended, unit=world.branch, code=PostCode.CELL_COMMITTEE_MEMBER, ends_on=date(2026, 1, 1))
    one = [
        {"standing": "probationary"},
        {"post": "co"},
        {"post": "cell_committee_member"},
        {"activated": "co"},
        {"age": "tren-60"},
        {"ethnicity": "thieu-so"},
        {"gender": "female", "activated": "co"},
    ]
    for chosen in one:
        assert names(world.secretary, world.branch, **chosen) == ["Lò Thị Ban"], chosen
    assert names(world.secretary, world.branch, status="da-roi") == ["Ma Văn Seo"]
    assert "Ma Văn Seo" not in names(world.secretary, world.branch)
    assert "Ma Văn Seo" in names(world.secretary, world.branch, status="tat-ca")


def test_the_order_is_of_given_names_and_turns_round(world):
    for name in ("Đặng Văn Ánh", "Trần Văn Ân", "Nguyễn Văn An", "Đỗ Văn An"):
        make_member(world.branch, name)
    ordered = names(world.secretary, world.branch)
    assert all(name_sort_key(a) <= name_sort_key(b) for a, b in pairwise(ordered))
    assert ordered[:4] == ["Đỗ Văn An", "Nguyễn Văn An", "Đặng Văn Ánh", "Trần Văn Ân"]
    assert names(world.secretary, world.branch, descending=True) == ordered[::-1]


def test_who_has_no_birth_date_comes_last_either_way(world):
    make_member(world.branch, "Không Rõ Ngày")
    Member.objects.filter(full_name="Không Rõ Ngày").update(birth_date=None)
    make_member(world.branch, "Cao Tuổi Nhất", birth_date=date(1940, 1, 1))
    for down in (False, True):
        ordered = names(world.secretary, world.branch, sort="tuoi", descending=down)
        assert ordered[-1] == "Không Rõ Ngày"
    assert ordered[0] == "Cao Tuổi Nhất"


def test_what_is_looked_for_stands_in_no_address_and_no_log(world, client_of, caplog):
    client = client_of(world.secretary)
    member = world.people["member"]
    with caplog.at_level("INFO"):
        answer = client.post(f"{reverse('members:search')}?unit={world.branch.pk}", {"q": member.citizen_id})
        page = client.get(answer.url)
    assert member.citizen_id not in answer.url
    assert member.citizen_id not in caplog.text
    assert f"unit={world.branch.pk}" in answer.url
    assert [row["name"] for row in page.context["rows"]] == [member.full_name]
    # Sorting and filtering go on within the search.
    assert "tim=" in page.context["sort"].url("tuoi")
    # Nobody else's key means anything.
    stranger = client_of(world.committee).get(answer.url)
    assert len(stranger.context["rows"]) == 2


def test_values_that_are_not_known_are_left_out(world, client_of):
    address = f"{reverse('members:list')}?unit={world.branch.pk}&tu_cach=x&do_tuoi=7&xep=zzz&trang=-4"
    page = client_of(world.secretary).get(address)
    assert [row["name"] for row in page.context["rows"]] == ["Nguyễn Thị Bưởi", "Trần Văn Cam"]


def _queries(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("who", ["member", "secretary", "committee", "inspector"])
def test_the_list_costs_the_same_for_any_length(world, client_of, who):
    user = world.user(who)
    unit = world.branch
    client = client_of(user)
    address = f"{reverse('members:list')}?unit={unit.pk}"
    client.get(address)
    few = _queries(client, address)
    for number in range(30):
        member = make_member(unit, f"Nguyễn Văn Số{chr(97 + number % 26)}")
        Post.objects.create(member=member, unit=unit, code=PostCode.CELL_COMMITTEE_MEMBER)
    assert _queries(client, address) == few
    assert few <= 12


def test_the_search_over_everything_finds_only_pages_that_are_there(world):
    assert [m.full_name for m in search_members(world.committee, "nguyen", 5)] == ["Nguyễn Thị Bưởi"]
    assert [m.full_name for m in search_members(world.outsider, "nguyen", 5)] == []
    assert [m.full_name for m in search_members(world.member, "bưởi", 5)] == ["Nguyễn Thị Bưởi"]
    assert [m.full_name for m in search_members(world.member, "cam", 5)] == []
