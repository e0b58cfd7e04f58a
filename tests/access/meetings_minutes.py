"""Minutes, what is issued from them, the score. The secretary was in the chair, the member wrote the minutes."""

from django.utils import timezone

from meetings.minutes.enums import DocumentType
from meetings.minutes.models import Conclusion, IssuedDocument, Remark
from meetings.minutes.services import issue_document, remark
from meetings.models import Meeting
from orgtree.enums import Role
from orgtree.services import give_grant
from tests.access import row
from tests.meetings.written import circulated, digest, ended, scored, signed, written

_NOBODY = {"other_secretary": 404, "committee": 404, "org_department": 404, "inspector": 404, "outsider": 404}
_ABOVE = {"committee": 200, "org_department": 200, "inspector": 200}


def _pk(world) -> list:
    return [Meeting.objects.get().pk]


def _with(*more):
    return lambda world: [*_pk(world), *more]


def _writing(method: str, args=_pk, *, prepare=written, data=None, ok: int = 200):
    """Who runs the meeting; it is not there for anybody else."""
    return row(method, args, prepare=prepare, data=data, secretary=ok, member=ok, **_NOBODY)


def _locked(args=_pk, *, prepare=signed, member: int = 200):
    """The branch and those above read; branches beside do not."""
    return row("get", args, prepare=prepare, member=member, secretary=200, other_secretary=404, outsider=404, **_ABOVE)


def _remarked(world):
    meeting = circulated(world)
    remark(meeting=meeting, text="Ghi thiếu ý kiến.", actor=world.member)


def _issued(world):
    meeting = signed(world)
    issue_document(
        meeting=meeting,
        kind=DocumentType.NOTICE,
        subject="kết luận",
        day=timezone.localdate(),
        place="",
        parts=[("", "Nội dung")],
        actor=world.secretary,
    )


def _document(world) -> list:
    return [IssuedDocument.objects.get(type=DocumentType.NOTICE).pk, "pdf"]


def _in_round(world):
    circulated(world, hours=0)


def _scored(world):
    """The committee's secretary leads the section above the branch as well: only the direct superior decides."""
    scored(world, signed(world))
    give_grant(user=world.committee, unit=world.section, role=Role.SECRETARY, actor=None)


def _signing(world) -> dict:
    return {"confirm": "yes", "ma": digest(Meeting.objects.get())}


ROWS = {
    "meetings:minutes": _locked(),
    "meetings:minutes · being written": _writing("get"),
    "meetings:minutes · circulated": row("get", _pk, prepare=circulated, secretary=200, member=200, **_NOBODY),
    "meetings:minutes_file": _locked(_with("docx")),
    "meetings:minutes_file · being written": _writing("get", _with("docx")),
    "meetings:minutes_file · of no kind": row(
        "get", _with("exe"), prepare=signed, everybody=404
    ),
    "meetings:attendance_file": _locked(_with("docx")),
    "meetings:extract": _locked(),
    "meetings:minutes_write": _writing("get"),
    "meetings:minutes_write · locked": row(
        "get", _pk, prepare=signed, secretary=302, member=302, committee=403, org_department=403, inspector=403,
        other_secretary=404, outsider=404,
    ),
    "meetings:minutes_write · save": _writing("post", data=lambda world: {"closing": "Kết thúc"}, ok=302),
    "meetings:minutes_save": _writing("post", data=lambda world: {"opening": "Mở đầu"}),
    "meetings:minutes_clerk": _writing("get"),
    "meetings:minutes_circulate": _writing("get"),
    "meetings:minutes_circulate · yes": _writing("post", data=lambda world: {"hours": "24", "confirm": "yes"}, ok=302),
    "meetings:minutes_remark": row(
        "post", _pk, prepare=circulated, data=lambda world: {"text": "Góp ý"}, secretary=302, member=302, **_NOBODY
    ),
    "meetings:minutes_reply": _writing(
        "post",
        lambda world: [*_pk(world), Remark.objects.get().pk],
        prepare=_remarked,
        data=lambda world: {f"r{Remark.objects.get().pk}-reply": "Đã bổ sung"},
        ok=302,
    ),
    "meetings:minutes_sign": row(
        "get", _with("chair"), prepare=_in_round, secretary=200, member=403, **_NOBODY
    ),
    "meetings:minutes_sign · yes": row(
        "post", _with("clerk"), prepare=_in_round, data=_signing, secretary=403, member=302, **_NOBODY
    ),
    "meetings:minutes_annex": row(
        "get", _pk, prepare=signed, secretary=200, member=403, committee=403, org_department=403, inspector=403,
        other_secretary=404, outsider=404,
    ),
    "meetings:minutes_annex · yes": row(
        "post", _pk, prepare=signed, data=lambda world: {"text": "Đính chính", "reason": "Nhầm", "confirm": "yes"},
        secretary=302, member=403, committee=403, org_department=403, inspector=403, other_secretary=404, outsider=404,
    ),
    "meetings:conclusions": _writing("get"),
    "meetings:conclusions · one more": _writing("post", data=lambda world: {"text": "Một kết luận"}, ok=302),
    "meetings:conclusion_drop": _writing(
        "post", lambda world: [*_pk(world), Conclusion.objects.filter(assignment=None).get().pk], ok=302
    ),
    "meetings:issue": row("get", _with("nghi-quyet"), prepare=ended, secretary=200, member=403, **_NOBODY),
    "meetings:document_file": _locked(_document, prepare=_issued),
    "meetings:score": _locked(prepare=_scored),
    "meetings:score · not confirmed": _writing("get", prepare=signed),
    "meetings:score_confirm": row(
        "post", _pk, prepare=signed, data=lambda world: {"confirm": "yes"}, secretary=302, member=302, **_NOBODY
    ),
    "meetings:score_agree": row(
        "get", _pk, prepare=_scored, secretary=403, member=403, committee=200, org_department=403, inspector=403,
        other_secretary=404, outsider=404,
    ),
    "meetings:score_return": row(
        "get", _pk, prepare=_scored, secretary=403, member=403, committee=200, org_department=403, inspector=403,
        other_secretary=404, outsider=404,
    ),
    "meetings:score_file": _locked(_with("docx"), prepare=_scored),
}  # fmt: skip
