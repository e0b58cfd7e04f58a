"""Filling in: every declared field, no scripts needed, two typists, the check before sending."""

import pytest

from audit.models import Entry
from congress_reports.definitions import answers_of, definition_of
from congress_reports.enums import ReportState
from congress_reports.models import Report, ReportEvent
from congress_reports.services import begin
from orgtree.enums import Role
from orgtree.services import give_grant

from .conftest import report_of
from .pages import Form, opened, save_while_typing, type_in, url_of


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
        assert section.title in page


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
    type_in(officer, report, "participation", form=theirs, act="draft", present="18", summoned="21")
    answer = save_while_typing(secretary, report, mine, "participation", present="20")
    assert "vừa sửa phần này" in answer.content.decode()
    assert answers(report).fields["present"] == 18
    answer = type_in(secretary, report, "participation", form=mine, present="20", act="next")
    page = answer.content.decode()
    assert "vừa sửa phần này" in page
    assert "Đồng chí kia vừa nhập: <b>18</b>" in page
    both = Form(page)
    assert both.sent["present"] == "20"
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
