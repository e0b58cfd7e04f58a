"""Which column holds what, told by the words of its header."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from common.text import clean, fold


class Field(StrEnum):
    NUMBER = "number"
    NAME = "full_name"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    SEX = "sex"
    MALE = "male"
    FEMALE = "female"
    BIRTH = "birth_date"
    BIRTH_DAY = "birth_day"
    BIRTH_MONTH = "birth_month"
    BIRTH_YEAR = "birth_year"
    CITIZEN_ID = "citizen_id"
    ETHNICITY = "ethnicity"
    DECISION = "admission_decision_date"
    ADMISSION = "admission_date"
    OFFICIAL = "official_date"
    CARD = "card_number"
    EDUCATION = "education"
    THEORY = "political_theory"
    POSTS = "posts"
    STATUS = "status"
    TICK_OFFICIAL = "tick_official"
    TICK_PROBATIONARY = "tick_probationary"
    TICK_EXEMPT = "tick_exempt"
    PHONE = "phone"
    BRANCH = "branch"
    BRANCH_PARENT = "branch_parent"


@dataclass(frozen=True)
class Match:
    field: Field
    strength: int = 2  # of two columns for one field the stronger is kept


# Columns that we do not keep, told before the rules below could take them for another.
_DROPPED = re.compile(
    r"que quan|nguyen quan|noi (sinh\b(?! hoat)|cap|o\b|thuong|tam|cu tru|cong tac|ket nap)|thuong tru"
    r"|tam tru|dia chi|ngay cap|ten (cha|me|bo|vo|chong)\b|^(cha|me|bo de|vo|chong)\b|gioi thieu|ton giao"
    r"|hon nhan|suc khoe|van hoa|pho thong|gdpt|ngoai ngu|tin hoc|vao doan|nhap ngu|huy hieu|khen thuong"
    r"|ky luat|bo nhiem|tuoi|ghi chu|email|thu dien tu|ngay mien|chuyen (den|di)\b|^so (qd|quyet dinh)"
    r"|don vi cong tac|bi danh|thuong dung|ten (goi )?khac|dang phi"
)

# Field, strength, words in the folded label. The first that is found wins.
_RULE_TABLE = [
    (Field.NUMBER, 2, r"^(stt|tt|so tt|so thu tu|thu tu|s tt|no|stt tt)$"),
    (Field.CITIZEN_ID, 4, r"dinh danh|\bs?ddcn\b|sddcn"),
    (Field.CITIZEN_ID, 3, r"\bcccd\b|can cuoc|so cc\b"),
    (Field.CITIZEN_ID, 1, r"\bcmnd\b|\bcmt(nd)?\b|chung minh|giay to tuy than"),
    (Field.CARD, 3, r"(so|ma) the|the dang|the dv|\btdv\b|^the$"),
    (Field.PHONE, 3, r"dien thoai|\bs?dt\b|di dong|\b(tele)?phone\b|\bmobile\b|lien (he|lac)"),
    (Field.STATUS, 3, r"du bi.*chinh thuc|chinh thuc.*du bi"),
    (Field.OFFICIAL, 3, r"(ngay|thang|nam|thoi (gian|diem)).*(chinh thuc|\bct\b)"),
    (Field.OFFICIAL, 3, r"(cong nhan|chuyen|\bcn\b|vao dang).*(chinh thuc|\bct\b)"),
    (Field.OFFICIAL, 2, r"cnct|cong nhan dang vien|chinh thuc.*(ngay|thang)"),
    (Field.TICK_OFFICIAL, 2, r"^(dang vien|dv) (chinh thuc|ct)$"),
    (Field.TICK_PROBATIONARY, 2, r"^(dang vien|dv) (du bi|db)$"),
    (Field.TICK_EXEMPT, 2, r"^((dang vien|dv) )?(duoc )?mien (cong tac|sinh hoat|ct|shd?)\b"),
    (Field.OFFICIAL, 1, r"^(chinh thuc|ct)$"),
    (Field.DECISION, 2, r"(ngay|thang).*(quyet dinh|qd).*(ket nap|vao dang)"),
    (Field.ADMISSION, 3, r"(ngay|thang|nam|thoi (gian|diem)).*(vao dang|ket nap|vao dcs)"),
    (Field.ADMISSION, 2, r"vao dang|ket nap|vao dcs|^ngay vd$|^du bi$"),
    (Field.POSTS, 4, r"(chuc (vu|danh)|nhiem vu|\bcv\b).*\bdang\b|cap uy\b"),
    (Field.POSTS, 2, r"^chuc (vu|danh)$"),
    (Field.STATUS, 4, r"tinh trang|tu cach|(loai|dien|loai hinh) (dang vien|dv)|trang thai"),
    (Field.STATUS, 1, r"^dang vien$"),
    (Field.ETHNICITY, 2, r"dan toc"),
    (Field.SEX, 3, r"gioi tinh|^gioi$|^phai$|^nam (va |hay )?nu$|^nu nam$"),
    (Field.MALE, 2, r"^nam$"),
    (Field.FEMALE, 2, r"^nu$"),
    (Field.NAME, 4, r"(ho|ten).*dang (dung|su dung)"),
    (Field.NAME, 1, r"(ho|ten).*khai sinh"),
    (Field.BIRTH, 3, r"(ngay|thang|nam)\b.*\bsinh\b(?! hoat)|^sinh( ngay| nam| thang)?\b(?! hoat)"),
    (Field.BIRTH, 3, r"^(ntns|nsinh|ns)$"),
    (Field.FAMILY_NAME, 2, r"^(ho|ho (va )?(ten |chu )?(dem|lot)( dem| lot)?|ho chu dem)$"),
    (Field.GIVEN_NAME, 2, r"^ten$"),
    (Field.NAME, 3, r"^ho (va )?(chu dem )?(va )?ten\b|^ten dang vien|^hoten\b|ho va ten|^va ten\b"),
    (Field.NAME, 2, r"^(dong chi|d c)$"),
    (Field.THEORY, 3, r"ly luan|llct\b|trinh do chinh tri"),
    (Field.EDUCATION, 3, r"chuyen mon|nghiep vu|\bcm ?nv\b|\btd ?cm\b|trinh do cm\b"),
    (Field.EDUCATION, 2, r"^trinh do( dao tao| cao nhat)?$|bang cap|hoc vi"),
    (Field.EDUCATION, 1, r"hoc van"),
    (Field.BRANCH, 4, r"\bchi bo\b"),
    (Field.BRANCH, 3, r"to chuc dang|(noi|don vi) sinh hoat|sinh hoat (tai|o)\b|sinh hoat dang"),
    (Field.BRANCH, 2, r"^(ten )?don vi( truc thuoc)?$"),
    (Field.BRANCH_PARENT, 2, r"^(ten )?(dang bo|dang uy)\b|dbbp"),
]
_RULES = [(found, strength, re.compile(pattern)) for found, strength, pattern in _RULE_TABLE]
_OTHER_POSTS = re.compile(r"chinh quyen|doan the|chuyen mon|cong tac|hien nay$")

# Groups: what a label under them means
_DATE_OF_JOINING = re.compile(r"vao dang|ket nap|vao dcs|^ngay thang nam$|^ngay vao$")
_BIRTH = re.compile(r"\bsinh\b(?! hoat)")
_SEX = re.compile(r"gioi( tinh)?$|nam nu")
_STATUS = re.compile(r"dang vien|tu cach|tinh trang|^loai|dang so")
_PARTS = {"ngay": Field.BIRTH_DAY, "thang": Field.BIRTH_MONTH, "năm": Field.BIRTH_YEAR}


@lru_cache(maxsize=4096)
def words(label: str) -> str:
    """A label as the rules read it: folded, signs as spaces."""
    return " ".join(re.sub(r"[^\w]|_", " ", fold(label)).split())


@lru_cache(maxsize=4096)
def match_label(label: str) -> Match | None:
    """The field that one label names."""
    text = words(label)
    if not text or len(text) > 90:
        return None
    if clean(label).upper() == "DT":  # and not "ĐT", the telephone
        return Match(Field.ETHNICITY)
    if _DROPPED.search(text) and not re.search("chi bo (dang )?sinh hoat|noi sinh hoat", text):
        return None
    for found, strength, pattern in _RULES:
        if pattern.search(text):
            return Match(found, strength)
    if text.startswith(("chuc vu", "chuc danh")) and not _OTHER_POSTS.search(text):
        return Match(Field.POSTS, 1)
    return None


def match_labels(labels: Sequence[str], siblings: Sequence[str] = ()) -> Match | None:
    """The field of a column with its labels from top to bottom; `siblings` stand under the same group."""
    labels = [label for label in labels if words(label)]
    if not labels:
        return None
    *groups, last = labels
    if not groups:
        return match_label(last)
    group, text = words(" ".join(groups)), words(last)
    return _in_group(group, text, last, {words(s) for s in siblings}) or _plain(group, last)


def _in_group(group: str, text: str, label: str, siblings: set[str]) -> Match | None:
    if _BIRTH.search(group) and "khai sinh" not in group:
        lower = clean(label).lower()
        if text == "nam" and (lower == "năm" or siblings & {"ngay", "thang"}):
            return Match(Field.BIRTH_YEAR)
        if text in ("nam", "nu"):
            return Match(Field.MALE if text == "nam" else Field.FEMALE)
        return Match(_PARTS[text]) if text in _PARTS else None
    if _DATE_OF_JOINING.search(group):
        if re.search(r"chinh thuc|cong nhan|\bct\b", text):
            return Match(Field.OFFICIAL, 3)
        if re.search(r"quyet dinh|\bqd\b", text):
            return Match(Field.DECISION)
        if re.search(r"ket nap|du bi|\bdb\b|vao dang|lan dau|le\b", text):
            return Match(Field.ADMISSION, 3)
    if _SEX.search(group) and text in ("nam", "nu"):
        return Match(Field.MALE if text == "nam" else Field.FEMALE)
    if _STATUS.search(group) and "ngay" not in group:
        if re.fullmatch(r"((dang vien|dv) )?(chinh thuc|ct)", text):
            return Match(Field.TICK_OFFICIAL)
        if re.fullmatch(r"((dang vien|dv) )?(du bi|db)", text):
            return Match(Field.TICK_PROBATIONARY)
        if "mien" in text:
            return Match(Field.TICK_EXEMPT)
    if group.startswith(("chuc vu", "chuc danh")):
        return Match(Field.POSTS, 4) if re.search(r"\bdang\b|chi bo|cap uy", text) else None
    if group.startswith("trinh do") and re.search(r"chinh tri|\bct\b", text):
        return Match(Field.THEORY)
    return None


_NO_OWN_WORD = {"so", "ngay", "ngay thang nam", "ten", "nam", "thang", "so hieu", "noi dung", "dang"}


def _plain(group: str, last: str) -> Match | None:
    text = words(last)
    own = match_label(last) if text not in _NO_OWN_WORD else None
    if own:
        return own
    if _DROPPED.search(text) or group.startswith(("chuc vu", "chuc danh")):
        return None
    if group.startswith("ho") and text == "ten":
        return Match(Field.GIVEN_NAME)
    return match_label(f"{group} {text}")


@dataclass
class Columns:
    """Column of each field, and the labels of columns that are not kept."""

    by_field: dict[Field, int] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    name_ends: int = 0  # a name may run over several columns: first column after it

    def __contains__(self, wanted: object) -> bool:
        return wanted in self.by_field

    def get(self, wanted: Field) -> int | None:
        return self.by_field.get(wanted)


def choose(labelled: dict[int, list[str]], groups: dict[int, tuple[str, ...]]) -> Columns:
    """Columns from the labels of each (top to bottom); `groups` are the labels that share its group."""
    best: dict[Field, tuple[int, int]] = {}
    found: dict[int, Match] = {}
    for column, labels in sorted(labelled.items()):
        match = match_labels(labels, groups.get(column, ()))
        if match is None:
            continue
        found[column] = match
        if match.field not in best or match.strength > best[match.field][0]:
            best[match.field] = (match.strength, column)
    columns = Columns({wanted: column for wanted, (_, column) in best.items()})
    by_field = columns.by_field
    if Field.NAME not in by_field and Field.FAMILY_NAME not in by_field and Field.GIVEN_NAME in by_field:
        by_field[Field.NAME] = by_field.pop(Field.GIVEN_NAME)
    if Field.NAME in by_field and Field.FAMILY_NAME in by_field and Field.GIVEN_NAME not in by_field:
        del by_field[Field.FAMILY_NAME]
    kept = set(by_field.values())
    columns.dropped = [
        shown
        for column, labels in sorted(labelled.items())
        if column not in kept
        and not (column in found and found[column].field == Field.NUMBER)
        and (shown := " – ".join(dict.fromkeys(clean(label) for label in labels if words(label))))
    ]
    return columns
