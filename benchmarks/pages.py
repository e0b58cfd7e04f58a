"""Each page with the demo's data: queries, server time, bytes, against a bare Django page with session and user in
the same run. Ratios are what to compare: the machines are shared and their speed drifts."""

import gzip
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from common.text import search_key
from members.models import Member
from orgtree.models import OrgUnit
from portal.demo import COMMITTEE, DemoPerson, people

ROUNDS = 40
MOST_QUERIES, MOST_BYTES, MOST_P95_MS = 12, 30_000, 150


@dataclass(frozen=True)
class Page:
    """An address as one of the demo's people opens it."""

    label: str
    who: str
    address: Callable[["Ground"], str]

    @property
    def slug(self) -> str:
        return search_key(self.label).replace(" ", "-")


class Ground:
    """What the addresses need of the demo."""

    def __init__(self) -> None:
        self.people: dict[str, DemoPerson] = {person.key: person for person in people()}
        if not self.people:
            raise SystemExit("Chưa có dữ liệu minh họa: đồng chí chạy make run một lần trước.")
        self.top = OrgUnit.objects.get(parent=None, code="DSVN")
        self.committee = OrgUnit.objects.get(code=COMMITTEE)
        self.member = Member.objects.get(account_id=self.people["member"].user_id)
        self.branch = self.member.branch


PAGES = [
    Page("Trang chủ (đảng viên)", "member", lambda g: reverse("portal:home")),
    Page("Trang chủ (Bí thư chi bộ)", "secretary", lambda g: reverse("portal:home")),
    Page("Trang chủ (Ban Tổ chức)", "org_department", lambda g: reverse("portal:home")),
    Page("Cây tổ chức", "org_department", lambda g: reverse("orgtree:tree")),
    Page("Một đơn vị (Tổng công ty)", "org_department", lambda g: reverse("orgtree:unit", args=[g.top.pk])),
    Page("Một đơn vị (chi bộ)", "secretary", lambda g: reverse("orgtree:unit", args=[g.branch.pk])),
    Page("Đảng viên cả Tổng công ty", "org_department", lambda g: f"{reverse('members:list')}?unit={g.top.pk}"),
    Page("Đảng viên một đảng bộ cơ sở", "committee", lambda g: f"{reverse('members:list')}?unit={g.committee.pk}"),
    Page("Đảng viên một chi bộ", "secretary", lambda g: f"{reverse('members:list')}?unit={g.branch.pk}"),
    Page("Hồ sơ một đảng viên", "secretary", lambda g: reverse("members:member", args=[g.member.pk])),
    Page("Hồ sơ của tôi", "member", lambda g: reverse("members:me")),
    Page("Các lần nhập danh sách", "org_department", lambda g: reverse("members:imports")),
    Page("Thông báo", "member", lambda g: reverse("notifications:inbox")),
    Page("Công việc chạy nền", "org_department", lambda g: reverse("jobs:list")),
    Page("Nhật ký", "org_department", lambda g: reverse("oversight:audit")),
    Page("Tài khoản", "member", lambda g: reverse("accounts:settings")),
    Page("Hướng dẫn", "member", lambda g: reverse("portal:guide", args=["dang-vien"])),
]


@dataclass
class Measured:
    label: str
    queries: int
    p50: float
    p95: float
    bytes: int
    zipped: int


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.SignInBackend")
    return client


def _measure(label: str, client: Client, address: str) -> Measured:
    queries = 0

    def count(execute, sql, params, many, context):
        nonlocal queries
        queries += 1
        return execute(sql, params, many, context)

    for _ in range(3):
        response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{label}: {address} trả lời {response.status_code}")
    with connection.execute_wrapper(count):
        client.get(address)
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    body = response.content
    return Measured(
        label, queries, statistics.median(times), times[int(ROUNDS * 0.95) - 1], len(body), len(gzip.compress(body))
    )


def run() -> int:
    """Print the table; exit code 1 when a budget of the design is broken (times are only told)."""
    before = set(Session.objects.values_list("pk", flat=True))
    ground = Ground()
    users = User.objects.in_bulk([person.user_id for person in ground.people.values()])
    clients = {key: _signed_in(users[person.user_id]) for key, person in ground.people.items()}
    broken = []
    try:
        with override_settings(ROOT_URLCONF="benchmarks.urls", ALLOWED_HOSTS=["testserver"]):
            bare = _measure("Trang Django trơn (phiên + người dùng)", clients["member"], "/bare")
            rows = [bare, *(_measure(page.label, clients[page.who], page.address(ground)) for page in PAGES)]
    finally:
        Session.objects.exclude(pk__in=before).delete()
    print(f"{'Trang':42} {'truy vấn':>8} {'p50 ms':>8} {'p95 ms':>8} {'× trơn':>7} {'byte':>8} {'gzip':>7}")
    for row in rows:
        print(
            f"{row.label:42} {row.queries:8} {row.p50:8.1f} {row.p95:8.1f} {row.p50 / bare.p50:7.1f}"
            f" {row.bytes:8} {row.zipped:7}"
        )
        if row.queries > MOST_QUERIES:
            broken.append(f"{row.label}: {row.queries} truy vấn, nhiều hơn {MOST_QUERIES}")
        if row.zipped > MOST_BYTES:
            broken.append(f"{row.label}: {row.zipped} byte đã nén, nhiều hơn {MOST_BYTES}")
        if row.p95 > MOST_P95_MS:
            print(f"  ! {row.label}: p95 {row.p95:.0f} ms, mục tiêu {MOST_P95_MS} ms")
    for line in broken:
        print(f"  ! {line}")
    return 1 if broken else 0
