from congress_reports.models import Attachment, Report
from congress_reports.services import attach, reject, save_answers, send
from orgtree.enums import Role
from orgtree.services import give_grant
from tests.access import row
from tests.cast import make_member
from tests.congress_reports.campaigns import filled, letter_000, report_of
from tests.congress_reports.reports import changed, result_of_a_branch
from tests.documents import pdf, scan, uploaded


def _report(world) -> Report:
    return report_of(world.branch, "a")


def _draft(world) -> None:
    letter_000(world)
    filled(_report(world), world.secretary)


def _with_file(world) -> None:
    _draft(world)
    attach(report=_report(world), file=uploaded(pdf()), title="Biên bản", actor=world.secretary)


def _with_scan(world) -> None:
    _draft(world)
    attach(report=_report(world), file=uploaded(scan()), title="Biên bản", actor=world.secretary)


def _sent(world) -> None:
    _with_file(world)
    report = _report(world)
    send(report=report, revision=report.revision, actor=world.secretary)


def _mending(world) -> None:
    """A first version was sent, looked at and rejected; a second one is being typed."""

    _sent(world)
    leader = make_member(world.sister, "Đặng Thị Yến").account
    give_grant(user=leader, unit=world.section, role=Role.SECRETARY, actor=None)
    reject(report=_report(world), version=1, reason="Số liệu chưa khớp biên bản.", actor=leader)
    answers = changed(result_of_a_branch(), "place", "Nơi khác")
    save_answers(report=_report(world), answers=answers, revision=_report(world).revision, actor=world.secretary)


def _args(*more, file: bool = False):
    return lambda world: [_report(world).pk, *more, *([Attachment.objects.get().pk] if file else [])]


def _of(method: str, args, *, prepare, above: int, secretary: int = 200, data=None):
    """The branch's own; `above`: the committees over it, the organisation department, the inspector."""
    return row(
        method, args, prepare=prepare, data=data, secretary=secretary,
        committee=above, org_department=above, inspector=above,
        member=404, other_secretary=404, outsider=404,
    )  # fmt: skip


ROWS = {
    "congress_reports:below": row(
        "get",
        lambda world: [report_of(world.company, "c").pk],
        prepare=_draft,
        committee=200,
        org_department=200,
        inspector=200,
        member=404,
        secretary=404,
        other_secretary=404,
        outsider=404,
    ),
    "congress_reports:pdf": _of("get", _args(), prepare=_sent, above=200),
    "congress_reports:pdf · draft": _of("get", _args(), prepare=_draft, above=404),
    "congress_reports:workbook": _of("get", _args(), prepare=_sent, above=200),
    "congress_reports:workbook · draft": _of("get", _args(), prepare=_draft, above=404),
    "congress_reports:minutes": _of("get", _args(0), prepare=_sent, above=200),
    "congress_reports:minutes · draft": _of("get", _args(0), prepare=_draft, above=404),
    "congress_reports:version_pdf": _of("get", _args(1), prepare=_mending, above=200),
    "congress_reports:version_workbook": _of("get", _args(1), prepare=_mending, above=200),
    "congress_reports:version_minutes": _of("get", _args(1, 0), prepare=_mending, above=200),
    "congress_reports:files": _of("get", _args(), prepare=_with_file, above=403),
    "congress_reports:files · one more": _of(
        "post",
        _args(),
        prepare=_draft,
        above=403,
        secretary=302,
        data=lambda world: {"file": uploaded(pdf()), "not_secret": "on"},
    ),
    "congress_reports:file": _of("get", _args(file=True), prepare=_sent, above=200),
    "congress_reports:file · draft": _of("get", _args(file=True), prepare=_with_file, above=404),
    "congress_reports:file · mended": _of("get", _args(file=True), prepare=_mending, above=200),
    "congress_reports:file_remove": _of("get", _args(file=True), prepare=_with_file, above=403),
    "congress_reports:file_remove · yes": _of("post", _args(file=True), prepare=_with_file, above=403, secretary=302),
    "congress_reports:file_confirm": _of("get", _args(file=True), prepare=_with_scan, above=403),
    "congress_reports:file_confirm · yes": _of("post", _args(file=True), prepare=_with_scan, above=403, secretary=302),
}
