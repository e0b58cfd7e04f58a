"""What a vote says of itself in words: the promise, the figures of a result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..rules.catalogue import matters
from ..rules.counting import percent
from .enums import BallotKind, Choice, Marking, VoteState
from .models import Candidate, Vote

# The one sentence (docs/decisions/0008): what is promised, and what is not.
PROMISE = (
    "Sổ tay không ghi mối liên hệ nào giữa đồng chí và lá phiếu, không ai dùng Sổ tay xem được đồng chí chọn gì; nhưng"
    " người quản trị máy chủ, nếu cố tình theo dõi máy trong lúc bỏ phiếu hoặc đọc bản sao lưu của máy, thì Sổ tay"
    " không ngăn được."
)
SMALL_WARNING = (
    "Số phiếu rất ít. Kết quả có thể cho thấy từng người đã chọn gì dù phiếu kín; đồng chí cân nhắc khi phổ biến."
)
UNANIMOUS = (
    "Tất cả phiếu giống nhau nên kết quả tự cho biết mỗi người đã chọn gì; điều này không cuộc bỏ phiếu kín nào tránh"
    " được."
)
TONES = {VoteState.PREPARED: "idle", VoteState.OPEN: "wait", VoteState.CLOSED: "ok", VoteState.VOID: "idle"}


@dataclass(frozen=True)
class Line:
    """A row of a yes-or-no result."""

    label: str
    votes: int
    of_base: str
    of_here: str


@dataclass(frozen=True)
class Standing:
    """A candidate's row of an election's result."""

    number: int
    name: str
    about: str
    born: date | None
    votes: int
    of_base: str
    of_valid: str
    by_paper: int
    elected: bool
    tied: bool

    @property
    def electronic(self) -> int:
        return self.votes - self.by_paper


def state_chip(vote: Vote) -> tuple[str, str]:
    """Tone and words of the state; of a result its verdict."""
    if vote.state != VoteState.CLOSED:
        return TONES[vote.state], vote.get_state_display()
    if vote.ballot == BallotKind.ELECTION:
        done = vote.result["carried"]
        return ("ok", "Đã bầu đủ") if done else ("wait", f"Còn thiếu {vote.result['seats_left']}")
    if not matters()[vote.matter].binding:
        return "ok", "Đã có kết quả"
    return ("ok", "Được thông qua") if vote.result["carried"] else ("late", "Không được thông qua")


def lines_of(result: Mapping) -> list[Line]:
    labels = dict(Choice.choices)
    return [
        Line(str(labels[choice]), votes, percent(votes, result["base"]), percent(votes, result["here"]))
        for choice, votes in result["totals"].items()
    ]


def standings_of(vote: Vote, candidates: list[Candidate], *, by_votes: bool = False) -> list[Standing]:
    """Everybody on the paper: in its order, or from the most votes."""
    result = vote.result
    rows = [
        Standing(
            number=one.number,
            name=one.full_name,
            about=one.about,
            born=one.member.birth_date if one.member else None,
            votes=result["votes"][str(one.number)],
            of_base=percent(result["votes"][str(one.number)], result["base"]),
            of_valid=percent(result["votes"][str(one.number)], result["valid"]),
            by_paper=result.get("by_paper", {}).get(str(one.number), 0),
            elected=one.number in result["elected"],
            tied=one.number in result["tied"],
        )
        for one in candidates
    ]
    return sorted(rows, key=lambda row: -row.votes) if by_votes else rows


def warnings_of(vote: Vote) -> list[str]:
    """Of a secret result: what it tells although nobody was written down."""
    if not vote.is_secret:
        return []
    result, cast = vote.result, vote.result["electronic"] + vote.result["papers"]
    words = [SMALL_WARNING] if result["small"] else []
    figures = result["totals"] if vote.ballot == BallotKind.SECRET else result["votes"]
    same = cast > 1 and not result["invalid"] and set(figures.values()) <= {0, cast}
    return [*words, UNANIMOUS] if same else words


def paper_rule(vote: Vote, many: int) -> str:
    """How a paper of an election is filled in."""
    if vote.marking == Marking.STRIKE:
        if many == 1:
            return "Để nguyên là đồng ý; đánh dấu vào tên là gạch tên, không đồng ý."
        return (
            f"Đánh dấu người đồng chí không bầu (gạch tên). Còn lại nhiều nhất {vote.seats} người trong {many} người."
        )
    if many == 1:
        return "Đánh dấu vào tên là đồng ý; để trống là không đồng ý."
    return f"Đồng chí chọn nhiều nhất {vote.seats} người trong {many} người."


def base_words(vote: Vote) -> str:
    """«12 số đảng viên chính thức phải dự» without the «số»."""
    return f"{vote.base} {matters()[vote.matter].base_words.removeprefix('tổng ').removeprefix('số ')}"
