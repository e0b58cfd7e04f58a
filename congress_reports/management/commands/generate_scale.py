import time

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import RuleViolation
from congress_reports import scale


class Command(BaseCommand):
    help = (
        f"Dựng cơ sở dữ liệu riêng “{scale.DATABASE}” với {scale.UNITS} đơn vị và ba báo cáo cho mỗi đơn vị, để đo ở "
        "quy mô toàn quốc. Dữ liệu đang dùng không bị động tới. Cần quyền quản trị máy chủ cơ sở dữ liệu."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--units", type=int, default=scale.UNITS, help="số đơn vị")

    def handle(self, **options) -> None:
        begun = time.monotonic()

        def tell(what: str) -> None:
            self.stdout.write(f"{time.monotonic() - begun:6.1f} s  {what}")

        try:
            scale.make_scale_database(options["units"], tell)
        except RuleViolation as refusal:
            raise CommandError(str(refusal)) from refusal
        tell("xong")
