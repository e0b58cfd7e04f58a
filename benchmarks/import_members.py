"""Seconds and memory of a member list of 8,000 rows: checked, entered, entered again, undone. In a database of its own.

    python benchmarks/import_members.py [ROWS]

Budgets (on two cores): check 20 s, write 60 s, memory 300 MB."""

import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2
import xlsxwriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from handbook.launcher import environment

NAME = "handbook_bench_lists"
BRANCHES, BUDGETS = 160, {"kiểm tra": 20.0, "nhập": 60.0}
MOST_MEMORY = 300
_FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ"]
_MIDDLE = ["Văn", "Đức", "Quang", "Hữu", "Xuân", "Ngọc", "Minh", "Bá"]
_GIVEN = ["An", "Bình", "Cường", "Dũng", "Đạt", "Giang", "Hà", "Hải", "Khoa", "Lâm", "Nam", "Phúc", "Quý", "Tâm"]


def main(rows: int) -> int:
    servers = environment.prepare(environment.var_folder())
    address = os.environ["DATABASE_URL"]
    _administer(address, f"DROP DATABASE IF EXISTS {NAME}", f"CREATE DATABASE {NAME}")
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(address)._replace(path=f"/{NAME}"))
    try:
        return _measure(rows)
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


def _measure(rows: int) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "handbook.settings"
    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    from members.imports.models import ImportBatch
    from members.imports.services import load_list
    from members.imports.services.undoing import _undo
    from orgtree.models import UnitKind
    from orgtree.services import create_unit

    kinds = {kind.code: kind for kind in UnitKind.objects.all()}
    top = create_unit(parent=None, code="B", name="Đảng bộ Thử tải", kind=kinds["upper"], actor=None)
    company = create_unit(parent=top, code="B.1", name="Đảng bộ Công ty", kind=kinds["base_committee"], actor=None)
    names = [f"Chi bộ Đội số {number}" for number in range(1, BRANCHES + 1)]
    for number, name in enumerate(names):
        create_unit(parent=company, code=f"B.1.{number:03d}", name=name, kind=kinds["cell"], actor=None)
    print(f"bộ nhớ trước khi đọc: {_memory()} MB")
    with tempfile.TemporaryDirectory() as folder:
        path = _workbook(Path(folder) / "list.xlsx", names, rows)
        seconds = {}
        told = _timed(seconds, "kiểm tra", lambda: load_list(path, company, dry_run=True, actor=None))
        assert told["rows"] == rows
        told = _timed(seconds, "nhập", lambda: load_list(path, company, accept_warnings=True, actor=None))
        assert told["entered"] == told["clean"] + told["warn"]
        again = _timed(seconds, "nhập lại", lambda: load_list(path, company, accept_warnings=True, actor=None))
        assert again["unchanged"] == told["entered"]
    memory = _memory()

    def undo() -> None:
        with transaction.atomic():
            _undo(ImportBatch.objects.select_related("unit").earliest("pk"), actor=None, progress=lambda *done: None)

    _timed(seconds, "hoàn tác", undo)
    for name, took in seconds.items():
        budget = f" (mức {BUDGETS[name]:.0f} s)" if name in BUDGETS else ""
        print(f"{name}: {took:.1f} s cho {rows} dòng{budget}")
    print(f"bộ nhớ cao nhất khi kiểm tra và nhập: {memory} MB (mức {MOST_MEMORY} MB); kể cả hoàn tác: {_memory()} MB")
    within = memory <= MOST_MEMORY and all(seconds[name] <= most for name, most in BUDGETS.items())
    return 0 if within else 1


def _timed(seconds: dict[str, float], name: str, work: Callable):
    started = time.perf_counter()
    result = work()
    seconds[name] = time.perf_counter() - started
    return result


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _workbook(path: Path, branches: list[str], rows: int) -> Path:
    chance = random.Random(20261031)
    header = [
        "STT", "Họ và tên", "Giới tính", "Ngày sinh", "Số định danh cá nhân", "Dân tộc", "Quê quán", "Ngày vào Đảng",
        "Ngày chính thức", "Số thẻ đảng viên", "Trình độ chuyên môn", "Lý luận chính trị", "Chức vụ Đảng",
        "Tình trạng", "Số điện thoại", "Chi bộ",
    ]  # fmt: skip
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("DSDV")
        sheet.write_row(0, 0, header)
        for number in range(1, rows + 1):
            year = chance.randint(1960, 1999)
            name = f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}"
            citizen_id = f"0010{year % 100:02d}{number:06d}" if number % 40 else f"{number:09d}"
            sheet.write_row(
                number,
                0,
                [
                    number, name, "Nam", f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{year}", citizen_id,
                    "Kinh", "Nghệ An", "19/05/2015", "19/05/2016", f"{number:08d}", "Đại học", "Sơ cấp",
                    "Chi ủy viên" if number % 9 == 0 else "", "Chính thức", f"09{number:08d}",
                    branches[number * len(branches) // (rows + 1)],
                ],
            )  # fmt: skip
    return path


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8000))
