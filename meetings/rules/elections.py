"""An election's count (domain.md §5.4): more than half of the base, then by votes, as many as there are seats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Elected:
    """Numbers of candidates on the paper. `tied` stand level for the last seats: the meeting decides on a further
    round between them. `seats_left` counts their seats too."""

    elected: tuple[int, ...]
    tied: tuple[int, ...]
    seats_left: int

    @property
    def is_complete(self) -> bool:
        return self.seats_left == 0


def elect(votes: Mapping[int, int], seats: int, base: int, *, tie_break: bool = False) -> Elected:
    """`votes` by candidate. In a round between candidates who were level the higher is elected without the half
    (rule V09's exception: both had it in the round before)."""
    enough = {who: n for who, n in votes.items() if n and (tie_break or n * 2 > base)}
    ranked = sorted(enough, key=lambda who: (-enough[who], who))
    if len(ranked) <= seats:
        return Elected(tuple(ranked), (), seats - len(ranked))
    last = enough[ranked[seats - 1]]
    if enough[ranked[seats]] != last:
        return Elected(tuple(ranked[:seats]), (), 0)
    sure = tuple(who for who in ranked if enough[who] > last)
    level = tuple(who for who in ranked if enough[who] == last)
    return Elected(sure, level, seats - len(sure))


def list_warning(candidates: int, seats: int) -> str:
    """What Quy chế bầu cử (190-QĐ/TW art. 14) says of a list for a committee; empty where nothing. Told, not refused:
    a single post is elected from one name."""
    surplus, most = candidates - seats, -(-seats * 3 // 10)
    if surplus == 0 and seats > 1:
        return f"Danh sách có {candidates} người cho {seats} chỗ: không có số dư."
    if seats > 1 and surplus > most:
        return f"Số dư {surplus} người, nhiều hơn 30% số lượng cần bầu (nhiều nhất {most} người)."
    return ""


def is_valid(marks: Sequence[int], candidates: int, seats: int) -> bool:
    """No more than the seats, nobody twice, nobody from outside the list, and somebody where there is a choice: on a
    paper with one name, striking it is a vote against, not a spoiled paper (244-QĐ/TW art. 17)."""
    if len(set(marks)) != len(marks) or len(marks) > seats:
        return False
    if not all(1 <= mark <= candidates for mark in marks):
        return False
    return bool(marks) or candidates == 1
