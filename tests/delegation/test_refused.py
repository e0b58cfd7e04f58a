"""Secretaries that a list named and the import refused: shown with the reason until they are entered."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from delegation.refused import reasons_of, refused_count, refused_leaders
from members.enums import PostCode
from members.imports.models import ImportBatch, ImportRow
from members.imports.services import load_list, undo_import
from members.models import Member, Post
from orgtree.enums import Role
from orgtree.models import Grant
from orgtree.rights import forget_holdings
from orgtree.services import move_unit
from tests.cast import make_member, make_unit
from tests.members.lists_of_people import man, person, workbook

pytestmark = pytest.mark.django_db

BAD = "12345678901"  # a digit is missing


def enter(unit, *people) -> ImportBatch:
    load_list(workbook([*people, person("Nguyễn Văn Đúng", man(99), people[0]["Chi bộ"])]), unit, actor=None)
    return ImportBatch.objects.latest("pk")


def led(name: str, branch: str, post: str, citizen_id: str = BAD) -> dict:
    return person(name, citizen_id, branch, **{"Chức vụ Đảng": post})


def told(user) -> list[tuple[str, str, str]]:
    forget_holdings(user)
    rows = refused_leaders(user).order_by("leads__lft", "pk")
    return list(rows.values_list("full_name", "leads__name", "office"))


def test_a_refused_secretary_is_told_to_who_stands_above_with_the_reason(world):
    enter(
        world.section,
        led("Lê Văn Thư", world.branch.name, "Bí thư chi bộ"),
        led("Lê Thị Phó", world.branch.name, "PBT"),
        led("Lê Văn Thường", world.branch.name, "Chi ủy viên"),
    )
    expected = [
        ("Lê Văn Thư", world.branch.name, PostCode.SECRETARY),
        ("Lê Thị Phó", world.branch.name, PostCode.DEPUTY_SECRETARY),
    ]
    for who in ("secretary", "committee", "org_department"):
        assert told(world.user(who)) == expected
    for who in ("member", "other_secretary", "outsider", "inspector"):
        assert told(world.user(who)) == []
    row = refused_leaders(world.committee).values("note", "remarks").first()
    assert "11 chữ số" in reasons_of(row)[0]


def test_a_post_in_a_committee_above_counts_for_the_committee(world):
    enter(world.company, led("Lê Văn Khu", world.branch.name, "Bí thư Đảng ủy bộ phận"))
    assert told(world.committee) == [("Lê Văn Khu", world.section.name, PostCode.SECRETARY)]
    assert told(world.secretary) == []


def test_it_is_gone_when_the_person_was_entered_or_the_unit_has_a_secretary(world):
    enter(world.section, led("Lê Văn Thư", world.branch.name, "Bí thư chi bộ"))
    member = make_member(world.branch, "Lê Văn Thư")
    assert told(world.committee) == []
    Member.objects.filter(pk=member.pk).update(full_name="Lê Văn Khác")
    assert len(told(world.committee)) == 1
    post = Post.objects.create(member=member, unit=world.branch, code=PostCode.SECRETARY)
    assert told(world.committee) == []
    post.delete()
    Post.objects.create(member=member, unit=world.branch, code=PostCode.DEPUTY_SECRETARY)
    assert len(told(world.committee)) == 1


def test_only_the_last_list_of_a_unit_speaks_and_an_undone_one_not(world):
    enter(world.section, led("Lê Văn Cũ", world.branch.name, "Bí thư chi bộ"))
    batch = enter(world.section, led("Lê Văn Mới", world.branch.name, "Bí thư chi bộ"))
    assert [row[0] for row in told(world.committee)] == ["Lê Văn Mới"]
    enter(world.company, led("Lê Văn Khác", world.sister.name, "Bí thư chi bộ"))
    assert [row[0] for row in told(world.committee)] == ["Lê Văn Mới", "Lê Văn Khác"]
    undo_import(batch=batch, actor=world.committee)
    assert [row[0] for row in told(world.committee)] == ["Lê Văn Cũ", "Lê Văn Khác"]


def test_somebody_recorded_elsewhere_is_missing_here_too(world):
    known = make_member(world.other_branch, "Nguyễn Văn Bảy", citizen_id=man(7))
    enter(world.section, led(known.full_name, world.branch.name, "Bí thư chi bộ", man(7)))
    assert told(world.committee) == [(known.full_name, world.branch.name, PostCode.SECRETARY)]
    assert ImportRow.objects.get(full_name=known.full_name).outcome == "elsewhere"


def test_a_unit_that_moved_away_takes_its_line_along(world):
    enter(world.section, led("Lê Văn Thư", world.branch.name, "Bí thư chi bộ"))
    Grant.objects.filter(pk=world.grants["secretary"].pk).delete()
    move_unit(unit=world.branch, new_parent=world.other_company, actor=world.org_department)
    assert told(world.committee) == []
    assert len(told(world.outsider)) == 1


def test_the_page_says_why_where_and_what_to_do(world, client_of):
    batch = enter(world.section, led("Lê Văn Thư", world.branch.name, "Bí thư chi bộ"))
    page = client_of(world.committee).get(reverse("delegation:refused")).content.decode()
    for words in ("Lê Văn Thư", world.branch.name, "11 chữ số", "Dòng 4, trang “DSDV”", f"Danh sách số {batch.pk}"):
        assert words in page
    assert f"{batch.get_absolute_url()}?loc=bad" in page
    assert f"{reverse('members:add')}?unit={world.branch.pk}" in page
    assert BAD not in page
    # The branch's own secretary sees that somebody is missing, but the list is not his.
    page = client_of(world.secretary).get(reverse("delegation:refused")).content.decode()
    assert "Lê Văn Thư" in page
    assert batch.get_absolute_url() not in page
    suggestions = client_of(world.committee).get(reverse("delegation:suggestions")).content.decode()
    assert reverse("delegation:refused") in suggestions


def test_it_costs_the_same_for_one_and_for_many(world, client_of):
    client = client_of(world.committee)
    address = reverse("delegation:refused")
    enter(world.company, led("Lê Văn Thư", world.branch.name, "Bí thư chi bộ"))
    client.get(address)
    with CaptureQueriesContext(connection) as first:
        client.get(address)
    units = [make_unit(world.company, f"T.02.N{n}", f"Chi bộ số {n}", "cell") for n in range(40)]
    enter(world.company, *(led(f"Trần Văn {n}", unit.name, "Bí thư chi bộ") for n, unit in enumerate(units)))
    with CaptureQueriesContext(connection) as second:
        page = client.get(address).content.decode()
    assert len(second) == len(first) <= 12
    assert page.count("Sửa trong danh sách") == 30
    assert refused_count(world.committee) == 40


def test_a_role_given_all_the_same_does_not_hide_the_row(world):
    """The list is still wrong: the unit has a role, no post."""
    enter(world.section, led("Lê Văn Thư", world.branch.name, "Bí thư chi bộ"))
    assert Grant.objects.filter(unit=world.branch, role=Role.SECRETARY).exists()
    assert len(told(world.committee)) == 1
