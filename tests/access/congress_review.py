from tests.access import row
from tests.congress_reports.campaigns import decided, letter_000, rejected, report_of, sent_by_branch, stale, taken


def _branch(world) -> list[int]:
    """The report of the branch near the company: its direct superior is the company's committee."""
    return [report_of(world.near_branch, "a").pk]


def _of_near(method: str, *, prepare, committee: int, data=None, **others: int):
    """Who reads it: the committee that decides, those above and the inspector; nobody else."""
    above = {"org_department": 403, "inspector": 403} | others
    return row(
        method, _branch, prepare=prepare, data=data,
        member=404, secretary=404, other_secretary=404, outsider=404, committee=committee, **above,
    )  # fmt: skip


def _reason(world) -> dict:
    return {"reason": "Số liệu chưa khớp biên bản.", "lan": 1, "confirm": "yes"}


def _many(world) -> dict:
    return {"report": f"{_branch(world)[0]}:1"}


ROWS = {
    "congress_reports:mine": row("get", prepare=letter_000, everybody=200, member=403, inspector=403),
    "congress_reports:approvals": row("get", prepare=sent_by_branch, everybody=200, member=403),
    "congress_reports:approve_many": row(
        "post", prepare=sent_by_branch, data=_many, everybody=200, member=403, inspector=403, outsider=403
    ),
    "congress_reports:approve_many · yes": row(
        "post",
        prepare=sent_by_branch,
        data=lambda world: _many(world) | {"confirm": "yes"},
        everybody=302,
        member=403,
        inspector=403,
        outsider=403,
    ),
    "congress_reports:report": _of_near(
        "get", prepare=sent_by_branch, committee=200, org_department=200, inspector=200
    ),
    "congress_reports:version": row(
        "get",
        lambda world: [*_branch(world), 1],
        prepare=rejected,
        member=404,
        secretary=404,
        other_secretary=404,
        outsider=404,
        committee=200,
        org_department=200,
        inspector=200,
    ),
    "congress_reports:review": _of_near("post", prepare=sent_by_branch, committee=302),
    "congress_reports:review · open": _of_near("get", prepare=taken, committee=200),
    "congress_reports:release": _of_near("post", prepare=taken, committee=302),
    "congress_reports:approve": _of_near("get", prepare=taken, committee=200),
    "congress_reports:approve · yes": _of_near(
        "post", prepare=taken, committee=302, data=lambda world: {"confirm": "yes", "lan": 1}
    ),
    "congress_reports:reject": _of_near("post", prepare=taken, committee=302, data=_reason),
    "congress_reports:unapprove": _of_near("get", prepare=decided, committee=200),
    "congress_reports:unapprove · yes": _of_near("post", prepare=decided, committee=302, data=_reason),
    "congress_reports:extend": _of_near("get", prepare=letter_000, committee=200),
    "congress_reports:extend · yes": _of_near(
        "post", prepare=letter_000, committee=302, data=lambda world: _reason(world) | {"until": "31/12/2025"}
    ),
    "congress_reports:withdraw": _of_near("get", prepare=sent_by_branch, committee=403),
    "congress_reports:check_again": row(
        "get",
        lambda world: [report_of(world.company, "c").pk],
        prepare=stale,
        member=404,
        secretary=404,
        other_secretary=404,
        outsider=404,
        committee=403,
        org_department=200,
        inspector=403,
    ),
    "congress_reports:posts": _of_near("get", prepare=decided, committee=200, org_department=200),
    "congress_reports:posts · yes": _of_near("post", prepare=decided, committee=302, org_department=302),
}
