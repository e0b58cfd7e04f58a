"""Sorting of tables by links in their heads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

PARAM = "xep"


@dataclass(frozen=True, slots=True)
class Sort:
    """The column now sorted by; `order_by` goes to the queryset."""

    name: str
    descending: bool
    order_by: Sequence[str]
    query: str = ""

    def url(self, name: str) -> str:
        """Sorts by `name`; a second press turns the order round. Goes back to page 1."""
        turned = name == self.name and not self.descending
        joined = f"{self.query}&" if self.query else ""
        return f"?{joined}{PARAM}={'-' if turned else ''}{name}"

    def state(self, name: str) -> str:
        """The word for aria-sort; empty where the table is sorted by another column."""
        if name != self.name:
            return ""
        return "descending" if self.descending else "ascending"


def sort_of(request: HttpRequest, columns: Mapping[str, Sequence[str]], default: str) -> Sort:
    """`columns`: word of the query string → fields of the queryset; `default` may begin with "-"."""
    wanted = request.GET.get(PARAM, default)
    if wanted.lstrip("-") not in columns:
        wanted = default
    name, descending = wanted.lstrip("-"), wanted.startswith("-")
    fields = [_turned(field) if descending else field for field in columns[name]]
    rest = request.GET.copy()
    for key in (PARAM, "trang", "sau"):
        rest.pop(key, None)
    return Sort(name, descending, fields, rest.urlencode())


def _turned(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"
