"""Roles that need a second factor, and the days one may do without."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from orgtree.enums import Rest, Right, Role
from orgtree.models import Grant
from orgtree.rights import (
    has_right,
    holdings_of,
    needs_second_factor,
    resting_holdings,
    second_factor_due,
    units_where,
    why_roles_rest,
)
from orgtree.services.grants import superior_acts_instead
from orgtree.todo import factor_todos
from portal.standing import standing_of

PASSWORD = "mot-mat-khau-cua-rieng-toi"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR, settings.SECOND_FACTOR_GRACE_DAYS, settings.SECOND_FACTOR_FROM = "roles", 14, None


@pytest.fixture
def held_since(world):
    """Put the committee's role so many days back."""

    def put(days: float, *, activated: float | None = None) -> User:
        now = timezone.now()
        Grant.objects.filter(pk=world.grants["committee"].pk).update(given_at=now - timedelta(days=days))
        if activated is not None:
            User.objects.filter(pk=world.committee.pk).update(activated_at=now - timedelta(days=activated))
        return again(world.committee)

    return put


def again(user: User) -> User:
    """As at the next request."""
    return User.objects.get(pk=user.pk)


def test_within_the_grace_roles_work_and_the_day_is_said(world, held_since):
    committee = held_since(3)
    assert has_right(committee, Right.DELEGATE, world.company)
    last = timezone.localdate() - timedelta(days=3) + timedelta(days=14)
    assert timezone.localtime(second_factor_due(committee)).date() == last + timedelta(days=1)
    assert [todo.urgency for todo in factor_todos(committee)] == ["soon"]
    assert f"{last:%d/%m/%Y}" in factor_todos(committee)[0].detail


def test_the_last_day_is_a_whole_one(held_since):
    assert why_roles_rest(held_since(14)) is None
    assert why_roles_rest(held_since(15)) == Rest.SECOND_FACTOR


def test_after_the_grace_roles_rest_until_there_is_a_factor(world, held_since):
    committee = held_since(15)
    assert why_roles_rest(committee) == Rest.SECOND_FACTOR
    assert holdings_of(committee) == ()
    assert not any(has_right(committee, right, world.company) for right in Right)
    assert not units_where(committee, Right.VIEW).exists()
    assert not committee.has_perm("orgtree.view", world.company)
    assert [holding.unit_id for holding in resting_holdings(committee)] == [world.company.pk]
    assert [todo.urgency for todo in factor_todos(committee)] == ["now"]

    User.objects.filter(pk=committee.pk).update(second_factor_since=timezone.now())

    committee = again(committee)
    assert has_right(committee, Right.DELEGATE, world.company)
    assert second_factor_due(committee) is None
    assert factor_todos(committee) == []


@pytest.mark.parametrize(
    ("held", "activated", "rests"), [(30, 1, False), (1, 30, False), (30, 30, True), (30, None, True)]
)
def test_the_grace_runs_from_the_later_of_role_and_activation(held_since, held, activated, rests):
    assert (why_roles_rest(held_since(held, activated=activated)) is not None) is rests


def test_of_several_roles_the_oldest_counts(world, held_since):
    committee = held_since(30)
    Grant.objects.create(user=committee, unit=world.section, role="secretary", reach="unit", begins_on=date(2026, 1, 1))
    assert why_roles_rest(again(committee)) == Rest.SECOND_FACTOR


def test_a_rule_that_comes_later_cuts_nobody_off_at_once(held_since, settings):
    settings.SECOND_FACTOR_FROM = timezone.localdate() - timedelta(days=2)
    assert why_roles_rest(held_since(300, activated=300)) is None
    settings.SECOND_FACTOR_FROM = timezone.localdate() - timedelta(days=20)
    assert why_roles_rest(held_since(300, activated=300)) == Rest.SECOND_FACTOR


def test_where_it_is_optional_nothing_rests_and_nothing_is_asked(held_since, settings):
    settings.SECOND_FACTOR = "optional"
    committee = held_since(300)
    assert why_roles_rest(committee) is None
    assert second_factor_due(committee) is None
    assert factor_todos(committee) == []
    assert not needs_second_factor(committee)


def test_who_holds_no_role_is_asked_for_nothing(world):
    member = again(world.member)
    assert (second_factor_due(member), why_roles_rest(member), needs_second_factor(member)) == (None, None, False)


def test_who_was_not_confirmed_is_told_that_first(world, held_since, rf):
    User.objects.filter(pk=world.committee.pk).update(identity_confirmed_at=None)
    committee = held_since(300)
    assert why_roles_rest(committee) == Rest.IDENTITY
    assert factor_todos(committee) == []
    assert ["chưa có hiệu lực" in one.title for one in _standing(rf, committee)] == [True]


def test_it_costs_no_query_more(held_since, django_assert_num_queries):
    committee = held_since(15)
    with django_assert_num_queries(1):
        assert why_roles_rest(committee)
        assert second_factor_due(committee)
        assert factor_todos(committee)
        assert needs_second_factor(committee)


# What is said above the pages


def _standing(rf, user: User, view: str = "notifications:inbox"):
    request = rf.get(reverse(view))
    request.user, request.resolver_match = user, type("Match", (), {"view_name": view})
    return standing_of(request)


@pytest.mark.parametrize(
    ("days", "tone", "words"), [(3, "info", "cần bật xác thực hai lớp"), (15, "bad", "đang tạm dừng")]
)
def test_the_banner(held_since, rf, days, tone, words):
    [one] = _standing(rf, held_since(days))
    assert (one.tone, words in one.title, one.url) == (tone, True, "/tai-khoan/xac-thuc-hai-lop/")


def test_the_banner_is_not_said_twice_on_one_page(held_since, rf):
    for view in ("portal:home", "mfa_index"):
        assert _standing(rf, held_since(3), view) == []
        assert len(_standing(rf, held_since(15), view)) == 1


def test_the_banner_stands_on_the_pages(held_since, client_of):
    held_since(15)
    committee = User.objects.get(grants__given_at__lt=timezone.now() - timedelta(days=10))
    page = client_of(committee).get(reverse("accounts:settings")).content.decode()
    assert "Vai trò của đồng chí đang tạm dừng (Bí thư, Đảng bộ Công ty Đường sắt Sông Lam)" in page
    assert 'href="/tai-khoan/xac-thuc-hai-lop/"' in page


def test_held_decisions_are_said_with_their_end(world, rf, settings):
    settings.SECOND_FACTOR = "optional"
    until = timezone.now() + timedelta(hours=20)
    User.objects.filter(pk=world.committee.pk).update(decisions_held_until=until)
    [one] = _standing(rf, again(world.committee))
    assert f"{timezone.localtime(until):%H:%M}" in one.title


def test_nothing_is_said_to_who_has_no_role(world, rf):
    assert _standing(rf, again(world.member)) == []


def test_the_last_factor_goes_with_a_warning_and_the_roles_rest(world, held_since):
    committee = held_since(30)
    committee.set_password(PASSWORD)
    committee.save()
    client = _with_factor(committee)
    assert has_right(again(committee), Right.DELEGATE, world.company)

    page = client.get(reverse("mfa_deactivate_totp")).content.decode()
    assert "các vai trò của đồng chí sẽ tạm dừng" in page
    client.post(reverse("mfa_deactivate_totp"))

    assert why_roles_rest(again(committee)) == Rest.SECOND_FACTOR


def test_who_needs_none_is_not_warned(world, settings):
    world.member.set_password(PASSWORD)
    world.member.save()
    page = _with_factor(world.member).get(reverse("mfa_deactivate_totp")).content.decode()
    assert "tạm dừng" not in page


def _with_factor(user: User) -> Client:
    """A browser in which the user has turned the application on and confirmed the password."""
    from allauth.mfa.totp.internal import auth as totp

    client = Client()
    client.post(reverse("account_login"), {"login": user.citizen_id, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/"})
    form = client.get(reverse("mfa_activate_totp")).context["form"]
    counter = next(iter(totp.yield_hotp_counters_from_time())) + 1
    code = totp.format_hotp_value(totp.hotp_value(form.secret, counter))
    assert client.post(reverse("mfa_activate_totp"), {"setup": form.setup, "code": code}).status_code == 302
    return client


def test_the_holder_of_a_role_with_a_factor_cannot_get_in_by_the_password(world):
    world.committee.set_password(PASSWORD)
    world.committee.save()
    _with_factor(world.committee)
    client = Client()
    answer = client.post(reverse("account_login"), {"login": world.committee.citizen_id, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302


def test_the_units_below_need_not_wait_for_who_has_no_second_factor(world, held_since):
    department = again(world.org_department)
    held_since(14)
    assert superior_acts_instead(department, world.near_branch, Role.SECRETARY) is None
    committee = held_since(15)
    assert why_roles_rest(committee) == Rest.SECOND_FACTOR
    assert superior_acts_instead(department, world.near_branch, Role.SECRETARY) is not None
