"""Whether something is carried, said with its numbers."""

from dataclasses import dataclass
from fractions import Fraction

from .catalogue import Matter
from .counting import percent


@dataclass(frozen=True)
class Verdict:
    carried: bool
    sentence: str


def enough(agree: int, base: int, fraction: Fraction, *, more_than: bool) -> bool:
    """Compared as whole numbers: 2/3 of 30 is 20, and 20 is enough for «ít nhất 2/3»."""
    if base <= 0:
        return False
    left, right = agree * fraction.denominator, base * fraction.numerator
    return left > right if more_than else left >= right


def least(base: int, fraction: Fraction, *, more_than: bool) -> int:
    """The smallest number that is enough."""
    needed = base * fraction.numerator
    if more_than:
        return needed // fraction.denominator + 1
    return -(-needed // fraction.denominator)


def judge(matter: Matter, agree: int, base: int) -> Verdict:
    carried = enough(agree, base, matter.fraction, more_than=matter.more_than)
    needed = least(base, matter.fraction, more_than=matter.more_than)
    share = f"{agree}/{base} {matter.base_words} tán thành"
    share += f" ({percent(agree, base)})" if base else ""
    outcome = "được thông qua" if carried else "không được thông qua"
    return Verdict(carried, f"{share}; cần {matter.in_words} (từ {needed}): {outcome}.")
