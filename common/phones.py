"""Phone numbers: ten digits that start with 0, whatever was typed."""

import re

from common.text import APOSTROPHES, clean

_BETWEEN_NUMBERS = re.compile(r"\s*(?:[;/|,\n]|\bhoặc\b|\s[-–]\s)\s*")
_SIGNS = re.compile(f"[\\s.()\\-–_{re.escape(APOSTROPHES)}]")
# A landline of a province may have eleven digits: 0203 3xxx xxx is ten, 024 3xxx xxxx is eleven.
_NUMBER = re.compile(r"0[1-9]\d{8}", re.ASCII)
_LANDLINE = re.compile(r"02\d{9}", re.ASCII)


def parse_phone(value: object) -> str | None:
    """The first phone number in a cell as `0912345678`; None when there is none to be read."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        value = f"{value:.0f}" if value == int(value) else ""
    text = clean(str(value))
    return next(filter(None, map(_one_number, [text, *_BETWEEN_NUMBERS.split(text)])), None)


def _one_number(text: str) -> str | None:
    digits = _SIGNS.sub("", text)
    digits = re.sub(r"\.0$", "", digits)
    if digits.startswith("+84"):
        digits = "0" + digits[3:].removeprefix("0")
    elif digits.startswith("0084"):
        digits = "0" + digits[4:].removeprefix("0")
    elif digits.startswith("84") and len(digits) in (11, 12):
        digits = "0" + digits[2:].removeprefix("0")
    elif len(digits) == 9 and not digits.startswith("0"):
        digits = "0" + digits  # the leading zero that Excel eats
    return digits if _NUMBER.fullmatch(digits) or _LANDLINE.fullmatch(digits) else None


def show_phone(phone: str) -> str:
    """`0912 345 678`, easier to read aloud."""
    return f"{phone[:4]} {phone[4:7]} {phone[7:]}" if len(phone) == 10 else phone
