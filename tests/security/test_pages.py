"""Small leaks and stale rights, page by page."""

from datetime import date

import pytest
from django.urls import reverse

from audit.models import Entry
from members.models import CorrectionRequest
from orgtree.services import revoke_grant
from tests.cast import make_member


def test_the_order_of_a_fellow_s_list_does_not_tell_who_is_older(world, client_of):
    for name, year in (("Trần Văn Bình", 1990), ("Trần Văn An", 1950), ("Trần Văn Cường", 1970)):
        make_member(world.branch, name, birth_date=date(year, 1, 1))
    address, client = reverse("members:list"), client_of(world.member)

    def names(query: str) -> list[str]:
        return [row["name"] for row in client.get(f"{address}?{query}").context["rows"]]

    for sort in ("tuoi", "-tuoi", "tuoi-dang", "-tuoi-dang"):
        assert names(f"xep={sort}") == names("xep=ten")
    for chosen in ("do_tuoi=tren-60", "gioi_tinh=male", "kich_hoat=co", "dan_toc=kinh"):
        assert names(chosen) == names("")


def test_every_look_at_a_correction_is_written_down(world, client_of):
    asked = CorrectionRequest.objects.create(
        member=world.people["member"], unit=world.branch, field="birth", wanted="14/03/1984"
    )
    client_of(world.secretary).post(reverse("members:correction", args=[asked.pk]), {"answer": "refuse"})
    looks = Entry.objects.filter(action="member.revealed", actor_id=world.secretary.pk)
    assert looks.count() == 1


@pytest.mark.parametrize("back", ["xyz", "https://example.com/", "//example.com", "/\\example.com", "javascript:1"])
def test_switching_leads_nowhere_outside(world, client_of, back):
    answer = client_of(world.secretary).post(reverse("portal:switch_unit"), {"unit": world.branch.pk, "next": back})
    assert (answer.status_code, answer["Location"]) == (302, "xyz" if back == "xyz" else "/")


@pytest.mark.parametrize("number", ["9" * 25, "9" * 5000])
def test_a_number_too_long_is_no_fault_of_the_server(world, client_of, number):
    client = client_of(world.secretary)
    assert client.post(reverse("notifications:mark_read"), {"notice": number}).status_code == 302
    assert client.post(reverse("portal:switch_unit"), {"unit": number}).status_code == 302
    assert client.get(reverse("members:import_start"), {"unit": number}).status_code == 200
    assert client.get(reverse("orgtree:tree"), {"mo": number}).status_code == 200
    assert client.get(reverse("members:list"), {"unit": number}).status_code == 404
    assert client.get(reverse("oversight:audit"), {"don-vi": number, "nguoi": number}).status_code == 200
    assert client.get(reverse("members:list"), {"trang": number}).status_code in (200, 404)


def test_a_right_taken_back_is_dead_at_the_next_request(world, client_of):
    address = reverse("members:member", args=[world.people["member"].pk])
    client = client_of(world.committee)
    assert client.get(address).status_code == 200
    revoke_grant(grant=world.grants["committee"], actor=world.org_department)
    assert client.get(address).status_code == 404


def test_an_account_shut_off_is_out_at_the_next_request(world, client_of):
    client = client_of(world.secretary)
    assert client.get("/").status_code == 200
    world.secretary.is_active = False
    world.secretary.save(update_fields=["is_active"])
    assert client.get("/")["Location"] == reverse("account_login")


def test_an_ended_unit_gives_no_right(world, client_of):
    address = reverse("members:list")
    client = client_of(world.secretary)
    type(world.branch).objects.filter(pk=world.branch.pk).update(closed_on=date(2026, 1, 1))
    assert client.get(f"{address}?unit={world.branch.pk}").context["manages"] is False


@pytest.mark.parametrize(
    "forged",
    [
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"HTTP_X_REAL_IP": "203.0.113.7"},
        {"HTTP_FORWARDED": "for=203.0.113.7"},
        {"HTTP_X_FORWARDED_HOST": "example.com"},
    ],
)
def test_what_a_client_claims_about_his_address_counts_for_nothing(world, client_of, forged):
    client = client_of(None)
    client.post(reverse("account_login"), {"login": world.member.citizen_id, "password": "sai mật khẩu"}, **forged)
    assert Entry.objects.latest("pk").address == "127.0.0.1"


def test_unknown_closed_and_unactivated_accounts_read_the_same(world, client_of):
    world.secretary.set_password("mật khẩu dài 1")
    world.secretary.is_active = False
    world.secretary.save()
    texts = set()
    for number in ("001080123456", world.member.citizen_id, world.secretary.citizen_id):
        answer = client_of(None).post(reverse("account_login"), {"login": number, "password": "sai mật khẩu"})
        text = answer.content.decode().replace(number, "")
        for token in (answer.context["csrf_token"], answer["X-Request-ID"]):
            text = text.replace(str(token), "")
        texts.add((answer.status_code, "\n".join(line for line in text.splitlines() if "csrf" not in line)))
    assert len(texts) == 1
