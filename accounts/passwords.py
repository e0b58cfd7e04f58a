"""What a password may not be. Length counts, kinds of signs do not (ASVS 6.2)."""

import re

from django.core.exceptions import ValidationError

from common.text import fold

from .models import User

# What the attacker of exactly this portal tries first.
WORDS_OF_THE_PLACE = (
    "sotaydangvien", "sotay", "dangvien", "dangbo", "danguy", "chibo", "dang", "duongsat", "vietnam", "tongcongty",
    "matkhau", "password", "dongchi", "hanoi", "saigon", "admin", "bithu", "abc", "qwerty",
)  # fmt: skip
_LEAST_LEFT = 5
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


class NotTooLong:
    """A bound, so that nobody lets the server hash a book."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(
                f"Mật khẩu dài quá {self.max_length} ký tự. Đồng chí chọn mật khẩu ngắn hơn.", code="password_too_long"
            )

    def get_help_text(self) -> str:
        return f"Nhiều nhất {self.max_length} ký tự."


class NotAboutOneself:
    """Refuses what remains of nothing once one's own name, own number and the words of the place are taken out."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = _NOT_LETTERS.sub("", fold(password))
        citizen_id = getattr(user, "citizen_id", "") or ""
        if citizen_id and citizen_id in plain:
            raise ValidationError(
                "Mật khẩu không được chứa số định danh cá nhân của đồng chí.", code="password_has_citizen_id"
            )
        if len(_left(plain, user)) < _LEAST_LEFT:
            raise ValidationError(
                "Mật khẩu dễ đoán: chỉ gồm họ tên, số định danh, năm hoặc những từ như “dangvien”, “duongsat”, "
                "“sotay”. Đồng chí thêm vào vài từ khác.",
                code="password_about_oneself",
            )

    def get_help_text(self) -> str:
        return "Không dùng họ tên, số định danh, ngày sinh hay những từ như “dangvien”, “duongsat”, “sotay”."


def _left(plain: str, user: User | None) -> str:
    """What an attacker who knows the person and the place must still guess."""
    name = _NOT_LETTERS.sub(" ", fold(getattr(user, "full_name", "") or "")).split()
    known = sorted({*WORDS_OF_THE_PLACE, *(word for word in name if len(word) > 1)}, key=len, reverse=True)
    left = re.sub("|".join(map(re.escape, known)), "", plain)
    citizen_id = getattr(user, "citizen_id", "") or ""
    for size in range(len(citizen_id), 3, -1):
        for start in range(len(citizen_id) - size + 1):
            left = left.replace(citizen_id[start : start + size], "")
    # A year, or a day as ddmm, is what people put behind a name.
    left = re.sub(r"(?<!\d)(?:\d{0,4}(?:19|20)\d\d|\d{1,4})(?!\d)", "", left)
    return "".join(sorted(set(left), key=left.index))
