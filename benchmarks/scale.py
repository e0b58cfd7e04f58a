"""Congress reports measured: the steps of one report on the demo's data, and the tree's sums at 250,000 units with
750,000 reports.

    python -m benchmarks.scale [UNITS]

Budgets: ≤ 12 queries and p95 < 300 ms for reading, < 50 ms of SQL for filling in, sending and approving, < 30 s for a
full recount, which must find what stands there."""

import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager

from handbook.launcher import environment

os.environ.setdefault("HANDBOOK_LOG_LEVEL", "WARNING")
joined = environment.prepare(environment.var_folder())

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from congress_reports import scale  # noqa: E402
from congress_reports.definitions import answers_of  # noqa: E402
from congress_reports.enums import ReportState  # noqa: E402
from congress_reports.forms import Answers  # noqa: E402
from congress_reports.models import Campaign, Report, Total  # noqa: E402
from congress_reports.selectors.totals import totals  # noqa: E402
from congress_reports.services import approve, fold_totals, recount_totals, save_answers, send  # noqa: E402
from orgtree.models import OrgUnit  # noqa: E402

MOST_QUERIES, MOST_MS, MOST_SQL_MS, MOST_RECOUNT_S = 12, 300, 50, 30
TURNS = 20
BOARD = ("board", "analysis")
_broken: list[str] = []


def main(units: int) -> int:
    call_command("migrate", verbosity=0)
    _demo()
    print(f"\nDựng {units} đơn vị …")
    scale.make_scale_database(units, lambda what: print(f"  {what}"))
    with scale.scale_database(anew=False):
        _at_scale()
    print(*(f"! {line}" for line in _broken), sep="\n")
    return 1 if _broken else 0


def _demo() -> None:
    campaign = Campaign.objects.filter(closed_on=None).order_by("pk").last()
    if campaign is None:
        raise SystemExit("Chưa có dữ liệu minh họa: đồng chí chạy make run một lần trước.")
    print(f"Dữ liệu minh họa: {OrgUnit.objects.count()} đơn vị, {Report.objects.count()} báo cáo")
    _steps(campaign)
    for one in Campaign.objects.order_by("pk"):
        _reading(one, f"đợt {one.pk}", [one.top_id])
    department = next(person for person in _people() if person.key == "org_department")
    _pages(User.objects.get(pk=department.user_id), campaign)


def _people():
    from portal.demo import people

    return people()


def _at_scale() -> None:
    campaign = Campaign.objects.get()
    chain = list(OrgUnit.objects.filter(lft__lte=4, kind__code__in=["upper", "empowered", "base_committee"]))
    for unit in chain:
        below = OrgUnit.objects.filter(parent=unit).values_list("pk", flat=True)
        _reading(campaign, f"{unit.name} và {len(below)} đơn vị dưới", [unit.pk, *below])
    for key in ("department", "region", "company"):
        _pages(scale.person(key), campaign)
    _deciding(campaign)
    begun = time.perf_counter()
    wrong = recount_totals(repair=False)
    took = time.perf_counter() - begun
    print(f"Tính lại toàn bộ {Report.objects.count()} báo cáo: {took:.1f} s, {len(wrong)} chỗ khác")
    _judge(took < MOST_RECOUNT_S, f"tính lại {took:.0f} s, mức {MOST_RECOUNT_S} s")
    _judge(not wrong, f"tính lại khác {len(wrong)} chỗ")
    print(f"Tổng đã lưu: {Total.objects.count()} dòng")


# Reading


def _reading(campaign: Campaign, label: str, unit_ids: list[int]) -> None:
    duties = list(campaign.duties.values_list("pk", flat=True))
    _measure(f"Tổng của {label}", lambda: totals(unit_ids, duties))


def _pages(user: User, campaign: Campaign) -> None:
    """Board and analysis as one of the people opens them."""
    client = Client()
    client.force_login(user, backend="accounts.backends.SignInBackend")
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        for name in BOARD:
            try:
                address = f"{reverse(f'congress_reports:{name}')}?dot={campaign.pk}"
            except NoReverseMatch:
                print(f"{name}: chưa có trang")
                continue
            response = client.get(address)
            if response.status_code != 200:
                raise SystemExit(f"{address} trả lời {response.status_code}")
            _measure(f"{name} ({user.full_name})", lambda address=address: client.get(address))
    client.session.flush()


def _measure(label: str, ask: Callable[[], object]) -> None:
    ask()
    with _counted() as queries:
        ask()
    times = []
    for _ in range(TURNS):
        begun = time.perf_counter()
        ask()
        times.append((time.perf_counter() - begun) * 1000)
    p50, p95 = statistics.median(times), sorted(times)[int(TURNS * 0.95) - 1]
    print(f"{label}: {len(queries)} truy vấn, p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    _judge(len(queries) <= MOST_QUERIES, f"{label}: {len(queries)} truy vấn, mức {MOST_QUERIES}")
    _judge(p95 < MOST_MS, f"{label}: p95 {p95:.0f} ms, mức {MOST_MS} ms")


# Steps of a report


class _Undone(Exception):
    """Nothing of what is measured stays."""


def _steps(campaign: Campaign) -> None:
    """Fill in, send, approve: the report of a branch that has sent one, begun once more by its secretary."""
    sent = Report.objects.filter(campaign=campaign, state=ReportState.SENT, duty__form__code="a", version=1)
    ours = sent.select_related("duty__form", "campaign", "unit__kind", "sent_by")
    found = {"điền": [], "gửi": [], "phê duyệt": []}
    for report in ours.order_by("pk")[:TURNS]:
        superior = _holder(report.unit.parent_id)
        if superior is None or _holder(report.unit_id) != report.sent_by:
            continue
        answers = answers_of(report)
        try:
            with transaction.atomic():
                _play(report, answers, superior, found)
                raise _Undone
        except _Undone:
            pass
    _tell_steps(found)


def _holder(unit_id: int) -> User | None:
    return User.objects.filter(grants__unit_id=unit_id, grants__role="secretary", grants__revoked_at=None).first()


def _play(report: Report, answers: Answers, superior: User, found: dict[str, list]) -> None:
    author = report.sent_by
    Report.objects.filter(pk=report.pk).update(state=ReportState.DRAFT, figures=[])
    report.refresh_from_db()
    for name, step in (
        ("điền", lambda: save_answers(report=report, answers=answers, revision=report.revision, actor=author)),
        ("gửi", lambda: send(report=report, revision=report.revision + 1, actor=author)),
        ("phê duyệt", lambda: approve(report=report, version=report.version + 1, actor=superior)),
    ):
        with _counted() as queries:
            step()
        found[name].append((len(queries), sum(queries)))


def _deciding(campaign: Campaign) -> None:
    """One approval more in the tree of 250,000, as the triggers see it, and the fold of what it adds."""
    found: dict[str, list] = {"phê duyệt một báo cáo, ghi phần thêm": [], "cộng phần thêm lên các cấp": []}
    reports = Report.objects.filter(campaign=campaign, state=ReportState.SENT).order_by("pk")[:TURNS]
    for report in list(reports):
        with transaction.atomic():
            with _counted() as queries:
                Report.objects.filter(pk=report.pk).update(
                    state=ReportState.APPROVED, decided_by=scale.person("department"), decided_at=report.sent_at
                )
            found["phê duyệt một báo cáo, ghi phần thêm"].append((len(queries), sum(queries)))
            with _counted() as queries:
                fold_totals()
            found["cộng phần thêm lên các cấp"].append((len(queries), sum(queries)))
    _tell_steps(found)


def _tell_steps(found: dict[str, list]) -> None:
    for name, rows in found.items():
        if not rows:
            _judge(False, f"{name}: không có báo cáo nào để đo")
            continue
        most, sql = max(count for count, _ in rows), sorted(ms for _, ms in rows)
        p95 = sql[max(0, int(len(sql) * 0.95) - 1)]
        print(f"{name}: {most} truy vấn, SQL p50 {statistics.median(sql):.1f} ms, p95 {p95:.1f} ms ({len(rows)} lần)")
        middle = statistics.median(sql)  # neighbours on the machine make single ones dearer
        _judge(middle < MOST_SQL_MS, f"{name}: {middle:.0f} ms SQL, mức {MOST_SQL_MS} ms")


@contextmanager
def _counted():
    """Milliseconds of each query."""
    spent: list[float] = []

    def listen(execute, sql, params, many, context):
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if "SAVEPOINT" not in sql:
                spent.append((time.perf_counter() - begun) * 1000)

    with connection.execute_wrapper(listen):
        yield spent


def _judge(holds: bool, line: str) -> None:
    if not holds:
        _broken.append(line)


if __name__ == "__main__":
    try:
        code = main(int(sys.argv[1]) if len(sys.argv) > 1 else scale.UNITS)
    finally:
        if joined:
            joined.release()
    sys.exit(code)
