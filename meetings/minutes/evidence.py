"""What the handbook itself knows for the score sheet, with the evidence in words. The branch confirms it or says why it
differs; a finder that knows nothing gives no points and says so."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from assignments.enums import AssignmentState
from assignments.models import Assignment
from common.uploads.keeping import FileState
from members.enums import PostCode
from members.models import Post

from ..enums import (
    HELD,
    HERE,
    MEMBERS_OF_THE_MEETING,
    OF_THE_COMMITTEE,
    Capacity,
    Duty,
    MeetingKind,
    MeetingState,
    Presence,
)
from ..models import AgendaItem, Attendee, ItemDocument, Meeting, Opinion, SpeechRequest
from ..rules import punctuality
from ..rules.catalogue import rules_of
from ..rules.counting import count
from ..rules.scoring import Item, Sheet, by_duration, by_share
from .content import records_before
from .models import Conclusion, Minutes

_SPOKE = ("called", "done")
MOST_RUNS = 3


@dataclass(frozen=True)
class Found:
    """`points` None: the handbook cannot tell."""

    points: int | None
    evidence: str


class Evidence:
    """Of one meeting; every fact is read once."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self.rules = rules_of(meeting.kind, timezone.localdate(meeting.began_at))

    def of(self, sheet: Sheet) -> dict[str, Found]:
        return {item.key: _FINDERS[item.found](self, item) for item in sheet.items if item.found in _FINDERS}

    @cached_property
    def people(self) -> list[Attendee]:
        return list(self.meeting.attendees.order_by("name_sort", "pk"))

    @cached_property
    def facts(self) -> Meeting:
        """What is counted beside the list, in one query."""
        meeting, day = self.meeting, timezone.localdate(self.meeting.starts_at)
        items = AgendaItem.objects.filter(meeting=OuterRef("pk")).order_by()
        of_unit = Meeting.objects.filter(unit_id=meeting.unit_id, state__in=HELD, starts_at__lt=meeting.starts_at)
        committee = of_unit.filter(
            kind=MeetingKind.CELL_COMMITTEE, starts_at__date__gte=day - timedelta(days=31)
        ).order_by("-starts_at")
        # A branch of less than nine has a secretary and a deputy, but no committee (Điều lệ art. 24).
        members = Post.objects.filter(unit_id=meeting.unit_id, code=PostCode.CELL_COMMITTEE_MEMBER, ends_on=None)
        spoken = SpeechRequest.objects.filter(meeting=OuterRef("pk"), state__in=_SPOKE).order_by()
        written = Opinion.objects.filter(item__meeting=OuterRef("pk")).order_by()
        # One whose first page nobody has read is there for nobody.
        documents = ItemDocument.objects.filter(item__meeting=OuterRef("pk"), state=FileState.CLEAN)
        documents = documents.order_by("added_at")
        return Meeting.objects.annotate(
            drafts=ArraySubquery(items.exclude(draft="").values("pk")),
            written=ArraySubquery(items.exclude(conclusion="").values("pk")),
            concluded=ArraySubquery(Conclusion.objects.filter(meeting=OuterRef("pk")).order_by().values("pk")),
            papers_at=ArraySubquery(documents.values("added_at")),
            spoken=ArraySubquery(spoken.values("attendee")),
            opined=ArraySubquery(written.values("attendee")),
            has_committee=Exists(members),
            committee_at=Subquery(committee.values("starts_at")[:1]),
            committee_state=Subquery(committee.values("state")[:1]),
            last_at=Subquery(records_before(meeting).values("meeting__starts_at")[:1]),
        ).get(pk=meeting.pk)

    def duration(self, item: Item) -> Found:
        until = self.meeting.ended_at or timezone.now()
        held = int((until - self.meeting.began_at).total_seconds() // 60)
        asked = punctuality.least_minutes(self.rules, with_thematic=self.meeting.with_thematic)
        said = punctuality.length(held, self.rules, with_thematic=self.meeting.with_thematic).sentence
        if self.meeting.ended_at is None:
            said += " Cuộc họp chưa bế mạc."
        return Found(by_duration(item, held, asked), said)

    def attendance(self, item: Item) -> Found:
        counted = count(self.people)
        if not counted.expected:
            return Found(None, "Chưa có danh sách phải dự.")
        said = f"{counted.here}/{counted.expected} đồng chí dự ({counted.percent})"
        if counted.unknown:
            said += f", {counted.unknown} đồng chí chưa điểm danh"
        if counted.unexcused:
            return Found(item.options[-1].points, f"{said}, {counted.unexcused} đồng chí vắng không lý do.")
        return Found(by_share(item, counted.here * 100 / counted.expected), f"{said}, không có vắng không lý do.")

    def excused_runs(self, item: Item) -> Found:
        """Nobody excused here was excused from the three meetings before, too."""
        away = {one.member_id for one in self.people if one.presence == Presence.EXCUSED and one.duty == Duty.CALLED}
        if not away:
            return Found(item.most, "Không có đồng chí nào vắng có lý do.")
        runs = self.excused_before(away)
        many = sum(runs[one] >= MOST_RUNS for one in away)
        if many:
            return Found(0, f"{many} đồng chí vắng có lý do quá {MOST_RUNS} lần liên tiếp.")
        return Found(item.most, f"Không có đồng chí nào vắng có lý do quá {MOST_RUNS} lần liên tiếp.")

    def excused_before(self, people: set[int]) -> Counter:
        """How often each was excused from the meetings right before."""
        before = Meeting.objects.filter(
            unit_id=self.meeting.unit_id, starts_at__lt=self.meeting.starts_at, state__in=HELD
        ).exclude(kind__in=OF_THE_COMMITTEE)
        return Counter(
            Attendee.objects.filter(
                meeting__in=before.order_by("-starts_at").values("pk")[:MOST_RUNS],
                member__in=people,
                presence=Presence.EXCUSED,
                duty=Duty.CALLED,
            )
            .order_by()
            .values_list("member_id", flat=True)
        )

    def draft(self, item: Item) -> Found:
        drafted = len(self.facts.drafts)
        if drafted:
            return Found(item.most, f"{drafted} nội dung có dự thảo nghị quyết, kết luận trên Sổ tay.")
        return Found(0, "Không có dự thảo trên Sổ tay.")

    def cell_committee(self, item: Item) -> Found:
        """A meeting of the branch committee in the month before, with minutes; not asked of a secretary alone."""
        if not self.facts.has_committee:
            return Found(item.most, "Chi bộ không có chi ủy.")
        if self.facts.committee_at is None:
            return Found(0, "Trong tháng không có cuộc họp chi ủy trên Sổ tay.")
        said = f"Họp chi ủy ngày {timezone.localdate(self.facts.committee_at):%d/%m/%Y}"
        if self.facts.committee_state == MeetingState.COMPLETED:
            return Found(item.most, f"{said}, biên bản đã khóa.")
        return Found(item.most // 2, f"{said}, biên bản chưa hoàn thành.")

    def announced(self, item: Item) -> Found:
        at = self.meeting.announced_at
        if at is None:
            return Found(0, "Cuộc họp không được thông báo trên Sổ tay.")
        return Found(item.most, f"Thông báo trên Sổ tay lúc {timezone.localtime(at):%H:%M %d/%m/%Y}.")

    def documents_before(self, item: Item) -> Found:
        judged = punctuality.documents_before(self.meeting.starts_at, self.facts.papers_at, self.rules)
        points = {True: 2, False: 1, None: 0}[judged.on_time]
        return Found(min(points, item.most), judged.sentence)

    def documents_used(self, item: Item) -> Found:
        many = len(self.facts.papers_at)
        return Found(item.most if many else 0, f"{many} tài liệu trên Sổ tay.")

    def speaking(self, item: Item) -> Found:
        here = [
            one.pk for one in self.people if one.presence in HERE and Capacity(one.capacity) in MEMBERS_OF_THE_MEETING
        ]
        spoke = {*self.facts.spoken, *self.facts.opined}
        many = len(spoke & set(here))
        if not here or not many:
            return Found(None, "Sổ tay chưa ghi đồng chí nào phát biểu.")
        return Found(by_share(item, many * 100 / len(here)), f"{many}/{len(here)} đồng chí có mặt phát biểu, góp ý.")

    def results(self, item: Item) -> Found:
        """Of the tasks that fell due since the last meeting, how many were reported or confirmed done by now."""
        states = self.due_done_at()
        if not states:
            return Found(None, "Không có nhiệm vụ đến hạn trên Sổ tay từ cuộc họp trước.")
        moment = self.meeting.ended_at or timezone.now()
        done = sum(at is not None and at <= moment for at in states)
        return Found(by_share(item, done * 100 / len(states)), f"{done}/{len(states)} nhiệm vụ đến hạn đã xong.")

    def due_done_at(self) -> list[datetime | None]:
        """When each of them was reported done."""
        until = timezone.localdate(self.meeting.starts_at)
        rows = Assignment.objects.filter(unit_id=self.meeting.unit_id, due_on__lte=until).exclude(
            state=AssignmentState.DROPPED
        )
        last = self.facts.last_at
        since = timezone.localdate(last) if last else until - timedelta(days=31)
        return list(rows.filter(due_on__gt=since).values_list("done_at", flat=True))

    def conclusion(self, item: Item) -> Found:
        many = len(self.facts.concluded) + len(self.facts.written)
        if many:
            return Found(item.most, f"Biên bản ghi {many} kết luận.")
        return Found(0, "Biên bản chưa ghi kết luận.")

    def published(self, item: Item) -> Found:
        record = getattr(self.meeting, "record", None)
        judged = punctuality.minutes_after(self.meeting.ended_at, up_at(record), self.rules, timezone.now())
        return Found({True: item.most, False: 0, None: None}[judged.on_time], judged.sentence)


def up_at(record: Minutes | None):
    """When those who were there could read the minutes; an upload counts by its signing."""
    if record is None:
        return None
    return min(
        (at for at in (record.circulated_at, record.clerk_signed_at, record.chair_signed_at) if at), default=None
    )


_FINDERS: dict[str, Callable[[Evidence, Item], Found]] = {
    "duration": Evidence.duration,
    "attendance": Evidence.attendance,
    "excused_runs": Evidence.excused_runs,
    "draft": Evidence.draft,
    "cell_committee": Evidence.cell_committee,
    "announced": Evidence.announced,
    "documents_before": Evidence.documents_before,
    "documents": Evidence.documents_used,
    "speaking": Evidence.speaking,
    "results": Evidence.results,
    "conclusion": Evidence.conclusion,
    "published": Evidence.published,
}
