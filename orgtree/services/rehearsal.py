"""A change done and taken back, so that the check page tells the truth before anything is confirmed."""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from accounts.models import User

from ..rights import forget_holdings


class _TakeBack(Exception):
    pass


def rehearse(change: Callable[[], Any], *, actor: User | None) -> None:
    """Run `change` to its end with all its rules and those of the database, and keep nothing of it. Raises what it
    raises. The locks go with it; objects that `change` was given may be altered: read them again."""
    try:
        with transaction.atomic():
            change()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            raise _TakeBack
    except _TakeBack:
        pass
    finally:
        forget_holdings(actor)
