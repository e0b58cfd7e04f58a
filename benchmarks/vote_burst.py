"""Two thousand members vote within a minute: every ballot there, none twice; and what the database itself can do.

    python benchmarks/vote_burst.py [VOTERS] [AT ONCE]

In a database of its own. Each ballot goes through the whole portal (middleware, sign-in, policies, receipt page) in
threads of this one process; the limit beside it is the bare three statements of a ballot, written by as many
connections without Python in between. Budgets: none lost, none double, 2,000 in 60 s."""

import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from handbook.launcher import environment

NAME = "handbook_bench_votes"
SECONDS = 60.0
# Each tenth voter presses the button twice.
TWICE = 10


def main(voters: int, at_once: int) -> int:
    os.environ.setdefault("HANDBOOK_LOG_LEVEL", "ERROR")
    os.environ.setdefault("HANDBOOK_PLAIN_STATIC", "1")
    servers = environment.prepare(environment.var_folder())
    address = os.environ["DATABASE_URL"]
    _administer(address, f"DROP DATABASE IF EXISTS {NAME}", f"CREATE DATABASE {NAME}")
    os.environ["DATABASE_URL"] = own = urlunsplit(urlsplit(address)._replace(path=f"/{NAME}"))
    try:
        return _measure(own, voters, at_once)
    finally:
        _administer(address, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        if servers:
            servers.release()


def _administer(address: str, *statements: str) -> None:
    connection = psycopg2.connect(address)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()


def _measure(address: str, voters: int, at_once: int) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "handbook.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    users, vote, secretary = _hall(voters)
    seconds, codes, refused = _through_the_portal(users, vote, at_once)
    broken = _counted(vote, secretary, codes, refused, voters)
    print(f"{voters} đồng chí, {at_once} cùng lúc: {seconds:.1f} giây ({voters / seconds:.0f} phiếu/giây)")
    print(f"bấm hai lần: {refused} lần bị từ chối; mất: {voters - len(codes)}; kết quả khớp: {not broken}")
    bare = _bare(address, voters, at_once)
    print(f"cơ sở dữ liệu, ba câu lệnh, {at_once} kết nối: {bare:.1f} giây ({voters / bare:.0f} phiếu/giây)")
    if seconds > SECONDS * voters / 2000:
        broken.append(f"chậm hơn {SECONDS:.0f} giây cho 2.000 phiếu")
    for line in broken:
        print(f"! {line}")
    return 1 if broken else 0


def _hall(voters: int):
    """A branch with so many official members, all here, and an election of three of five that is open."""
    from django.utils import timezone

    from accounts.models import NO_PASSWORD, User
    from common.text import name_sort_key, search_key
    from meetings.enums import Presence
    from meetings.services import announce, begin, make_meeting
    from meetings.votes.services import open_vote, prepare_vote
    from members.models import Member
    from orgtree.enums import Role
    from orgtree.models import UnitKind
    from orgtree.services import create_unit, give_grant

    kinds = {kind.code: kind for kind in UnitKind.objects.all()}
    top = create_unit(parent=None, code="B", name="Đảng bộ Thử tải", kind=kinds["upper"], actor=None)
    branch = create_unit(parent=top, code="B.1", name="Chi bộ Hội trường lớn", kind=kinds["base_cell"], actor=None)
    names = [f"Nguyễn Văn Thứ {number}" for number in range(voters)]
    now = timezone.now()
    users = User.objects.bulk_create(
        User(
            citizen_id=f"0010850{number:05d}",
            full_name=name,
            password=NO_PASSWORD,
            identity_confirmed_at=now,
        )
        for number, name in enumerate(names)
    )
    members = Member.objects.bulk_create(
        Member(
            account=user, branch=branch, full_name=user.full_name, name_sort=name_sort_key(user.full_name),
            search_key=search_key(user.full_name), birth_date="1985-03-14", gender="male", standing="official",
            status="active", admission_date="2010-05-19", official_date="2011-05-19",
        )
        for user in users
    )  # fmt: skip
    secretary = users[0]
    give_grant(user=secretary, unit=branch, role=Role.SECRETARY, actor=None)
    meeting = make_meeting(
        unit=branch, kind="regular", starts_at=timezone.now() + timedelta(days=1), place="Hội trường", chair=members[0],
        actor=secretary,
    )  # fmt: skip
    meeting = begin(meeting=announce(meeting=meeting, actor=secretary), actor=secretary)
    meeting.attendees.update(presence=Presence.PRESENT)
    vote = prepare_vote(
        meeting=meeting, title="Bầu chi ủy", matter="election", seats=3, candidates=members[:5], actor=secretary
    )
    return users, open_vote(vote=vote, actor=secretary), secretary


def _through_the_portal(users: list, vote, at_once: int) -> tuple[float, set[str], int]:
    from django.db import connections
    from django.test import Client
    from django.urls import reverse

    address = reverse("meetings:vote_cast", args=[vote.pk])
    clients = []
    for user in users:
        client = Client()
        # One for all, as in a worker: a client of its own would set up the whole middleware at its first request.
        client.handler = clients[0].handler if clients else client.handler
        client.force_login(user, backend="accounts.backends.SignInBackend")
        clients.append(client)
    clients[0].handler.load_middleware()
    codes, refused, lock = set(), [], threading.Lock()

    def cast(at: int) -> None:
        answer = clients[at].post(address, {"marked": [1 + at % 3, 4, 5]})
        with lock:
            if answer.status_code == 200 and b"receipt__code" in answer.content:
                codes.add(answer.content.split(b'receipt__code">')[1].split(b"<")[0].decode())
            else:
                refused.append(answer.status_code)

    work = [at for at in range(len(clients)) for _ in range(2 if at % TWICE == 0 else 1)]
    with ThreadPoolExecutor(at_once) as pool:
        started, spent = time.perf_counter(), time.process_time()
        list(pool.map(cast, work))
        seconds, spent = time.perf_counter() - started, time.process_time() - spent
        for _ in range(at_once):
            pool.submit(connections.close_all)
    print(f"CPU của Python: {spent * 1000 / len(work):.1f} ms mỗi lần bấm")
    return seconds, codes, len(refused)


def _counted(vote, secretary, codes: set[str], refused: int, voters: int) -> list[str]:
    from meetings.votes.models import Ballot, Participation, Receipt
    from meetings.votes.services import close_vote

    vote = close_vote(vote=vote, counting_board="Nguyễn Văn Thứ 1", actor=secretary)
    broken = []
    if len(codes) != voters or refused != -(-voters // TWICE):
        broken.append(f"{len(codes)} mã, {refused} lần bị từ chối")
    if Ballot.objects.count() != voters or Participation.objects.count() != voters:
        broken.append("số phiếu không bằng số người")
    if set(Receipt.objects.values_list("code", flat=True)) != codes:
        broken.append("danh sách mã không khớp")
    if vote.result["votes"]["4"] != voters or vote.result["valid"] != voters:
        broken.append("số phiếu đếm được không khớp")
    return broken


def _bare(address: str, voters: int, at_once: int) -> float:
    """The same rows in tables without triggers, keys to others or Python: what the server's locks and disk allow."""
    _administer(
        address,
        "CREATE TABLE bare_part (id bigserial PRIMARY KEY, person int UNIQUE, day date)",
        "CREATE TABLE bare_box (id int PRIMARY KEY, sealed text[] NOT NULL)",
        "INSERT INTO bare_box VALUES (1, '{}'), (2, '{}')",
    )
    put = "UPDATE bare_box SET sealed = ARRAY(SELECT x FROM unnest(sealed || %s::text) AS x ORDER BY x) WHERE id = %s"

    def write(part: range) -> None:
        connection = psycopg2.connect(address)
        with connection.cursor() as cursor:
            for person in part:
                cursor.execute("INSERT INTO bare_part (person, day) VALUES (%s, current_date)", [person])
                cursor.execute(put, [f"{os.urandom(6).hex()}", 1])
                cursor.execute(put, [f"{os.urandom(8).hex()}:1,4,5", 2])
                connection.commit()
        connection.close()

    return _timed(lambda pool: list(pool.map(write, [range(at, voters, at_once) for at in range(at_once)])), at_once)


def _timed(call: Callable, at_once: int) -> float:
    with ThreadPoolExecutor(at_once) as pool:
        started = time.perf_counter()
        call(pool)
        return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 2000, int(sys.argv[2]) if sys.argv[2:] else 8))
