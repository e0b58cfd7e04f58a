"""What the author reads of a rejection, and the reviewer of the version sent again."""

import pytest

from congress_reports.models import Report
from congress_reports.selectors.rejections import mended_since_rejection, rejection_of
from congress_reports.services import approve, reject, save_answers, send, unapprove, withdraw

from .campaigns import REASON, near_secretary, report_of, sent_by_branch
from .reports import changed, result_of_a_branch

pytestmark = pytest.mark.django_db
PATHS = ["present", "rounds.0.candidates.1", "rounds.1"]


def mend(report: Report, author, answers) -> Report:
    report = save_answers(report=report, answers=answers, revision=report.revision, actor=author)
    return send(report=report, revision=report.revision, actor=author)


@pytest.fixture
def refused(world) -> Report:
    return reject(report=sent_by_branch(world), version=1, reason=REASON, paths=PATHS, actor=world.committee)


def test_the_author_is_told_why_and_where(world, refused):
    rejection = rejection_of(refused)
    assert (rejection.reason, rejection.by, rejection.version) == (REASON, world.committee.full_name, 1)
    assert [point.label for point in rejection.points] == [
        "Có mặt",
        "Cấp ủy, lần 1: đồng chí Lê Thị Bình",
        "Bí thư, lần 1",
    ]
    assert rejection.points_at("present")
    assert rejection.points_at("rounds.0.candidates.1.votes")
    assert rejection.points_at("rounds.1.seats")
    assert not rejection.points_at("rounds.0.seats")
    assert not rejection.points_at("rounds.10.seats")


def test_it_stands_while_the_unit_mends_and_is_gone_when_it_is_sent_again(world, refused):
    author = near_secretary(world)
    draft = save_answers(report=refused, answers=result_of_a_branch(), revision=refused.revision, actor=author)
    assert rejection_of(draft).reason == REASON
    assert rejection_of(send(report=draft, revision=draft.revision, actor=author)) is None


def test_the_list_of_sections_says_where_to_look_until_it_is_mended(world, refused, client_of):
    def waiting() -> list[str]:
        steps = client_of(near_secretary(world)).get(f"/quan-ly-bao-cao/{refused.pk}/nhap/").context["steps"]
        return [one["title"] for one in steps if one["state"].text == "Cần xem lại"]

    assert waiting() == ["Đảng viên dự đại hội", "Kết quả bầu cử", "Bầu cấp ủy, lần 1", "Bầu bí thư, lần 1"]
    mended = changed(result_of_a_branch(), "present", 21)
    save_answers(report=refused, answers=mended, revision=refused.revision, actor=near_secretary(world))
    assert "Đảng viên dự đại hội" not in waiting()


def test_a_report_never_sent_or_taken_back_has_none(world, django_assert_num_queries):
    report = sent_by_branch(world)
    back = withdraw(report=report, actor=near_secretary(world))
    assert rejection_of(back) is None
    with django_assert_num_queries(0):
        assert rejection_of(report_of_other(world)) is None


def report_of_other(world) -> Report:
    report = Report(state="draft", version=0)
    report.unit = world.branch
    return report


def test_an_approval_taken_back_is_one_too(world):
    report = approve(report=sent_by_branch(world), version=1, actor=world.committee)
    rejection = rejection_of(unapprove(report=report, reason=REASON, actor=world.committee))
    assert rejection.unapproved
    assert rejection.points == ()


def test_the_reviewer_sees_what_changed_since_the_version_he_rejected(world, refused):
    author = near_secretary(world)
    mended = changed(result_of_a_branch(), "rounds.0.candidates.1.votes", 17)
    report = mend(refused, author, mended)
    seen = mended_since_rejection(report, report.events.all())
    assert (seen.since_version, seen.reason) == (1, REASON)
    assert [(one.label, one.old, one.new) for one in seen.changes] == [
        ("Cấp ủy, lần 1: đồng chí Lê Thị Bình, số phiếu", "18", "17")
    ]
    assert seen.untouched == ["Có mặt", "Bí thư, lần 1"]


def test_versions_taken_back_between_do_not_hide_what_was_rejected(world, refused):
    """Version 2 was withdrawn by the unit itself: version 3 is compared with the rejected first."""
    author = near_secretary(world)
    report = mend(refused, author, changed(result_of_a_branch(), "place", "Hội trường A"))
    report = mend(withdraw(report=report, actor=author), author, changed(result_of_a_branch(), "place", "Hội trường B"))
    seen = mended_since_rejection(report, report.events.all())
    assert [(one.label, one.old, one.new) for one in seen.changes] == [
        ("Địa điểm", "Phòng họp Ga Đồng Lê", "Hội trường B")
    ]


def test_a_first_version_is_compared_with_nothing(world):
    report = sent_by_branch(world)
    assert mended_since_rejection(report, report.events.all()) is None


def test_rejections_point_only_at_what_the_report_has(world):
    paths = ["present", "rounds.9", "made_up", "groups.secretary.n", "rounds.0.candidates.0.votes"]
    report = reject(report=sent_by_branch(world), version=1, reason=REASON, paths=paths, actor=world.committee)
    assert report.events.first().paths == ["present", "rounds.0.candidates.0.votes"]
    assert report_of(world.near_branch, "a").reason == REASON
