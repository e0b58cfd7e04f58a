"""Rows that are not people: titles, headings of branches, totals, signatures."""

import re

from common.text import clean, fold
from members.lists.model import Branch, BranchSource

_NUMBERING = re.compile(r"^\s*(?:(?:[IVXLC]+|\d{1,3}(?:\.\d{1,2})*|[A-Za-zĐđ])\s*[.)/:\-–]+\s*|[-+*•–]\s*)+")
_LABEL = re.compile(r"^(?:đơn vị|tên chi bộ|tên đơn vị|tên tổ chức đảng|tổ chức đảng)\s*:\s*", re.IGNORECASE)
_HEADCOUNT = re.compile(
    r"[\s:;,(–-]*(?:có|gồm|tổng số)?[\s:]*\d+\s*(?:đảng viên|đồng chí|đ/c|đc|đv|người)\b.*$", re.IGNORECASE
)
_BRANCH = re.compile(r"(chi bo|cb)\b(?! (dang )?sinh hoat)")
_PARENT = re.compile(r"(dang bo|dang uy|dbbp)\b")
_GROUP = re.compile(r"to dang\b")
_UNIT_WORD = re.compile(
    r"(phong|doi|cung|ga|tram|phan xuong|ban|xi nghiep|chi nhanh|trung tam|van phong|khoa|truong|nha may"
    r"|khu|khoi|cong ty|bo phan|phan doan|kho|doan|cum|to chuc|khu vuc|benh vien|xuong)\b"
)
_TITLE_BRANCH = re.compile(r"\b(?:của\s+)?(chi bộ\s+\S.*)$", re.IGNORECASE)
_TITLE_PARENT = re.compile(r"\b(?:của\s+)?(đảng (?:bộ|ủy|uỷ)\s+\S.*)$", re.IGNORECASE)
_TAIL = re.compile(r"\s*(?:[(,;–]|\s-\s|\b(?:tính đến|đến|năm|tháng|quý|kèm theo|thời điểm)\b).*$", re.IGNORECASE)

_TOTAL = re.compile(r"(tong (so|cong)|cong|tong|tc)\b(?! hoa)")
_TOTAL_TEXT = re.compile(r"(danh sach|an dinh|chot danh sach).*\b(co|gom|tong)\b.*\d|trong do\b")
_SIGNATURE = re.compile(
    r"nguoi (lap|tong hop|ke khai)|t ?/ ?m\b|tm\.? |k ?/ ?t\b|ky,? (va )?(ghi ro|ten|dong dau)|\(?ky ten"
    r"|(noi nhan|xac nhan)\b|^(tm|kt) |thu truong|can bo lap|lap bieu|^bi thu$|^pho bi thu$|^truong ban$"
)
_DATE_LINE = re.compile(r"ngay\s*(\d{1,2}|\.+|…+)?\s*thang\s*(\d{1,2}|\.+|…+)?\s*nam")
_NOTE = re.compile(
    r"\(|so lieu|don vi tinh|ghi chu|luu y|kem theo|bieu (so|mau)|phu luc|mau so|danh sach|dang cong san"
)


def strip_numbering(text: str) -> str:
    """`II. Chi bộ A` → `Chi bộ A`."""
    return _NUMBERING.sub("", clean(text))


def is_heading_text(text: str) -> bool:
    """Names an organisation of the Party, or is part of a title: never a column's label."""
    folded = fold(strip_numbering(text))
    if re.match(r"(danh sach|dang cong san|tong hop|bieu|phu luc|so lieu)", folded):
        return True
    is_unit = _BRANCH.match(folded) or _PARENT.match(folded) or _GROUP.match(folded)
    return bool(is_unit) and len(folded.split()) >= 3


def heading_kind(text: str) -> str:
    """`branch`, `parent` or `group` (tổ đảng) for a row that heads the people after it; else ''."""
    folded = fold(_LABEL.sub("", strip_numbering(text)))
    for kind, pattern in (("branch", _BRANCH), ("parent", _PARENT), ("group", _GROUP)):
        if pattern.match(folded):
            return kind
    return ""


def names_a_unit(text: str) -> bool:
    """`Phòng Vật tư`, `Ga Vinh`: a unit, not a person."""
    return bool(_UNIT_WORD.match(fold(strip_numbering(text))))


def unit_name(text: str) -> str:
    """The name in a heading: without numbering, label, head-count and closing signs."""
    name = _HEADCOUNT.sub("", _LABEL.sub("", strip_numbering(text)))
    return clean(re.sub(r"(?i)^(chi bộ)\s*:\s*", r"\1 ", name).strip(" :;,.-–"))


def is_total(text: str) -> bool:
    """`Tổng số: 28`, `Cộng`; the family name Tống is none."""
    plain = clean(text).lower()
    folded = fold(strip_numbering(text))
    if re.match(r"t[ốôòọõó]ng\b", plain) and not re.match(r"tổng", plain) and "số" not in plain:
        return False
    return bool(_TOTAL.match(folded) or _TOTAL_TEXT.match(folded))


def is_signature(text: str) -> bool:
    folded = fold(text)
    return bool(_SIGNATURE.search(folded) or _DATE_LINE.search(folded))


def is_note(text: str) -> bool:
    return bool(_NOTE.match(fold(text)))


def branch_above(texts: list[str], context: str = "") -> tuple[Branch | None, str]:
    """The branch that the lines above a header name, and the organisation above it."""
    branch: Branch | None = None
    for text in texts:
        kind = heading_kind(text)
        if kind == "branch":
            branch = Branch(unit_name(text), BranchSource.SHEET, context)
        elif kind == "parent":
            context = unit_name(text)
        elif found := _TITLE_BRANCH.search(text):
            branch = branch or Branch(clean(_TAIL.sub("", found[1])), BranchSource.TITLE, context)
        elif found := _TITLE_PARENT.search(text):
            context = clean(_TAIL.sub("", found[1]))
    if branch and branch.context != context:
        branch = Branch(branch.name, branch.source, context)
    return branch, context


_PLAIN_SHEET_NAME = re.compile(
    r"(sheet|trang( tinh)?|ds(dv)?|danh sach( dang vien| dv)?|cb|chi bo|data|bang|table|worksheet|ds chi bo)?"
    r"[\s_.-]*\d*"
)


def branch_of_sheet_name(name: str, *, several: bool) -> Branch | None:
    """A sheet named after its branch; any telling name counts when each branch has its own sheet."""
    folded = fold(name)
    if _PLAIN_SHEET_NAME.fullmatch(folded):
        return None
    if heading_kind(name) == "branch" or several:
        return Branch(unit_name(name), BranchSource.SHEET_NAME)
    return None
