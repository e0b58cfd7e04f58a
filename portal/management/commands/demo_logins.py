import json

from django.core.management.base import BaseCommand, CommandParser

from portal import demo


class Command(BaseCommand):
    help = "In danh sách người dùng minh họa: vai trò, họ tên, số định danh, cách đăng nhập."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="in dạng JSON")

    def handle(self, **options) -> None:
        people = demo.people()
        if options["json"]:
            rows = [
                {
                    "key": person.key,
                    "role": person.role,
                    "person": person.name,
                    "unit": person.unit,
                    "citizen_id": person.citizen_id,
                    "password": demo.secret(),
                }
                for person in people
            ]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        if not people:
            self.stdout.write("Chưa có dữ liệu minh họa.")
            return
        rows = [("Vai trò", "Họ và tên", "Số định danh", "Đơn vị")]
        rows += [(person.role, person.name, person.citizen_id, person.unit) for person in people]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            self.stdout.write(
                "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]])
            )
        self.stdout.write(f"\nĐăng nhập bằng số định danh và mật khẩu: {demo.secret()}")
        for one in demo.newcomers()[:1]:
            self.stdout.write(
                f"Thử đăng nhập lần đầu: đồng chí {one.name}, {one.unit}; gõ {one.citizen_id} vào cả hai ô; "
                f"ngày sinh {one.birth}, ngày vào Đảng {one.admission}"
            )
