"""The secret ballot under attack: a logical dump of everything while the vote is open and after it, the cache, the
logs, a killed worker, two hundred at once (security.md §3.3)."""

import contextlib
import io
import logging
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from django.core.cache import cache
from django.db import OperationalError, connection, connections

from common.errors import RuleViolation
from meetings.votes import secrecy
from meetings.votes.models import Ballot, BallotBox, Participation, Receipt, ReceiptBox
from meetings.votes.services import ALREADY, cast_secret, close_vote, open_vote, prepare_vote
from members.models import Member
from tests.cast import World, build_world

from .sessions import in_progress, official_accounts

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

VOTERS = 30


@pytest.fixture
def world(transactional_db) -> World:
    return build_world()


@pytest.fixture
def meeting(world):
    return in_progress(world, many=VOTERS - 2)


@pytest.fixture
def vote(world, meeting):
    candidates = list(Member.objects.filter(branch=world.branch).order_by("pk")[:9])
    vote = prepare_vote(
        meeting=meeting, title="Bầu chi ủy", matter="election", seats=4, candidates=candidates, actor=world.secretary
    )
    return open_vote(vote=vote, actor=world.secretary)


def different_papers(many: int) -> list[list[int]]:
    """As many papers as voters, each filled in differently."""
    papers = [[a, b, c] for a in range(1, 8) for b in range(a + 1, 9) for c in range(b + 1, 10)]
    return papers[:many]


def dump() -> dict[str, list[str]]:
    """Every table as a logical dump has it: the rows in the order in which they lie."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        text = {}
        for name in tables:
            out = io.StringIO()
            cursor.copy_expert(f'COPY "{name}" TO STDOUT', out)
            text[name] = out.getvalue().splitlines()
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        text["sequences"] = [f"{name}\t{value}" for name, value in cursor.fetchall()]
    return text


def tables_that_name(dumped: dict[str, list[str]], words: list[str]) -> set[str]:
    return {name for name, rows in dumped.items() if any(word in row for word in words for row in rows)}


def cast_all(vote, meeting) -> tuple[list, list[str], list[str]]:
    people = official_accounts(meeting)
    papers = different_papers(len(people))
    codes = [cast_secret(vote=vote, numbers=paper, actor=user) for user, paper in zip(people, papers, strict=True)]
    return people, [secrecy.marks_of(paper) for paper in papers], codes


def test_a_dump_in_the_middle_joins_nothing(vote, meeting):
    before = dump()
    _, marks, codes = cast_all(vote, meeting)
    after = dump()
    changed = {name for name in after if after[name] != before[name]}
    # Three tables and the counter of the participations: nothing else was written by thirty ballots.
    assert changed == {
        "meetings_participation",
        "meetings_ballotbox",
        "meetings_receiptbox",
        "sequences",
    }
    assert {row.split("\t")[0] for row in set(after["sequences"]) - set(before["sequences"])} == {
        "meetings_participation_id_seq"
    }
    assert tables_that_name(after, [f":{mark}" for mark in marks]) == {"meetings_ballotbox"}
    assert tables_that_name(after, codes) == {"meetings_receiptbox"}
    # The order in the boxes is that of the random numbers and codes, whatever order they came in.
    box = BallotBox.objects.get(vote=vote).sealed
    assert box == sorted(box)
    assert ReceiptBox.objects.get(vote=vote).codes == sorted(codes)
    assert len({sealed.partition(":")[0] for sealed in box}) == len(box) == VOTERS
    assert sorted(sealed.partition(":")[2] for sealed in box) == sorted(marks)
    # A participation says who and on what day.
    columns = {field.name for field in Participation._meta.get_fields()}
    assert columns == {"id", "vote", "entitled", "day"}


def test_after_the_closing_no_row_tells_its_transaction_or_place(world, vote, meeting):
    _, marks, codes = cast_all(vote, meeting)
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text::bigint FROM meetings_participation")
        of_casts = {number for (number,) in cursor.fetchall()}
    assert len(of_casts) == VOTERS
    vote = close_vote(vote=vote, actor=world.secretary)
    dumped = dump()
    assert dumped["meetings_ballotbox"] == dumped["meetings_receiptbox"] == []
    assert len(dumped["meetings_ballot"]) == VOTERS
    assert list(Receipt.objects.order_by("pk").values_list("code", flat=True)) == sorted(codes)
    with connection.cursor() as cursor:
        # All ballots were written by one transaction; those of the participations are frozen.
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM meetings_ballot")
        assert cursor.fetchone() == (1,)
        # Every transaction before this one is frozen. Not by its age: others on the server make it grow at any time.
        cursor.execute("SELECT relfrozenxid::text::bigint FROM pg_class WHERE relname = 'meetings_participation'")
        (frozen,) = cursor.fetchone()
        assert frozen > max(of_casts), "the participations were not frozen"
        cursor.execute("SELECT pg_relation_size('meetings_ballotbox'), pg_relation_size('meetings_receiptbox')")
        assert cursor.fetchone() == (0, 0)
    assert sorted(Ballot.objects.values_list("marks", flat=True)) == sorted(marks)


@contextlib.contextmanager
def another_session(database: str | None = None):
    """A connection of its own, in another database of the server if one is named."""
    given = connection.get_connection_params() | ({"dbname": database} if database else {})
    given.pop("cursor_factory", None)
    other = psycopg2.connect(**given)
    try:
        yield other
    finally:
        other.close()


def size_of_boxes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('meetings_ballotbox') + pg_relation_size('meetings_receiptbox')")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("database", ["postgres", None])
def test_an_old_transaction_somewhere_on_the_server_keeps_no_ballot_on_the_disk(world, vote, meeting, database):
    """A report that runs for an hour, a dump, another tenant's import: a vacuum would have to leave the boxes."""
    with another_session(database) as other, other.cursor() as cursor:
        other.set_session(isolation_level="REPEATABLE READ")
        cursor.execute("SELECT pg_current_xact_id()")
        cast_all(vote, meeting)
        close_vote(vote=vote, actor=world.secretary)
        assert size_of_boxes() == 0


def test_a_dump_that_holds_the_tables_is_waited_for_by_the_clock_and_by_no_voter(world, vote, meeting):
    with another_session() as other:
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE meetings_ballotbox, meetings_receiptbox IN ACCESS SHARE MODE")
            cast_all(vote, meeting)
            close_vote(vote=vote, actor=world.secretary)
            assert size_of_boxes() > 0
        other.rollback()
    secrecy.sweep()
    assert size_of_boxes() == 0


def test_the_boxes_of_other_votes_outlast_a_sweep(world, vote, meeting):
    cast_all(vote, meeting)
    box, codes = BallotBox.objects.get(vote=vote).sealed, ReceiptBox.objects.get(vote=vote).codes
    secrecy.vacuum()
    assert BallotBox.objects.get(vote=vote).sealed == box
    assert ReceiptBox.objects.get(vote=vote).codes == codes
    close_vote(vote=vote, actor=world.secretary)
    assert Ballot.objects.count() == VOTERS


def test_the_order_out_of_the_box_is_not_that_of_the_casting(world, vote, meeting):
    _, marks, _ = cast_all(vote, meeting)
    close_vote(vote=vote, actor=world.secretary)
    lying = [row.split("\t")[1:] for row in dump()["meetings_ballot"]]
    order = [next(value for value in row if value in marks) for row in lying]
    assert sorted(order) == sorted(marks)
    # One chance in 30! each that a shuffle gives the very order.
    assert order != marks
    assert order != sorted(marks)


def test_cache_and_logs_hear_nothing(vote, meeting, caplog):
    client = cache._cache.get_client()
    before = {key: client.dump(key) for key in client.keys("*")}
    with caplog.at_level(logging.DEBUG):
        people, marks, codes = cast_all(vote, meeting)
    after = {key: client.dump(key) for key in client.keys("*")}
    assert {key for key in after if after[key] != before.get(key)} == set()
    said = " ".join(record.getMessage() for record in caplog.records)
    assert not any(f":{mark}" in said or code in said for mark, code in zip(marks, codes, strict=True))
    assert not any(user.full_name in said for user in people)


def test_a_statement_that_fails_does_not_carry_the_ballot(vote, meeting, django_assert_num_queries):
    user = official_accounts(meeting)[0]
    with connection.execute_wrapper(_collect := Collect()):
        code = cast_secret(vote=vote, numbers=[2, 5], actor=user)
    writing = [sql for sql in _collect.said if "meetings_ballotbox" in sql or "meetings_receiptbox" in sql]
    assert len(writing) == 2
    assert not any("2,5" in sql or code in sql for sql in writing)


class Collect:
    """The statements as the server gets them, with their values."""

    def __init__(self) -> None:
        self.said = []

    def __call__(self, execute, sql, params, many, context):
        self.said.append(f"{sql} {params}")
        return execute(sql, params, many, context)


def test_a_worker_killed_between_the_two_writes_leaves_neither(vote, meeting, monkeypatch):
    user = official_accounts(meeting)[0]
    monkeypatch.setattr(secrecy, "_PUT_BALLOT", "SELECT pg_terminate_backend(pg_backend_pid()) WHERE %s > 0")
    with pytest.raises(OperationalError):
        cast_secret(vote=vote, numbers=[1], actor=user)
    connection.close()
    assert not Participation.objects.exists()
    assert ReceiptBox.objects.get(vote=vote).codes == []
    assert BallotBox.objects.get(vote=vote).sealed == []
    monkeypatch.undo()
    assert cast_secret(vote=vote, numbers=[1], actor=user)


def many_at_once(calls: list) -> list:
    def run(call):
        try:
            return call()
        except Exception as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(run, calls))


def test_two_hundred_identical_posts_are_one_ballot(vote, meeting):
    user = official_accounts(meeting)[0]
    results = many_at_once([lambda: cast_secret(vote=vote, numbers=[1, 2], actor=user)] * 200)
    codes = [result for result in results if isinstance(result, str)]
    assert len(codes) == 1
    assert {str(result) for result in results if not isinstance(result, str)} == {ALREADY}
    assert Participation.objects.count() == len(BallotBox.objects.get(vote=vote).sealed) == 1


def test_all_at_once_and_the_closing_in_the_middle_lose_nothing(world, vote, meeting):
    people = official_accounts(meeting)
    calls = [lambda user=user: cast_secret(vote=vote, numbers=[1], actor=user) for user in people]
    calls.insert(20, lambda: close_vote(vote=vote, actor=world.secretary))
    results = many_at_once(calls)
    codes = {result for result in results if isinstance(result, str)}
    late = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(result, RuleViolation) for result in late), late
    assert set(Receipt.objects.values_list("code", flat=True)) == codes
    assert Participation.objects.count() == Ballot.objects.count() == len(codes) == VOTERS - len(late)
