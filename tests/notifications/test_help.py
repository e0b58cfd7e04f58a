"""A difficulty goes to the nearest officer upward, and the answer comes back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from audit.models import Entry
from common.errors import RuleViolation
from notifications.enums import HelpState
from notifications.models import HelpRequest, Notice
from notifications.selectors import help_to_answer, help_visible_to, responsible_for
from notifications.services import answer_help, ask_for_help
from orgtree.enums import Role
from orgtree.services import give_grant, revoke_grant


def _ask(world, who="member", **given):
    branch = world.people[who].branch
    return ask_for_help(text=given.pop("text", "Không mở được"), branch=branch, actor=world.user(who), **given)


def test_the_branchs_secretary_is_told(world):
    request = _ask(world)
    notice = Notice.objects.get()
    assert (request.unit, request.state) == (world.branch, HelpState.OPEN)
    assert (notice.user, notice.url) == (world.secretary, f"/vuong-mac/{request.pk}/")
    assert notice.text == "Đồng chí Nguyễn Thị Bưởi (Chi bộ Ga Bến Thủy) báo vướng mắc."


def test_a_handbook_officer_is_told_before_the_secretary(world):
    give_grant(user=world.other_secretary, unit=world.branch, role=Role.HANDBOOK_OFFICER, actor=None)
    _ask(world)
    assert [notice.user for notice in Notice.objects.all()] == [world.other_secretary]


def test_the_secretarys_own_goes_to_the_next_above(world):
    assert _ask(world, "secretary").unit == world.company


def test_where_nobody_holds_a_role_it_climbs_to_the_organisation_department(world):
    revoke_grant(grant=world.grants["committee"], actor=None)
    revoke_grant(grant=world.grants["secretary"], actor=None)
    assert _ask(world).unit == world.top
    assert [notice.user for notice in Notice.objects.all()] == [world.org_department]


def test_an_ended_role_answers_nothing(world):
    revoke_grant(grant=world.grants["secretary"], actor=None)
    found = responsible_for(world.branch, but=world.member)
    assert (found.unit_id, found.names) == (world.company.pk, ("Phạm Văn Mận",))


def test_where_there_is_nobody_at_all_the_hotline_is_named(world):
    for who in ("committee", "secretary", "org_department"):
        revoke_grant(grant=world.grants[who], actor=None)
    with pytest.raises(RuleViolation, match="đường dây hỗ trợ"):
        _ask(world)
    assert HelpRequest.objects.count() == 0


def test_the_answer_comes_back_to_the_sender(world):
    request = answer_help(request=_ask(world), answer="Đồng chí  tải lại trang.", actor=world.secretary)
    assert (request.state, request.answer, request.answered_by) == (
        HelpState.ANSWERED,
        "Đồng chí tải lại trang.",
        world.secretary,
    )
    assert Notice.objects.get(kind="help.answered").user == world.member
    assert list(Entry.objects.filter(action__startswith="help.").order_by("pk").values_list("action", "unit_id")) == [
        ("help.asked", world.branch.pk),
        ("help.answered", world.branch.pk),
    ]


def test_it_is_answered_once(world):
    request = _ask(world)
    answer_help(request=request, answer="Một", actor=world.secretary)
    with pytest.raises(RuleViolation, match="đã được trả lời"):
        answer_help(request=request, answer="Hai", actor=world.committee)
    assert HelpRequest.objects.get().answer == "Một"


@pytest.mark.parametrize("who", ["member", "other_secretary", "inspector", "outsider"])
def test_others_do_not_answer(world, who):
    request = _ask(world)
    with pytest.raises(PermissionDenied):
        answer_help(request=request, answer="Xong", actor=world.user(who))


def test_the_sender_answers_not_himself_though_he_holds_the_role(world):
    give_grant(user=world.other_secretary, unit=world.branch, role=Role.SECRETARY, actor=None)
    request = _ask(world, "secretary")
    assert request.unit == world.branch
    with pytest.raises(PermissionDenied):
        answer_help(request=request, answer="Xong", actor=world.secretary)


def test_a_superior_finds_it_among_those_of_the_units_below(world):
    request = _ask(world)
    assert list(help_to_answer(world.committee)) == []
    assert list(help_to_answer(world.committee, below=True)) == [request]
    assert list(help_visible_to(world.outsider)) == []


def test_the_form_says_who_will_read_it_and_keeps_the_page_without_its_query(world, client_of):
    page = client_of(world.member).get("/vuong-mac/?trang=/dang-vien/")
    assert page.context["form"].initial == {"page": "/dang-vien/"}
    assert page.context["responsible"].names == ("Trần Văn Cam",)
    elsewhere = client_of(world.member).get("/vuong-mac/?trang=https://example.com/")
    assert elsewhere.context["form"].initial == {"page": ""}


def test_an_empty_difficulty_is_refused_in_words(world, client_of):
    page = client_of(world.member).post("/vuong-mac/", {"text": " "})
    assert page.context["form"].errors == {"text": ["Chưa nhập vướng mắc của đồng chí."]}


def test_the_whole_way_through_the_pages(world, client_of):
    sent = client_of(world.member).post("/vuong-mac/", {"text": "Không mở được", "page": "/", "phone": "0912 345 678"})
    request = HelpRequest.objects.get()
    assert sent.url == f"/vuong-mac/{request.pk}/"
    officer = client_of(world.secretary)
    assert list(officer.get("/vuong-mac/da-nhan/").context["page"]) == [request]
    officer.post(f"/vuong-mac/{request.pk}/tra-loi/", {"answer": "Đã sửa"})
    assert "Đã sửa" in client_of(world.member).get(sent.url).content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {"state": "answered"},
        {"state": "answered", "answer": "Xong"},
        {"state": "open", "answer": "Xong"},
    ],
)
def test_the_database_keeps_state_and_signature_together(world, given):
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpRequest.objects.create(sender=world.member, unit=world.branch, text="…", **given)
