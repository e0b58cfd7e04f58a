from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from common.errors import RuleViolation
from orgtree.models import OrgUnit, UnitKind
from orgtree.services import create_unit
from orgtree.services.first_admin import make_first_admin


class Command(BaseCommand):
    help = "Lập tài khoản quản trị đầu tiên: giữ vai trò Ban Tổ chức ở đơn vị cao nhất, mật khẩu dùng một lần."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--citizen-id", help="Số định danh cá nhân, 12 chữ số")
        parser.add_argument("--name", help="Họ và tên")
        parser.add_argument("--unit", help="Mã của đơn vị cao nhất; lập mới nếu chưa có đơn vị cao nhất nào")
        parser.add_argument("--unit-name", help="Tên đơn vị cao nhất, khi lập mới")
        parser.add_argument("--another", action="store_true", help="Thêm người, dù đã có người giữ vai trò này")
        parser.add_argument("--no-input", action="store_false", dest="ask", help="Không hỏi; thiếu gì thì báo lỗi")

    def handle(self, **options: object) -> None:
        self._ask = options["ask"]
        try:
            with transaction.atomic():
                made = make_first_admin(
                    citizen_id="".join(
                        self._get(options["citizen_id"], "Số định danh cá nhân", "--citizen-id").split()
                    ),
                    full_name=self._get(options["name"], "Họ và tên", "--name"),
                    unit=self._top_unit(options["unit"], options["unit_name"]),
                    another=options["another"],
                )
        except RuleViolation as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Đồng chí {made.user.full_name} giữ vai trò Ban Tổ chức tại {made.unit.name}.")
        if made.password:
            self.stdout.write(f"Mật khẩu dùng một lần, phải đổi khi đăng nhập lần đầu: {made.password}")
        else:
            self.stdout.write("Tài khoản đã kích hoạt từ trước: dùng mật khẩu đang có.")

    def _get(self, given: str | None, label: str, option: str) -> str:
        value = given or (input(f"{label}: ") if self._ask else "")
        if not value.strip():
            raise CommandError(f"Thiếu {option} ({label.lower()}).")
        return value.strip()

    def _top_unit(self, code: str | None, name: str | None) -> OrgUnit:
        tops = OrgUnit.objects.filter(parent=None, closed_on=None).order_by("code")
        found = {unit.code: unit for unit in tops}
        if not found:
            return create_unit(
                parent=None,
                code=self._get(code, "Mã của đơn vị cao nhất", "--unit"),
                name=self._get(name, "Tên đơn vị cao nhất", "--unit-name"),
                kind=UnitKind.objects.filter(may_be_top=True).order_by("model_version", "rank").first(),
                actor=None,
            )
        if code is None and len(found) == 1:
            return next(iter(found.values()))
        if code not in found:
            raise CommandError(f"Chọn một đơn vị cao nhất bằng --unit: {', '.join(found)}.")
        return found[code]
