"""The board over the branches' meetings, measured at 200,000 branches with three months of meetings each, in a database
of its own.

    python -m benchmarks.meetings_scale [BRANCHES | again]

`again` measures once more what the last run has left.
Budgets: ≤ 12 queries and p95 < 300 ms for each page; the figures must be those that a recount finds."""

import os
import statistics
import sys
import time

from handbook.launcher import environment

os.environ.setdefault("HANDBOOK_LOG_LEVEL", "WARNING")
joined = environment.prepare(environment.var_folder())

import django  # noqa: E402

django.setup()

from datetime import timedelta  # noqa: E402

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from congress_reports import scale  # noqa: E402
from meetings.above.models import BranchPeriod  # noqa: E402
from meetings.above.selectors.board import WHICH  # noqa: E402
from meetings.above.services import recount_periods  # noqa: E402
from meetings.models import Meeting  # noqa: E402
from orgtree.enums import Role  # noqa: E402
from orgtree.models import OrgUnit, UnitKind  # noqa: E402
from orgtree.services import create_unit, fold_figures, give_grant  # noqa: E402

MOST_QUERIES, MOST_MS = 12, 300
TURNS = 20
_PART = 20_000
_broken: list[str] = []


def main(branches: int | None) -> int:
    call_command("collectstatic", "--noinput", verbosity=0)
    with scale.scale_database(anew=branches is not None):
        call_command("migrate", verbosity=0)
        if branches is not None:
            _generate(branches)
        _measure_all()
    print(*(f"! {line}" for line in _broken), sep="\n")
    return 1 if _broken else 0


def _generate(branches: int) -> None:
    begun = time.perf_counter()

    def tell(what: str) -> None:
        print(f"{time.perf_counter() - begun:6.1f} s  {what}", flush=True)

    kind = UnitKind.objects.get(code="upper")
    top = create_unit(parent=None, code="Q", name="Đảng bộ Toàn quốc", kind=kind, actor=None)
    # One unit in seven stands above the branches.
    tree = scale.copy_tree(top, round(branches * 1.12))
    tell(f"{len(tree)} đơn vị")
    for number, (unit, role) in enumerate(
        ((tree[0], Role.ORG_DEPARTMENT), (tree[1], Role.SECRETARY), (tree[2], Role.SECRETARY))
    ):
        user = User.objects.create_user(
            f"{number + 1:012d}", f"Người {number}", activated_at=timezone.now(), identity_confirmed_at=timezone.now()
        )
        give_grant(user=user, unit=OrgUnit.objects.get(pk=unit.pk), role=role, actor=None)
    leaves = [one.pk for one in tree if one.kind == "cell"]
    now = timezone.now()
    with connection.cursor() as cursor:
        for ago in range(3):
            for start in range(0, len(leaves), _PART):
                # Four of five call, most of them held; announced ones have no chair yet, and need none.
                cursor.execute(
                    """
                    INSERT INTO meetings_meeting (unit_id, kind, with_thematic, title, topic, state, starts_at, minutes,
                        place, online_link, note, reason, from_paper, made_at, revision, check_in_key)
                    SELECT id, 'regular', id %% 4 = 0, 'Sinh hoạt thường kỳ', '', 'announced',
                           %s + make_interval(mins => (id %% 600)::int), 90, 'Phòng họp', '', '', '', false, now(), 0,
                           ''
                    FROM unnest(%s::bigint[]) AS u(id) WHERE (id + %s) %% 5 <> 0
                    """,
                    [now - timedelta(days=30 * ago), leaves[start : start + _PART], ago],
                )
            tell(f"{Meeting.objects.count()} cuộc họp")
    found = fold_figures()
    tell(f"cộng {found} phần thêm lên các cấp")
    wrong = recount_periods()
    tell(f"tính lại, {len(wrong)} chỗ khác (số chi bộ chưa đếm khi chép)")
    again = recount_periods()
    tell(f"tính lại lần hai, {len(again)} chỗ khác, {BranchPeriod.objects.count()} dòng tháng và quý")
    _judge(not again, f"tính lại khác {len(again)} chỗ")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _measure_all() -> None:
    for number in range(3):
        user = User.objects.get(citizen_id=f"{number + 1:012d}")
        client = Client()
        client.force_login(user, backend="accounts.backends.SignInBackend")
        highest = user.grants.get().unit
        below = OrgUnit.objects.filter(parent=highest).order_by("lft").first()
        with override_settings(ALLOWED_HOSTS=["testserver"]):
            _measure(client, f"Bảng theo dõi, {highest.name}", reverse("meetings:board"))
            _measure(client, "  mở một đơn vị", f"{reverse('meetings:board')}?mo={below.pk}")
            for which in WHICH:
                _measure(client, f"  {WHICH[which]}", f"{reverse('meetings:board_branches')}?muc={which}")
            _measure(client, "  Lịch", f"{reverse('meetings:calendar_above')}?don_vi={highest.pk}")
        client.session.flush()


def _measure(client: Client, label: str, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{address} trả lời {response.status_code}")
    queries = []

    def listen(execute, sql, params, many, context):
        queries.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        client.get(address)
    times = []
    for _ in range(TURNS):
        begun = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - begun) * 1000)
    p50, p95 = statistics.median(times), sorted(times)[int(TURNS * 0.95) - 1]
    print(f"{label}: {len(queries)} truy vấn, p50 {p50:.1f} ms, p95 {p95:.1f} ms", flush=True)
    _judge(len(queries) <= MOST_QUERIES, f"{label}: {len(queries)} truy vấn, mức {MOST_QUERIES}")
    _judge(p95 < MOST_MS, f"{label}: p95 {p95:.0f} ms, mức {MOST_MS} ms")


def _judge(holds: bool, line: str) -> None:
    if not holds:
        _broken.append(line)


if __name__ == "__main__":
    try:
        asked = sys.argv[1] if len(sys.argv) > 1 else "200000"
        code = main(None if asked == "again" else int(asked))
    finally:
        if joined:
            joined.release()
    sys.exit(code)
