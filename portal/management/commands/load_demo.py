import json
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import User
from audit.seals import seal_entries
from congress_reports.demo import load_congresses
from meetings.demo import load_meetings
from members.imports.services import load_list
from orgtree.lists import read_unit_list
from orgtree.models import Grant, OrgUnit
from orgtree.services import fold_figures, import_units
from portal import demo

LISTS = Path(settings.ROOT) / "demo" / "lists"


class Command(BaseCommand):
    help = (
        "Nạp dữ liệu minh họa: cây tổ chức, danh sách đảng viên, người dùng thử. Chạy lại thì nạp tiếp phần còn thiếu."
    )

    def handle(self, **options: object) -> None:
        """Through the services that people's own imports use; every list is one transaction, and one that has been
        entered before changes nothing."""
        import_units(listed=read_unit_list(LISTS / "co-cau-to-chuc.xlsx").rows, actor=None)
        wanted = json.loads((LISTS / "expected.json").read_text(encoding="utf-8"))
        units = {unit.code: unit for unit in OrgUnit.objects.all()}
        lists = [(LISTS / "dang-vien" / name, one) for name, one in sorted(wanted.items()) if isinstance(one, dict)]
        bar = Bar(sum(one["rows"] for _, one in lists))
        done = entered = 0
        for path, one in lists:
            told = load_list(path, units[one["unit"]], accept_warnings=True, actor=None)
            done += told["rows"]
            entered += told["entered"]
            bar.show(done, path.stem)
        bar.end()
        fold_figures()
        if not Grant.objects.exists():
            demo.open_activation(demo.cast())
        department = User.objects.get(pk=next(one.user_id for one in demo.people() if one.key == "org_department"))
        campaigns = load_congresses(top=units[demo.TOP], day=timezone.localdate(), department=department)
        for campaign in campaigns:
            self.stdout.write(f"    {campaign.name}: {campaign.reports.exclude(version=0).count()} báo cáo đã gửi")
        people = {one.key: one.user_id for one in demo.people()}
        begun = time.monotonic()
        meetings = load_meetings(
            top=units[demo.TOP],
            now=timezone.now(),
            secretary=people["secretary"],
            elector=people["committee"],
            trying=set(people.values()),
        )
        self.stdout.write(f"    {meetings} cuộc họp trong năm ({time.monotonic() - begun:.0f} giây)")
        # The clock that seals every minute may be stopped before it rings the first time.
        seal_entries()
        self.stdout.write(f"    {len(units)} đơn vị, {done} dòng danh sách, {entered} đảng viên mới")


class Bar:
    """Rows done of rows. On a terminal one line that moves; in a log a line every five seconds."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._live = sys.stdout.isatty()
        self._told = time.monotonic()

    def show(self, done: int, what: str) -> None:
        filled = round(30 * done / self.total)
        line = f"    [{'█' * filled}{'░' * (30 - filled)}] {done} trên {self.total} dòng · {what}"
        if self._live:
            print(f"\r\033[K{line}", end="", flush=True)
        elif time.monotonic() - self._told > 5 or done == self.total:
            self._told = time.monotonic()
            print(line, flush=True)

    def end(self) -> None:
        if self._live:
            print()
