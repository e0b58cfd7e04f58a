"""What a password may not be. Length counts, kinds of signs do not (ASVS 6.2)."""

import re
from datetime import date

from django.core.exceptions import ValidationError

from common.text import fold

from .models import User

# What the attacker of exactly this portal tries first.
WORDS_OF_THE_PLACE = (
    "sotaydangvien", "sotay", "dangvien", "dangbo", "danguy", "chibo", "dang", "duongsat", "vietnam", "tongcongty",
    "matkhau", "password", "dongchi", "hanoi", "saigon", "admin", "bithu", "abc", "qwerty",
    # what stands around a date
    "ngay", "thang", "nam", "sinhnhat", "sinhngay", "vaodang", "ketnap",
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
    """Refuses what remains of nothing once one's own name, own number, the words of the place and any date are taken
    out. Any date, not only one's own two: a refusal for one's own alone would tell a stranger which they are."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = _NOT_LETTERS.sub("", fold(password))
        citizen_id = getattr(user, "citizen_id", "") or ""
        if citizen_id and citizen_id in plain:
            raise ValidationError(
                "Mật khẩu không được chứa số định danh cá nhân của đồng chí.", code="password_has_citizen_id"
            )
        if len(_left(plain, user)) < _LEAST_LEFT:
            raise ValidationError(
                "Mật khẩu dễ đoán: chỉ gồm họ tên, số định danh, ngày tháng hoặc những từ như “dangvien”, “duongsat”, "
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
    left = re.sub(r"\d+", lambda run: "" if _is_date(run[0]) else run[0], left)
    # A year, or a day as ddmm, is what people put behind a name.
    left = re.sub(r"(?<!\d)(?:\d{0,4}(?:19|20)\d\d|\d{1,4})(?!\d)", "", left)
    return "".join(sorted(set(left), key=left.index))


_ORDERS = [
    re.compile(order)
    for order in (
        r"(?P<d>\d{1,2})(?P<m>\d{1,2})(?P<y>\d{4}|\d{2})",
        r"(?P<y>\d{4}|\d{2})(?P<m>\d{1,2})(?P<d>\d{1,2})",
        r"(?P<m>\d{1,2})(?P<d>\d{1,2})(?P<y>\d{4}|\d{2})",
        r"(?P<m>\d{1,2})(?P<y>\d{4})",
        r"(?P<y>\d{4})(?P<m>\d{1,2})",
    )
]


def _is_date(digits: str) -> bool:
    """Digits without signs between them that can be read as a day of the last hundred and thirty years."""
    if len(digits) > 8:
        return False
    return any(_is_day(**{"d": "1"} | found.groupdict()) for one in _ORDERS if (found := one.fullmatch(digits)))


def _is_day(d: str, m: str, y: str) -> bool:
    year = int(y) + 1900 if len(y) == 2 else int(y)
    try:
        date(year, int(m), int(d))
    except ValueError:
        return False
    return 1900 <= year <= 2100
