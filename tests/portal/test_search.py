import pytest


def _found(client, text):
    context = client.post("/tim-kiem/", {"q": text}).context
    return [unit.name for unit in context["units"]], [member.full_name for member in context["members"]]


def test_units_and_people_in_groups_without_diacritics(world, client_of):
    units, _ = _found(client_of(world.committee), "chi bo ga")
    assert sorted(units) == ["Chi bộ Ga Bến Thủy", "Chi bộ Ga Quán Hành"]
    assert _found(client_of(world.committee), "tran van cam") == ([], ["Trần Văn Cam"])


def test_only_what_the_reader_may_see(world, client_of):
    assert _found(client_of(world.outsider), "tran van cam") == ([], [])
    assert _found(client_of(world.other_secretary), "chi bo ga") == (["Chi bộ Ga Quán Hành"], [])


@pytest.mark.parametrize("text", ["", " ", "a", "\u200b"])
def test_too_short_is_said(world, client_of, text):
    page = client_of(world.committee).post("/tim-kiem/", {"q": text})
    assert "ít nhất 2 ký tự" in page.content.decode()


def test_what_is_asked_by_address_is_not_looked_for(world, client_of):
    page = client_of(world.committee).get("/tim-kiem/?q=tran+van+cam")
    assert (page.context["asked"], page.context["members"]) == (False, [])
