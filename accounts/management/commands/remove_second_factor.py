from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.second_factor import services as factors


class Command(BaseCommand):
    help = (
        "Gỡ xác thực hai lớp của một người đã mất cả điện thoại lẫn mã dự phòng. Chỉ làm sau khi đã gặp đúng người. "
        "Số định danh được hỏi khi chạy, không viết trên dòng lệnh."
    )

    def handle(self, **options: object) -> None:
        citizen_id = "".join(input("Số định danh cá nhân: ").split())
        user = User.objects.filter(citizen_id=citizen_id).first()
        if user is None:
            raise CommandError("Không có tài khoản nào mang số định danh đó.")
        if not factors.remove_all(user=user):
            raise CommandError(f"Tài khoản của đồng chí {user.full_name} chưa bật xác thực hai lớp.")
        self.stdout.write(f"Đã gỡ xác thực hai lớp của đồng chí {user.full_name} và đăng xuất mọi thiết bị.")
