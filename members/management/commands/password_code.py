from getpass import getpass

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.codes import digits_of, in_groups
from accounts.models import User
from common.errors import RuleViolation
from members.services import issue_password_code_from_server


class Command(BaseCommand):
    help = "Cấp mã đặt lại mật khẩu cho người không có cấp trên nào cấp được. Hỏi số định danh, in mã một lần."

    def handle(self, **options: object) -> None:
        # Asked, not given as an argument: those stay in the shell's history and in the list of processes.
        account = User.objects.filter(citizen_id=digits_of(getpass("Số định danh cá nhân: "))).first()
        if account is None:
            raise CommandError("Không có tài khoản nào có số định danh này.")
        try:
            digits, code = issue_password_code_from_server(account=account)
        except RuleViolation as refusal:
            raise CommandError(str(refusal)) from refusal
        until = f"{timezone.localtime(code.closes_at):%H:%M ngày %d/%m/%Y}"
        self.stdout.write(f"Mã đặt lại mật khẩu của đồng chí {account.full_name}: {in_groups(digits)}")
        self.stdout.write(f"Dùng một lần, đến {until}. Đưa tận tay; mã không hiện lại.")
