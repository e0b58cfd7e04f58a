"""Records, places, posts and corrections: what the services do and what they refuse."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from common.errors import RuleViolation
from members import services
from members.enums import CorrectionState, PostCode, Standing, Status
from members.models import BranchStay, Member, Post
from members.selectors import units_to_settle
from members.selectors.history import version_of
from members.todo import todos
from notifications.models import Notice
from orgtree.enums import Role
from orgtree.rights import forget_holdings, has_right
from orgtree.services import give_grant, merge_units
from tests.cast import make_member, make_unit

TODAY = timezone.localdate()
NEW = {
    "full_name": "Ngô Thị Sen",
    "citizen_id": "036190001234",
    "gender": "female",
    "birth_date": date(1990, 5, 1),
    "standing": Standing.OFFICIAL,
}


def test_a_record_made_by_hand_has_an_account_that_nobody_can_sign_in_to(world):
    member = services.create_member(branch=world.branch, values=NEW, actor=world.secretary)
    assert member.account.citizen_id == "036190001234"
    assert not member.account.has_usable_password()
    assert bytes(member.name_sort)
    assert member.search_key == "ngo thi sen"
    assert Entry.objects.filter(action="member.created", target_id=member.pk, unit_id=world.branch.pk).count() == 1


@pytest.mark.parametrize("who", ["member", "other_secretary", "outsider", "inspector"])
def test_others_make_no_record(world, who):
    with pytest.raises(PermissionDenied):
        services.create_member(branch=world.branch, values=NEW, actor=world.user(who))


def test_a_taken_citizen_id_is_refused_and_names_only_whom_the_officer_may_see(world):
    own, other = world.people["member"], world.people["outsider"]
    with pytest.raises(RuleViolation, match=own.full_name):
        services.create_member(branch=world.branch, values=NEW | {"citizen_id": own.citizen_id}, actor=world.secretary)
    with pytest.raises(RuleViolation, match="ở nơi đồng chí không quản lý") as refusal:
        services.create_member(
            branch=world.branch, values=NEW | {"citizen_id": other.citizen_id}, actor=world.secretary
        )
    assert other.full_name not in str(refusal.value)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"admission_date": date(2000, 1, 1)}, "quá gần ngày sinh"),
        ({"admission_date": date(2015, 1, 1), "official_date": date(2014, 1, 1)}, "từ ngày vào Đảng trở đi"),
        ({"standing": "probationary", "official_date": date(2020, 1, 1)}, "chưa có ngày chính thức"),
        (
            {"admission_date": date(2015, 1, 1), "admission_decision_date": date(2015, 2, 1)},
            "không thể sau ngày vào Đảng",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(world, values, sentence):
    with pytest.raises(RuleViolation, match=sentence):
        services.create_member(branch=world.branch, values=NEW | values, actor=world.secretary)


def test_a_committee_holds_no_members(world):
    with pytest.raises(RuleViolation, match="chọn một chi bộ"):
        services.create_member(branch=world.section, values=NEW, actor=world.committee)


def test_a_change_keeps_name_and_account_in_step_and_tells_the_member(world):
    member = world.people["member"]
    values = {"full_name": "Nguyễn Thị Bòng", "citizen_id": "036185000001"}
    labels = services.update_member(member=member, values=values, actor=world.secretary)
    member = Member.objects.select_related("account").get(pk=member.pk)
    assert labels == ["Họ và tên", "Số định danh cá nhân"]
    assert (member.account.full_name, member.search_key) == ("Nguyễn Thị Bòng", "nguyen thi bong")
    assert member.account.citizen_id == "036185000001"
    assert Notice.objects.filter(user=member.account, kind="members.record_changed").count() == 1
    entry = Entry.objects.get(action="member.edited")
    assert entry.detail == {"fields": "Họ và tên, Số định danh cá nhân"}


def test_nothing_changed_writes_nothing(world):
    member = world.people["member"]
    assert services.update_member(member=member, values={"phone": member.phone}, actor=world.secretary) == []
    assert not Entry.objects.filter(action="member.edited").exists()


@pytest.mark.parametrize("who", ["member", "other_secretary", "outsider", "inspector"])
def test_others_change_no_record_and_nobody_his_own(world, who):
    with pytest.raises(PermissionDenied):
        services.update_member(member=world.people["member"], values={"phone": ""}, actor=world.user(who))
    with pytest.raises(PermissionDenied):
        services.update_member(member=world.people["secretary"], values={"phone": ""}, actor=world.secretary)


def test_the_second_of_two_editors_is_told(world):
    member = world.people["member"]
    version = version_of(member)
    services.update_member(member=member, values={"ethnicity": "Thái"}, version=version, actor=world.secretary)
    with pytest.raises(services.EditedMeanwhile) as told:
        services.update_member(member=member, values={"ethnicity": "Tày"}, version=version, actor=world.committee)
    (entry,) = told.value.entries
    assert [(change.label, change.old, change.new) for change in entry.changes] == [("Dân tộc", "Kinh", "Thái")]
    assert Member.objects.get(pk=member.pk).ethnicity == "Thái"
    services.update_member(
        member=member, values={"ethnicity": "Tày"}, version=told.value.version, actor=world.committee
    )


def test_a_changed_account_counts_as_a_change_too(world):
    member = world.people["member"]
    version = version_of(member)
    User.objects.filter(pk=member.account_id).update(citizen_id="036185000009")
    with pytest.raises(services.EditedMeanwhile):
        services.update_member(member=member, values={"ethnicity": "Tày"}, version=version, actor=world.secretary)


def test_a_member_changes_his_phone_and_nobody_elses(world):
    member = world.people["member"]
    contact = {"phone": "0911222333", "no_smartphone": True}
    assert services.update_contact(member=member, **contact, actor=world.member) == [
        "Số điện thoại",
        "Điện thoại thông minh",
    ]
    with pytest.raises(PermissionDenied):
        services.update_contact(member=member, **contact, actor=world.secretary)


def test_a_move_needs_the_right_at_both_ends_and_ends_the_branchs_posts(world):
    member = world.people["member"]
    here = services.give_post(
        member=member, unit=world.branch, code=PostCode.CELL_COMMITTEE_MEMBER, actor=world.secretary
    )
    above = services.give_post(member=member, unit=world.company, code=PostCode.COMMITTEE_MEMBER, actor=world.committee)
    with pytest.raises(PermissionDenied):
        services.move_member(member=member, branch=world.sister, on=TODAY, actor=world.secretary)
    services.move_member(member=member, branch=world.sister, on=TODAY, actor=world.committee)
    here.refresh_from_db()
    above.refresh_from_db()
    assert (here.ends_on, above.ends_on) == (TODAY, None)
    assert list(BranchStay.objects.filter(member=member, until=None).values_list("branch_id", flat=True)) == [
        world.sister.pk
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"on": TODAY + timedelta(days=1)}, "chưa đến"),
        ({"on": date(2001, 1, 1)}, "từ ngày vào Đảng"),
    ],
)
def test_a_move_on_an_impossible_day_is_refused(world, change, sentence):
    with pytest.raises(RuleViolation, match=sentence):
        services.move_member(
            member=world.people["member"], branch=world.sister, actor=world.committee, **({"on": TODAY} | change)
        )


def test_who_is_gone_loses_posts_and_account_and_gets_it_back_on_return(world):
    member = world.people["secretary"]
    post = services.give_post(member=member, unit=world.branch, code=PostCode.SECRETARY, actor=world.committee)
    services.set_status(member=member, status=Status.TRANSFERRED_OUT, on=TODAY, actor=world.committee)
    post.refresh_from_db()
    account = User.objects.get(pk=member.account_id)
    assert (post.ends_on, account.is_active) == (TODAY, False)
    forget_holdings(account)
    assert not has_right(account, "manage_members", world.branch)
    services.set_status(member=member, status=Status.ACTIVE, on=TODAY, actor=world.committee)
    member.refresh_from_db()
    assert (member.left_on, User.objects.get(pk=member.account_id).is_active) == (None, True)


def test_an_exempt_member_keeps_his_account(world):
    services.set_status(member=world.people["member"], status=Status.EXEMPT, on=TODAY, actor=world.secretary)
    assert User.objects.get(pk=world.member.pk).is_active


def test_a_unit_has_one_secretary(world):
    services.give_post(member=world.people["member"], unit=world.branch, code=PostCode.SECRETARY, actor=world.secretary)
    with pytest.raises(RuleViolation, match="đang có Bí thư là đồng chí Nguyễn Thị Bưởi"):
        services.give_post(
            member=world.people["secretary"], unit=world.branch, code=PostCode.SECRETARY, actor=world.committee
        )


@pytest.mark.parametrize(
    ("unit", "code", "sentence"),
    [
        ("branch", PostCode.COMMITTEE_MEMBER, "không có chức vụ"),
        ("company", PostCode.CELL_COMMITTEE_MEMBER, "không có chức vụ"),
        ("sister", PostCode.SECRETARY, "không sinh hoạt trong"),
    ],
)
def test_a_post_that_does_not_fit_is_refused(world, unit, code, sentence):
    with pytest.raises(RuleViolation, match=sentence):
        services.give_post(member=world.people["member"], unit=getattr(world, unit), code=code, actor=world.committee)


def test_nobody_gives_himself_a_post_nor_one_in_a_unit_above_his_area(world):
    with pytest.raises(PermissionDenied):
        services.give_post(
            member=world.people["secretary"], unit=world.branch, code=PostCode.SECRETARY, actor=world.secretary
        )
    with pytest.raises(PermissionDenied):
        services.give_post(
            member=world.people["member"], unit=world.company, code=PostCode.SECRETARY, actor=world.secretary
        )


def test_a_post_ends_once(world):
    post = services.give_post(
        member=world.people["member"], unit=world.branch, code=PostCode.SECRETARY, actor=world.secretary
    )
    services.end_post(post=post, ends_on=TODAY, actor=world.secretary)
    with pytest.raises(RuleViolation, match="đã kết thúc trước đó"):
        services.end_post(post=post, ends_on=TODAY, actor=world.secretary)


def test_a_correction_goes_to_the_nearest_officer_and_changes_the_record_when_accepted(world):
    member = world.people["member"]
    asked = services.request_correction(member=member, field="birth", wanted="03/1984", actor=world.member)
    assert asked.unit_id == world.branch.pk
    assert list(Notice.objects.filter(kind="members.correction_requested").values_list("user_id", flat=True)) == [
        world.secretary.pk
    ]
    assert [todo.count for todo in todos(world.secretary) if "đính chính" in todo.title] == [1]
    assert [todo for todo in todos(world.committee) if "đính chính" in todo.title] == []
    services.decide_correction(correction=asked, accept=True, actor=world.secretary)
    member.refresh_from_db()
    assert (member.birth_date, member.birth_precision) == (date(1984, 3, 1), "month")
    with pytest.raises(RuleViolation, match="đã được giải quyết"):
        services.decide_correction(correction=asked, accept=False, reason="x", actor=world.secretary)


def test_an_officers_own_correction_goes_past_himself(world):
    own = world.people["secretary"]
    asked = services.request_correction(member=own, field="birth", wanted="1984", actor=world.secretary)
    assert asked.unit_id == world.company.pk
    with pytest.raises(PermissionDenied):
        services.decide_correction(correction=asked, accept=True, actor=world.secretary)


def test_a_refusal_needs_a_reason_which_the_member_reads(world):
    asked = services.request_correction(
        member=world.people["member"], field="card_number", wanted="12345678", actor=world.member
    )
    with pytest.raises(RuleViolation, match="Nhập lý do"):
        services.decide_correction(correction=asked, accept=False, actor=world.secretary)
    services.decide_correction(correction=asked, accept=False, reason="Thẻ ghi khác", actor=world.secretary)
    asked.refresh_from_db()
    assert asked.state == CorrectionState.REFUSED
    notice = Notice.objects.get(user=world.member, kind="members.correction_decided")
    assert notice.text.endswith("chưa được chấp nhận: Thẻ ghi khác.")


@pytest.mark.parametrize(
    ("field", "wanted", "sentence"),
    [
        ("phone", "0912345678", "chọn mục"),
        ("citizen_id", "0123", "12"),
        ("birth", "31/02/1980", "không có ngày"),
        ("gender", "x", "chọn một trong"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_at_once(world, field, wanted, sentence):
    with pytest.raises(RuleViolation, match=sentence):
        services.request_correction(member=world.people["member"], field=field, wanted=wanted, actor=world.member)


def test_units_without_a_secretary_or_with_two_are_listed(world):
    services.give_post(member=world.people["member"], unit=world.branch, code=PostCode.SECRETARY, actor=world.secretary)
    for who in ("other_secretary", "committee"):
        Post.objects.create(member=world.people[who], unit=world.sister, code=PostCode.SECRETARY)
    found = {unit.pk: unit.secretaries for unit in units_to_settle(world.committee)}
    assert found == {world.company.pk: 0, world.section.pk: 0, world.sister.pk: 2, world.near_branch.pk: 0}


def test_members_and_posts_follow_a_merged_branch(world):
    services.give_post(
        member=world.people["secretary"], unit=world.branch, code=PostCode.SECRETARY, actor=world.committee
    )
    services.give_post(
        member=world.people["other_secretary"], unit=world.sister, code=PostCode.SECRETARY, actor=world.committee
    )
    services.give_post(
        member=world.people["member"], unit=world.branch, code=PostCode.CELL_COMMITTEE_MEMBER, actor=world.committee
    )
    gone = make_member(world.branch, "Ma Văn Seo", status=Status.DECEASED)
    merge_units(sources=[world.branch], target=world.sister, actor=world.committee)
    assert set(Member.objects.filter(branch=world.sister).values_list("pk", flat=True)) == {
        world.people["member"].pk,
        world.people["secretary"].pk,
        world.people["other_secretary"].pk,
        gone.pk,
    }
    held = Post.objects.filter(ends_on=None).values_list("member__full_name", "unit_id", "code")
    assert sorted(held) == [
        ("Lê Thị Đào", world.sister.pk, PostCode.SECRETARY),
        ("Nguyễn Thị Bưởi", world.sister.pk, PostCode.CELL_COMMITTEE_MEMBER),
    ]


def test_a_member_without_a_phone_is_asked_for_it(world):
    member = world.people["member"]
    assert [todo.title for todo in todos(world.member)] == []
    Member.objects.filter(pk=member.pk).update(phone="", birth_date=None)
    assert [(todo.title, todo.urgency) for todo in todos(world.member)] == [
        ("Ghi số điện thoại", "now"),
        ("Hoàn thiện hồ sơ", "soon"),
    ]


def test_duties_cost_the_same_for_any_number(world, django_assert_max_num_queries):
    give_grant(user=world.member, unit=world.company, role=Role.DEPUTY_SECRETARY, actor=None)
    for number in range(5):
        make_member(
            make_unit(world.section, f"S{number}", f"Chi bộ {number}", "cell"), "Ngô Văn Mơ", posts_unclear=True
        )
    forget_holdings(world.member)
    with django_assert_max_num_queries(5):
        found = todos(world.member)
    assert [todo.count for todo in found] == [5, 10]
