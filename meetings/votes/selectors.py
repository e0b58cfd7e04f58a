"""Which votes are there for a reader, and how one that is open stands. Nothing here reads a ballot's box."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import BooleanField, Case, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, When
from django.db.models import Count as Many
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from members.models import Member

from .. import policies as meeting_policies
from ..enums import HERE, Capacity, MeetingState
from ..models import Attendee, Meeting
from ..rules.catalogue import Matter, matters, rules_of
from ..rules.counting import Count, Quorum, count, in_the_room, quorum
from ..rules.elections import list_warning
from . import policies
from .enums import BallotKind, Choice, Counting, VoteState
from .models import Entitled, OpenBallot, Vote
from .services import SMALL, unconfirmed

# Results on the page of the meeting; all of them are in the list of its votes.
_RESULTS_SHOWN = 3


@dataclass(frozen=True)
class Place:
    """A meeting as the reader stands to it."""

    meeting: Meeting
    attendee: Attendee | None
    runs: bool


def place_for(user: User, meeting_id: int) -> Place | None:
    """None where the meeting is not there for the reader."""
    rows = Meeting.objects.select_related("unit__kind", "unit__parent", "chair", "clerk")
    meeting = rows.filter(pk=meeting_id).first()
    return _place(user, meeting) if meeting else None


def _place(user: User, meeting: Meeting) -> Place | None:
    attendee = meeting_policies.attendee_of(user, meeting)
    branch = None if attendee else Member.objects.filter(account=user).values_list("branch_id", flat=True).first()
    if not meeting_policies.may_read(user, meeting, own_branch_id=branch, attendee=attendee):
        return None
    return Place(meeting, attendee, policies.may_conduct(user, meeting))


def vote_for(user: User, vote_id: int) -> tuple[Vote, Place] | None:
    """A question that is not open yet is seen by who runs the meeting alone."""
    rows = Vote.objects.select_related(
        "meeting__unit__kind", "meeting__unit__parent", "meeting__chair", "meeting__clerk", "item", "round_before"
    )
    vote = rows.filter(pk=vote_id).first()
    place = _place(user, vote.meeting) if vote else None
    if place is None or (vote.state == VoteState.PREPARED and not place.runs):
        return None
    return vote, place


def votes_of(place: Place) -> QuerySet[Vote]:
    rows = Vote.objects.filter(meeting=place.meeting).select_related("item").order_by("id")
    return rows if place.runs else rows.exclude(state=VoteState.PREPARED)


def matters_for(meeting: Meeting) -> list[Matter]:
    """What is put to this kind of meeting: resolutions of a committee are its own meeting's alone."""
    left_out = {"resolution"} if meeting.is_of_the_committee else {"committee_resolution"}
    return [matter for key, matter in matters().items() if key not in left_out]


# ---- before the opening ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opening:
    """What the opening would freeze, as the list stands now."""

    counted: Count
    quorum: Quorum
    base: int
    refusal: str
    warnings: tuple[str, ...]


def before_opening(vote: Vote) -> Opening:
    meeting, matter = vote.meeting, matters()[vote.matter]
    people = in_the_room(meeting.attendees.all(), meeting.began_at, timezone.now())
    counted = count(people)
    enough = quorum(counted, rules_of(meeting.kind, timezone.localdate(meeting.starts_at)))
    refusal = ""
    if meeting.state != MeetingState.IN_PROGRESS:
        refusal = "Biểu quyết mở được khi cuộc họp đã khai mạc."
    elif Vote.objects.filter(meeting=meeting, state=VoteState.OPEN).exists():
        refusal = "Đang có một biểu quyết khác chưa kết thúc."
    elif not counted.here_official:
        refusal = "Chưa có đảng viên chính thức nào được điểm danh có mặt."
    elif matter.binding and enough.bars:
        refusal = enough.sentence
    else:
        refusal = unconfirmed(people)
    warnings = []
    if not refusal and not enough.is_full:
        warnings.append(enough.sentence)
    if counted.unknown:
        warnings.append(
            f"Còn {counted.unknown} đồng chí chưa được điểm danh. Ai điểm danh sau khi mở thì không có trong danh sách"
            " biểu quyết."
        )
    if vote.is_secret and 0 < counted.here_official < SMALL:
        warnings.append(
            f"Chỉ có {counted.here_official} đồng chí bỏ phiếu: kết quả có thể cho thấy từng người đã chọn gì."
        )
    if vote.ballot == BallotKind.ELECTION and (warning := list_warning(vote.candidates.count(), vote.seats)):
        warnings.append(warning)
    base = max(counted.base(matter.base), counted.here_official)
    return Opening(counted, enough, base, refusal, tuple(warnings))


# ---- while it is open -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Own:
    """A reader's own part in an open vote."""

    entitled: Entitled | None
    attendee: Attendee | None
    may_cast: bool
    held: bool

    @cached_property
    def ballot(self) -> OpenBallot | None:
        """The own vote by name, also one that was entered on one's word."""
        return getattr(self.entitled, "open_ballot", None) if self.entitled else None

    @property
    def has_taken_part(self) -> bool:
        return self.entitled is not None and getattr(self.entitled, "participation", None) is not None

    @property
    def on_paper(self) -> bool:
        return self.entitled is not None and self.entitled.on_paper

    @property
    def why_not(self) -> str:
        """Why one who is there has no vote."""
        if self.entitled is not None or self.attendee is None:
            return ""
        if self.attendee.capacity == Capacity.PROBATIONARY:
            return "Đảng viên dự bị dự họp, phát biểu; không biểu quyết."
        if self.attendee.capacity == Capacity.TEMPORARY:
            return "Đảng viên sinh hoạt tạm thời dự họp, phát biểu; biểu quyết ở chi bộ nơi sinh hoạt chính thức."
        if self.attendee.capacity != Capacity.OFFICIAL:
            return "Khách mời và đại biểu dự họp không biểu quyết."
        if self.attendee.presence in HERE:
            return "Đồng chí được điểm danh sau khi biểu quyết đã mở nên không có trong danh sách lần này."
        return "Khi mở biểu quyết đồng chí chưa được điểm danh có mặt nên không có trong danh sách lần này."


def own_part(user: User, vote: Vote, attendee: Attendee | None) -> Own:
    entitled = policies.entitled_of(user, vote) if vote.state == VoteState.OPEN else None
    held = entitled is not None and not meeting_policies.may_vote_at_all(user)
    return Own(entitled, attendee, policies.may_cast(user, vote, entitled), held)


@dataclass(frozen=True)
class Progress:
    """Who has taken part; of a secret vote nothing else is known to anybody before the closing."""

    here: int
    taken: int
    papers: int

    @property
    def left(self) -> int:
        return max(self.here - self.taken - self.papers, 0)


def progress_of(vote: Vote) -> Progress:
    part = "participation" if vote.is_secret else "open_ballot"
    numbers = vote.roll.aggregate(taken=Many(part), papers=Many("pk", filter=Q(on_paper=True)))
    return Progress(vote.here, numbers["taken"], numbers["papers"])


def roll_of(vote: Vote) -> QuerySet[Entitled]:
    """Those who have not voted come first, then by given name."""
    part = "participation" if vote.is_secret else "open_ballot"
    rows = vote.roll.select_related("attendee", part)
    # Not in the order of taking part: nobody need know who was first.
    done = ExpressionWrapper(Q(**{f"{part}__isnull": False}), BooleanField())
    return rows.annotate(done=done).order_by("done", "attendee__name_sort", "pk")


def names_left(vote: Vote) -> list[str]:
    """Who is on the roll and has neither voted nor taken a paper."""
    part = "participation" if vote.is_secret else "open_ballot"
    rows = vote.roll.filter(**{f"{part}__isnull": True}, on_paper=False).order_by("attendee__name_sort", "pk")
    return list(rows.values_list("attendee__full_name", flat=True))


# ---- after it -------------------------------------------------------------------------------------------------------


def named_votes(vote: Vote) -> list[tuple[str, list[OpenBallot]]]:
    """Of a vote by name: who chose what, for the page and the minutes."""
    if vote.ballot != BallotKind.OPEN or vote.counting != Counting.BY_NAME:
        return []
    rows = (
        OpenBallot.objects.filter(entitled__vote=vote)
        .select_related("entitled__attendee")
        .order_by("entitled__attendee__name_sort", "pk")
    )
    chosen: dict[str, list[OpenBallot]] = {choice: [] for choice in Choice.values}
    for ballot in rows:
        chosen[ballot.choice].append(ballot)
    return [(str(Choice(choice).label), ballots) for choice, ballots in chosen.items() if ballots]


@dataclass(frozen=True)
class VoteNow:
    """The vote that is open in a meeting, for the page «Đang họp»."""

    vote: Vote
    own: Own
    runs: bool
    progress: Progress


def vote_now(user: User, meeting: Meeting, attendee: Attendee | None, *, runs: bool) -> VoteNow | None:
    return votes_now(user, meeting, attendee, runs=runs)[0]


def votes_now(
    user: User, meeting: Meeting, attendee: Attendee | None, *, runs: bool
) -> tuple[VoteNow | None, list[Vote]]:
    """The vote that is open, and what has been decided so far, the last first: who sits in the room finds his receipt
    there. One query for both; only an open vote is counted."""
    roll = Entitled.objects.filter(vote=OuterRef("pk"))
    rows = (
        meeting.votes.filter(state__in=[VoteState.OPEN, VoteState.CLOSED])
        .annotate(
            is_open=Case(When(state=VoteState.OPEN, then=1), default=0),
            # A vote has rows of one kind alone.
            taken=_of_an_open_one(roll.filter(Q(open_ballot__isnull=False) | Q(participation__isnull=False))),
            papers=_of_an_open_one(roll.filter(on_paper=True)),
        )
        .order_by("-is_open", "-closed_at", "-pk")
    )
    votes = list(rows[: _RESULTS_SHOWN + 1])
    closed = [vote for vote in votes if vote.state == VoteState.CLOSED][:_RESULTS_SHOWN]
    if not votes or votes[0].state != VoteState.OPEN:
        return None, closed
    vote = votes[0]
    vote.meeting = meeting
    progress = Progress(vote.here, vote.taken, vote.papers)
    return VoteNow(vote, own_part(user, vote, attendee), runs, progress), closed


def _of_an_open_one(rows: QuerySet[Entitled]) -> Case:
    many = Subquery(rows.order_by().values("vote").annotate(many=Many("pk")).values("many"))
    return Case(When(state=VoteState.OPEN, then=Coalesce(many, 0)), default=0)
