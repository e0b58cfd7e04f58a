from assignments.models import Assignment
from assignments.services import report_done
from tests.access import row
from tests.meetings.written import written


def _task(world) -> list:
    """The member's, given by the secretary."""
    return [Assignment.objects.get().pk]


def _done(world):
    written(world)
    report_done(assignment=Assignment.objects.get(), report="Đã kiểm tra", actor=world.member)


_OTHERS = {"other_secretary": 404, "outsider": 404}

ROWS = {
    "assignments:mine": row("get", everybody=200),
    "assignments:task": row(
        "get", _task, prepare=written, member=200, secretary=200, committee=200, org_department=200, inspector=200,
        **_OTHERS,
    ),
    "assignments:task · reported done": row(
        "post", _task, prepare=written, data=lambda world: {"report": "Đã xong"}, member=302, secretary=403,
        committee=403, org_department=403, inspector=403, **_OTHERS,
    ),
    "assignments:confirm": row(
        "get", _task, prepare=_done, member=404, secretary=200, committee=200, org_department=200, inspector=404,
        **_OTHERS,
    ),
    "assignments:confirm · yes": row(
        "post", _task, prepare=_done, data=lambda world: {"confirm": "yes"}, member=403, secretary=302, committee=302,
        org_department=302, inspector=403, **_OTHERS,
    ),
    "assignments:give_back": row(
        "post", _task, prepare=_done, data=lambda world: {"reason": "Chưa đủ"}, member=403, secretary=302,
        committee=302, org_department=302, inspector=403, **_OTHERS,
    ),
    "assignments:drop": row(
        "post", _task, prepare=written, data=lambda world: {"reason": "Không cần nữa"}, member=403, secretary=302,
        committee=302, org_department=302, inspector=403, **_OTHERS,
    ),
}  # fmt: skip
