"""Pages of lists: by number with a capped count, or by key where a list is long and only moves on."""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from common.ui.numbers import vi_number

CAP = 10_000
PARAM = "trang"
KEY_PARAM = "sau"


@dataclass(frozen=True, slots=True)
class PageLink:
    """A number of the pager; `number` None is a gap."""

    number: int | None
    url: str = ""
    current: bool = False
    far: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Rows `first`–`last` of `total`; with `capped` there are more than `total` rows.

    `hidden` repeats the fields of a search by POST, so that its pages need no query string.
    """

    rows: Sequence[Any]
    number: int
    pages: int
    per_page: int
    total: int
    capped: bool = False
    query: str = ""
    hidden: Sequence[tuple[str, str]] = ()
    by_post: bool = False
    param: str = PARAM

    @property
    def first(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.total else 0

    @property
    def total_text(self) -> str:
        """ "1.234" or "hơn 10.000"."""
        return f"hơn {vi_number(self.total)}" if self.capped else vi_number(self.total)

    def url(self, number: int) -> str:
        joined = f"{self.query}&" if self.query else ""
        return f"?{joined}{self.param}={number}"

    @property
    def previous(self) -> PageLink | None:
        return PageLink(self.number - 1, self.url(self.number - 1)) if self.number > 1 else None

    @property
    def next(self) -> PageLink | None:
        return PageLink(self.number + 1, self.url(self.number + 1)) if self.number < self.pages else None

    @property
    def links(self) -> list[PageLink]:
        """First, last and two on each side of the current one."""
        near = {1, self.pages, *range(self.number - 2, self.number + 3)}
        links: list[PageLink] = []
        before = 0
        for number in sorted(n for n in near if 1 <= n <= self.pages):
            if number - before > 1:
                links.append(PageLink(None, far=True))
            far = abs(number - self.number) > 1
            links.append(PageLink(number, self.url(number), number == self.number, far))
            before = number
        return links

    def __iter__(self) -> Iterable[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_of(
    rows: QuerySet | Sequence[Any],
    request: HttpRequest,
    per_page: int = 25,
    *,
    cap: int = CAP,
    param: str = PARAM,
    known: int | None = None,
) -> Page:
    """Two queries for a queryset, one where it is `known` how many rows there are; a wrong or too high number gives the
    nearest page."""
    data = request.POST if request.method == "POST" else request.GET
    if known is not None:
        counted = known
    elif isinstance(rows, QuerySet):
        counted = rows.order_by()[: cap + 1].count()
    else:
        counted = len(rows)
        cap = max(cap, counted)
    total = min(counted, cap)
    pages = max(1, -(-total // per_page))
    wanted = data.get(param, "1")
    number = min(max(int(wanted), 1), pages) if wanted.isdecimal() and len(wanted) < 10 else 1
    start = (number - 1) * per_page
    rest = data.copy()
    for name in (param, "csrfmiddlewaretoken"):
        rest.pop(name, None)
    by_post = request.method == "POST"
    return Page(
        rows=list(rows[start : min(start + per_page, total)]),
        number=number,
        pages=pages,
        per_page=per_page,
        total=total,
        capped=counted > cap,
        query="" if by_post else rest.urlencode(),
        hidden=[(name, value) for name, values in rest.lists() for value in values] if by_post else (),
        by_post=by_post,
        param=param,
    )


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Rows after a key; no count, no going to a number."""

    rows: Sequence[Any]
    next_url: str = ""
    first_url: str = ""
    started: bool = field(default=True)

    def __iter__(self) -> Iterable[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def key_page_of(
    rows: QuerySet, request: HttpRequest, order: Sequence[str], per_page: int = 50, *, param: str = KEY_PARAM
) -> KeyPage:
    """One query; `order` ("-created_at", "-pk") must be unique taken together and hold nothing personal.

    The values of the last row travel in the query string.
    """
    names = [name.lstrip("-").replace("pk", "id") for name in order]
    after = _decode(request.GET.get(param, ""), len(names))
    query = rows.order_by(*order)
    found = None
    if after:
        condition, same = Q(), Q()
        for name, value, direction in zip(names, after, order, strict=True):
            step = "lt" if direction.startswith("-") else "gt"
            condition |= same & Q(**{f"{name}__{step}": value})
            same &= Q(**{name: value})
        try:
            found = list(query.filter(condition)[: per_page + 1])
        except (ValueError, TypeError, ValidationError):
            after = None
    if found is None:
        found = list(query[: per_page + 1])
    shown = found[:per_page]
    rest = request.GET.copy()
    rest.pop(param, None)
    kept = rest.urlencode()
    next_url = ""
    if len(found) > per_page:
        rest[param] = _encode([_value(shown[-1], name) for name in names])
        next_url = f"?{rest.urlencode()}"
    return KeyPage(shown, next_url, f"?{kept}", started=not after)


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


def _encode(values: list[Any]) -> str:
    raw = json.dumps(values, cls=DjangoJSONEncoder, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str, size: int) -> list[Any] | None:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return values if isinstance(values, list) and len(values) == size else None
