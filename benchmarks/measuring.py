"""Each page with the demo's data: queries, server time, bytes, against bare Django pages in the same run. The machines
are shared and their speed drifts, so every request is followed by one of the bare page: ratios of CPU time are what to
compare."""

import gzip
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import User
from jobs.enums import JobState
from jobs.models import Job
from members.models import Member
from notifications.models import HelpRequest, Notice
from orgtree.models import OrgUnit

from . import sign_in
from .pages import PAGES, Ground, Page

TURNS, ROUNDS = 4, 10
MOST_QUERIES, MOST_BYTES, MOST_P95_MS, MOST_RATIO = 12, 30_000, 150, 3
_FULL = 30
RESULTS = Path(__file__).resolve().parent / "results.md"
_BARE = Page("Django trơn: phiên, người dùng", "member", lambda ground: "/bare")
_ROWS = Page("Django trơn: và 25 dòng", "member", lambda ground: "/bare-rows")


@dataclass
class Measured:
    page: Page
    queries: int = 0
    bytes: int = 0
    zipped: int = 0
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    bare_cpu: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return statistics.median(self.wall)

    @property
    def p95(self) -> float:
        return sorted(self.wall)[int(len(self.wall) * 0.95) - 1]

    @property
    def cpu_ms(self) -> float:
        """Of this process and of its server process of PostgreSQL. The quarter that was disturbed least: neighbours on
        the machine make CPU time dearer, never cheaper."""
        return _quarter(self.cpu)

    @property
    def ratio(self) -> float:
        """To the bare page with rows, asked in turn with this one."""
        return _quarter(self.cpu) / _quarter(self.bare_cpu)


def _quarter(values: list[float]) -> float:
    return statistics.quantiles(values, n=4)[0]


def run() -> int:
    """Print the table and keep it in results.md; 1 when a page breaks a budget that does not hang on the machine."""
    ground = Ground()
    users = User.objects.in_bulk([person.user_id for person in ground.people.values()])
    sessions = set(Session.objects.values_list("pk", flat=True))
    clients: dict[str, Client] = {}
    try:
        with transaction.atomic(), override_settings(ROOT_URLCONF="benchmarks.urls", ALLOWED_HOSTS=["testserver"]):
            _fill(ground, users[ground.people["member"].user_id], users[ground.people["org_department"].user_id])
            for key, person in ground.people.items():
                clients[key] = Client()
                clients[key].force_login(users[person.user_id], backend="accounts.backends.SignInBackend")
            measured = _measure_all(ground, clients)
            signing_in = sign_in.line(ground, _asking(_BARE, ground, clients[_BARE.who]), _cpu)
            # Nothing of what is measured stays: neither the filling nor who read whose record.
            transaction.set_rollback(True)
    finally:
        for client in clients.values():
            client.session.flush()
        Session.objects.exclude(pk__in=sessions).delete()
    lines = [*_table(measured), "", signing_in]
    broken, missed = _judged(measured)
    print("\n".join([*lines, *(f"! {line}" for line in broken + missed)]))
    _keep(lines, broken + missed)
    return 1 if broken else 0


def _fill(ground: Ground, member: User, officer: User) -> None:
    """More than a page of what the demo has none of."""
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(user=member, kind="help.answered", text=f"Đã có trả lời cho vướng mắc số {number}.", url="/huong-dan/")
        for number in range(_FULL)
    )
    Job.objects.bulk_create(
        Job(owner=officer, kind="members.export", title=f"Xuất danh sách {n}", state=JobState.DONE, finished_at=now)
        for n in range(_FULL)
    )
    HelpRequest.objects.bulk_create(
        HelpRequest(sender=member, from_unit_name=ground.branch.name, unit=ground.branch, text=f"Không mở được ({n})")
        for n in range(_FULL)
    )


def _measure_all(ground: Ground, clients: dict[str, Client]) -> list[Measured]:
    found = [Measured(page) for page in [_BARE, _ROWS, *PAGES]]
    asks = [_asking(one.page, ground, clients[one.page.who]) for one in found]
    for one, ask in zip(found, asks, strict=True):
        for _ in range(2):
            response = ask()
        if response.status_code != one.page.status:
            raise SystemExit(f"{one.page.label}: {one.page.address(ground)} trả lời {response.status_code}")
        one.queries = _count(ask)
        one.bytes, one.zipped = len(response.content), len(gzip.compress(response.content))
    for _ in range(TURNS):
        for one, ask in zip(found, asks, strict=True):
            for _ in range(ROUNDS):
                spent = _cpu()
                asks[1]()
                one.bare_cpu.append((_cpu() - spent) * 1000)
                started, spent = time.perf_counter(), _cpu()
                ask()
                one.cpu.append((_cpu() - spent) * 1000)
                one.wall.append((time.perf_counter() - started) * 1000)
    return found


def _asking(page: Page, ground: Ground, client: Client) -> Callable[[], HttpResponse]:
    address = page.address(ground)
    if page.post is not None:
        return lambda: client.post(address, page.post, headers=page.headers)
    return lambda: client.get(address, headers=page.headers)


def _count(ask: Callable[[], HttpResponse]) -> int:
    """Queries of one request; the savepoints are there only because the measurement stands in a transaction."""
    asked: list[str] = []

    def listen(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        ask()
    return sum("SAVEPOINT" not in sql for sql in asked)


def _cpu() -> float:
    """CPU seconds of this process, and of its server process where PostgreSQL runs beside it."""
    try:
        server = int(Path(f"/proc/{_backend()}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        server = 0.0
    return time.process_time() + server


_backends: list[int] = []


def _backend() -> int:
    if not _backends:
        _backends.append(connection.connection.info.backend_pid)
    return _backends[0]


def _table(measured: list[Measured]) -> list[str]:
    lines = [
        "| Trang | truy vấn | p50 ms | p95 ms | CPU ms | × trơn 25 dòng | byte | gzip |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {one.page.label} | {one.queries} | {one.p50:.1f} | {one.p95:.1f} | {one.cpu_ms:.1f}"
        f" | {one.ratio:.1f} | {one.bytes} | {one.zipped} |"
        for one in measured
    ]
    return lines


def _judged(measured: list[Measured]) -> tuple[list[str], list[str]]:
    """What breaks a budget anywhere, and what missed the times on this machine."""
    broken, missed = [], []
    for one in measured:
        label = one.page.label
        if one.queries > MOST_QUERIES:
            broken.append(f"{label}: {one.queries} truy vấn, nhiều hơn {MOST_QUERIES}")
        if one.zipped > MOST_BYTES:
            broken.append(f"{label}: {one.zipped} byte đã nén, nhiều hơn {MOST_BYTES}")
        if one.p95 > MOST_P95_MS:
            missed.append(f"{label}: p95 {one.p95:.0f} ms, mục tiêu {MOST_P95_MS} ms")
        if one.ratio > MOST_RATIO:
            missed.append(f"{label}: CPU gấp {one.ratio:.1f} lần trang trơn 25 dòng, mục tiêu {MOST_RATIO} lần")
    return broken, missed


def _keep(lines: list[str], notes: list[str]) -> None:
    counts = f"{OrgUnit.objects.count()} units, {Member.objects.count()} members"
    head = f"""# Pages measured

`make bench` on {timezone.localdate():%d %B %Y}: {_machine()}, Python {platform.python_version()}, demo data ({counts}).
{TURNS * ROUNDS} requests of each page in one process without a network, by turns with the bare page. CPU: Django and
PostgreSQL, the quarter that was disturbed least.
Budgets: ≤ {MOST_QUERIES} queries, ≤ {MOST_BYTES // 1000} KB gzipped, p95 < {MOST_P95_MS} ms, and ≤ {MOST_RATIO} × the
CPU of a bare page with session, user and 25 rows. Times on a shared machine vary by a quarter and more, ratios less.
"""
    tail = ["", *(f"- {note}" for note in notes)] if notes else []
    RESULTS.write_text("\n".join([head, *lines, *tail, ""]), encoding="utf-8")


def _machine() -> str:
    name = platform.machine()
    try:
        names = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                 if line.startswith("model name")]  # fmt: skip
        name = names[0] if names else name
    except OSError:
        pass
    return f"{os.cpu_count()} × {name}"
