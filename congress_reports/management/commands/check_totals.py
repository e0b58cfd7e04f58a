from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from congress_reports.services.totals import recount_totals, wrong_figures

_SHOWN = 50


class Command(BaseCommand):
    help = (
        "Cộng lại số liệu báo cáo đại hội theo cây tổ chức và so với tổng đang hiển thị; "
        "đọc lại từng báo cáo đã gửi và so với số liệu đã đưa vào tổng."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="sửa chỗ lệch")
        parser.add_argument("--sums-only", action="store_true", help="chỉ so tổng, không đọc lại từng báo cáo")

    def handle(self, *, repair: bool, sums_only: bool, **options: object) -> None:
        # First what the sums are made of.
        found = [] if sums_only else wrong_figures(repair=repair)
        found += recount_totals(repair=repair)
        for line in found[:_SHOWN]:
            self.stdout.write(line)
        if found:
            raise CommandError(f"Có {len(found)} chỗ lệch{', đã sửa lại' if repair else ''}.")
        self.stdout.write("Số liệu khớp với các báo cáo.")
