"""A report in words, its paths by name, and two versions compared."""

from copy import deepcopy
from fractions import Fraction

import pytest

from congress_reports.forms.definition import SectionKind
from congress_reports.forms.reading import changes_between, names_of_paths
from congress_reports.forms.values import Candidate
from congress_reports.summary import summary_of

from .reports import (
    BRANCH,
    FORMS,
    GRASSROOTS,
    changed,
    content_of_a_grassroots,
    quality_of_a_branch,
    result_of_a_branch,
    result_of_a_grassroots,
)

A, B = FORMS["a"], FORMS["b"]


def differences(old, new, form=A) -> list[tuple[str, str, str]]:
    return [(one.label, one.old, one.new) for one in changes_between(form, old, new)]


@pytest.mark.parametrize(
    ("form", "answers", "around"),
    [
        ("a", result_of_a_branch(), BRANCH),
        ("b", quality_of_a_branch(), BRANCH),
        ("c", result_of_a_grassroots(), GRASSROOTS),
        ("e", content_of_a_grassroots(), GRASSROOTS),
    ],
)
def test_every_typed_value_is_read_and_has_a_name(form, answers, around):
    parts = summary_of(FORMS[form], answers, around)
    shown = {line.path for part in parts for line in part.lines}
    shown |= {cell.path for part in parts for _, rows in part.tables for row in rows for cell in row.cells}
    people = {person.path for part in parts for one in part.elections for person in one.people}
    names = names_of_paths(FORMS[form], answers)
    for path, _ in answers.leaves():
        if path.endswith((".body", ".member_id")):
            continue
        assert path in names, path
        # Of an election a line without a value or with a plain no is left out.
        assert path in shown or path.startswith("rounds.") or path.rpartition(".")[0] in people, path


def test_figures_read_as_documents_write_them():
    parts = {part.code: part for part in summary_of(A, result_of_a_branch(), BRANCH)}
    lines = {line.label: line.words for line in parts["participation"].lines}
    assert (lines["Có mặt"], lines["Tỷ lệ có mặt"]) == ("20", "95,2%")
    assert {line.label: line.words for line in parts["head"].lines}["Ngày bế mạc"] == "12/04/2025"
    committee = parts["elections"].elections[0]
    assert (committee.title, len(committee.elected)) == ("Cấp ủy", 3)
    first = committee.people[0]
    assert (first.votes, first.of_base, first.of_valid) == ("19", "90,5%", "95%")


def test_what_is_not_asked_of_a_branch_is_not_shown():
    titles = [part.title for part in summary_of(A, result_of_a_branch(), BRANCH) if not part.is_empty]
    assert "Các chi bộ trực thuộc" not in titles
    assert "Các chi bộ trực thuộc" in [part.title for part in summary_of(A, result_of_a_branch(), GRASSROOTS)]


def test_shares_stand_beside_the_counts_of_the_quality_analysis():
    (quality,) = [p for p in summary_of(B, quality_of_a_branch(), BRANCH) if p.kind == SectionKind.GROUPS]
    rows = {row.label: row for _, table in quality.tables for row in table}
    assert quality.groups == ["Cấp ủy viên", "Bí thư", "Phó bí thư"]
    women = [(cell.words, share) for _, cell, share in rows["Nữ"].columns]
    assert women == [("1", "33,3%"), ("0", "0%"), ("1", "100%")]
    assert [(cell.words, share) for _, cell, share in rows["Tổng số"].columns] == [("3", ""), ("1", ""), ("1", "")]
    assert [title for title, _ in quality.tables] == ["", "Độ tuổi", "Trình độ chuyên môn", "Lý luận chính trị"]


def test_equal_versions_have_no_difference():
    assert differences(result_of_a_branch(), result_of_a_branch()) == []


def test_fields_groups_and_votes_are_compared():
    new = changed(changed(result_of_a_branch(), "present", 19), "rounds.0.candidates.1.votes", 17)
    assert differences(result_of_a_branch(), new) == [
        ("Có mặt", "20", "19"),
        ("Cấp ủy, lần 1: đồng chí Lê Thị Bình, số phiếu", "18", "17"),
    ]
    new = changed(quality_of_a_branch(), "groups.secretary.age_avg", Fraction("50.5"))
    assert differences(quality_of_a_branch(), new, B) == [("Bí thư: tuổi bình quân", "50", "50,5")]


def test_zero_and_nothing_differ_but_an_unticked_box_and_none_do_not():
    old = changed(result_of_a_branch(), "absent_unexcused", None)
    assert differences(old, result_of_a_branch()) == [("Vắng không lý do", "", "0")]
    assert differences(changed(result_of_a_branch(), "secretary_vacant", None), result_of_a_branch()) == []


def test_people_are_matched_wherever_they_stand_in_the_list():
    new = deepcopy(result_of_a_branch())
    new.rounds[0].candidates.reverse()
    assert differences(result_of_a_branch(), new) == []
    new.rounds[0].candidates.insert(0, Candidate("Hồ Thị Lý", 1991, None, 4, False))
    assert differences(result_of_a_branch(), new) == [
        ("Cấp ủy, lần 1: đồng chí Hồ Thị Lý", "", "Hồ Thị Lý, 1991, 4 phiếu")
    ]


def test_a_name_written_wrongly_is_the_same_person_and_one_left_out_is_told():
    new = deepcopy(result_of_a_branch())
    new.rounds[0].candidates[1].name = "Lê Thị Bính"
    assert differences(result_of_a_branch(), new) == [
        ("Cấp ủy, lần 1: đồng chí Lê Thị Bính, họ và tên", "Lê Thị Bình", "Lê Thị Bính")
    ]
    del new.rounds[0].candidates[1]
    assert differences(result_of_a_branch(), new) == [
        ("Cấp ủy, lần 1: đồng chí Lê Thị Bình", "Lê Thị Bình, 1985, 18 phiếu, trúng cử", "")
    ]


def test_elections_are_matched_by_what_is_elected():
    new = deepcopy(result_of_a_branch())
    new.rounds.insert(0, new.rounds.pop(2))
    assert differences(result_of_a_branch(), new) == []
    del new.rounds[0]
    assert differences(result_of_a_branch(), new) == [("Phó bí thư, lần 1", "lần bầu, 1 người trong danh sách", "")]
