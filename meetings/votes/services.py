"""Votes: prepared, opened on a frozen roll, cast, closed with a verdict in plain words. A cast of a secret ballot
writes no audit line, no history and no request log: on record are the opening, who took part, and the totals."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean, clean_lines, fold, name_sort_key
from members.models import Member
from orgtree.rights import forget_holdings

from ..enums import HERE, Capacity, MeetingState
from ..models import AgendaItem, Attendee, Meeting
from ..rules.catalogue import matters, rules_of
from ..rules.counting import count, in_the_room, quorum
from ..rules.elections import elect, is_valid
from ..rules.thresholds import judge
from ..services.place import locked as locked_meeting
from ..services.place import moved
from . import policies, secrecy
from .enums import BallotKind, Choice, Counting, Marking, VoteState
from .models import Candidate, Entitled, OpenBallot, Participation, Vote

ALREADY = "Đồng chí đã bỏ phiếu rồi; mỗi đồng chí một phiếu."
# With fewer ballots of a kind than this a result tells what single people voted.
SMALL = 5
_UNIQUE = "23505"
_NOT_OPEN = "Biểu quyết này chưa mở hoặc đã kết thúc."
_INVALID = "invalid"


@transaction.atomic
def prepare_vote(
    *,
    meeting: Meeting,
    title: str,
    matter: str,
    ballot: str = "",
    counting: str = Counting.BY_NAME,
    item: AgendaItem | None = None,
    text: str = "",
    seats: int = 0,
    marking: str = Marking.TICK,
    candidates: Sequence[Member | str] = (),
    actor: User,
) -> Vote:
    """A question that is not open yet. Candidates stand in the order of given names, whatever order they came in."""
    meeting = locked_meeting(meeting, actor=actor)
    if not policies.may_conduct(actor, meeting):
        raise PermissionDenied
    _still_votes(meeting)
    values = _question(meeting, title, text, matter, ballot, counting, item, seats, marking, candidates)
    vote = Vote.objects.create(meeting=meeting, **values)
    _write_candidates(vote, candidates)
    moved(meeting.pk)
    return vote


@transaction.atomic
def change_vote(
    *,
    vote: Vote,
    title: str,
    ballot: str = "",
    counting: str = Counting.BY_NAME,
    item: AgendaItem | None = None,
    text: str = "",
    seats: int = 0,
    marking: str = Marking.TICK,
    candidates: Sequence[Member | str] = (),
    actor: User,
) -> Vote:
    """Put a question otherwise while it is not open. A further round is what its first one left."""
    vote = _locked(vote, actor)
    if not policies.may_conduct(actor, vote.meeting):
        raise PermissionDenied
    _still_votes(vote.meeting)
    if vote.state != VoteState.PREPARED:
        raise RuleViolation("Biểu quyết đã mở, nội dung không sửa được nữa.")
    if vote.round_before_id:
        raise RuleViolation("Danh sách của vòng bầu tiếp theo không sửa được. Đồng chí bỏ vòng này rồi lập lại.")
    values = _question(vote.meeting, title, text, vote.matter, ballot, counting, item, seats, marking, candidates)
    for name, value in values.items():
        setattr(vote, name, value)
    vote.save(update_fields=list(values))
    vote.candidates.all().delete()
    _write_candidates(vote, candidates)
    moved(vote.meeting_id)
    return vote


def _still_votes(meeting: Meeting) -> None:
    if meeting.state not in {
        MeetingState.DRAFT,
        MeetingState.ANNOUNCED,
        MeetingState.POSTPONED,
        MeetingState.IN_PROGRESS,
    }:
        raise RuleViolation("Cuộc họp đã bế mạc nên không lập, không sửa biểu quyết được.")


def _question(meeting, title, text, matter, ballot, counting, item, seats, marking, candidates) -> dict:
    """Checked values of a vote."""
    if matter not in matters():
        raise RuleViolation("Đồng chí chọn loại việc biểu quyết.")
    ballot = ballot or matters()[matter].ballot
    title = clean(title)
    if not title:
        raise RuleViolation("Đồng chí ghi nội dung biểu quyết.")
    if item is not None and item.meeting_id != meeting.pk:
        raise RuleViolation("Nội dung chương trình không thuộc cuộc họp này.")
    if ballot == BallotKind.ELECTION:
        _check_paper(seats, candidates)
    elif candidates:
        raise RuleViolation("Chỉ bầu cử mới có danh sách bầu.")
    return {
        "item": item,
        "title": title[:300],
        "text": clean_lines(text),
        "matter": matter,
        "ballot": ballot,
        "counting": counting if ballot == BallotKind.OPEN else Counting.BY_NAME,
        "seats": seats if ballot == BallotKind.ELECTION else 0,
        "marking": marking,
    }


def _check_paper(seats: int, candidates: Sequence) -> None:
    if not 1 <= seats <= len(candidates):
        raise RuleViolation(
            f"Danh sách có {len(candidates)} người ứng cử, số lượng cần bầu là {seats}: đồng chí kiểm tra lại."
        )
    names = Counter(fold(one.full_name if isinstance(one, Member) else one) for one in candidates)
    typed = {fold(one) for one in candidates if not isinstance(one, Member)}
    if twice := [one for one in typed if names[one] > 1]:
        name = next(clean(one) for one in candidates if not isinstance(one, Member) and fold(one) == twice[0])
        raise RuleViolation(f"“{name}” có hai lần trong danh sách. Hai người cùng tên thì ghi thêm cho khác nhau.")
    if len(candidates) > 40:
        raise RuleViolation("Danh sách bầu cử có nhiều nhất 40 người.")


def _write_candidates(vote: Vote, candidates: Sequence[Member | str]) -> None:
    people = [(c.full_name, c) if isinstance(c, Member) else (clean(c), None) for c in candidates]
    people.sort(key=lambda pair: name_sort_key(pair[0]))
    Candidate.objects.bulk_create(
        Candidate(vote=vote, number=number, full_name=name[:120], member=member)
        for number, (name, member) in enumerate(people, start=1)
    )


def _locked(vote: Vote, actor: User) -> Vote:
    """The meeting first, then the vote: the same order everywhere."""
    meeting = locked_meeting(vote.meeting, actor=actor)
    # Not the key: a ballot on its way to the commit looks at it, and would wait for us while we wait for its box.
    vote = Vote.objects.select_for_update(no_key=True).get(pk=vote.pk)
    vote.meeting = meeting
    return vote


@transaction.atomic
def open_vote(*, vote: Vote, actor: User) -> Vote:
    """Freeze the roll: official members who are here now. What binds is not put to a meeting too small for it."""
    vote = _locked(vote, actor)
    meeting = vote.meeting
    if not policies.may_conduct(actor, meeting):
        raise PermissionDenied
    if vote.state != VoteState.PREPARED:
        raise RuleViolation(_NOT_OPEN if vote.state != VoteState.OPEN else "Biểu quyết này đang mở.")
    if meeting.state != MeetingState.IN_PROGRESS:
        raise RuleViolation("Chỉ mở biểu quyết khi đang họp.")
    if meeting.votes.filter(state=VoteState.OPEN).exists():
        raise RuleViolation("Đang có một biểu quyết khác chưa kết thúc.")
    now = timezone.now()
    people = in_the_room(meeting.attendees.select_for_update().order_by("pk"), meeting.began_at, now)
    counted = count(people)
    matter = matters()[vote.matter]
    enough = quorum(counted, rules_of(meeting.kind, timezone.localdate(meeting.starts_at)))
    if not counted.here_official:
        raise RuleViolation("Chưa có đảng viên chính thức nào được điểm danh có mặt.")
    if matter.binding and enough.bars:
        raise RuleViolation(enough.sentence)
    if waiting := unconfirmed(people):
        raise RuleViolation(waiting)
    roll = [person for person in people if person.capacity == Capacity.OFFICIAL and person.presence in HERE]
    # Before the opening: once a vote is open the database lets nobody on its roll any more.
    Entitled.objects.bulk_create(Entitled(vote=vote, attendee=person) for person in roll)
    vote.state, vote.opened_at, vote.opened_by = VoteState.OPEN, now, actor
    vote.here, vote.base = len(roll), max(counted.base(matter.base), len(roll))
    vote.save(update_fields=["state", "opened_at", "opened_by", "here", "base"])
    if vote.is_secret:
        secrecy.lay_out(vote)
    record("vote.opened", actor=actor, target=vote, unit=meeting.unit, detail={"entitled": len(roll)})
    moved(meeting.pk)
    return vote


def unconfirmed(people: Sequence[Attendee]) -> str:
    """Why the roll cannot be frozen yet: the code of the room may have been sent to one who is not in it, and only who
    looks round knows."""
    many = sum(one.self_marked and one.presence in HERE and one.capacity == Capacity.OFFICIAL for one in people)
    if not many:
        return ""
    return (
        f"Còn {many} đồng chí tự điểm danh chưa được xác nhận. Đồng chí xác nhận ở trang Điểm danh rồi mở biểu quyết."
    )


@transaction.atomic
def cast_open(*, vote: Vote, choice: str, opinion: str = "", actor: User) -> OpenBallot:
    """One's own open vote; changed as often as one likes until the closing, the last counts."""
    forget_holdings(actor)
    vote = Vote.objects.select_for_update(no_key=True).get(pk=vote.pk)
    entitled = policies.entitled_of(actor, vote)
    if not policies.may_cast(actor, vote, entitled):
        raise _why_not(actor, vote, entitled)
    return _write_open(vote, entitled, choice, opinion, actor, on_word=False)


@transaction.atomic
def cast_on_word(*, entitled: Entitled, choice: str, opinion: str = "", actor: User) -> OpenBallot:
    """The open vote of one who has no telephone, entered by the secretary on his word, and marked so. What the person
    voted himself is not overwritten."""
    vote = _locked(entitled.vote, actor)
    if not policies.may_conduct(actor, vote.meeting):
        raise PermissionDenied
    if vote.state != VoteState.OPEN:
        raise RuleViolation(_NOT_OPEN)
    own = OpenBallot.objects.filter(entitled=entitled, on_word=False).first()
    if own is not None:
        raise RuleViolation(f"Đồng chí {entitled.attendee.full_name} đã tự biểu quyết.")
    return _write_open(vote, entitled, choice, opinion, actor, on_word=True)


def _write_open(vote: Vote, entitled: Entitled, choice: str, opinion: str, actor: User, *, on_word: bool) -> OpenBallot:
    if vote.ballot != BallotKind.OPEN or vote.counting != Counting.BY_NAME:
        raise RuleViolation("Nội dung này không biểu quyết theo từng người.")
    if choice not in Choice.values:
        raise RuleViolation("Đồng chí chọn tán thành, không tán thành hoặc ý kiến khác.")
    ballot, _ = OpenBallot.objects.update_or_create(
        entitled=entitled,
        defaults={"choice": choice, "opinion": clean(opinion)[:500], "entered_by": actor, "on_word": on_word},
    )
    # No `moved`: every page in the room would come back for each hand that is raised.
    return ballot


def cast_secret(*, vote: Vote, choice: str = "", numbers: Sequence[int] = (), actor: User) -> str:
    """A secret ballot; returns the receipt code. Says nothing anywhere of what was voted; no audit line, no notice, no
    new version for open pages."""
    forget_holdings(actor)
    vote = Vote.objects.get(pk=vote.pk)
    entitled = policies.entitled_of(actor, vote)
    if not policies.may_cast(actor, vote, entitled) or not vote.is_secret:
        raise _why_not(actor, vote, entitled)
    marks = _checked_marks(vote, choice, numbers)
    try:
        return secrecy.cast(entitled, marks, timezone.localdate())
    except IntegrityError as refusal:
        # Said without the database's own words: they would carry the row.
        twice = getattr(refusal.__cause__, "pgcode", "") == _UNIQUE
    raise RuleViolation(ALREADY if twice else _NOT_OPEN)


def _checked_marks(vote: Vote, choice: str, numbers: Sequence[int]) -> str:
    if vote.ballot == BallotKind.SECRET:
        if choice not in Choice.values:
            raise RuleViolation("Đồng chí chọn tán thành, không tán thành hoặc ý kiến khác.")
        return choice
    standing = set(vote.candidates.values_list("number", flat=True))
    if not set(numbers) <= standing:
        raise RuleViolation("Danh sách bầu cử không có người đồng chí chọn.")
    if len(set(numbers)) > vote.seats:
        raise RuleViolation(f"Đồng chí bầu nhiều nhất {vote.seats} người; đang chọn {len(set(numbers))}.")
    return secrecy.marks_of(set(numbers))


def _why_not(actor: User, vote: Vote, entitled: Entitled | None) -> Exception:
    if vote.state != VoteState.OPEN:
        return RuleViolation(_NOT_OPEN)
    if entitled is None:
        return PermissionDenied()
    if entitled.on_paper:
        return RuleViolation("Đồng chí đã nhận phiếu giấy cho nội dung này.")
    if not policies.may_vote_at_all(actor):
        return RuleViolation(
            "Mật khẩu của đồng chí vừa được cấp lại bằng mã của cán bộ; sau 24 giờ đồng chí mới biểu quyết được"
            " trên Sổ tay. Đồng chí báo thư ký để nhận phiếu giấy."
        )
    return PermissionDenied()


@transaction.atomic
def give_paper(*, entitled: Entitled, on_paper: bool, actor: User) -> Entitled:
    """Give a paper ballot, or take an unused one back. Who has voted on the handbook gets none."""
    vote = _locked(entitled.vote, actor)
    if not policies.may_conduct(actor, vote.meeting):
        raise PermissionDenied
    if vote.state != VoteState.OPEN or not vote.is_secret:
        raise RuleViolation(_NOT_OPEN)
    entitled = Entitled.objects.select_for_update(of=("self",)).select_related("attendee").get(pk=entitled.pk)
    # Asked after the lock: a ballot that was being cast meanwhile is there by now.
    if on_paper and Participation.objects.filter(entitled=entitled).exists():
        raise RuleViolation(f"Đồng chí {entitled.attendee.full_name} đã bỏ phiếu trên Sổ tay.")
    entitled.on_paper = on_paper
    entitled.save(update_fields=["on_paper"])
    return entitled


@transaction.atomic
def close_vote(*, vote: Vote, paper: Mapping[str, int] | None = None, counting_board: str = "", actor: User) -> Vote:
    """Count and say the verdict. `paper`: what hands or paper ballots said, by choice or candidate's number, with
    «invalid», and for secret votes «returned» papers; electronic and paper together are never more than were here."""
    vote = _locked(vote, actor)
    if not policies.may_conduct(actor, vote.meeting):
        raise PermissionDenied
    if vote.state != VoteState.OPEN:
        raise RuleViolation(_NOT_OPEN)
    paper = {key: int(value) for key, value in (paper or {}).items() if value}
    if any(value < 0 for value in paper.values()):
        raise RuleViolation("Số phiếu không được âm.")
    if vote.is_secret:
        result = _count_secret(vote, paper)
    else:
        result = _count_open(vote, paper)
    if vote.is_secret and result["small"]:
        # Paper apart from the rest would tell whose it was: who took a paper is on the roll.
        paper = {key: paper[key] for key in ("returned", _INVALID) if key in paper}
        result = {key: value for key, value in result.items() if key != "by_paper"}
    result["official"] = vote.meeting.attendees.filter(capacity=Capacity.OFFICIAL).count()
    vote.paper, vote.result, vote.counting_board = paper, result, clean(counting_board)[:500]
    vote.state, vote.closed_at, vote.closed_by = VoteState.CLOSED, timezone.now(), actor
    vote.save(update_fields=["paper", "result", "counting_board", "state", "closed_at", "closed_by"])
    record(
        "vote.closed", actor=actor, target=vote, unit=vote.meeting.unit, detail={"sentence": result["sentence"][:300]}
    )
    moved(vote.meeting_id)
    return vote


def _count_open(vote: Vote, paper: dict[str, int]) -> dict:
    if vote.counting == Counting.TOTALS:
        totals = {choice: paper.get(choice, 0) for choice in Choice.values}
        if sum(totals.values()) > vote.here:
            raise RuleViolation(
                f"Ba số cộng lại là {sum(totals.values())}, nhiều hơn {vote.here} đảng viên chính thức có mặt."
            )
        if not sum(totals.values()):
            raise RuleViolation("Đồng chí ghi số tán thành, không tán thành, ý kiến khác.")
    else:
        chosen = Counter(OpenBallot.objects.filter(entitled__vote=vote).values_list("choice", flat=True))
        totals = {choice: chosen.get(choice, 0) for choice in Choice.values}
    return yes_or_no(vote, totals, electronic=0 if vote.counting == Counting.TOTALS else sum(totals.values()), papers=0)


def yes_or_no(vote: Vote, totals: dict[str, int], **more) -> dict:
    verdict = judge(matters()[vote.matter], totals[Choice.AGREE], vote.base)
    return {
        "totals": totals,
        "here": vote.here,
        "base": vote.base,
        "not_voted": max(vote.here - sum(totals.values()) - more.get("invalid", 0), 0),
        "carried": verdict.carried,
        "sentence": verdict.sentence,
    } | more


def wrong_papers(ballot: str, paper: dict[str, int], given: int) -> str:
    """Why the numbers of the paper ballots cannot be so; empty where they can. Looks at no ballot, so the page asks
    it before anybody confirms."""
    returned, invalid = paper.get("returned", 0), paper.get(_INVALID, 0)
    if returned > given:
        return f"Thu về {returned} phiếu giấy, nhiều hơn {given} phiếu đã phát."
    if invalid > returned:
        return "Số phiếu giấy không hợp lệ nhiều hơn số thu về."
    valid = sum(paper.get(choice, 0) for choice in Choice.values)
    if ballot == BallotKind.SECRET and valid + invalid != returned:
        return f"Phiếu giấy: {valid} phiếu hợp lệ và {invalid} phiếu không hợp lệ, không bằng {returned} phiếu thu về."
    return ""


def _count_secret(vote: Vote, paper: dict[str, int]) -> dict:
    returned = paper.get("returned", 0)
    given = vote.roll.filter(on_paper=True).count()
    if wrong := wrong_papers(vote.ballot, paper, given):
        raise RuleViolation(wrong)
    candidates = dict(vote.candidates.values_list("number", "full_name"))

    def valid(marks: str) -> bool:
        return vote.ballot == BallotKind.SECRET or is_valid(secrecy.numbers_of(marks), len(candidates), vote.seats)

    ballots = secrecy.take_out(vote, valid)
    if len(ballots) + returned > vote.here:
        raise RuleViolation(
            f"{len(ballots)} phiếu trên Sổ tay và {returned} phiếu giấy nhiều hơn {vote.here} đồng chí có mặt."
        )
    invalid_paper = paper.get(_INVALID, 0)
    counts = {
        "electronic": len(ballots),
        "papers": returned,
        "papers_given": given,
        "invalid": invalid_paper + sum(not valid(marks) for marks in ballots),
        "small": any(0 < many < SMALL for many in (len(ballots), returned)),
    }
    if vote.ballot == BallotKind.SECRET:
        electronic = Counter(ballots)
        by_paper = {choice: paper.get(choice, 0) for choice in Choice.values}
        totals = {choice: electronic.get(choice, 0) + by_paper[choice] for choice in Choice.values}
        return yes_or_no(vote, totals, **counts)
    return election(vote, ballots, valid, paper, counts, candidates)


def election(
    vote: Vote, ballots: list[str], valid, paper: dict[str, int], counts: dict, names: Mapping[int, str]
) -> dict:
    electronic = Counter(number for marks in ballots if valid(marks) for number in secrecy.numbers_of(marks))
    valid_papers = counts["papers"] - paper.get(_INVALID, 0)
    by_paper = {number: paper.get(str(number), 0) for number in names}
    for number, votes in by_paper.items():
        if votes > valid_papers:
            raise RuleViolation(f"Người số {number} có {votes} phiếu giấy, nhiều hơn {valid_papers} phiếu hợp lệ.")
    if sum(by_paper.values()) > valid_papers * vote.seats:
        raise RuleViolation("Tổng số lượt bầu trên phiếu giấy nhiều hơn số phiếu hợp lệ nhân với số cần bầu.")
    votes = {number: electronic.get(number, 0) + by_paper[number] for number in names}
    outcome = elect(votes, vote.seats, vote.base, tie_break=vote.tie_break)
    valid_all = counts["electronic"] + counts["papers"] - counts["invalid"]
    return counts | {
        "here": vote.here,
        "base": vote.base,
        "valid": valid_all,
        "votes": {str(number): n for number, n in votes.items()},
        "by_paper": {str(number): n for number, n in by_paper.items() if n},
        "elected": list(outcome.elected),
        "tied": list(outcome.tied),
        "seats_left": outcome.seats_left,
        "carried": outcome.is_complete,
        "not_voted": max(vote.here - counts["electronic"] - counts["papers"], 0),
        "sentence": _election_in_words(vote, outcome, names, votes),
    }


def _election_in_words(vote: Vote, outcome, names: Mapping[int, str], votes: Mapping[int, int]) -> str:
    if outcome.elected:
        people = "; ".join(f"{names[number]} ({votes[number]}/{vote.base})" for number in outcome.elected)
        words = f"Trúng cử {len(outcome.elected)}/{vote.seats}: {people}."
    else:
        words = f"Chưa có ai trúng cử ({vote.seats} người cần bầu)."
    if outcome.tied:
        words += " Bằng phiếu: " + ", ".join(names[number] for number in outcome.tied) + "."
    if outcome.seats_left:
        words += f" Còn thiếu {outcome.seats_left}: hội nghị quyết định bầu tiếp hay dừng."
    return words


@transaction.atomic
def void_vote(*, vote: Vote, reason: str, actor: User) -> Vote:
    """Drop a vote that was prepared or went wrong; ballots are gone unread, those who took part can vote again in a new
    one."""
    vote = _locked(vote, actor)
    if not policies.may_conduct(actor, vote.meeting):
        raise PermissionDenied
    _still_votes(vote.meeting)
    if vote.state not in {VoteState.PREPARED, VoteState.OPEN}:
        raise RuleViolation("Biểu quyết đã có kết quả, không hủy được.")
    reason = clean(reason)[:300]
    if not reason:
        raise RuleViolation("Đồng chí ghi rõ lý do hủy.")
    if vote.is_secret and vote.state == VoteState.OPEN:
        secrecy.throw_away(vote)
    vote.state, vote.void_reason = VoteState.VOID, reason
    vote.save(update_fields=["state", "void_reason"])
    record("vote.void", actor=actor, target=vote, unit=vote.meeting.unit, detail={"reason": reason})
    moved(vote.meeting_id)
    return vote


@transaction.atomic
def next_round(*, vote: Vote, actor: User, candidates: Sequence[int] = ()) -> Vote:
    """A further round for the seats that are left: between those who were level, or among the chosen of those not
    elected."""
    vote = _locked(vote, actor)
    if not policies.may_conduct(actor, vote.meeting):
        raise PermissionDenied
    if vote.state != VoteState.CLOSED or vote.ballot != BallotKind.ELECTION or not vote.result["seats_left"]:
        raise RuleViolation("Cuộc bầu này không cần bầu thêm.")
    _still_votes(vote.meeting)
    if Vote.objects.filter(round_before=vote).exists():
        raise RuleViolation("Đã lập vòng bầu tiếp theo.")
    tied = vote.result["tied"]
    standing = set(tied) or (set(candidates) - set(vote.result["elected"]))
    people = list(vote.candidates.filter(number__in=standing))
    seats = vote.result["seats_left"]
    if len(people) < seats:
        raise RuleViolation(f"Cần chọn ít nhất {seats} người cho vòng bầu tiếp.")
    following = Vote.objects.create(
        meeting=vote.meeting,
        item=vote.item,
        title=f"{vote.title} (vòng {vote.round_no + 1})"[:300],
        text=vote.text,
        matter=vote.matter,
        ballot=vote.ballot,
        seats=seats,
        marking=vote.marking,
        round_no=vote.round_no + 1,
        tie_break=bool(tied),
        round_before=vote,
    )
    Candidate.objects.bulk_create(
        Candidate(vote=following, number=number, full_name=person.full_name, about=person.about, member=person.member)
        for number, person in enumerate(people, start=1)
    )
    moved(vote.meeting_id)
    return following


def on_roll(vote: Vote) -> list[Attendee]:
    """Who may vote, as frozen."""
    return [line.attendee for line in vote.roll.select_related("attendee").order_by("attendee__name_sort")]
