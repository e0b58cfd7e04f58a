"""The report of a list as JSON, for people and for machines."""

from typing import Any

from members.lists.model import Level, MemberList


def report(member_list: MemberList) -> dict[str, Any]:
    """What the file says by itself; the import adds what it did. Information is left out."""
    return {
        "encoding": str(member_list.encoding),
        "rows": len(member_list.rows),
        "clean": member_list.count(Level.CLEAN),
        "warn": member_list.count(Level.WARN),
        "bad": member_list.count(Level.BAD),
        "dropped_columns": member_list.dropped_columns,
        "remarks": [
            {
                "sheet": remark.sheet,
                "row": remark.row,
                "person": remark.person,
                "level": str(remark.level),
                "code": remark.code,
                "message": remark.message,
            }
            for remark in member_list.remarks
            if remark.level != Level.INFO
        ],
    }
