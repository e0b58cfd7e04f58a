"""The pages of delegation: what each shows, and the way from the form to the list."""

from django.urls import reverse
from django.utils import timezone

from delegation.services import give
from members.enums import PostCode
from members.models import Member, Post
from orgtree.enums import Role
from orgtree.models import Grant
from tests.cast import make_member


def led(unit, branch, name: str, post: PostCode = PostCode.SECRETARY, **given) -> Member:
    member = make_member(branch, name, **given)
    Post.objects.create(member=member, unit=unit, code=post)
    return member


def six_below(world) -> Grant:
    """A secretary of the section from whom six roles hang."""
    chief = led(world.section, world.branch, "Hà Văn Nam")
    (first,) = give(member=chief, unit=world.section, roles=[Role.SECRETARY], actor=world.committee)
    for number in range(6):
        member = led(world.branch, world.branch, f"Nguyễn Văn {number}", PostCode.CELL_COMMITTEE_MEMBER)
        give(member=member, unit=world.branch, roles=[Role.COMMITTEE_MEMBER], actor=chief.account)
    return first


def filled(unit, **more) -> dict:
    today = timezone.localdate()
    return {"unit": unit.pk, "roles": ["secretary"], "begins_on": f"{today:%d/%m/%Y}", "reach": "subtree"} | more


def test_taking_back_over_http(world, client_of):
    first = six_below(world)
    client, url = client_of(world.committee), reverse("delegation:take_back", args=[first.pk])
    assert "6 vai trò được giao theo vai trò này" in client.get(url).content.decode()
    sent = {"keep": "het", "reason": "Thôi giữ chức vụ"}
    page = client.post(url, sent)
    assert "Thu hồi 7 vai trò" in page.content.decode()
    seal = dict(page.context["hidden"])["seal"]
    answer = client.post(url, sent | {"confirm": "yes", "seal": seal}, follow=True)
    assert "Đã thu hồi 7 vai trò (vai trò đã chọn và 6 vai trò phụ thuộc)." in answer.content.decode()
