"""The citizen's personal number (số định danh cá nhân): 12 digits that tell place, sex and year of birth."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from common.text import APOSTROPHES, clean

LENGTH = 12
MASK = "•"

# Codes in numbers that were given before the provinces merged (01/7/2025) stay as they are.
PROVINCES = {
    "001": "Hà Nội", "002": "Hà Giang", "004": "Cao Bằng", "006": "Bắc Kạn",
    "008": "Tuyên Quang", "010": "Lào Cai", "011": "Điện Biên", "012": "Lai Châu",
    "014": "Sơn La", "015": "Yên Bái", "017": "Hòa Bình", "019": "Thái Nguyên",
    "020": "Lạng Sơn", "022": "Quảng Ninh", "024": "Bắc Giang", "025": "Phú Thọ",
    "026": "Vĩnh Phúc", "027": "Bắc Ninh", "030": "Hải Dương", "031": "Hải Phòng",
    "033": "Hưng Yên", "034": "Thái Bình", "035": "Hà Nam", "036": "Nam Định",
    "037": "Ninh Bình", "038": "Thanh Hóa", "040": "Nghệ An", "042": "Hà Tĩnh",
    "044": "Quảng Bình", "045": "Quảng Trị", "046": "Thừa Thiên Huế", "048": "Đà Nẵng",
    "049": "Quảng Nam", "051": "Quảng Ngãi", "052": "Bình Định", "054": "Phú Yên",
    "056": "Khánh Hòa", "058": "Ninh Thuận", "060": "Bình Thuận", "062": "Kon Tum",
    "064": "Gia Lai", "066": "Đắk Lắk", "067": "Đắk Nông", "068": "Lâm Đồng",
    "070": "Bình Phước", "072": "Tây Ninh", "074": "Bình Dương", "075": "Đồng Nai",
    "077": "Bà Rịa – Vũng Tàu", "079": "TP. Hồ Chí Minh", "080": "Long An", "082": "Tiền Giang",
    "083": "Bến Tre", "084": "Trà Vinh", "086": "Vĩnh Long", "087": "Đồng Tháp",
    "089": "An Giang", "091": "Kiên Giang", "092": "Cần Thơ", "093": "Hậu Giang",
    "094": "Sóc Trăng", "095": "Bạc Liêu", "096": "Cà Mau",
}  # fmt: skip


@dataclass(frozen=True)
class CitizenId:
    """A well-formed number and what can be read from it."""

    digits: str
    padded: bool = False  # leading zeros that Excel had eaten were put back

    @property
    def sex(self) -> str:
        return "female" if int(self.digits[3]) % 2 else "male"

    @property
    def birth_year(self) -> int:
        return 1900 + int(self.digits[3]) // 2 * 100 + int(self.digits[4:6])

    @property
    def place_is_known(self) -> bool:
        """A province of the table, or (from 100 up) a country."""
        return self.digits[:3] in PROVINCES or int(self.digits[:3]) >= 100


@dataclass(frozen=True)
class BadCitizenId:
    """`code` as in the remarks of a list; the sentence says what to do."""

    code: str
    sentence: str
    text: str


BAD_LENGTH, OLD_NINE_DIGITS = "citizen_id_length", "citizen_id_old_9_digit"

_SIGNS = re.compile(f"[\\s.,\\-–_{re.escape(APOSTROPHES)}]")
_WRITTEN_NUMBER = re.compile(r"\d+\.0+|\d(?:[.,]\d+)?e\+?\d{1,2}", re.IGNORECASE | re.ASCII)


def parse_citizen_id(value: object) -> CitizenId | BadCitizenId | None:
    """A cell or a text as a citizen id; None when it is empty.

    Only a number (or the text of one, `3.6093842948E+10`) has lost its leading zeros; a text of
    10 or 11 digits is short of digits that nobody can know.
    """
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(Decimal(str(value)), str(value))
    text = clean(str(value))
    if _WRITTEN_NUMBER.fullmatch(text):
        return _from_written_number(text)
    digits = _SIGNS.sub("", text)
    return _judge(digits, text) if digits else None


def _from_written_number(text: str) -> CitizenId | BadCitizenId:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return _judge(text, text)
    exact = len(number.as_tuple().digits) + 1 >= number.adjusted() + 1
    if not exact:
        return BadCitizenId(
            BAD_LENGTH,
            "Số định danh bị Excel rút gọn, mất các chữ số cuối. Hãy đổi ô thành văn bản và gõ lại đủ 12 số.",
            text,
        )
    return _from_number(number, text)


def _from_number(number: Decimal, text: str) -> CitizenId | BadCitizenId:
    if not number.is_finite() or number != number.to_integral_value() or number < 0:
        return _judge(text, text)
    digits = str(int(number))
    if 10 <= len(digits) < LENGTH:
        return CitizenId(digits.zfill(LENGTH), padded=True)
    return _judge(digits, text)


def _judge(digits: str, text: str) -> CitizenId | BadCitizenId:
    if not (digits.isascii() and digits.isdecimal()):
        return BadCitizenId(BAD_LENGTH, "Số định danh có ký tự không phải chữ số. Hãy gõ lại đúng 12 chữ số.", text)
    if len(digits) == 9:
        return BadCitizenId(OLD_NINE_DIGITS, "Số CMND 9 số không còn dùng, cần số định danh 12 số.", text)
    if len(digits) != LENGTH:
        return BadCitizenId(
            BAD_LENGTH, f"Số định danh có {len(digits)} chữ số, phải đủ 12. Hãy xem lại thẻ căn cước.", text
        )
    return CitizenId(digits)


def mask(citizen_id: str | None) -> str:
    """Only the last two digits show: more would give sex and year of birth away."""
    digits = citizen_id or ""
    return MASK * (len(digits) - 2) + digits[-2:] if len(digits) > 2 else MASK * len(digits)
