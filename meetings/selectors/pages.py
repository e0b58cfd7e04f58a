"""What the page of a meeting shows of its agenda, papers, people."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q

from common.uploads.keeping import FileState
from members.enums import POST_RANK, PostCode
from members.models import Member, Post
from orgtree.models import OrgUnit

from ..above.models import LongAbsence
from ..enums import MEMBERS_OF_THE_MEETING, OF_THE_COMMITTEE, Answer, Duty, MeetingState, Presence
from ..models import AgendaItem, Attendee, ItemDocument, Meeting, Opinion
from ..rules.catalogue import rules_of
from ..rules.punctuality import is_late_document

_MOST_ABOVE = 100


@dataclass
class Paper:
    document: ItemDocument
    on_time: bool
    readers: int = 0
    read: bool = False


@dataclass
class Point:
    """An item with what hangs on it. `opinion`: the reader's own; `opinions`: of how many."""

    item: AgendaItem
    number: int
    papers: list[Paper] = field(default_factory=list)
    opinion: Opinion | None = None
    opinions: int = 0


def agenda_of(meeting: Meeting, *, attendee: Attendee | None, prepares: bool) -> list[Point]:
    """Three queries. Papers that nobody has looked at yet are there for those alone who prepare."""
    points = [Point(item, at) for at, item in enumerate(meeting.items.select_related("speaker"), start=1)]
    by_item = {point.item.pk: point for point in points}
    documents = ItemDocument.objects.filter(item__meeting=meeting).order_by("pk")
    mine = Q(reads__attendee=attendee) if attendee else Q(pk=None)
    documents = documents.annotate(readers=Count("reads"), read=Count("reads", filter=mine))
    if not prepares:
        documents = documents.filter(state=FileState.CLEAN)
    rules = rules_of(meeting.kind, meeting.day)
    for document in documents:
        document.item = by_item[document.item_id].item
        by_item[document.item_id].papers.append(
            Paper(
                document,
                not is_late_document(meeting.starts_at, document.added_at, rules),
                document.readers,
                bool(document.read),
            )
        )
    opinions = Opinion.objects.filter(item__meeting=meeting, before_meeting=True)
    if not prepares:
        opinions = opinions.filter(attendee=attendee) if attendee else opinions.none()
    for opinion in opinions:
        point = by_item[opinion.item_id]
        point.opinions += 1
        if attendee and opinion.attendee_id == attendee.pk:
            point.opinion = opinion
    return points


@dataclass(frozen=True)
class Replies:
    """How those called have answered."""

    called: int
    comes: int
    asks: int
    excused: int
    silent: int


def replies_of(meeting: Meeting) -> Replies:
    """One query. «Silent»: of those who must come."""
    called = Q(duty=Duty.CALLED)
    row = meeting.attendees.aggregate(
        called=Count("pk", filter=called),
        comes=Count("pk", filter=Q(answer=Answer.COMES)),
        asks=Count("pk", filter=Q(answer=Answer.ASKS_LEAVE)),
        excused=Count("pk", filter=Q(answer=Answer.EXCUSED)),
        silent=Count("pk", filter=called & Q(answer=Answer.NONE)),
    )
    return Replies(**row)


@dataclass(frozen=True)
class Group:
    title: str
    note: str
    people: list


_GROUPS = (
    (Duty.CALLED, "Được triệu tập", ""),
    (Duty.MAY_COME, "Miễn công tác, sinh hoạt", "Có thể dự; dự thì được biểu quyết và được tính vào số có mặt."),
    (Duty.AWAY, "Sinh hoạt tạm thời ở nơi khác", "Không triệu tập, không nhận thông báo."),
    (Duty.SUSPENDED, "Đang bị đình chỉ sinh hoạt", "Không triệu tập, không nhận thông báo."),
    (Duty.INVITED, "Đại biểu, khách mời", ""),
)


def in_groups(people: list) -> list[Group]:
    """Lines of a list, or of who would be called, by duty."""
    by_duty = defaultdict(list)
    for one in people:
        by_duty[one.duty].append(one)
    return [Group(title, note, by_duty[duty]) for duty, title, note in _GROUPS if by_duty[duty]]


def committee_above(unit: OrgUnit) -> list[Member]:
    """Who may be asked as the superior's representative: who holds a post in the committee above."""
    if unit.parent_id is None:
        return []
    posts = Post.objects.filter(unit_id=unit.parent_id, ends_on=None).select_related("member")
    best: dict[int, tuple[int, Member, str]] = {}
    for post in posts[: _MOST_ABOVE * 2]:
        rank = POST_RANK[post.code]
        if post.member_id not in best or rank < best[post.member_id][0]:
            best[post.member_id] = (rank, post.member, PostCode(post.code).label)
    found = []
    for _, member, label in sorted(best.values(), key=lambda row: (row[0], bytes(row[1].name_sort))):
        member.post_label = label
        found.append(member)
    return found[:_MOST_ABOVE]


def listed_members(meeting: Meeting) -> list[Member]:
    """Who may be chair, clerk or speaker: those who are called."""
    rows = meeting.attendees.filter(capacity__in=MEMBERS_OF_THE_MEETING).select_related("member")
    return [line.member for line in rows]


# Leave so often within a year is worth a word.
OFTEN = 3


def absence_hints(meeting: Meeting) -> dict[int, str]:
    """By member: how many meetings of the branch in a row he has missed, how often he was given leave within a year,
    where it is often. For who prepares or runs the meeting; two queries."""
    hints = defaultdict(list)
    for member_id, times in LongAbsence.objects.filter(unit_id=meeting.unit_id).values_list("member_id", "times"):
        hints[member_id].append(f"vắng {times} kỳ liền")
    since = meeting.starts_at - timedelta(days=365)
    leaves = (
        Attendee.objects.filter(
            meeting__unit_id=meeting.unit_id,
            meeting__state__in=[MeetingState.MINUTES, MeetingState.COMPLETED],
            meeting__starts_at__gte=since,
            meeting__starts_at__lt=meeting.starts_at,
            presence=Presence.EXCUSED,
            member__isnull=False,
        )
        .exclude(meeting__kind__in=OF_THE_COMMITTEE)
        .order_by()
        .values_list("member_id")
        .annotate(many=Count("pk"))
        .filter(many__gte=OFTEN)
    )
    for member_id, many in leaves:
        hints[member_id].append(f"{many} lần vắng có lý do trong 12 tháng")
    return {member_id: ", ".join(words) for member_id, words in hints.items()}
