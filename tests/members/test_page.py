"""The page of a member: who sees what of it, what is written down, who can see it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from common.phones import show_phone
from members.enums import Standing, Status
from members.models import Member
from members.party_age import party_age_in_words, probation_ends_on
from members.selectors.access import INSPECTION, access_to, openings_of
from tests.cast import make_member


def page(client_of, user, member) -> str:
    address = reverse("members:member", args=[member.pk])
    return client_of(user).get(address, follow=True).content.decode()


def test_the_member_sees_all_of_his_own(world, client_of):
    member = world.people["member"]
    seen = page(client_of, world.member, member)
    for text in (member.citizen_id, show_phone(member.phone), "14/03/1985"):
        assert text in seen


def test_the_officer_sees_all_but_id_and_birth_date(world, client_of):
    member = world.people["member"]
    seen = page(client_of, world.secretary, member)
    assert f'href="tel:{member.phone}">{show_phone(member.phone)}</a>' in seen
    assert "•" * 10 + member.citizen_id[-2:] in seen
    assert member.citizen_id not in seen
    assert "14/03/1985" not in seen


def test_a_reader_sees_neither_phone_nor_history_nor_a_way_to_reveal(world, client_of):
    member = world.people["member"]
    seen = page(client_of, world.inspector, member)
    assert member.full_name in seen
    for text in (member.citizen_id, member.phone, "14/03/1985", reverse("members:reveal", args=[member.pk])):
        assert text not in seen


def test_every_look_of_another_is_written_down_and_ones_own_is_not(world, client_of):
    member = world.people["member"]
    for user in (world.member, world.secretary, world.inspector):
        page(client_of, user, member)
    looks = Entry.objects.filter(action="member.viewed").order_by("id").values_list("actor_id", "detail")
    assert list(looks) == [(world.secretary.pk, {"as": "right"}), (world.inspector.pk, {"as": "inspection"})]


def test_revealing_shows_id_and_birth_date_and_is_written_down(world, client_of):
    member = world.people["member"]
    seen = client_of(world.secretary).post(reverse("members:reveal", args=[member.pk])).content.decode()
    assert member.citizen_id in seen
    assert "14/03/1985" in seen
    entry = Entry.objects.get(action="member.revealed")
    assert (entry.actor_id, entry.target_id) == (world.secretary.pk, member.pk)
    assert member.citizen_id not in str(entry.detail) + entry.target_label


@pytest.mark.parametrize(("field", "shown", "hidden"), [("citizen_id", True, False), ("birth", False, True)])
def test_one_field_is_revealed_in_place(world, client_of, field, shown, hidden):
    member = world.people["member"]
    answer = client_of(world.secretary).post(
        reverse("members:reveal", args=[member.pk]), {"field": field}, headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert (member.citizen_id in text, "14/03/1985" in text) == (shown, hidden)


def test_who_can_see_my_data_names_roles_and_hides_inspectors(world):
    found = access_to(world.people["member"])
    assert [(one.who, one.unit) for one in found] == [
        ("Trần Văn Cam", world.branch.name),
        ("Phạm Văn Mận", world.company.name),
        (INSPECTION, world.top.name),
        ("Hoàng Thị Lê", world.top.name),
    ]
    assert all("Đỗ Văn Ổi" not in str(one) for one in found)


def test_who_opened_it_is_told_to_the_member_for_twelve_months(world, client_of):
    member = world.people["member"]
    page(client_of, world.secretary, member)
    page(client_of, world.inspector, member)
    client_of(world.secretary).get(f"{reverse('members:call_list')}?unit={world.branch.pk}")
    assert [(one.who, one.what) for one in openings_of(member)] == [
        ("Trần Văn Cam", "Mở danh bạ gọi điện có đồng chí"),
        (INSPECTION, "Xem hồ sơ"),
        ("Trần Văn Cam", "Xem hồ sơ"),
    ]
    # Who printed the list stood in it; his own look is not told to him.
    assert openings_of(world.people["secretary"]) == []
    seen = client_of(world.member).get(reverse("members:access", args=[member.pk])).content.decode()
    assert "Đỗ Văn Ổi" not in seen
    assert seen.count(INSPECTION) >= 2


@pytest.mark.parametrize(
    ("since", "precision", "words"),
    [
        (timedelta(days=0), "day", "0 tháng"),
        (timedelta(days=100), "day", "3 tháng"),
        (timedelta(days=366 * 10 + 3), "day", "10 năm"),
        (timedelta(days=366 * 10 + 3), "year", "khoảng 10 năm"),
    ],
)
def test_party_age_in_words(world, since, precision, words):
    day = timezone.localdate() - since
    assert party_age_in_words(Member(admission_date=day, admission_precision=precision)) == words


def test_party_age_counts_from_the_decision_when_it_is_known():
    today = timezone.localdate()
    member = Member(admission_date=date(today.year - 5, 1, 1), admission_decision_date=date(today.year - 6, 1, 1))
    assert party_age_in_words(member) == "6 năm"


@pytest.mark.parametrize(
    ("ceremony", "ends"),
    [(date(2025, 5, 19), date(2026, 5, 19)), (date(2024, 2, 29), date(2025, 2, 28))],
)
def test_probation_ends_twelve_months_after_the_ceremony(ceremony, ends):
    member = Member(standing=Standing.PROBATIONARY, admission_date=ceremony, status=Status.ACTIVE)
    assert probation_ends_on(member) == ends


def test_the_page_reminds_of_the_end_of_probation(world, client_of):
    today = timezone.localdate()
    make_member(
        world.branch, "Ngô Thị Sen", standing=Standing.PROBATIONARY, official_date=None,
        admission_date=today - timedelta(days=340),
    )  # fmt: skip
    seen = page(client_of, world.secretary, Member.objects.get(full_name="Ngô Thị Sen"))
    assert "Thời hạn dự bị hết ngày" in seen


@pytest.mark.parametrize("name", ["members:member", "members:history", "members:access"])
def test_the_pages_stay_within_their_queries(world, client_of, name):
    client = client_of(world.secretary)
    address = reverse(name, args=[world.people["member"].pk])
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    # One of them writes down the look.
    assert len(captured) <= 13, [q["sql"][:90] for q in captured]


def test_an_account_without_a_record_is_told_so(world, client_of):
    admin = User.objects.create_user("001085999999", "Quản Trị Viên")
    seen = client_of(admin).get(reverse("members:me")).content.decode()
    assert "không có hồ sơ đảng viên" in seen
    assert "Chưa có danh sách nào" in client_of(admin).get(reverse("members:list")).content.decode()
