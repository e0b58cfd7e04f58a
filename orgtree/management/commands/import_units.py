import json
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from common.errors import RuleViolation
from common.private_files import write_private
from orgtree.lists import read_unit_list
from orgtree.services import import_units
from orgtree.unit_lists.planning import Plan, plan_units

_SHOWN = 200


class Command(BaseCommand):
    help = "Nhập danh mục tổ chức đảng từ bảng tính: thêm mới, sửa, chuyển cấp trên; không bao giờ tự giải thể."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="bảng tính .xlsx, .xls hoặc .ods")
        parser.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra, không ghi gì")
        parser.add_argument("--report", type=Path, help="ghi kết quả vào tệp JSON này")
        parser.add_argument("--as", dest="actor", default="", help="số định danh của người thực hiện")

    def handle(self, *, file: Path, dry_run: bool, report: Path | None, actor: str, **options: object) -> None:
        user = self._user(actor)
        try:
            read = read_unit_list(file)
        except (RuleViolation, OSError) as error:
            self.stderr.write(self._sentence(error))
            sys.exit(2)
        if dry_run:
            plan = plan_units(read.rows, actor=user)
        else:
            try:
                plan = import_units(listed=read.rows, actor=user)
            except RuleViolation as error:
                raise CommandError(str(error)) from error
        for line in _lines(plan):
            self.stdout.write(line)
        self.stdout.write("Chưa ghi gì vào hệ thống." if dry_run else "Đã nhập xong.")
        if report is not None:
            facts = {"encoding": str(read.encoding), "applied": not dry_run} | plan.report()
            facts["dropped_columns"] = read.dropped_columns
            write_private(report, json.dumps(facts, ensure_ascii=False, indent=1))

    @staticmethod
    def _user(citizen_id: str) -> User | None:
        if not citizen_id:
            return None
        user = User.objects.filter(citizen_id=citizen_id, is_active=True).first()
        if user is None:
            raise CommandError("Không có tài khoản nào đang hoạt động mang số định danh này.")
        return user

    @staticmethod
    def _sentence(error: Exception) -> str:
        return str(error) if isinstance(error, RuleViolation) else "Không mở được tệp. Hãy kiểm tra đường dẫn."


def _lines(plan: Plan) -> list[str]:
    summary = (
        f"{plan.rows} dòng: {len(plan.new)} mới, {len(plan.changed)} thay đổi, {len(plan.moved)} chuyển cấp trên, "
        f"{plan.unchanged} giữ nguyên, {len(plan.problems)} có lỗi; "
        f"{len(plan.missing)} đơn vị trong hệ thống không có trong danh mục."
    )
    changed = [
        f"thay đổi, dòng {one['row']}: {one['code']} {change['label']}: {change['old']} → {change['new']}"
        for one in plan.changed
        for change in one["changes"]
    ]
    moved = [
        f"chuyển, dòng {one['row']}: {one['code']} {one['name']}: {one['old']} → {one['new']}" for one in plan.moved
    ]
    missing = [f"không có trong danh mục: {one['code']} {one['name']} ({one['parent']})" for one in plan.missing]
    problems = [f"lỗi, dòng {one['row']}: {one['message']}" for one in plan.problems]
    lines = [summary]
    for part in (problems, changed, moved, missing):
        lines += part[:_SHOWN]
        if len(part) > _SHOWN:
            lines.append(f"… và {len(part) - _SHOWN} dòng nữa")
    return lines
