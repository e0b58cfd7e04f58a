"""Queries that every page asks. Django writes the SQL of a queryset anew each time, 1–3 ms of CPU for one with joins,
more than PostgreSQL needs to answer it; here it is written once for a process and only its values change."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Prepared:
    """`make` builds the queryset from one value for each name; it must end in `.values_list(…)` and hold no condition
    on a value but through `=`, `<` and their like: a marker stands for the value while the SQL is written."""

    def __init__(self, make: Callable[..., QuerySet], **types: type[int] | type[date]) -> None:
        self._make, self._types = make, types

    def rows(self, **values: Any) -> list[tuple]:
        """One query. What a model field would convert after reading (JSON, encryption) comes raw."""
        with connection.cursor() as cursor:
            cursor.execute(*self.statement(**values))
            return cursor.fetchall()

    def statement(self, **values: Any) -> tuple[str, list]:
        """The SQL and its values, to be made part of a larger query."""
        sql, slots = self._written
        return sql, [values[slot.name] if isinstance(slot, _Marker) else slot for slot in slots]

    @cached_property
    def _written(self) -> tuple[str, list[Any]]:
        markers = {name: _marker(number, kind) for number, (name, kind) in enumerate(self._types.items(), 1)}
        sql, params = self._make(**markers).query.sql_with_params()
        names = {marker: name for name, marker in markers.items()}
        slots = [_Marker(names[one]) if _is_in(one, names) else one for one in params]
        missing = markers.keys() - {slot.name for slot in slots if isinstance(slot, _Marker)}
        if missing:
            raise LookupError(f"No place in the query for {', '.join(sorted(missing))}")
        return sql, slots


class _Marker:
    def __init__(self, name: str) -> None:
        self.name = name


def _marker(number: int, kind: type[int] | type[date]) -> int | date:
    """A value that stands in no query by itself."""
    return date.min + timedelta(days=number) if kind is date else -(10**15) - number


def _is_in(value: Any, names: Iterable[Any]) -> bool:
    return isinstance(value, (int, date)) and value in names
