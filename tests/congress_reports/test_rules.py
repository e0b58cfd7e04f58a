"""Wrong figures that must not pass (domain.md §5.6): each rule once wrong, the rest of the report right."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from congress_reports.forms import Answers, RuleLevel, check
from congress_reports.forms.bands import BANDS_2025, Bands
from congress_reports.forms.definition import FormError
from congress_reports.forms.rules import computed, in_words, unexcused

from .reports import (
    BRANCH,
    FORMS,
    GRASSROOTS,
    an_election,
    changed,
    content_of_a_grassroots,
    quality_of_a_branch,
    result_of_a_branch,
    result_of_a_grassroots,
)

RIGHT = {
    "a": (result_of_a_branch(), BRANCH),
    "b": (quality_of_a_branch(), BRANCH),
    "c": (result_of_a_grassroots(), GRASSROOTS),
    "e": (content_of_a_grassroots(), GRASSROOTS),
}


def findings(form: str, changes: dict[str, object], **around) -> list:
    answers, judged_by = RIGHT[form]
    for path, value in changes.items():
        answers = changed(answers, path, value)
    return check(FORMS[form], answers, replace(judged_by, **around))


@pytest.mark.parametrize("form", RIGHT)
def test_a_right_report_has_nothing_to_be_told(form):
    answers, around = RIGHT[form]
    assert [one for one in check(FORMS[form], answers, around) if one.level != RuleLevel.INFO] == []


H, S, INFO = RuleLevel.HARD, RuleLevel.SOFT, RuleLevel.INFO
WRONG = [
    # form, what is changed, rule, level, where the sentence stands first, words of it
    ("a", {"members_total": 2, "members_official": 2, "members_probationary": 0}, "P01", H, "members_total", "2"),
    ("a", {"members_probationary": 3}, "V02", H, "members_total", "bằng 25, khác tổng số đảng viên 24"),
    ("a", {"members_exempt": 25}, "P02", H, "members_exempt", "25"),
    ("a", {"summoned": 23, "absent_excused": 3, "election_base": 23}, "P03", H, "summoned", "chính thức (22)"),
    ("a", {"absent_excused": 2}, "V03", H, "present", "bằng 22, khác số được triệu tập 21"),
    ("a", {"present": 13, "absent_excused": 8}, "V04", H, "present", "đạt 61,9%"),
    ("a", {"election_base": 19}, "V05", H, "election_base", "là 19"),
    ("a", {"election_base": 22}, "V05", H, "election_base", "là 22"),
    ("a", {"election_base": 22, "exempt_present": 1}, "V05", S, "election_base", "là 22"),
    ("a", {"opened_on": date(2025, 4, 13)}, "H01", H, "opened_on", "13/04/2025"),
    ("a", {"closed_on": date(2025, 4, 19)}, "H02", H, "closed_on", "chưa tới"),
    ("a", {"opened_on": date(2025, 4, 8)}, "H03", S, "opened_on", "5 ngày"),
    ("a", {"congress_form": "delegates"}, "H04", H, "congress_form", "Chi bộ chỉ"),
    ("a", {"opened_on": date(2024, 12, 31), "closed_on": date(2024, 12, 31)}, "H05", S, "opened_on", "ngoài thời gian"),
    ("c", {"delegates_elected": 70}, "P05", H, "delegates_ex_officio", "bằng 79, khác số đại biểu triệu tập 80"),
    ("c", {"delegates_female": 81}, "P06", H, "delegates_female", "81"),
    ("a", {"rounds.0.seats": 0}, "R01", H, "rounds.0.seats", "Cấp ủy, lần 1"),
    ("a", {"rounds.0.cand_nominated": 1}, "R02", H, "rounds.0.cand_prepared", "5 người nhưng đã ghi tên 4"),
    ("a", {"rounds.1.seats": 2}, "R03", H, "rounds.1.seats", "cần bầu 2"),
    ("a", {"rounds.0.attending": 21}, "R04", H, "rounds.0.attending", "21"),
    ("a", {"rounds.0.base": 20}, "R05", S, "rounds.0.base", "(21)"),
    ("a", {"rounds.0.ballots_invalid": 1, "rounds.0.invalid_reason": "Gạch hết"}, "V06", H,
     "rounds.0.ballots_returned", "bằng 21, khác số phiếu thu về 20"),
    ("a", {"rounds.0.ballots_issued": 19}, "V06", H, "rounds.0.ballots_issued", "nhiều hơn số phát ra 19"),
    ("a", {"rounds.0.ballots_issued": 21}, "V06", H, "rounds.0.ballots_issued", "phát ra 21"),
    ("a", {"rounds.1.ballots_issued": 19, "rounds.1.ballots_returned": 19, "rounds.1.ballots_valid": 19,
           "rounds.1.candidates.0.votes": 19}, "V07", S, "rounds.0.ballots_issued", "cấp ủy 20, bí thư 19"),
    ("a", {"rounds.0.candidates.0.votes": 21}, "V08", H, "rounds.0.candidates.0.votes", "21 phiếu"),
    ("a", {"rounds.0.candidates.0.votes": 20, "rounds.0.candidates.1.votes": 20, "rounds.0.candidates.2.votes": 20,
           "rounds.0.candidates.3.votes": 10}, "V08", H, "rounds.0.ballots_valid", "= 60"),
    ("a", {"rounds.2.candidates.0.votes": 10}, "V09", H, "rounds.2.candidates.0.elected", "cần ít nhất 11"),
    ("a", {"rounds.0.candidates.2.votes": 12, "rounds.0.candidates.3.votes": 11,
           "rounds.0.candidates.2.elected": False, "rounds.0.candidates.3.elected": True}, "V10", H,
     "rounds.0.candidates.3.elected", "Trần Văn Cường có 12 phiếu"),
    ("a", {"rounds.0.candidates.2.elected": False}, "V10", H, "rounds.0.candidates.2.elected", "còn chỗ"),
    ("a", {"rounds.0.seats": 2}, "V11", H, "rounds.0.seats", "trúng cử 3 người, nhiều hơn số cần bầu 2"),
    ("a", {"rounds.0.seats": 4}, "V12", S, "rounds.0.cand_prepared", "không có số dư"),
    ("c", {"rounds.0.seats": 9}, "V12", S, "rounds.0.cand_prepared", "số dư 4 vượt 30% của 9"),
    ("a", {"rounds.1.candidates.0.elected": False}, "V13", H, "", "0 đồng chí"),
    ("a", {"rounds.1.candidates.0.elected": False, "secretary_vacant": True}, "V13", S, "", "0 đồng"),
    ("c", {"rounds.1.candidates.3.elected": True, "rounds.1.candidates.3.votes": 8, "rounds.1.seats": 4}, "V15", S, "",
     "Ban Thường vụ 4"),
    ("a", {"rounds.2.candidates.0.name": "Phạm Văn Dũng", "rounds.2.candidates.0.birth_year": 1988}, "V16", H,
     "rounds.2.candidates.0.name", "trúng cử phó bí thư"),
    ("b", {"groups.committee.n": 4}, "V17", H, "groups.committee.n", "ghi 4 đồng chí, báo cáo kết quả bầu cử ghi 3"),
    ("b", {"groups.committee.age_50_54": 2}, "V18", H, "groups.committee.age_lt_30", "độ tuổi được 4, khác tổng số 3"),
    ("b", {"groups.committee.pro_master": 0}, "V18", H, "groups.committee.pro_none", "chuyên môn được 2"),
    ("b", {"groups.committee.pt_none": 1}, "V18", H, "groups.committee.pt_none", "lý luận chính trị được 4"),
    ("b", {"groups.committee.female": 4}, "V19", H, "groups.committee.female", "nữ là 4"),
    ("b", {"groups.committee.religious": 4}, "V19", H, "groups.committee.religious", "có tôn giáo là 4"),
    ("b", {"groups.committee.first_time": 2}, "V19", H, "groups.committee.re_elected", "bằng 4"),
    ("b", {"groups.secretary.n": 2}, "V20", H, "groups.secretary.n", "đúng một bí thư"),
    ("b", {"groups.deputy.minority": 1}, "V20", H, "groups.deputy.minority", "lớn hơn của cấp ủy (0)"),
    ("b", {"groups.committee.young": 1}, "V21", H, "groups.committee.young", "dưới 42 được 2"),
    ("b", {"groups.committee.female": 0, "groups.deputy.female": 0}, "V22", INFO, "groups.committee.female", "0%"),
    ("b", {"groups.committee.age_avg": Fraction(60)}, "V23", S, "groups.committee.age_avg", "(40–46,3)"),
    ("a", {"rounds.0.candidates.0.pct_typed": Fraction(95)}, "V24", S, "rounds.0.candidates.0.pct_typed", "ra 90,5%"),
    ("e", {"contents_count": "3", "did_elect_committee": False}, "V27", H, "consent_note", "ý kiến đồng ý"),
    ("e", {"contents_count": "3", "consent_note": "CV 12"}, "V27", H, "did_elect_committee", "không bầu cấp ủy mới"),
    ("a", {"committee_appointed": True}, "V27", H, "committee_appointed", "đang có 1 lần bầu"),
    ("a", {"rounds.0.candidates.3.name": "Dũng"}, "V28", H, "rounds.0.candidates.3.name", "chưa đủ họ và tên"),
    ("a", {"rounds.0.candidates.3.name": "LÊ THỊ BÌNH", "rounds.0.candidates.3.birth_year": 1985}, "V28", H,
     "rounds.0.candidates.3.name", "hai lần"),
    ("a", {"rounds.0.candidates.3.birth_year": 1950}, "V29", S, "rounds.0.candidates.3.birth_year", "75 tuổi"),
    ("a", {"members_official": 8, "members_total": 10, "summoned": 8, "present": 8, "absent_excused": 0}, "V30", S,
     "", "dưới 9"),
    ("a", {"rounds.1.is_tiebreak": True}, "R08", H, "rounds.1.is_tiebreak", "bằng phiếu nhau"),
    ("e", {"did_discuss_documents": False}, "E01", S, "did_elect_committee", "bốn nội dung"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "changes", "rule", "level", "path", "words"), WRONG)
def test_a_wrong_figure_does_not_pass(form, changes, rule, level, path, words):
    found = [one for one in findings(form, changes) if one.rule == rule and words in one.message]
    assert len(found) == 1, [(one.rule, one.message) for one in findings(form, changes)]
    assert found[0].level == level
    assert (found[0].paths or ("",))[0] == path
    assert "…" not in found[0].message
    assert "{" not in found[0].message


def test_every_rule_of_the_catalogue_has_a_wrong_report():
    named = {rule for _, _, rule, _, _, _ in WRONG} | {"P04", "V14", "A01", "V25"}  # the four below
    assert named == {rule.id for form in FORMS.values() for rule in form.rules}


def test_more_delegates_than_members():
    few = {"members_total": 79, "members_official": 77}
    assert "P04" in {one.rule for one in findings("c", few)}


def test_more_deputies_than_usual():
    assert "V14" in {one.rule for one in findings("a", {}, deputies_most=0)}
    assert "V14" in {one.rule for one in findings("c", {}, deputies_most=1)}


def test_the_units_below_a_section():
    answers = result_of_a_branch()
    answers.fields |= {"subunits_total": 6, "subunits_done": 7, "contents_count": "4"}
    found = {one.rule for one in check(FORMS["a"], answers, replace(GRASSROOTS, deputies_most=1))}
    assert {"A01", "V25"} <= found
    answers.fields["subunits_done"] = 6
    assert not {"A01", "V25"} & {one.rule for one in check(FORMS["a"], answers, GRASSROOTS)}


def test_a_tie_break_needs_no_half():
    answers = result_of_a_branch()
    tied = [("Hồ Văn Ích", 1980, 10, False), ("Hồ Thị Khuê", 1981, 10, False)]
    answers.rounds.append(an_election("delegates", tied, 1))
    answers.rounds.append(
        an_election(
            "delegates",
            [("Hồ Văn Ích", 1980, 9, True), ("Hồ Thị Khuê", 1981, 8, False)],
            1,
            is_tiebreak=True,
            round_no=2,
        )
    )
    assert check(FORMS["a"], answers, BRANCH) == []
    answers.rounds[-1].candidates[1].votes = 9
    assert "V10" in {one.rule for one in check(FORMS["a"], answers, BRANCH)}


def test_who_shares_a_name_but_not_the_year_may_stand():
    same = {"rounds.0.candidates.3.name": "Lê Thị Bình", "rounds.0.candidates.3.birth_year": 1986}
    assert findings("a", same) == []


def test_a_branch_of_fewer_than_nine_elects_its_secretary_directly():
    answers = result_of_a_branch()
    answers.rounds = [answers.rounds[1]]
    answers.rounds[0].fields |= {"attending": 8, "base": 8, "ballots_issued": 8, "ballots_returned": 8}
    answers.rounds[0].fields["ballots_valid"] = 8
    answers.rounds[0].candidates[0].votes = 8
    answers.fields |= {
        "members_total": 8, "members_official": 8, "members_probationary": 0, "members_exempt": 0, "summoned": 8,
        "present": 8, "absent_excused": 0, "election_base": 8,
    }  # fmt: skip
    assert check(FORMS["a"], answers, BRANCH) == []
    answers.fields |= {"members_total": 9, "members_official": 9}
    assert "V30" in {one.rule for one in check(FORMS["a"], answers, BRANCH)}


def test_an_appointed_committee_has_no_result_to_be_compared_with():
    changes = {"committee_appointed": True, "groups.committee.n": 4, "groups.committee.age_35_41": 3}
    changes |= {"groups.committee.pro_university": 3, "groups.committee.pt_intermediate": 3}
    changes |= {"groups.committee.young": 3}
    assert "V17" not in {one.rule for one in findings("b", changes)}


def test_what_is_not_filled_in_is_asked_for_and_judges_nothing():
    found = check(FORMS["a"], Answers(), BRANCH)
    assert {one.rule for one in found} == {"required"}
    assert "Đồng chí chưa nhập: Tổng số đảng viên." in [one.message for one in found]
    assert "delegates_female" not in {path for one in found for path in one.paths}


def test_findings_stand_in_the_order_of_the_form():
    found = findings("a", {"rounds.0.seats": 2, "present": None, "closed_on": date(2025, 4, 19), "place": ""})
    places = ["opened_on", "closed_on", "place", "present"]
    assert [one.paths[0] for one in found][:4] == places
    assert found[-1].paths[0].startswith("rounds.")


def test_a_soft_finding_is_excused_by_a_reason_and_a_hard_one_by_none():
    soft = findings("a", {"rounds.0.base": 20})
    assert [one.rule for one in unexcused(soft, {})] == ["R05"]
    assert unexcused(soft, {soft[0].key: "   "})
    assert unexcused(soft, {soft[0].key: "Một đồng chí bị đình chỉ sinh hoạt."}) == []
    hard = findings("a", {"absent_excused": 2})
    assert unexcused(hard, {one.key: "Có lý do." for one in hard}) == hard


def test_computed_figures():
    figures = computed(FORMS["a"], *RIGHT["a"])
    assert in_words(figures["present_rate"], "%") == "95,2%"
    assert figures["rounds.0.surplus"] == 1
    assert figures["rounds.0.candidates_total"] == 4
    assert "present_rate" not in computed(FORMS["a"], changed(RIGHT["a"][0], "summoned", 0), BRANCH)


@pytest.mark.parametrize(
    ("value", "manner", "words"),
    [
        (1234567, "", "1.234.567"),
        (Fraction(930 * 100, 4410), "%", "21,1%"),
        (Fraction(81156, 1000), "%", "81,2%"),
        (Fraction(5, 100), "", "0,1"),
        (100, "%", "100%"),
        (date(2025, 4, 5).toordinal(), "ngày", "05/04/2025"),
        (Fraction(-12, 10), "", "-1,2"),
    ],
)
def test_figures_are_written_as_documents_write_them(value, manner, words):
    assert in_words(value, manner) == words


def test_bands_of_another_term():
    bands = Bands([(None, 39), (40, 49), (50, None)])
    assert bands.codes == ("age_lt_40", "age_40_49", "age_gt_49")
    assert bands.below(40) == ("age_lt_40",)
    assert bands.below(42) is None
    assert [bands.holding(age) for age in (18, 39, 40, 49, 50, 90)] == [
        "age_lt_40", "age_lt_40", "age_40_49", "age_40_49", "age_gt_49", "age_gt_49",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "bands", [[], [(0, 39), (40, None)], [(None, 39), (41, None)], [(None, 39), (39, None)], [(None, 50)]]
)
def test_bands_with_a_gap_are_refused(bands):
    with pytest.raises(FormError):
        Bands(bands)


@pytest.mark.parametrize("age", range(18, 90))
def test_every_age_has_one_band(age):
    low, high = BANDS_2025[BANDS_2025.codes.index(BANDS_2025.holding(age))]
    assert (low or 0) <= age <= (high or 200)
