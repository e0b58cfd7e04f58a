"""After a result was approved: posts begin and end, the term is kept, grants are previewed."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from common.errors import RuleViolation
from congress_reports.models import Report
from congress_reports.services import (
    approve,
    preview_posts,
    propose_hand_over,
    save_answers,
    send,
    unapprove,
    update_posts,
)
from members.enums import PostCode
from members.models import Post
from members.services import give_post
from orgtree.enums import Role
from orgtree.models import CommitteeTerm, Grant
from tests.cast import make_member

from .campaigns import REASON, letter_000, near_secretary, report_of, sent_by_branch
from .reports import result_of_a_branch

pytestmark = pytest.mark.django_db
DAY = date(2025, 4, 12)


@pytest.fixture
def people(world) -> dict:
    letter_000(world)
    unit = world.near_branch
    people = {
        "an": make_member(unit, "Nguyễn Văn An", birth_date=date(1975, 5, 6)),
        "binh": make_member(unit, "Lê Thị Bình", birth_date=date(1985, 5, 6)),
        "old": make_member(unit, "Đặng Thị Sen"),
    }
    for who, code, day in (
        ("old", PostCode.SECRETARY, date(2022, 4, 1)),
        ("an", PostCode.CELL_COMMITTEE_MEMBER, date(2022, 4, 1)),
        ("old", PostCode.HANDBOOK_OFFICER, None),
    ):
        give_post(member=people[who], unit=unit, code=code, begins_on=day, actor=None)
    return people


def approved(world, people) -> Report:
    """An is elected secretary, Bình deputy and both to the committee; Cường was typed by hand."""
    author = near_secretary(world)
    answers = result_of_a_branch()
    for one in answers.rounds:
        for person in one.candidates:
            found = {"Nguyễn Văn An": "an", "Lê Thị Bình": "binh"}.get(person.name)
            person.member_id = people[found].pk if found else None
    report = report_of(world.near_branch, "a")
    report = save_answers(report=report, answers=answers, revision=report.revision, actor=author)
    report = send(report=report, revision=report.revision, actor=author)
    return approve(report=report, version=report.version, actor=world.committee)


def held(unit) -> set:
    return {(p.member.full_name, p.code, p.begins_on) for p in Post.objects.filter(unit=unit, ends_on=None)}


def test_the_elected_begin_and_the_old_end_on_the_day_of_the_congress(world, people):
    report = approved(world, people)
    changes = update_posts(report=report, actor=world.committee)
    assert held(world.near_branch) == {
        ("Nguyễn Văn An", "cell_committee_member", DAY),
        ("Nguyễn Văn An", "secretary", DAY),
        ("Lê Thị Bình", "cell_committee_member", DAY),
        ("Lê Thị Bình", "deputy_secretary", DAY),
        ("Đặng Thị Sen", "handbook_officer", None),
    }
    assert Post.objects.get(member=people["old"], code=PostCode.SECRETARY).ends_on == DAY
    assert Post.objects.get(member=people["an"], begins_on=date(2022, 4, 1)).ends_on == DAY
    assert changes.unmatched == ["Chi ủy viên: đồng chí Trần Văn Cường, sinh năm 1990"]
    assert (len(changes.begun), len(changes.ended), changes.refused) == (4, 2, [])


def test_a_second_time_changes_nothing(world, people):
    report = approved(world, people)
    update_posts(report=report, actor=world.committee)
    before = list(Post.objects.order_by("pk").values_list("pk", "ends_on"))
    assert update_posts(report=report, actor=world.committee).is_empty
    assert list(Post.objects.order_by("pk").values_list("pk", "ends_on")) == before


def test_the_preview_says_the_same_and_keeps_nothing(world, people):
    report = approved(world, people)
    before = held(world.near_branch)
    preview = preview_posts(report=report, actor=world.committee)
    assert held(world.near_branch) == before
    assert not CommitteeTerm.objects.exists()
    assert preview == update_posts(report=report, actor=world.committee)


def test_a_post_begun_after_the_congress_is_of_this_term(world, people):
    Post.objects.filter(code=PostCode.SECRETARY).update(begins_on=date(2025, 6, 1))
    changes = update_posts(report=approved(world, people), actor=world.committee)
    assert ("Đặng Thị Sen", "secretary", date(2025, 6, 1)) in held(world.near_branch)
    assert changes.kept == ["Bí thư: đồng chí Đặng Thị Sen (giữ chức vụ từ 01/06/2025, sau đại hội)"]
    assert len(changes.refused) == 1
    assert "đang có Bí thư là đồng chí Đặng Thị Sen" in changes.refused[0]


def test_the_term_before_ends_where_this_one_begins(world, people):
    report = approved(world, people)
    CommitteeTerm.objects.create(unit=world.near_branch, name="2020-2025", begins_on=date(2020, 4, 9))
    update_posts(report=report, actor=world.committee)
    terms = CommitteeTerm.objects.filter(unit=world.near_branch).order_by("begins_on")
    assert list(terms.values_list("begins_on", "ends_on")) == [(date(2020, 4, 9), DAY), (DAY, None)]


def test_only_after_approval_and_only_who_keeps_the_records(world, people):
    report = approved(world, people)
    for who in ("inspector", "secretary", "outsider", "member"):
        with pytest.raises(PermissionDenied):
            update_posts(report=report, actor=world.user(who))
    report = unapprove(report=report, reason=REASON, actor=world.committee)
    with pytest.raises(RuleViolation, match="chưa được phê duyệt"):
        update_posts(report=report, actor=world.committee)
    quality = approve(report=sent_by_branch(world, "b"), version=1, actor=world.committee)
    with pytest.raises(RuleViolation, match="không có kết quả bầu cử"):
        update_posts(report=quality, actor=world.committee)


def test_nobody_enters_his_own_post(world, people):
    """The committee's secretary stands in this branch: were he elected, another enters it."""
    people["an"] = world.people["committee"]
    changes = update_posts(report=approved(world, people), actor=world.committee)
    assert [line.split(":")[0] for line in changes.refused] == ["Chi ủy viên", "Bí thư"]


def test_the_hand_over_shows_who_holds_and_who_was_elected(world, people):
    report = approved(world, people)
    rows = {row.role: row for row in propose_hand_over(report)}
    assert rows[Role.SECRETARY].holders == ("Phan Thị Sim",)
    assert rows[Role.SECRETARY].elected == ("Nguyễn Văn An",)
    assert not rows[Role.SECRETARY].fits
    assert rows[Role.DEPUTY_SECRETARY].holders == ()
    assert not rows[Role.DEPUTY_SECRETARY].fits


def test_the_page_shows_it_and_does_it(world, people, client_of):
    report = approved(world, people)
    client = client_of(world.committee)
    address = f"/quan-ly-bao-cao/{report.pk}/chuc-vu/"
    page = client.get(address).content.decode()
    for words in ("Bí thư: đồng chí Nguyễn Văn An", "Trần Văn Cường", "Cần bàn giao", "Nhiệm kỳ 2025-2030"):
        assert words in page
    grant = Grant.objects.get(unit=world.near_branch, role=Role.SECRETARY, revoked_at=None)
    hand_over = f"/phan-quyen/{grant.pk}/ban-giao/?nguoi={people['an'].pk}"
    assert hand_over in page
    assert "Người nhận: đồng chí Nguyễn Văn An" in client.get(hand_over).content.decode()
    page = client.post(address, follow=True).content.decode()
    assert "4 bắt đầu, 2 kết thúc" in page
    assert "Chức vụ đã khớp với kết quả đại hội" in page
