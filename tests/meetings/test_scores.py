"""The sheet of 100 points: found, confirmed, agreed; on time or not."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from common.errors import RuleViolation
from meetings.enums import MeetingKind, Presence
from meetings.minutes.enums import ScoreState
from meetings.minutes.evidence import Evidence
from meetings.minutes.models import Score
from meetings.minutes.services import agree_score, begin_score, confirm_score, return_score, save_points
from meetings.minutes.services.scoring import missing_in, sheet_of
from meetings.models import Attendee, ItemDocument
from meetings.rules import punctuality
from meetings.rules.catalogue import rules_of
from meetings.rules.scoring import by_duration, by_share, sheet_on

from .written import ended, scored, signed

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(("total", "words"), [("100.0", "100"), ("87.5", "87,5"), ("0", "0"), ("90", "90")])
def test_the_total_in_words(total, words):
    assert Score(total=Decimal(total)).total_in_words == words


def item(key: str, **given):
    sheet = sheet_on(DAY, MeetingKind.REGULAR, with_thematic=given.get("with_thematic", False))
    return next(one for one in sheet.items if one.key == key)


@pytest.mark.parametrize(
    ("kind", "with_thematic"),
    [(MeetingKind.REGULAR, False), (MeetingKind.REGULAR, True), (MeetingKind.THEMATIC, False)],
)
def test_every_sheet_comes_to_a_hundred(kind, with_thematic):
    sheet = sheet_on(DAY, kind, with_thematic=with_thematic)
    assert sheet.most == 100
    assert [criterion.most for criterion in sheet.criteria] == [5, 5, 10, 30, 10, 5, 30, 5]
    assert all(max(o.points for o in one.options) == one.most for one in sheet.items if one.options)


def test_meetings_that_are_not_scored():
    assert sheet_on(DAY, MeetingKind.COMMITTEE, with_thematic=False) is None
    assert sheet_on(date(2020, 1, 1), MeetingKind.REGULAR, with_thematic=False) is None


@pytest.mark.parametrize(
    ("held", "points"), [(95, 5), (90, 5), (89, 4), (75, 4), (74, 3), (60, 3), (59, 2), (45, 2), (44, 1)]
)
def test_points_of_the_length(held, points):
    assert by_duration(item("duration"), held, 90) == points


@pytest.mark.parametrize(("percent", "points"), [(90, 4), (89.99, 3), (75, 3), (74.9, 2), (65, 2), (64.9, 1), (0, 1)])
def test_points_of_the_attendance(percent, points):
    assert by_share(item("attendance"), percent) == points


@pytest.mark.parametrize(("percent", "points"), [(50.1, 5), (50, 4), (40, 4), (39.9, 3), (30, 3), (29, 2)])
def test_points_of_those_who_spoke(percent, points):
    assert by_share(item("speaking"), percent) == points


@pytest.mark.parametrize(
    ("total", "grade"), [(90, "Tốt"), (89, "Khá"), (70, "Khá"), (69, "Trung bình"), (50, "Trung bình"), (49, "Kém")]
)
def test_grades(total, grade):
    assert sheet_on(DAY, MeetingKind.REGULAR, with_thematic=False).grade_of(total).name == grade


# ---- on time --------------------------------------------------------------------------------------------------------

_RULES = rules_of(MeetingKind.REGULAR, DAY)
_AT = datetime(2026, 11, 20, 14, 0, tzinfo=timezone.get_fixed_timezone(420))


def test_documents_a_day_before():
    just = _AT - timedelta(hours=24)
    assert punctuality.documents_before(_AT, [just], _RULES).on_time is True
    judged = punctuality.documents_before(_AT, [just, just + timedelta(seconds=1)], _RULES)
    assert (judged.on_time, judged.sentence) == (False, "1/2 tài liệu lên Sổ tay chậm hơn 01 ngày.")
    assert punctuality.documents_before(_AT, [], _RULES).on_time is None


def test_minutes_two_days_after():
    due = _AT + timedelta(hours=48)
    assert punctuality.minutes_after(_AT, due, _RULES, due).on_time is True
    assert punctuality.minutes_after(_AT, due + timedelta(seconds=1), _RULES, due).on_time is False
    assert punctuality.minutes_after(_AT, None, _RULES, due).on_time is None
    assert punctuality.minutes_after(_AT, None, _RULES, due + timedelta(seconds=1)).on_time is False
    assert punctuality.minutes_after(None, None, _RULES, due).on_time is None


def test_long_enough():
    assert punctuality.length(90, _RULES, with_thematic=False).on_time is True
    assert punctuality.length(119, _RULES, with_thematic=True).sentence == "Họp 119 phút, thiếu 1 phút so với 120 phút."


def test_months_and_quarters_that_are_missed():
    held = [date(2026, 1, 5), date(2026, 3, 5)]
    assert punctuality.missed_periods(held, 1, 2026, date(2026, 4, 1)) == [2]
    assert punctuality.missed_periods(held, 1, 2026, date(2026, 3, 31)) == [2]
    assert punctuality.missed_periods(held, 3, 2026, date(2026, 6, 30)) == []
    assert punctuality.missed_periods(held, 3, 2026, date(2026, 7, 1)) == [2]
    assert punctuality.missed_periods(held, 3, 2026, date(2027, 1, 1)) == [2, 3, 4]
    assert punctuality.missed_periods(held, 0, 2026, date(2027, 1, 1)) == []


# ---- found, confirmed, agreed ---------------------------------------------------------------------------------------


def found(meeting, key):
    return Evidence(meeting).of(sheet_of(meeting))[key]


@pytest.mark.django_db
def test_what_the_handbook_knows(world):
    meeting = ended(world)
    assert found(meeting, "duration").points == 5
    assert found(meeting, "attendance").points == 4
    assert found(meeting, "cell_committee").points == 2  # a secretary alone has no committee to meet
    assert found(meeting, "documents_before").points == 0
    assert found(meeting, "speaking").points is None
    assert found(meeting, "results").points is None
    assert found(meeting, "conclusion").points == 0
    assert found(meeting, "published").points is None
    Attendee.objects.filter(meeting=meeting, full_name="Cao Thị Bình").update(presence=Presence.UNEXCUSED)
    assert found(meeting, "attendance").points == 1  # 92 %, but one without a reason


@pytest.mark.django_db
def test_documents_count_by_their_own_hour(world):
    meeting = ended(world)
    paper = ItemDocument.objects.create(
        state="clean", item=meeting.items.first(), title="Dự thảo", file="x.pdf", content_type="application/pdf", size=1
    )
    assert found(meeting, "documents_before").points == 1
    ItemDocument.objects.filter(pk=paper.pk).update(added_at=meeting.starts_at - timedelta(days=1))
    assert found(meeting, "documents_before").points == 2


@pytest.mark.django_db
def test_more_than_was_found_needs_a_reason(world):
    meeting = ended(world)
    begin_score(meeting=meeting, actor=world.secretary)
    sheet = sheet_of(meeting)
    points = {one.key: one.most for one in sheet.items}
    score = save_points(meeting=meeting, points=points, reasons={}, actor=world.secretary)
    assert score.total == 100
    assert "documents_before" in dict(missing_in(score, sheet))
    assert "procedure" not in dict(missing_in(score, sheet))
    with pytest.raises(RuleViolation, match="ghi lý do"):
        confirm_score(meeting=meeting, actor=world.secretary)
    with pytest.raises(RuleViolation, match="từ 0 đến 5"):
        save_points(meeting=meeting, points=points | {"duration": 6}, reasons={}, actor=world.secretary)


@pytest.mark.django_db
def test_the_superior_agrees_or_returns(world):
    meeting = scored(world)
    score = Score.objects.get(meeting=meeting)
    assert (score.state, score.grade, score.points["duration"]["found"]) == (ScoreState.CONFIRMED, "good", 5)
    # The branch's parent is the section, where nobody of the cast decides; the company's committee is too far up.
    for user in (world.secretary, world.committee, world.member, world.inspector, world.outsider):
        with pytest.raises(PermissionDenied):
            agree_score(meeting=meeting, actor=user)
    above = _superior(world)
    with pytest.raises(RuleViolation, match="lý do"):
        return_score(meeting=meeting, reason=" ", actor=above)
    return_score(meeting=meeting, reason="Thiếu căn cứ", actor=above)
    with pytest.raises(RuleViolation):
        agree_score(meeting=meeting, actor=above)
    scored(world, meeting)
    agree_score(meeting=meeting, actor=above)
    with pytest.raises(RuleViolation, match="không sửa được"):
        save_points(meeting=meeting, points={}, reasons={}, actor=world.secretary)


def _superior(world):
    from orgtree.enums import Role
    from orgtree.services import give_grant
    from tests.cast import make_member

    account = make_member(world.sister, "Bí Thư Bộ Phận").account
    give_grant(user=account, unit=world.section, role=Role.SECRETARY, actor=None)
    return account


@pytest.mark.django_db
def test_the_minutes_keep_the_points_of_their_day(world):
    meeting = ended(world)
    scored(world, meeting)
    from meetings.minutes.content import content_of
    from meetings.minutes.models import Minutes

    from .written import again

    record, _ = Minutes.objects.get_or_create(meeting=meeting)
    assert content_of(again(meeting), record)["score"] == {"total": "100", "grade": "Tốt", "most": 100}


@pytest.mark.django_db
def test_scores_are_within_a_hundred(world):
    meeting = scored(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Score.objects.filter(meeting=meeting).update(total=101)


@pytest.mark.django_db
def test_a_sheet_is_filled_in_also_after_the_minutes_are_locked(world):
    meeting = signed(world)
    assert found(meeting, "published").points == 1
    scored(world, meeting)


def test_the_page_tells_the_points_that_stand_in_the_boxes_and_what_is_open(world, client_of):
    meeting = ended(world)
    page = client_of(world.secretary).get(reverse("meetings:score", args=[meeting.pk]))
    form = page.context["form"]
    suggested = [one.points for one in form.found.values() if one.points is not None]
    assert form.so_far == sum(suggested) > 0
    assert form.open_items == len(form.sheet.items) - len(suggested) > 0
    text = " ".join(strip_tags(page.content.decode()).split())
    assert f"Đang được {form.so_far}/100 điểm, còn {form.open_items} mục chưa chấm" in text
