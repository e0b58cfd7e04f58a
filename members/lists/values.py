"""Values of single cells: sex, people, schooling, status."""

import re

from common.spreadsheets import Cell
from common.text import canonical, clean, fold

SEXES = {"male": "Nam", "female": "Nữ"}

EDUCATION = {
    "elementary": "Sơ cấp",
    "intermediate": "Trung cấp",
    "college": "Cao đẳng",
    "university": "Đại học",
    "master": "Thạc sĩ",
    "doctor": "Tiến sĩ",
}
POLITICAL_THEORY = {
    "none": "Chưa qua đào tạo",
    "elementary": "Sơ cấp",
    "intermediate": "Trung cấp",
    "advanced": "Cao cấp",
    "bachelor": "Cử nhân",
}

# The highest first: "ThS, Đại học" is a master.
_EDUCATION = [
    ("doctor", re.compile(r"tien si|tien sy|\bts\b|\bpgs\b|\bgs\b|\bck ?(2|ii)\b")),
    ("master", re.compile(r"thac (si|sy)|\bths\b|\bth s\b|cao hoc|\bck ?(1|i)\b")),
    (
        "university",
        re.compile(r"dai hoc|\bdh\b|ky su|\bks\b|cu nhan|\bcn\b|bac si|duoc si|kien truc su|luat su"),
    ),
    ("college", re.compile(r"cao dang|\bcd\b")),
    ("intermediate", re.compile(r"trung (cap|hoc chuyen|hoc nghe)|\btc(cn)?\b|\bthcn\b")),
    ("elementary", re.compile(r"so cap|\bsc\b|cong nhan|\bcnkt\b|hoc nghe|\bnghe\b")),
]
_THEORY = [
    ("bachelor", re.compile(r"cu nhan|\bcn\b|dai hoc")),
    ("advanced", re.compile(r"cao cap|\bcc\b")),
    ("intermediate", re.compile(r"trung cap|\btc\b")),
    ("elementary", re.compile(r"so cap|\bsc\b|dang vien moi")),
    ("none", re.compile(r"chua|khong")),
]
_NO_WORDS = {"khong", "khong co", "chua", "chua co", "n/a", "null"}
_NOTHING = re.compile(r"[\s\-–—_.x0/]*", re.IGNORECASE)

_PEOPLES = """
Kinh, Tày, Thái, Hoa, Khmer, Mường, Nùng, Mông, Dao, Gia Rai, Ngái, Ê Đê, Ba Na, Xơ Đăng, Sán Chay, Cơ Ho,
Chăm, Sán Dìu, Hrê, Mnông, Ra Glai, Xtiêng, Bru Vân Kiều, Thổ, Giáy, Cơ Tu, Giẻ Triêng, Mạ, Khơ Mú, Co, Tà Ôi,
Chơ Ro, Kháng, Xinh Mun, Hà Nhì, Chu Ru, Lào, La Chí, La Ha, Phù Lá, La Hủ, Lự, Lô Lô, Chứt, Mảng, Pà Thẻn,
Cơ Lao, Cống, Bố Y, Si La, Pu Péo, Brâu, Ơ Đu, Rơ Măm
"""
_OTHER_NAMES = """
h mong: Mông, hmong: Mông, meo: Mông, kho me: Khmer, kho mer: Khmer, cao lan: Sán Chay, san chi: Sán Chay,
ede: Ê Đê, rade: Ê Đê, gia lai: Gia Rai, jarai: Gia Rai, van kieu: Bru Vân Kiều, bru: Bru Vân Kiều,
k ho: Cơ Ho, m nong: Mnông, raglai: Ra Glai, s tieng: Xtiêng, stieng: Xtiêng, sedang: Xơ Đăng,
katu: Cơ Tu, viet: Kinh
"""
ETHNICITIES = tuple(clean(name) for name in _PEOPLES.split(","))
_BY_SOUND = {canonical(name).lower(): name for name in ETHNICITIES}
_BY_LETTERS = {fold(name).replace(" ", ""): name for name in reversed(ETHNICITIES)}
_BY_OTHER_NAME = dict(clean(pair).split(": ") for pair in _OTHER_NAMES.split(","))


def text_of(cell: Cell) -> str:
    """A cell as a person reads it: 12.0 is 12."""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return clean(cell if isinstance(cell, str) else str(cell))


def is_nothing(text: str) -> bool:
    """Empty, or the dashes that people put for it."""
    return bool(_NOTHING.fullmatch(text)) or fold(text) in (
        "khong",
        "chua co",
        "chua",
        "khong co",
        "n/a",
        "null",
    )


def is_ticked(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    return fold(text_of(cell)) not in ("", "0", "-", "khong")


def parse_sex(text: str) -> str:
    folded = fold(text).strip(" .")
    if folded in ("nam", "m", "male", "trai", "n am"):
        return "male"
    return "female" if folded in ("nu", "f", "female", "gai", "n u") else ""


def parse_education(text: str) -> str:
    return _first(_EDUCATION, text)


def parse_theory(text: str) -> str:
    return _first(_THEORY, text)


def _first(rules: list[tuple[str, re.Pattern[str]]], text: str) -> str:
    folded = " ".join(re.sub(r"[^\w]", " ", fold(text)).split())
    return next((code for code, pattern in rules if pattern.search(folded)), "")


def parse_ethnicity(text: str) -> str:
    """The name of one of the 54 peoples, or '' when it is none of them."""
    plain = re.sub(r"[^\w]", " ", canonical(text).lower())
    plain = re.sub(r"^(dân tộc|dt|người)\s+", "", " ".join(plain.split()))
    if plain in _BY_SOUND:
        return _BY_SOUND[plain]
    folded = fold(plain)
    return _BY_OTHER_NAME.get(folded) or _BY_LETTERS.get(folded.replace(" ", ""), "")


def parse_status(text: str) -> tuple[str, str]:
    """Membership (`official`, `probationary`) and activity; '' for what the text does not say."""
    folded = " ".join(re.sub(r"[^\w]", " ", fold(text)).split())
    activity = next((code for code, pattern in _ACTIVITIES if pattern.search(folded)), "")
    if re.search(r"du bi|\bdb\b", folded):
        return "probationary", activity or "active"
    if re.search(r"chinh thuc|\bct\b|\bdvct\b", folded) and "chuyen sinh hoat" not in folded:
        return "official", activity or "active"
    return "", activity


_ACTIVITIES = [
    (code, re.compile(pattern))
    for code, pattern in [
        ("exempt", r"\bmien\b|\bmct\b"),
        ("deceased", r"tu tran|da mat|qua doi"),
        ("left", r"ra khoi dang|xoa ten|khai tru|xin ra"),
        ("suspended", r"dinh chi"),
        ("temp_here", r"tam thoi (den|tai)|(noi|chuyen) den.*tam thoi"),
        ("temp_away", r"tam thoi"),
        ("transferred_out", r"chuyen di|da chuyen|chuyen sinh hoat"),
        ("active", r"dang sinh hoat|sinh hoat binh thuong|dang hoat dong|binh thuong|^sinh hoat$"),
    ]
]


def parse_card(cell: Cell) -> tuple[str, bool]:
    """A card number (8 or 12 digits) and whether zeros that Excel had eaten were put back."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == int(cell):
        digits = str(int(cell))
        length = 8 if len(digits) <= 8 else 12
        return digits.zfill(length), len(digits) < length
    text = clean(str(cell))
    digits = re.sub(r"[\s.\-'’]", "", text)
    return (digits, False) if re.fullmatch(r"[0-9]{8}|[0-9]{12}", digits) else (text, False)
