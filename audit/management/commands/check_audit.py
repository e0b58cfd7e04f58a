import re
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from audit import seals

_HEAD = re.compile(r"^(\d+):([0-9a-f]{64})\Z")


class Command(BaseCommand):
    help = "Soát nhật ký: dòng bị sửa, bị xóa, niêm phong bị mất, dòng quá 5 phút chưa niêm phong. Có lỗi: mã thoát 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--expect", metavar="SỐ:DẤU", help="dấu niêm phong đã ghi lại từ lần soát trước")

    def handle(self, *args, expect: str | None = None, **options) -> None:
        expected = None
        if expect:
            match = _HEAD.match(expect)
            if match is None:
                raise CommandError("--expect phải có dạng SỐ:DẤU như dòng cuối của lần soát trước.", returncode=2)
            expected = seals.Head(int(match[1]), match[2])
        found = 0
        for fault in seals.faults(expected):
            found += 1
            self.stderr.write(fault)
        head = seals.head()
        if found:
            raise CommandError(f"Nhật ký có {found} chỗ không khớp.", returncode=1)
        self.stdout.write("Nhật ký nguyên vẹn.")
        self.stdout.write(f"Dấu niêm phong cuối: {head}" if head else "Chưa có dòng nào được niêm phong.")
