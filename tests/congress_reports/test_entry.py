"""Filling in: every declared field, no scripts needed, two typists, the check before sending."""

from datetime import date

import pytest
from django.utils import timezone

from audit.models import Entry
from congress_reports.definitions import answers_of, definition_of, surroundings_of
from congress_reports.enums import ReportState
from congress_reports.forms import check
from congress_reports.forms.values import Candidate
from congress_reports.models import Report, ReportEvent
from congress_reports.services import begin, make_campaign, owed_by_letter_000, reject, save_answers, send
from members.enums import PostCode
from members.models import Member, Post
from orgtree.enums import Role
from orgtree.services import give_grant

from .conftest import filled, report_of
from .pages import Form, opened, save_while_typing, type_in, url_of
from .reports import changed, result_of_a_branch, result_of_a_grassroots


@pytest.fixture
def report(world, campaign) -> Report:
    """Form a of the branch, begun by its secretary."""
    return begin(report=report_of(world.branch, "a"), actor=world.secretary)


@pytest.fixture
def secretary(world, client_of):
    return client_of(world.secretary)


def answers(report: Report):
    return answers_of(Report.objects.select_related("duty__form", "campaign").get(pk=report.pk))


PRESENCE = {
    "members_total": "24", "members_official": "22", "members_probationary": "2", "members_exempt": "1",
    "summoned": "21", "present": "20", "absent_excused": "1", "absent_unexcused": "0", "election_base": "21",
}  # fmt: skip


def test_a_report_begins_by_one_press_and_only_once(world, campaign, secretary):
    report = report_of(world.branch, "a")
    page = secretary.get(f"/quan-ly-bao-cao/{report.pk}/nhap/").content.decode()
    assert "Lập báo cáo" in page
    for _ in range(2):
        secretary.post(f"/quan-ly-bao-cao/{report.pk}/nhap/lap/")
    report.refresh_from_db()
    assert (report.state, report.revision) == (ReportState.DRAFT, 1)
    page = secretary.get(f"/quan-ly-bao-cao/{report.pk}/nhap/").content.decode()
    for section in definition_of(report).sections:
        # A branch has no branches below it, and is not asked about them.
        assert (section.title in page) == (section.code != "sub_units")


def test_a_sheet_is_kept_and_leads_on(secretary, report):
    answer = type_in(secretary, report, "participation", **PRESENCE)
    assert answer.status_code == 302
    assert answer.url == url_of(report, "situation")
    assert answers(report).fields["present"] == 20
    assert "95,2%" in secretary.get(url_of(report, "participation")).content.decode()


def test_a_contradiction_is_kept_and_told_in_the_same_words_above_and_beside(secretary, report):
    answer = type_in(secretary, report, "participation", **PRESENCE | {"present": "19"})
    page = answer.content.decode()
    sentence = "Có mặt 19 cộng vắng có lý do 1 cộng vắng không lý do 0 bằng 20, khác số được triệu tập 21."
    assert answer.status_code == 200
    assert page.count(sentence) == 2
    assert f'<a href="#o-present">{sentence}</a>' in page
    assert "<title>Lỗi:" in page
    assert answers(report).fields["present"] == 19


def test_a_text_that_is_no_figure_stays_in_its_box_and_stops_the_sending(world, secretary, report):
    type_in(secretary, report, "participation", **PRESENCE | {"present": "hai mươi"})
    assert answers(report).fields.get("present") is None
    assert opened(secretary, report, "participation").sent["present"] == "hai mươi"
    page = secretary.get(f"/quan-ly-bao-cao/{report.pk}/gui/").content.decode()
    assert "Có mặt: đồng chí nhập số nguyên" in page
    type_in(secretary, report, "participation", present="20")
    assert answers(report).unread == {}


def test_saving_while_typing_does_not_fill_the_record(world, secretary, report):
    lines = Entry.objects.count(), ReportEvent.objects.count()
    form = opened(secretary, report, "participation")
    for number in range(5):
        answer = save_while_typing(secretary, report, form, "participation", members_total=str(20 + number))
        assert "Đã lưu lúc" in answer.content.decode()
        form.sent |= Form("<form data-keep>" + answer.content.decode()).sent
    assert answers(report).fields["members_total"] == 24
    assert (Entry.objects.count(), ReportEvent.objects.count()) == lines


def test_while_typing_only_whole_figures_are_judged(secretary, report):
    form = opened(secretary, report, "participation")
    answer = save_while_typing(secretary, report, form, "participation", present="19", summoned="21")
    assert "khác số được triệu tập" not in answer.content.decode()
    assert "chưa nhập" not in answer.content.decode()
    assert "90,5%" in answer.content.decode()
    form.sent |= Form("<form data-keep>" + answer.content.decode()).sent
    answer = save_while_typing(
        secretary, report, form, "participation",
        present="19", summoned="21", absent_excused="1", absent_unexcused="0",
    )  # fmt: skip
    assert 'id="o-present-n"' in answer.content.decode()
    assert "bằng 20, khác số được triệu tập 21" in answer.content.decode()


def test_saving_twice_the_same_changes_nothing(secretary, report):
    form = opened(secretary, report, "participation")
    save_while_typing(secretary, report, form, "participation", present="19")
    revision = Report.objects.get(pk=report.pk).revision
    save_while_typing(secretary, report, form, "participation", present="19")
    assert Report.objects.get(pk=report.pk).revision == revision


@pytest.fixture
def officer(world, client_of):
    """Another who files reports for the branch."""
    user = world.people["member"].account
    give_grant(user=user, unit=world.branch, role=Role.HANDBOOK_OFFICER, actor=None)
    return client_of(user)


def test_two_typists_on_two_sheets_do_not_hinder_each_other(secretary, officer, report):
    mine, theirs = opened(secretary, report, "participation"), opened(officer, report, "head")
    type_in(officer, report, "head", form=theirs, act="draft", place="Ga Bến Thủy")
    answer = type_in(secretary, report, "participation", form=mine, act="draft", present="20")
    assert answer.status_code == 302
    assert answers(report).fields["place"] == "Ga Bến Thủy"
    assert answers(report).fields["present"] == 20


def test_two_typists_on_one_sheet_see_both_and_lose_nothing(world, secretary, officer, report):
    mine, theirs = opened(secretary, report, "participation"), opened(officer, report, "participation")
    type_in(officer, report, "participation", form=theirs, act="draft", present="18", summoned="21", absent_excused="3")
    answer = save_while_typing(secretary, report, mine, "participation", present="20")
    assert "vừa sửa phần này" in answer.content.decode()
    assert answers(report).fields["present"] == 18
    answer = type_in(secretary, report, "participation", form=mine, present="20", act="next")
    page = answer.content.decode()
    assert "vừa sửa phần này" in page
    assert "Đồng chí kia vừa nhập: <b>18</b>" in page
    both = Form(page)
    assert both.sent["present"] == "20"
    assert both.sent["absent_excused"] == "3"
    assert answers(report).fields["present"] == 18
    type_in(secretary, report, "participation", form=both, act="draft")
    assert answers(report).fields["present"] == 20


def test_one_page_that_saves_while_its_button_is_pressed_is_one_typist(secretary, report):
    form = opened(secretary, report, "participation")
    save_while_typing(secretary, report, form, "participation", present="2")
    answer = type_in(secretary, report, "participation", form=form, act="draft", present="20")
    assert answer.status_code == 302
    assert answers(report).fields["present"] == 20


def test_a_question_comes_with_the_answer_that_asks_it(secretary, report):
    type_in(secretary, report, "elections", act="add-round:committee")
    form = opened(secretary, report, "elections", "0")
    assert "rounds.0.invalid_reason" not in form.names
    answer = save_while_typing(secretary, report, form, "elections", "0", values={"rounds.0.ballots_invalid": "1"})
    assert 'id="o-rounds-0-invalid_reason-w"' in answer.content.decode()
    assert 'name="rounds.0.invalid_reason"' in answer.content.decode()


# ---- elections ------------------------------------------------------------------------------------------------------


def test_a_round_begins_with_what_is_known(secretary, report):
    type_in(secretary, report, "participation", **PRESENCE)
    answer = type_in(secretary, report, "elections", act="add-round:secretary")
    assert answer.url == url_of(report, "elections", "0")
    fields = answers(report).rounds[0].fields
    assert {code: fields[code] for code in ("venue", "round_no", "seats", "attending", "base", "ballots_issued")} == {
        "venue": "congress", "round_no": 1, "seats": 1, "attending": 20, "base": 21, "ballots_issued": 20,
    }  # fmt: skip


def test_people_are_found_and_picked_in_the_order_of_given_names(world, secretary, report):
    type_in(secretary, report, "elections", act="add-round:committee")
    page = type_in(secretary, report, "elections", "0", act="find", find="tran van").content.decode()
    assert "Trần Văn Cam" in page
    assert "Nguyễn Thị Bưởi" not in page
    form = opened(secretary, report, "elections", "0")
    ids = [world.people["secretary"].pk, world.people["member"].pk, world.people["outsider"].pk]
    secretary.post(url_of(report, "elections", "0"), form.sent | {"act": "pick", "pick": ids})
    people = answers(report).rounds[0].candidates
    assert [one.name for one in people] == ["Nguyễn Thị Bưởi", "Trần Văn Cam"]
    assert people[0].birth_year == 1985
    type_in(secretary, report, "elections", "0", act="add-person", new_name="Lê Văn Ân")
    assert answers(report).rounds[0].candidates[0].name == "Lê Văn Ân"


def test_a_row_that_goes_takes_its_reason_and_its_text_along(world, secretary, report):
    type_in(secretary, report, "elections", act="add-round:committee")
    for name in ("Lê Văn Ân", "Lê Văn Bê", "Lê Văn Cê"):
        type_in(secretary, report, "elections", "0", act="add-person", new_name=name)
    start = "rounds.0.candidates."
    type_in(
        secretary, report, "elections", "0",
        values={f"{start}0.birth_year": "1940", f"{start}1.birth_year": "1941", f"{start}2.votes": "mười"},
    )  # fmt: skip
    keys = {f"ly-do:V29:{start}{who}.birth_year": f"Lý do {who}" for who in (0, 1)}
    type_in(secretary, report, "elections", "0", values=keys)
    type_in(secretary, report, "elections", "0", act="drop-person:0")
    kept = answers(report)
    assert [one.name for one in kept.rounds[0].candidates] == ["Lê Văn Bê", "Lê Văn Cê"]
    assert kept.reasons == {f"V29:{start}0.birth_year": "Lý do 1"}
    assert kept.unread == {f"{start}1.votes": "mười"}


def test_rows_that_moved_meanwhile_are_not_mixed_up(secretary, officer, report):
    type_in(secretary, report, "elections", act="add-round:committee")
    for name in ("Lê Văn Ân", "Lê Văn Bê"):
        type_in(secretary, report, "elections", "0", act="add-person", new_name=name)
    mine = opened(secretary, report, "elections", "0")
    type_in(officer, report, "elections", "0", act="drop-person:0")
    answer = type_in(secretary, report, "elections", "0", form=mine, values={"rounds.0.candidates.0.votes": "19"})
    assert "Lê Văn Ân: số phiếu đồng ý 19" in answer.content.decode()
    assert answers(report).rounds[0].candidates[0].votes is None


def test_voting_again_is_a_round_of_its_own(secretary, report):
    type_in(secretary, report, "elections", act="add-round:committee")
    for name in ("Lê Văn Ân", "Lê Văn Bê", "Lê Văn Cê"):
        type_in(secretary, report, "elections", "0", act="add-person", new_name=name)
    type_in(
        secretary, report, "elections", "0",
        values={"rounds.0.seats": "2", "rounds.0.candidates.0.elected": "on", "rounds.0.candidates.0.votes": "19"},
    )  # fmt: skip
    type_in(secretary, report, "elections", act="add-round:committee")
    again = answers(report).rounds[1]
    assert (again.fields["round_no"], again.fields["seats"]) == (2, 1)
    assert [(one.name, one.votes) for one in again.candidates] == [("Lê Văn Bê", None), ("Lê Văn Cê", None)]
    type_in(secretary, report, "elections", "0", act="drop-round")
    assert [one.fields["round_no"] for one in answers(report).rounds] == [2]


# ---- the check before sending, rights, many rows --------------------------------------------------------------------


@pytest.fixture
def complete(world, campaign) -> Report:
    return filled(report_of(world.branch, "a"), world.secretary)


def test_wrong_figures_are_refused_although_nobody_was_warned(world, secretary, campaign):
    report = report_of(world.branch, "a")
    wrong = changed(result_of_a_branch(), "present", 19)
    save_answers(report=report, answers=wrong, revision=report.revision, actor=world.secretary)
    answer = secretary.post(f"/quan-ly-bao-cao/{report.pk}/gui/", {"revision": 1, "act": "send"})
    assert "Báo cáo còn" in answer.content.decode()
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_the_check_page_tells_who_gets_it_and_sends(world, secretary, complete):
    head = world.people["member"].account
    give_grant(user=head, unit=world.section, role=Role.SECRETARY, actor=None)
    address = f"/quan-ly-bao-cao/{complete.pk}/gui/"
    page = secretary.get(address).content.decode()
    assert head.full_name in page
    assert "Hạn gửi: hết ngày 19/04/2025, đã quá hạn" in page
    secretary.post(address, {"revision": complete.revision, "act": "send"})
    complete.refresh_from_db()
    assert complete.state == ReportState.SENT
    assert "Đã gửi, chờ phê duyệt" in secretary.get(f"/quan-ly-bao-cao/{complete.pk}/nhap/").content.decode()


def test_in_a_branch_another_lays_it_before_the_secretary(world, officer, secretary, complete):
    address = f"/quan-ly-bao-cao/{complete.pk}/gui/"
    page = officer.get(address).content.decode()
    assert "Trình bí thư xác nhận" in page
    assert "Gửi báo cáo" not in page
    officer.post(address, {"revision": complete.revision, "act": "send"})
    complete.refresh_from_db()
    assert (complete.state, complete.ready_by) == (ReportState.DRAFT, world.member)
    assert "đã trình bí thư" in secretary.get(f"/quan-ly-bao-cao/{complete.pk}/nhap/").content.decode()


def test_a_committee_says_why_reports_below_are_missing(world, campaign, client_of):
    report = report_of(world.company, "c")
    report = save_answers(report=report, answers=result_of_a_grassroots(), revision=0, actor=world.committee)
    for finding in check(definition_of(report), answers_of(report), surroundings_of(report)):
        kept = answers_of(report)
        kept.reasons[finding.key] = "Theo biên bản kiểm phiếu."
        report = save_answers(report=report, answers=kept, revision=report.revision, actor=world.committee)
    client, address = client_of(world.committee), f"/quan-ly-bao-cao/{report.pk}/gui/"
    assert "Còn 8 báo cáo của cấp dưới" in client.get(address).content.decode()
    sent = {"revision": report.revision, "act": "send"}
    assert "ghi rõ lý do" in client.post(address, sent | {"incomplete_reason": "vì"}).content.decode()
    assert client.post(address, sent | {"incomplete_reason": "Các chi bộ báo cáo sau."}).status_code == 302


def test_what_is_not_asked_is_not_sent(world, secretary, campaign):
    report = report_of(world.branch, "a")
    kept = changed(result_of_a_branch(), "delegates_female", 7)
    report = save_answers(report=report, answers=kept, revision=0, actor=world.secretary)
    report = send(report=report, revision=report.revision, actor=world.secretary)
    assert "delegates_female" not in report.answers["fields"]
    assert report.figures[definition_of(report).summed.index("delegates_female")] == 0


def test_a_draft_is_thrown_away_after_a_check(secretary, complete):
    address = f"/quan-ly-bao-cao/{complete.pk}/bo-nhap/"
    assert "Bỏ bản nháp này?" in secretary.get(address).content.decode()
    secretary.post(address)
    complete.refresh_from_db()
    assert (complete.state, complete.answers) == (ReportState.EXPECTED, {})


def test_the_last_version_and_its_rejection_stand_beside(world, secretary, complete):
    head = world.people["member"].account
    give_grant(user=head, unit=world.section, role=Role.SECRETARY, actor=None)
    report = send(report=complete, revision=complete.revision, actor=world.secretary)
    reject(report=report, version=1, reason="Số có mặt chưa khớp biên bản.", paths=["present"], actor=head)
    page = secretary.get(url_of(complete, "participation")).content.decode()
    assert "Số có mặt chưa khớp biên bản." in page
    assert page.count("Cấp trên đề nghị xem lại mục này.") == 1
    assert "Lần gửi 1: <b>20</b>" in page
    page = secretary.get(url_of(complete, "elections", "0")).content.decode()
    assert "Lần gửi 1: <b>1985</b>" in page
    assert "<b>1.9" not in page


def test_the_last_term_stands_beside(world, secretary, complete):
    Report.objects.filter(pk=complete.pk).update(
        state="sent", sent_by=world.secretary, sent_at=timezone.now(), late_days=0, version=1
    )
    Report.objects.filter(pk=complete.pk).update(
        state="approved", decided_by=world.committee, decided_at=timezone.now()
    )
    later = make_campaign(
        top=world.top, name="Chi bộ 2027", term="2027-2030", opens_on=date(2026, 1, 1), ends_on=date(2027, 12, 31),
        reference_date=date(2027, 4, 1), owed=owed_by_letter_000(date(2027, 4, 20)), actor=world.org_department,
    )  # fmt: skip
    report = Report.objects.select_related("duty__form", "campaign", "unit__kind").get(
        campaign=later, unit=world.branch, duty__form__code="a"
    )
    begin(report=report, actor=world.secretary)
    assert "Kỳ trước: <b>24</b>" in secretary.get(url_of(report, "participation")).content.decode()


@pytest.mark.parametrize("people", [1, 45])
def test_a_page_costs_the_same_whatever_stands_on_it(world, secretary, campaign, django_assert_max_num_queries, people):
    report = report_of(world.branch, "a")
    kept = result_of_a_branch()
    kept.rounds[0].candidates = [
        Candidate(f"Nguyễn Văn {n}", 1980, world.people["secretary"].pk if n == 0 else None, n) for n in range(people)
    ]
    report = save_answers(report=report, answers=kept, revision=0, actor=world.secretary)
    secretary.get("/")
    addresses = [f"/quan-ly-bao-cao/{report.pk}/{end}" for end in ("nhap/", "gui/")]
    addresses += [url_of(report, section) for section in ("head", "participation", "elections")]
    for address in [*addresses, url_of(report, "elections", "0")]:
        with django_assert_max_num_queries(12):
            assert secretary.get(address).status_code == 200


# ---- the analysis out of the records --------------------------------------------------------------------------------


@pytest.fixture
def elected(world, campaign) -> Report:
    """Form b, whose a names four: two of the records, one of them known in all, one with gaps, and one from outside."""
    full, gaps = world.people["secretary"], world.people["member"]
    Member.objects.filter(pk=full.pk).update(
        professional_level="university", political_theory="intermediate", birth_date=date(1980, 4, 2),
        ethnicity="Mường", admission_date=date(2005, 4, 1),
    )  # fmt: skip
    Post.objects.create(member=full, unit=world.branch, code=PostCode.SECRETARY, begins_on=date(2020, 1, 1))
    kept = result_of_a_branch()
    people = [Candidate(full.full_name, 1980, full.pk, 19, True), Candidate(gaps.full_name, 1985, gaps.pk, 18, True)]
    kept.rounds[0].candidates = [*people, Candidate("Lê Văn Ngoài", 1990, None, 17, True)]
    kept.rounds[1].candidates = people[:1]
    kept.rounds[2].candidates = people[1:]
    save_answers(report=report_of(world.branch, "a"), answers=kept, revision=0, actor=world.secretary)
    return begin(report=report_of(world.branch, "b"), actor=world.secretary)


def test_the_analysis_fills_itself(elected):
    row = answers(elected).groups["secretary"]
    wanted = {
        "n": 1, "female": 0, "minority": 1, "age_42_49": 1, "age_35_41": 0, "young": 0, "age_avg": 44,
        "pro_university": 1, "pro_master": 0, "pt_intermediate": 1, "party_age_avg": 20,
        "re_elected": 1, "first_time": 0,
    }  # fmt: skip
    assert {code: row[code] for code in wanted} == wanted


def test_gaps_are_named_and_left_to_be_typed(secretary, elected):
    row = answers(elected).groups["committee"]
    assert row["n"] == 3
    assert row["pro_university"] == 1
    assert "female" not in row
    assert "groups.committee.pro_university" not in answers(elected).records
    page = secretary.get(url_of(elected, "quality", "committee")).content.decode()
    assert "2 đồng chí chưa rõ trình độ chuyên môn: Nguyễn Thị Bưởi, Lê Văn Ngoài." in page
    assert "1 đồng chí chưa rõ giới tính: Lê Văn Ngoài." in page


def test_a_correction_asks_why_and_the_reason_is_kept(secretary, elected):
    answer = type_in(secretary, elected, "quality", "secretary", values={"groups.secretary.female": "1"})
    page = answer.content.decode()
    assert "Bí thư, nữ: hồ sơ đảng viên ghi 0, đồng chí nhập 1." in page
    key = "own:groups.secretary.female"
    type_in(secretary, elected, "quality", "secretary", values={f"ly-do:{key}": "Hồ sơ ghi nhầm giới tính."})
    assert answers(elected).reasons[key] == "Hồ sơ ghi nhầm giới tính."
    type_in(secretary, elected, "quality", "secretary", act="fill")
    assert answers(elected).groups["secretary"]["female"] == 0
    assert key not in answers(elected).reasons


def test_the_analysis_costs_the_same_for_one_and_for_all(secretary, elected, django_assert_max_num_queries):
    secretary.get("/")
    for row in ("", "secretary", "committee"):
        with django_assert_max_num_queries(12):
            secretary.get(url_of(elected, "quality", row))
