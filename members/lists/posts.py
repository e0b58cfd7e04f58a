"""The column "Chức vụ Đảng": one cell may hold several posts."""

import re

from common.text import clean, fold
from members.lists.model import Post

_SEPARATORS = re.compile(r"\s*(?:[;,/+\n&]|\s[-–]\s|\bkiêm(?: nhiệm)?\b)\s*", re.IGNORECASE)

_OFFICER = r"(can bo |dong chi )?(phu trach|giup viec).*?(stdvdt|stdv|so tay( dang vien)?( dien tu)?|van phong)"
_CELL_COMMITTEE = r"(chi uy vien|(uy vien|uv) (chi uy|bch chi bo|ban chap hanh chi bo)|cuv|chi uy)\b"
_COMMITTEE = r"(dang uy vien|(uy vien|uv) ?(dang uy|ban chap hanh|bch)( dang bo)?|uvbch|duv)\b"

# Code and the words that begin a piece; the first wins.
_POST_TABLE = [
    ("handbook_officer", _OFFICER),
    ("standing_deputy_secretary", r"(pho bi thu|pbt|p bi thu|pho bt)( dang uy)? (thuong truc|tt\b)"),
    ("deputy_secretary", r"pho bi thu\b|pbt\b|p\.? ?bi thu\b|pho bt\b"),
    ("secretary", r"bi thu\b|bt\b"),
    ("inspection_vice_chair", r"pho chu nhiem( (uy ban kiem tra|ubkt))?"),
    ("inspection_chair", r"chu nhiem( (uy ban kiem tra|ubkt))?"),
    ("inspection_member", r"(uy vien|uv|thanh vien) ?(uy ban kiem tra|ubkt)"),
    ("standing_member", r"(uy vien |uv ?)?(ban thuong vu|thuong vu|btv)\b"),
    ("org_dept_deputy", r"pho (truong )?ban to chuc"),
    ("org_dept_head", r"truong ban to chuc"),
    ("office_deputy", r"pho (chanh )?van phong"),
    ("office_head", r"chanh van phong"),
    ("cell_committee_member", _CELL_COMMITTEE),
    ("committee_member", _COMMITTEE),
    ("group_vice_leader", r"to pho( to dang)?"),
    ("group_leader", r"to truong( to dang)?"),
]
_POSTS = [(code, re.compile(pattern)) for code, pattern in _POST_TABLE]
_LEVELS = [
    ("cell", re.compile(r"(bch |cap uy )?(chi bo|chi uy|cb)\b")),
    ("subcommittee", re.compile(r"(bch )?(dang (uy|bo) )?bo phan\b|dubp\b|dbbp\b")),
    ("base_committee", re.compile(r"(bch )?(dang (uy|bo) )?co so\b|ducs\b|dbcs\b")),
    ("named", re.compile(r"(bch )?(dang (uy|bo)|du|db)\b")),
    ("group", re.compile(r"to dang\b")),
]
_OWN_LEVEL = {"cell_committee_member": "cell", "group_leader": "group", "group_vice_leader": "group"}
_NOT_OF_THE_PARTY = re.compile(r"(chi |ban chap hanh |cong |huyen |tinh )?doan\b|doan thanh nien|hoi\b|cong doan|tn\b")


def parse_posts(text: str) -> tuple[list[Post], list[str]]:
    """Posts found in a cell, and the pieces that name none (kept as they are)."""
    posts, others = [], []
    for piece in (clean(piece) for piece in _SEPARATORS.split(text or "")):
        piece = piece.strip(" .-–")
        if not re.search(r"\w", piece) or fold(piece) in ("khong", "dang vien", "0", "x"):
            continue
        post = _parse_post(piece)
        if post:
            posts.append(post)
        else:
            others.append(piece)
    return posts, others


def _parse_post(piece: str) -> Post | None:
    folded = fold(piece)
    for code, pattern in _POSTS:
        match = pattern.match(folded)
        if not match:
            continue
        if len(folded) != len(piece):  # folding keeps the places of letters in Vietnamese
            return None
        place = re.sub(r"^(của|tại|ở|:|\()\s*", "", piece[match.end() :].strip(" ,.-–")).rstrip(") ")
        if _NOT_OF_THE_PARTY.match(fold(place)):
            return None
        level = next((name for name, words in _LEVELS if words.match(fold(place))), "")
        return Post(code, level or _OWN_LEVEL.get(code, "named" if place else ""), place, piece)
    return None
