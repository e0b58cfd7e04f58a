"""Age bands of the quality analysis, as a campaign sets them."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from .definition import FormError


class Bands(tuple):
    """Age bands of a campaign: (from, to) in years, the first from None, the last to None, without gaps."""

    def __new__(cls, bands: Iterable[Sequence[int | None]]) -> "Bands":
        found = super().__new__(cls, [(low, high) for low, high in bands])
        if not found or found[0][0] is not None or found[-1][1] is not None:
            raise FormError("Các độ tuổi phải bắt đầu bằng “dưới …” và kết thúc bằng “trên …”.")
        for (_, high), (low, _) in pairwise(found):
            if high is None or low != high + 1:
                raise FormError("Các độ tuổi phải nối tiếp nhau, không hở, không chồng.")
        return found

    def code(self, index: int) -> str:
        low, high = self[index]
        if low is None:
            return f"age_lt_{high + 1}"
        return f"age_gt_{low - 1}" if high is None else f"age_{low}_{high}"

    def label(self, index: int) -> str:
        low, high = self[index]
        if low is None:
            return f"Dưới {high + 1} tuổi"
        return f"Trên {low - 1} tuổi" if high is None else f"{low}–{high} tuổi"

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.code(index) for index in range(len(self)))

    def holding(self, age: int) -> str:
        """The column in which somebody of this age counts."""
        for index, (_, high) in enumerate(self):
            if high is None or age <= high:
                return self.code(index)
        raise AssertionError("the last band is open")

    def below(self, limit: int) -> tuple[str, ...] | None:
        """The columns of all ages under `limit`; None when the limit cuts a band in two."""
        if limit not in {low for low, _ in self}:
            return None
        return tuple(self.code(index) for index, (_, high) in enumerate(self) if high is not None and high < limit)


BANDS_2025 = Bands([(None, 29), (30, 34), (35, 41), (42, 49), (50, 54), (55, 60), (61, None)])
YOUNG_BELOW_2025 = 42
