"""Reads member lists as units keep them (.xlsx, .xls, .ods; any layout, any old font) and judges each row.

Knows nothing of the database: what a file says by itself. See `read_member_list` and `report`.
"""

from members.lists.model import Branch, BranchSource, Level, MemberList, MemberRow, Post, Remark
from members.lists.reader import read_member_list
from members.lists.report import report

__all__ = [
    "Branch",
    "BranchSource",
    "Level",
    "MemberList",
    "MemberRow",
    "Post",
    "Remark",
    "read_member_list",
    "report",
]
