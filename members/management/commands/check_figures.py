from django.core.management.base import BaseCommand, CommandError

from members import figures


class Command(BaseCommand):
    help = "Đếm lại đảng viên từng đơn vị, so với số liệu đang hiển thị và sửa chỗ lệch."

    def handle(self, **options: object) -> None:
        differences = figures.recount()
        for line in differences:
            self.stdout.write(line)
        if differences:
            raise CommandError(f"Có {len(differences)} số liệu lệch, đã sửa lại.")
        self.stdout.write("Số liệu khớp với danh sách đảng viên.")
