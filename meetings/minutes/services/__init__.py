"""Everything that writes minutes and what follows from them."""

from .closing import annex, circulate, remark, reply, sign
from .concluding import conclude, drop_conclusion
from .issuing import issue_document
from .scoring import agree_score, begin_score, confirm_score, return_score, save_points
from .writing import Crossed, Typed, choose_clerk, write_minutes

__all__ = [
    "Crossed",
    "Typed",
    "agree_score",
    "annex",
    "begin_score",
    "choose_clerk",
    "circulate",
    "conclude",
    "confirm_score",
    "drop_conclusion",
    "issue_document",
    "remark",
    "reply",
    "return_score",
    "save_points",
    "sign",
    "write_minutes",
]
