"""The sealed box of a secret vote. Everything that touches a ballot is in this file.

What is kept while the vote is open: a row for each who took part (day only), and one row with all ballots sorted by
random numbers, rewritten as a whole. Two rows of one transaction share its number (xmin), which an administrator of the
database can read until the closing; there the ballots are taken out into rows of one single transaction, in random
order, and the tables of the boxes are written anew without the old versions: what is left of the casting is who took
part. The database's own log of changes (WAL) and its base backups hold the order nevertheless; the voting page says so
(docs/decisions/0008)."""

import secrets
from collections.abc import Sequence

from django.core.cache import cache
from django.db import OperationalError, connection, transaction

from common.errors import RuleViolation

from .models import Ballot, BallotBox, Entitled, Participation, Receipt, ReceiptBox, Vote

# Without letters and digits that are taken for one another when read out.
_SIGNS = "ABCDEFGHKLMNPQRTUVXY346789"
_CODE_GROUPS, _GROUP = 3, 4
_VACUUM_LOCK, _VACUUM_DUE = "meetings:vacuum", "meetings:vacuum:due"
# In the order in which a cast takes them.
_BOXES = ("meetings_receiptbox", "meetings_ballotbox")
_LOCK_SECONDS, _LOCK_NOT_GOT = 2, "55P03"
_CLOSED = "Biểu quyết đã kết thúc hoặc chưa mở, phiếu của đồng chí chưa được ghi."

# The ballot itself stands in no statement: one that fails (a lock not got in time) is written into the server's log
# with its text.
_SAY = "SELECT set_config('meetings.ballot', %s, true), set_config('meetings.receipt', %s, true)"
_PUT = """
    UPDATE {table} SET {column} = ARRAY(
        SELECT x FROM unnest({column} || current_setting('{setting}')) AS x ORDER BY x
    ) WHERE vote_id = %s
"""
_PUT_RECEIPT = _PUT.format(table="meetings_receiptbox", column="codes", setting="meetings.receipt")
_PUT_BALLOT = _PUT.format(table="meetings_ballotbox", column="sealed", setting="meetings.ballot")


def lay_out(vote: Vote) -> None:
    """Empty boxes for a vote that opens. Everywhere the receipts first: the sweep locks both tables."""
    ReceiptBox.objects.create(vote=vote)
    BallotBox.objects.create(vote=vote)


def new_code() -> str:
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_CODE_GROUPS))
    return "-".join(groups)


@transaction.atomic
def cast(entitled: Entitled, marks: str, day) -> str:
    """Who took part and what was voted, in one transaction: both or neither. Returns the receipt code, which is kept
    without either. IntegrityError when this person has voted already; nothing is logged on the way."""
    Participation.objects.create(vote_id=entitled.vote_id, entitled=entitled, day=day)
    code = new_code()
    with connection.cursor() as cursor:
        cursor.execute(_SAY, [f"{secrets.token_hex(8)}:{marks}", code])
        # The boxes come last and are held for the shortest time; a closed vote has none.
        cursor.execute(_PUT_RECEIPT, [entitled.vote_id])
        cursor.execute(_PUT_BALLOT, [entitled.vote_id])
        if cursor.rowcount != 1:
            raise RuleViolation(_CLOSED)
    return code


def take_out(vote: Vote, is_valid) -> list[str]:
    """Empty the boxes into rows in random order; returns the marks of all ballots in no order. Whoever is casting has
    committed by now or finds no box."""
    # In the order in which a ballot takes them.
    codes = ReceiptBox.objects.select_for_update().get(vote=vote).codes
    box = BallotBox.objects.select_for_update().get(vote=vote)
    marks = [sealed.partition(":")[2] for sealed in box.sealed]
    secrets.SystemRandom().shuffle(marks)
    Ballot.objects.bulk_create(Ballot(vote=vote, marks=mark, is_valid=is_valid(mark)) for mark in marks)
    Receipt.objects.bulk_create(Receipt(vote=vote, code=code) for code in sorted(codes))
    _burn(vote)
    return marks


def throw_away(vote: Vote) -> None:
    """A vote that is void: its ballots are gone unread."""
    _burn(vote)


def _burn(vote: Vote) -> None:
    ReceiptBox.objects.filter(vote=vote).delete()
    BallotBox.objects.filter(vote=vote).delete()
    transaction.on_commit(vacuum)


def vacuum() -> None:
    """Old versions of the boxes leave the disk. Outside a transaction only. One at a time: who comes second leaves a
    mark that the first, or the next round of the clock, sees."""
    cache.set(_VACUUM_DUE, 1, None)
    sweep()


def sweep() -> None:
    """Sweep for every closing since the last time; also one whose worker was killed before it could leave a mark."""
    if connection.in_atomic_block or not cache.add(_VACUUM_LOCK, 1, 120):
        return
    try:
        due = cache.delete(_VACUUM_DUE) or _left_behind()
        while due:
            if not _write_anew():
                # Casting does not wait behind us for whoever holds the tables (a dump of everything): the next round.
                cache.set(_VACUUM_DUE, 1, None)
                return
            with connection.cursor() as cursor:
                for table in ("meetings_participation", "meetings_ballot", "meetings_receipt"):
                    cursor.execute(f"VACUUM (FREEZE) {table}")
            due = cache.delete(_VACUUM_DUE)
    finally:
        cache.delete(_VACUUM_LOCK)


def _write_anew() -> bool:
    """The boxes of votes that are open, in new files; the old ones go with all that lay in them. VACUUM (FULL) would
    carry every version along that was deleted after the oldest transaction of the whole server had begun, in whatever
    database: a long one would keep the ballots on the disk. False where the tables were not to be had in time."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
            cursor.execute(f"LOCK TABLE {', '.join(_BOXES)} IN ACCESS EXCLUSIVE MODE")
            for table in _BOXES:
                cursor.execute(f"CREATE TEMPORARY TABLE kept_{table} ON COMMIT DROP AS TABLE {table}")
                cursor.execute(f"TRUNCATE {table}")
                cursor.execute(f"INSERT INTO {table} TABLE kept_{table}")
    except OperationalError as refusal:
        if getattr(refusal.__cause__, "pgcode", "") != _LOCK_NOT_GOT:
            raise
        return False
    return True


def _left_behind() -> bool:
    """No vote is open, and yet the boxes take room on the disk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('meetings_receiptbox') + pg_relation_size('meetings_ballotbox') > 0"
            " AND NOT EXISTS (SELECT 1 FROM meetings_receiptbox) AND NOT EXISTS (SELECT 1 FROM meetings_ballotbox)"
        )
        return cursor.fetchone()[0]


def marks_of(choices: Sequence[int]) -> str:
    """A ballot of an election as it lies in the box: numbers in their own order, not that of the marking."""
    return ",".join(str(number) for number in sorted(choices))


def numbers_of(marks: str) -> list[int]:
    return [int(number) for number in marks.split(",") if number]
