"""A hundred thousand rows in a few statements. Who hangs on whom is looked at when the transaction ends, so what
belongs to a meeting goes in before it: nothing may be added to one that is completed."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import count, islice

from django.db import connection, models

_PART = 500
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Keys:
    """Numbers for rows that point at one another before they are written."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT nextval(pg_get_serial_sequence('{model._meta.db_table}', 'id'))")
            self._next = count(cursor.fetchone()[0])
        self.last = 0

    def __call__(self) -> int:
        self.last = next(self._next)
        return self.last

    def close(self) -> None:
        """Whoever writes next goes on behind them."""
        if self.last:
            with connection.cursor() as cursor:
                table = self.model._meta.db_table
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [self.last])


def _as_json(value: object) -> str:
    # All but this one it has escaped itself.
    return json.dumps(value, ensure_ascii=False).replace("\\", "\\\\")


_TEXT = {
    type(None): lambda value: "\\N",
    bool: lambda value: "t" if value else "f",
    Decimal: str,
    str: lambda value: value.translate(_ESCAPES) if _SPECIAL.search(value) else value,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    bytes: lambda value: rf"\\x{value.hex()}",
    dict: _as_json,
    list: _as_json,
}


def _text(value: object) -> str:
    found = _TEXT.get(type(value))
    # Words of an enumeration are words.
    return found(value) if found else _TEXT[str](str(value))


def _line(row: Sequence) -> str:
    """Four million values: numbers, plain words and nothing without a call for each."""
    return "\t".join([
        value if (kind := type(value)) is str and not _SPECIAL.search(value)
        else str(value) if kind is int
        else "\\N" if value is None
        else _text(value)
        for value in row
    ])  # fmt: skip


class _Lines:
    """Rows as a file that is written while it is read: the database takes one part while the next is put into words."""

    def __init__(self, rows: Iterable[Sequence]) -> None:
        self._rows = iter(rows)

    def read(self, size: int) -> str:
        return "".join(_line(row) + "\n" for row in islice(self._rows, _PART))


def write(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(statement, _Lines(rows))


def write_objects(model: type[models.Model], objects: Sequence[models.Model]) -> None:
    """All columns, but a number that the table gives itself."""
    if not objects:
        return
    fields = [field for field in model._meta.concrete_fields if objects[0].pk is not None or not field.primary_key]
    names = [field.attname for field in fields]
    files = {field.attname for field in fields if isinstance(field, models.FileField)}

    def values(one: models.Model) -> list:
        found = one.__dict__
        return [str(getattr(one, name)) if name in files else found[name] for name in names]

    write(model, [field.column for field in fields], map(values, objects))
