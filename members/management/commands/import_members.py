import json
import shutil
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import TextIO

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from common.errors import RuleViolation
from common.private_files import write_private
from members.imports.services import load_list
from orgtree.models import OrgUnit

_UNREAD = 2
_BAR = 30


class Command(BaseCommand):
    help = "Nhập danh sách đảng viên từ bảng tính vào một đơn vị và các đơn vị bên dưới."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="bảng tính .xlsx, .xls hoặc .ods")
        parser.add_argument("--unit", required=True, metavar="CODE", help="mã tổ chức đảng của danh sách")
        parser.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra, không ghi gì")
        parser.add_argument("--accept-warnings", action="store_true", help="nhập cả các dòng cần xem lại")
        parser.add_argument("--report", type=Path, metavar="R.json", help="ghi kết quả vào tệp JSON này")
        parser.add_argument(
            "--branch-map",
            nargs="+",
            default=[],
            metavar="F",
            help="chi bộ của các khối chưa rõ: tệp JSON hoặc các cặp TRANG:DÒNG=MÃ",
        )
        parser.add_argument("--as", dest="actor", default="", metavar="ID", help="số định danh của người thực hiện")

    def handle(
        self,
        *,
        file: Path,
        unit: str,
        dry_run: bool,
        accept_warnings: bool,
        report: Path | None,
        branch_map: list[str],
        actor: str,
        **options: object,
    ) -> None:
        bar = ProgressBar(sys.stderr)
        try:
            told = load_list(
                file,
                _unit(unit),
                accept_warnings=accept_warnings,
                branch_map=_branch_map(branch_map),
                dry_run=dry_run,
                progress=bar,
                actor=_user(actor),
            )
        except RuleViolation as refusal:
            raise CommandError(str(refusal), returncode=_UNREAD) from refusal
        except PermissionDenied as refusal:
            words = "Người thực hiện không được giao quản lý hồ sơ đảng viên của đơn vị này."
            raise CommandError(words, returncode=_UNREAD) from refusal
        except OSError as error:
            raise CommandError("Không mở được tệp. Hãy kiểm tra đường dẫn.", returncode=_UNREAD) from error
        finally:
            bar.close()
        if report is not None:
            write_private(report, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        for line in _summary(told, dry_run=dry_run):
            self.stdout.write(line)


class ProgressBar:
    """Rows done of rows, on a terminal in one line, else a line every five seconds."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._pause = 0.1 if self._live else 5.0
        self._last = 0.0
        self._shown = False

    def __call__(self, done: int, total: int | None = None, step: str = "") -> None:
        now = time.monotonic()
        if now - self._last < self._pause and done != total:
            return
        self._last = now
        share = done / total if total else 0
        filled = round(share * _BAR)
        line = f"[{'#' * filled}{'.' * (_BAR - filled)}] {done}/{total or '?'} dòng · {step or 'Đọc và kiểm tra'}"
        width = shutil.get_terminal_size().columns - 1
        self._out.write(f"\r\033[K{line[:width]}" if self._live else f"{line}\n")
        self._out.flush()
        self._shown = True

    def close(self) -> None:
        if self._live and self._shown:
            self._out.write("\n")


def _unit(code: str) -> OrgUnit:
    unit = OrgUnit.objects.filter(code=code, closed_on=None).first()
    if unit is None:
        raise CommandError(f"Không có tổ chức đảng nào đang hoạt động mang mã {code}.", returncode=_UNREAD)
    return unit


def _user(citizen_id: str) -> User | None:
    if not citizen_id:
        return None
    user = User.objects.filter(citizen_id=citizen_id, is_active=True).first()
    if user is None:
        words = "Không có tài khoản nào đang hoạt động mang số định danh này."
        raise CommandError(words, returncode=_UNREAD)
    return user


def _branch_map(given: list[str]) -> dict[tuple[str, int], str]:
    """Pairs as given, or a JSON file: {"TRANG:DÒNG": "MÃ"}, or the report's unresolved branches, each with a "code"."""
    answers: dict[tuple[str, int], str] = {}
    for one in given:
        if "=" in one and not Path(one).is_file():
            place, _, code = one.rpartition("=")
            answers[_place(place)] = code.strip()
            continue
        try:
            read = json.loads(Path(one).read_text(encoding="utf-8"))
            if isinstance(read, dict):
                answers |= {_place(place): str(code) for place, code in read.items()}
            else:
                answers |= {(str(entry["sheet"]), int(entry["first_row"])): str(entry["code"]) for entry in read}
        except OSError as error:
            words = f"Không mở được tệp chi bộ «{one}»."
            raise CommandError(words, returncode=_UNREAD) from error
        except (ValueError, KeyError, TypeError) as error:
            words = 'Tệp chi bộ phải là JSON dạng {"TRANG:DÒNG": "MÃ"}.'
            raise CommandError(words, returncode=_UNREAD) from error
    return answers


def _place(text: str) -> tuple[str, int]:
    sheet, colon, row = text.rpartition(":")
    if not colon or not row.strip().isdecimal():
        raise CommandError(f"«{text}» không có dạng TRANG:DÒNG=MÃ.", returncode=_UNREAD)
    return sheet, int(row)


def _summary(told: dict, *, dry_run: bool) -> list[str]:
    lines = [
        f"{told['rows']} dòng: {told['clean']} đúng, {told['warn']} cần xem lại, {told['bad']} phải sửa.",
        (
            f"{'Sẽ nhập' if dry_run else 'Đã nhập'}: {told['entered']} mới, {told['updated']} cập nhật, "
            f"{told['unchanged']} không thay đổi; {told['elsewhere']} đang ở nơi khác, "
            f"{told['waiting']} chờ chọn chi bộ."
        ),
    ]
    if told["dropped_columns"]:
        lines.append(f"Các cột không lưu: {', '.join(told['dropped_columns'])}.")
    lines += [
        f"Chưa rõ chi bộ «{one['name']}» (trang {one['sheet']}, từ dòng {one['first_row']}, {one['rows']} người): "
        + (", ".join(f"{c['code']} {c['name']}" for c in one["candidates"]) or "không có tên nào gần giống")
        for one in told["unresolved_branches"]
    ]
    return [*lines, *(["Chưa ghi gì vào hệ thống."] if dry_run else [])]
