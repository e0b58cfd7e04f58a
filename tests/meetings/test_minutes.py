"""Minutes: drawn from the data, written by two, circulated, signed, locked for ever."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from assignments.models import Assignment
from audit.models import Entry
from common.errors import RuleViolation
from meetings.enums import MeetingState, Presence
from meetings.minutes import papers
from meetings.minutes.content import content_of, last_minutes
from meetings.minutes.enums import DocumentType, MinutesState
from meetings.minutes.models import Conclusion, IssuedDocument, Minutes
from meetings.minutes.policies import CHAIR, CLERK
from meetings.minutes.services import (
    Crossed,
    Typed,
    annex,
    choose_clerk,
    circulate,
    conclude,
    drop_conclusion,
    issue_document,
    remark,
    reply,
    sign,
    write_minutes,
)
from meetings.minutes.services.issuing import votes_for
from meetings.models import AgendaItem, Attendee, Meeting
from notifications.models import Notice
from tests.cast import make_member

from .sessions import in_progress
from .written import again, carried, circulated, digest, ended, signed, written

pytestmark = pytest.mark.django_db


def words_of(meeting: Meeting) -> str:
    _, blocks = papers.minutes_paper(again(meeting), again(meeting).record)
    return " ".join(
        " ".join((block.lead, block.text, *(cell for row in block.rows for cell in row))) for block in blocks
    )


def write(world, meeting, item, words, *, seen, actor=None, conclusion=None):
    return write_minutes(
        meeting=meeting,
        opening=None,
        closing=None,
        revision=0,
        items={item.pk: Typed(seen, words, conclusion)},
        actor=actor or world.secretary,
    )


def test_the_minutes_draw_themselves(world):
    meeting = in_progress(world)
    people = {one.full_name: one for one in meeting.attendees.all()}
    Attendee.objects.filter(pk=people["Bùi Văn Ảnh"].pk).update(
        presence=Presence.EXCUSED, absence_reason="Trực ban chạy tàu"
    )
    Attendee.objects.filter(pk=people["Cao Thị Bình"].pk).update(presence=Presence.UNEXCUSED)
    Attendee.objects.filter(pk=people["Đinh Văn Chiến"].pk).update(arrived_at="08:20")
    carried(world, meeting)
    words = words_of(meeting) if Minutes.objects.get_or_create(meeting=meeting) else ""
    assert "13 đồng chí, trong đó chính thức 12, dự bị 1." in words
    assert "11 đồng chí (chính thức 10, dự bị 1, sinh hoạt tạm thời 0); đạt 84,62%" in words
    assert "1 đồng chí: Bùi Văn Ảnh (Trực ban chạy tàu)." in words
    assert "1 đồng chí: Cao Thị Bình." in words
    assert "Đến muộn: Đinh Văn Chiến (08:20)." in words
    assert "Đề nghị làm rõ tiến độ" in words
    assert "9/11 số đảng viên chính thức phải dự tán thành" in words


def test_two_writers_never_overwrite_each_other(world, meeting):
    item = meeting.items.first()
    write(world, meeting, item, "Đồng chí A nói.", seen=0)
    with pytest.raises(Crossed) as crossing:
        write(world, meeting, item, "Đồng chí B nói.", seen=0, actor=world.member)
    assert crossing.value.parts == {item.pk}
    item.refresh_from_db()
    assert item.notes == "Đồng chí A nói."
    write(world, meeting, item, "Đồng chí A nói.\nĐồng chí B nói.", seen=1, actor=world.member)
    item.refresh_from_db()
    assert (item.notes_revision, item.notes_by) == (2, world.member)


def test_an_answer_lost_on_the_line_is_no_conflict(world, meeting):
    """The writer still has the old number, but all that was kept stands in what he sends."""
    item = meeting.items.first()
    write(world, meeting, item, "Đồng chí A", seen=0)
    write(world, meeting, item, "Đồng chí A nói thêm.", seen=0)
    item.refresh_from_db()
    assert item.notes == "Đồng chí A nói thêm."


def test_what_does_not_cross_is_kept(world, meeting):
    first, second = meeting.items.all()[:2]
    write(world, meeting, first, "Người khác viết", seen=0)
    with pytest.raises(Crossed):
        write_minutes(
            meeting=meeting,
            opening="Mở đầu",
            closing=None,
            revision=0,
            items={first.pk: Typed(0, "Tôi viết"), second.pk: Typed(0, "Mục hai")},
            actor=world.member,
        )
    second.refresh_from_db()
    assert second.notes == "Mục hai"
    assert Minutes.objects.get(meeting=meeting).opening == "Mở đầu"


def test_only_who_runs_the_meeting_writes(world, meeting):
    item = meeting.items.first()
    for user in (world.outsider, world.other_secretary, world.committee, world.org_department, world.inspector):
        with pytest.raises(PermissionDenied):
            write(world, meeting, item, "…", seen=0, actor=user)
    write(world, meeting, item, "Thư ký ghi", seen=0, actor=world.member)  # the clerk of this meeting


def test_circulated_to_those_who_were_there(world):
    meeting = written(world)
    away = meeting.attendees.get(full_name="Cao Thị Bình")
    Attendee.objects.filter(pk=away.pk).update(presence=Presence.UNEXCUSED)
    before = set(Notice.objects.values_list("pk", flat=True))
    circulate(meeting=meeting, hours=24, actor=world.secretary)
    told = set(Notice.objects.exclude(pk__in=before).filter(kind="meetings.minutes").values_list("user_id", flat=True))
    assert away.member.account_id not in told
    assert world.member.pk in told
    assert world.secretary.pk not in told
    assert len(told) == 11


def test_not_before_everybody_is_marked_and_a_clerk_is_named(world):
    meeting = ended(world)
    Meeting.objects.filter(pk=meeting.pk).update(clerk=None)
    with pytest.raises(RuleViolation, match="thư ký"):
        circulate(meeting=meeting, hours=24, actor=world.secretary)
    with pytest.raises(RuleViolation, match="hai đồng chí khác nhau"):
        choose_clerk(meeting=meeting, clerk=world.people["secretary"], actor=world.secretary)
    choose_clerk(meeting=meeting, clerk=world.people["member"], actor=world.secretary)
    Attendee.objects.filter(meeting=meeting, full_name="Cao Thị Bình").update(presence=Presence.UNKNOWN)
    with pytest.raises(RuleViolation, match="Còn 1 đồng chí chưa điểm danh"):
        circulate(meeting=meeting, hours=24, actor=world.secretary)


def test_remarks_of_those_who_were_there_within_the_time(world):
    meeting = circulated(world)
    there = meeting.attendees.get(full_name="Cao Thị Bình").member.account
    made = remark(meeting=meeting, text="Tôi có phát biểu mà chưa ghi.", actor=there)
    for user in (world.committee, world.outsider):
        with pytest.raises(PermissionDenied):
            remark(meeting=meeting, text="…", actor=user)
    with pytest.raises(PermissionDenied):
        reply(remark=made, text="Đã bổ sung", actor=there)
    Minutes.objects.filter(meeting=meeting).update(remarks_until=timezone.now() - timedelta(minutes=1))
    with pytest.raises(RuleViolation, match="hết thời hạn"):
        remark(meeting=meeting, text="Nữa", actor=there)
    with pytest.raises(RuleViolation, match="1 góp ý chưa được trả lời"):
        sign(meeting=meeting, as_what=CHAIR, digest=digest(meeting), actor=world.secretary)
    reply(remark=made, text="Đã bổ sung", actor=world.secretary)
    sign(meeting=meeting, as_what=CHAIR, digest=digest(meeting), actor=world.secretary)


def test_nobody_signs_before_the_time_is_over_or_for_another(world):
    meeting = circulated(world)
    with pytest.raises(RuleViolation, match="hết thời hạn góp ý"):
        sign(meeting=meeting, as_what=CHAIR, digest=digest(meeting), actor=world.secretary)
    Minutes.objects.filter(meeting=meeting).update(remarks_until=timezone.now())
    for user, what in ((world.secretary, CLERK), (world.member, CHAIR), (world.committee, CHAIR)):
        with pytest.raises(PermissionDenied):
            sign(meeting=meeting, as_what=what, digest=digest(meeting), actor=user)


def test_who_got_a_password_by_code_does_not_sign_for_a_day(world):
    meeting = circulated(world, hours=0)
    world.member.decisions_held_until = timezone.now() + timedelta(hours=20)
    world.member.save()
    with pytest.raises(PermissionDenied):
        sign(meeting=meeting, as_what=CLERK, digest=digest(meeting), actor=world.member)


def test_a_signature_is_for_the_text_that_was_read(world):
    meeting = circulated(world, hours=0)
    read = digest(meeting)
    sign(meeting=meeting, as_what=CLERK, digest=read, actor=world.member)
    item = meeting.items.first()
    write(world, meeting, item, "Thêm một câu", seen=0)
    with pytest.raises(RuleViolation, match="đọc lại rồi ký"):
        sign(meeting=meeting, as_what=CHAIR, digest=read, actor=world.secretary)
    # The chair signs the new text: the clerk's signature under the old one has fallen.
    record = sign(meeting=meeting, as_what=CHAIR, digest=digest(meeting), actor=world.secretary)
    assert record.state == MinutesState.CIRCULATED
    assert record.clerk_signed_at is None
    record = sign(meeting=meeting, as_what=CLERK, digest=digest(meeting), actor=world.member)
    assert record.state == MinutesState.APPROVED


def test_locked_with_a_hash_and_a_number_for_ever(world):
    meeting = signed(world, vote=True)
    record = meeting.record
    assert meeting.state == MeetingState.COMPLETED
    assert len(record.digest) == 64
    # What was signed is what the tables still give.
    assert content_of(meeting, record) == record.content
    assert IssuedDocument.objects.get(meeting=meeting, type=DocumentType.MINUTES).number == 1
    for change in (
        lambda: AgendaItem.objects.filter(meeting=meeting).update(notes="khác"),
        lambda: Attendee.objects.filter(meeting=meeting).update(presence=Presence.UNEXCUSED),
        lambda: Conclusion.objects.filter(meeting=meeting).update(text="khác"),
        lambda: Minutes.objects.filter(meeting=meeting).update(opening="khác"),
        lambda: Minutes.objects.filter(meeting=meeting).delete(),
        lambda: IssuedDocument.objects.filter(meeting=meeting).update(number=9),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(RuleViolation):
        write(world, meeting, meeting.items.first(), "khác", seen=0)
    assert Entry.objects.filter(action="minutes.approved").count() == 1


def test_afterwards_only_an_annex(world):
    meeting = circulated(world)
    with pytest.raises(RuleViolation, match="chưa khóa"):
        annex(meeting=meeting, text="…", reason="…", actor=world.secretary)
    Minutes.objects.filter(meeting=meeting).update(remarks_until=timezone.now())
    sign(meeting=meeting, as_what=CLERK, digest=digest(meeting), actor=world.member)
    sign(meeting=meeting, as_what=CHAIR, digest=digest(meeting), actor=world.secretary)
    with pytest.raises(RuleViolation, match="lý do"):
        annex(meeting=meeting, text="Đính chính", reason=" ", actor=world.secretary)
    with pytest.raises(PermissionDenied):
        annex(meeting=meeting, text="Đính chính", reason="Ghi nhầm", actor=world.member)
    made = annex(meeting=meeting, text="Đính chính", reason="Ghi nhầm", actor=world.secretary)
    assert (made.number, len(made.digest)) == (1, 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_the_next_meeting_begins_with_the_last_minutes(world):
    first = signed(world)
    second = in_progress(world, 0)
    assert last_minutes(second).meeting_id == first.pk
    Minutes.objects.create(meeting=second)
    assert f"Hội nghị bắt đầu từ biên bản đã khóa: {first.title}" in words_of(second)


def test_unfinished_tasks_stand_in_the_next_minutes(world):
    first = signed(world)
    task = Assignment.objects.get()
    Assignment.objects.update(given_at=timezone.now() - timedelta(days=1))
    second = in_progress(world, 0)
    Minutes.objects.create(meeting=second)
    assert "Kiểm tra đường ngang Km 319" in words_of(second)
    assert "Đang thực hiện" in words_of(second)
    assert first.conclusions.get(assignment=task).text == task.title


def test_a_conclusion_with_owner_and_day_is_a_task(world, meeting):
    owner = meeting.attendees.get(member=world.people["member"])
    due = timezone.localdate() + timedelta(days=10)
    made = conclude(meeting=meeting, text="Rà soát hồ sơ", owner=owner, due_on=due, actor=world.secretary)
    assert made.assignment.owner == world.member
    assert Notice.objects.filter(user=world.member, kind="assignments.given").exists()
    with pytest.raises(RuleViolation, match="cả người thực hiện và thời hạn"):
        conclude(meeting=meeting, text="Thiếu hạn", owner=owner, actor=world.secretary)
    with pytest.raises(RuleViolation, match="đã giao"):
        drop_conclusion(conclusion=made, actor=world.secretary)
    with pytest.raises(PermissionDenied):
        conclude(meeting=meeting, text="Của người khác", actor=world.committee)
    stranger = make_member(world.sister, "Người Chi Bộ Khác")
    other = Attendee.objects.create(
        meeting=meeting, member=stranger, full_name=stranger.full_name, name_sort=b"x", capacity="guest", duty="invited"
    )
    with pytest.raises(RuleViolation, match="đảng viên của cuộc họp"):
        conclude(meeting=meeting, text="Giao khách", owner=other, due_on=due, actor=world.secretary)


def issue(world, meeting, kind=DocumentType.RESOLUTION, **given):
    values = {
        "subject": "về nhiệm vụ tháng 12 năm 2026",
        "day": timezone.localdate(),
        "place": "Nghệ An",
        "parts": [("Phương hướng, nhiệm vụ", "Bảo đảm an toàn chạy tàu.")],
        "actor": world.secretary,
    } | given
    if kind == DocumentType.RESOLUTION:
        values.setdefault("vote", next(iter(votes_for(meeting)), None))
    return issue_document(meeting=meeting, kind=kind, **values)


def test_documents_are_numbered_by_type_and_term(world):
    meeting = signed(world, vote=True)
    assert issue(world, meeting).number == 1
    assert issue(world, meeting).number == 2
    assert issue(world, meeting, DocumentType.NOTICE).number == 1
    from orgtree.services import begin_term

    begin_term(unit=meeting.unit, name="2027-2030", day=timezone.localdate())
    made = issue(world, meeting)
    assert (made.number, made.term.name) == (1, "2027-2030")
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedDocument.objects.filter(pk=made.pk).update(subject="khác")


def test_a_resolution_is_what_the_meeting_voted_for(world):
    meeting = ended(world)
    with pytest.raises(RuleViolation, match="biểu quyết"):
        issue(world, meeting)
    with pytest.raises(PermissionDenied):
        issue(world, meeting, DocumentType.NOTICE, actor=world.member)  # the clerk holds no right of the unit
    with pytest.raises(RuleViolation, match="Ngày ban hành"):
        issue(world, meeting, DocumentType.NOTICE, day=timezone.localdate() + timedelta(days=1))


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_numbers_are_neither_given_twice_nor_left_out():
    from threading import Thread

    from django.db import connection

    from tests.cast import build_world

    world = build_world()
    meeting = ended(world, 2)
    failures = []

    def give():
        try:
            issue(world, meeting, DocumentType.NOTICE)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=give) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    numbers = IssuedDocument.objects.filter(type=DocumentType.NOTICE).values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, 9))
