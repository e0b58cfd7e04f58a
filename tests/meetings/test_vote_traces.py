"""What fifty ballots leave behind when they are cast through the pages (security.md §3.3): database, cache, sessions,
task queue, our log lines, gunicorn's and the proxy's, the server's own log, the order of everything."""

import json
import logging
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis import Redis

from accounts import kept_text
from common.logs import JsonFormatter
from handbook import celery, middleware
from handbook.launcher import gunicorn_conf
from meetings.votes import secrecy
from meetings.votes.models import Ballot, BallotBox, Participation, Receipt
from meetings.votes.services import close_vote, open_vote, prepare_vote
from members.models import Member
from tests.cast import World, build_world

from .sessions import in_progress, official_accounts
from .test_secrecy import different_papers, dump, tables_that_name

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

VOTERS = 50
_CODE = re.compile(r'receipt__code">([A-Z0-9-]{14})<')


@pytest.fixture
def world(transactional_db) -> World:
    return build_world()


@pytest.fixture
def meeting(world):
    return in_progress(world, many=VOTERS - 2)


@pytest.fixture
def vote(world, meeting):
    people = list(Member.objects.filter(branch=world.branch).order_by("pk")[:9])
    vote = prepare_vote(
        meeting=meeting, title="Bầu chi ủy", matter="election", seats=3, candidates=people, actor=world.secretary
    )
    return open_vote(vote=vote, actor=world.secretary)


@pytest.fixture
def lines(monkeypatch):
    """What the portal writes to its log, as JSON."""
    written = []

    class Keep(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Keep(logging.DEBUG)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def browsers(meeting) -> list[Client]:
    made = []
    for user in official_accounts(meeting):
        client = Client()
        client.force_login(user, backend="accounts.backends.SignInBackend")
        made.append(client)
    return made


def cast_all(vote, clients) -> tuple[list[str], list[str]]:
    """Fifty papers, each filled in differently, through the page; what they lie as, and their codes."""
    papers = different_papers(len(clients))
    address = reverse("meetings:vote_cast", args=[vote.pk])
    codes = []
    for client, paper in zip(clients, papers, strict=True):
        answer = client.post(address, {"marked": paper})
        codes.append(_CODE.search(answer.content.decode())[1])
    return [secrecy.marks_of(paper) for paper in papers], codes


def _said(text: str, marks: list[str], codes: list[str]) -> list[str]:
    """Ballots and codes that stand in a text."""
    return [word for word in [*(f":{mark}" for mark in marks), *codes] if word in text]


def _everything_in_valkey() -> str:
    client = Redis.from_url(settings.REDIS_URL)
    return " ".join(f"{key!r} {client.dump(key)!r}" for key in client.keys("*"))


def test_fifty_ballots_through_the_pages_are_joined_with_nobody(vote, meeting, lines):
    clients = browsers(meeting)
    for client in clients:
        assert client.get(reverse("meetings:vote", args=[vote.pk])).status_code == 200
    before, lines[:] = dump(), []
    marks, codes = cast_all(vote, clients)
    after = dump()
    # 1. One table holds marks, one holds codes; neither names a person. Fifty casts wrote nothing else at all.
    assert tables_that_name(after, [f":{mark}" for mark in marks]) == {"meetings_ballotbox"}
    assert tables_that_name(after, codes) == {"meetings_receiptbox"}
    written = {name for name in after if after[name] != before[name]}
    assert written == {"meetings_participation", "meetings_ballotbox", "meetings_receiptbox", "sequences"}
    # 2. Neither order is that of the casting.
    box = BallotBox.objects.get(vote=vote).sealed
    assert [one.partition(":")[2] for one in box] != marks
    assert box == sorted(box)
    # 3. A participation tells the day; our log has no line of a cast, whoever it was and when.
    assert set(Participation.objects.values_list("day", flat=True)) == {timezone.localdate()}
    assert [line for line in lines if "vote_cast" in line or "bo-phieu" in line] == []
    assert [json.loads(line) for line in lines if json.loads(line)["logger"] == "handbook.access"] == []
    assert _said(" ".join(lines), marks, codes) == []
    # 1. Cache, sessions, the queue of tasks.
    assert _said(_everything_in_valkey(), marks, codes) == []
    sessions = " ".join(json.dumps(session.get_decoded()) for session in Session.objects.all())
    assert _said(sessions, marks, codes) == []
    # 4. No count before the closing, for nobody.
    assert not Ballot.objects.exists()
    assert not Receipt.objects.exists()


def test_the_statements_of_a_cast_do_not_name_voter_and_ballot_together(vote, meeting):
    client, said = browsers(meeting)[0], []

    def listen(execute, sql, params, many, context):
        said.append(f"{sql} {params}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        answer = client.post(reverse("meetings:vote_cast", args=[vote.pk]), {"marked": [2, 5, 7]})
    code = _CODE.search(answer.content.decode())[1]
    user = official_accounts(meeting)[0]
    entitled = vote.roll.get(attendee__member__account=user)
    carrying = [one for one in said if ":2,5,7" in one or code in one]
    assert len(carrying) == 1
    assert user.citizen_id not in carrying[0]
    assert user.full_name not in carrying[0]
    assert str(entitled.pk) not in re.findall(r"\d+", carrying[0].replace(code, ""))
    # Neither does the history's context, which goes along with every other post.
    assert not any("pghistory" in one for one in said)


def test_every_other_post_has_its_history_and_its_line(vote, meeting, world, lines):
    assert not middleware._is_without_line(reverse("meetings:vote_say", args=[vote.pk]))
    assert not middleware._is_without_line("/khong-co/")
    client = Client()
    client.force_login(world.secretary, backend="accounts.backends.SignInBackend")
    client.post(reverse("meetings:vote_open", args=[vote.pk]))
    assert any("meetings:vote_open" in line for line in lines)


def test_a_failed_cast_is_not_written_into_the_log_either(vote, meeting, lines, monkeypatch):
    client = browsers(meeting)[0]
    client.raise_request_exception = False
    monkeypatch.setattr(secrecy, "_PUT_BALLOT", "SELECT 1/0 WHERE %s > 0")
    lines.clear()
    answer = client.post(reverse("meetings:vote_cast", args=[vote.pk]), {"marked": [2, 5, 7]})
    assert answer.status_code == 500
    text = " ".join(lines)
    assert "2,5,7" not in text
    assert official_accounts(meeting)[0].full_name not in text
    assert not Participation.objects.exists()


def test_after_the_closing_the_page_tells_totals_alone(world, vote, meeting):
    marks, codes = cast_all(vote, browsers(meeting))
    close_vote(vote=vote, actor=world.secretary)
    client = Client()
    client.force_login(world.secretary, backend="accounts.backends.SignInBackend")
    for name in ("vote", "vote_conduct", "votes"):
        target = meeting.pk if name == "votes" else vote.pk
        page = client.get(reverse(f"meetings:{name}", args=[target])).content.decode()
        assert not any(code in page for code in codes)
        assert not any(f">{mark}<" in page for mark in marks)
    shown = client.get(reverse("meetings:vote_receipts", args=[vote.pk])).content.decode()
    assert all(code in shown for code in codes)
    main = shown.split("<main")[1].split("</main")[0]
    assert not any(user.full_name in main for user in official_accounts(meeting))


def test_a_ballot_sent_after_the_session_has_ended_is_kept_nowhere(vote, meeting, lines):
    client = browsers(meeting)[0]
    page = reverse("meetings:vote", args=[vote.pk])
    client.get(page)
    Session.objects.filter(pk=client.cookies["sessionid"].value).delete()
    cache.clear()
    lines.clear()
    answer = client.post(
        reverse("meetings:vote_cast", args=[vote.pk]),
        {"marked": [2, 5, 7]},
        headers={"referer": f"http://testserver{page}"},
    )
    assert answer.status_code == 302
    assert f"next={page}" in answer["Location"]
    assert "kept-text" not in _everything_in_valkey()
    assert not any("vote_cast" in line for line in lines)
    # Another form of the same page would have been kept.
    assert not "meetings:vote_say".startswith(kept_text._SECRET_VIEWS)


def test_the_servers_in_front_write_no_line_of_a_cast(vote):
    address = reverse("meetings:vote_cast", args=[vote.pk])
    conf = (Path(settings.ROOT) / "docker" / "nginx.conf").read_text("utf-8")
    place = re.search(r"location ~ (\S+bo-phieu\S+) \{(.*?)\}", conf, re.DOTALL)
    assert re.search(place[1], address)
    assert not re.search(place[1], reverse("meetings:vote", args=[vote.pk]))
    assert "access_log off;" in place[2]
    assert "error_log /dev/null" in place[2]
    # gunicorn writes no access log unless it is told to.
    assert not {"accesslog", "access_log_format"} & set(vars(gunicorn_conf))


def test_the_embedded_server_logs_no_statement(vote, meeting):
    """What docs/operations.md asks of a server of one's own."""
    with connection.cursor() as cursor:
        for name, value in (("log_statement", "none"), ("log_min_duration_statement", "-1")):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)


def test_the_clock_sweeps_what_a_killed_worker_left(world, vote, meeting, monkeypatch):
    cast_all(vote, browsers(meeting))
    monkeypatch.setattr(secrecy, "vacuum", lambda: None)  # killed between the commit and the sweeping
    close_vote(vote=vote, actor=world.secretary)
    monkeypatch.undo()
    assert _size() > 0
    assert celery.app.conf.beat_schedule["sweep-ballots"]["task"] == "meetings.sweep_ballots"
    celery.app.loader.import_default_modules()
    celery.app.tasks["meetings.sweep_ballots"].apply()
    assert _size() == 0


def _size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('meetings_ballotbox') + pg_relation_size('meetings_receiptbox')")
        return cursor.fetchone()[0]
