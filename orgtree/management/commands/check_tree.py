from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from orgtree.services import check_tree


class Command(BaseCommand):
    help = "So sánh thứ tự, cấp và đơn vị cấp trên của cây tổ chức với quan hệ trực thuộc."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="dựng lại những chỗ sai")

    def handle(self, *, repair: bool, **options: object) -> None:
        found = check_tree(repair=repair)
        for line in found.differing:
            self.stdout.write(f"sai: {line}")
        for code in found.lost:
            self.stdout.write(f"không thuộc cây nào: {code}")
        if found.is_sound:
            self.stdout.write("Cây tổ chức đúng.")
        elif found.repaired and not found.lost:
            self.stdout.write(f"Đã dựng lại {len(found.differing)} đơn vị.")
        else:
            raise CommandError(f"Cây tổ chức sai ở {len(found.differing) + len(found.lost)} đơn vị.")
