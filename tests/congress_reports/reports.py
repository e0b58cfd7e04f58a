"""Reports whose figures are all true; a test makes one of them wrong."""

from copy import deepcopy
from datetime import date
from fractions import Fraction

from congress_reports.forms import Answers, Surroundings, load_catalogue
from congress_reports.forms.values import Candidate, Round

FORMS = load_catalogue()

BRANCH = Surroundings(
    today=date(2025, 4, 18),
    campaign_opens=date(2025, 1, 1),
    campaign_ends=date(2025, 12, 31),
    is_branch=True,
    reference_date=date(2025, 4, 1),
    deputies_most=1,
    elected={"committee": 3, "secretary": 1, "deputy": 1},
)
GRASSROOTS = Surroundings(
    today=date(2025, 4, 28),
    campaign_opens=date(2025, 1, 1),
    campaign_ends=date(2025, 12, 31),
    is_branch=False,
    reference_date=date(2025, 4, 1),
    children_total=6,
    children_approved=6,
    elected={"committee": 11, "standing": 3, "secretary": 1, "deputy": 2, "inspection": 3},
)

_HEAD = {
    "congress_form": "all_members",
    "congress_number": "XIII",
    "opened_on": date(2025, 4, 12),
    "closed_on": date(2025, 4, 12),
    "place": "Phòng họp Ga Đồng Lê",
}
_PARTICIPATION = {
    "members_total": 24,
    "members_official": 22,
    "members_probationary": 2,
    "members_exempt": 1,
    "summoned": 21,
    "present": 20,
    "absent_excused": 1,
    "absent_unexcused": 0,
    "exempt_present": 0,
    "election_base": 21,
}


def an_election(body: str, people: list[tuple[str, int, int, bool]], seats: int, **given) -> Round:
    """People as (name, year of birth, votes, elected)."""
    fields = {
        "venue": "congress",
        "round_no": 1,
        "is_tiebreak": False,
        "seats": seats,
        "cand_prepared": len(people),
        "cand_nominated": 0,
        "cand_self": 0,
        "cand_withdrawn": 0,
        "attending": 20,
        "base": 21,
        "ballots_issued": 20,
        "ballots_returned": 20,
        "ballots_valid": 20,
        "ballots_invalid": 0,
    } | given
    return Round(body, fields, [Candidate(name, year, None, votes, elected) for name, year, votes, elected in people])


def result_of_a_branch() -> Answers:
    """Form a: 20 of 21 present, a committee of three out of four, the secretary and one deputy from it."""
    return Answers(
        fields=_HEAD | _PARTICIPATION | {"committee_appointed": False, "secretary_vacant": False},
        rounds=[
            an_election(
                "committee",
                [
                    ("Nguyễn Văn An", 1975, 19, True),
                    ("Lê Thị Bình", 1985, 18, True),
                    ("Trần Văn Cường", 1990, 15, True),
                    ("Phạm Văn Dũng", 1988, 8, False),
                ],
                3,
            ),
            an_election("secretary", [("Nguyễn Văn An", 1975, 20, True)], 1),
            an_election("deputy", [("Lê Thị Bình", 1985, 17, True)], 1),
        ],
    )


def _row(n: int, **given) -> dict:
    zero = dict.fromkeys(FORMS["b"].section_of("groups").splits["trình độ chuyên môn"], 0)
    zero |= dict.fromkeys(FORMS["b"].section_of("groups").splits["lý luận chính trị"], 0)
    zero |= dict.fromkeys(FORMS["b"].section_of("groups").splits["độ tuổi"], 0)
    return {"n": n, "minority": 0, "religious": 0} | zero | given


def quality_of_a_branch() -> Answers:
    """Form b of the same branch."""
    return Answers(
        fields=_HEAD | {"committee_appointed": False, "secretary_vacant": False},
        groups={
            "committee": _row(
                3, female=1, re_elected=2, first_time=1, age_35_41=2, age_50_54=1, young=2,
                age_avg=Fraction("41.7"), pro_university=2, pro_master=1, pt_intermediate=2, pt_advanced=1,
            ),
            "secretary": _row(
                1, female=0, re_elected=1, first_time=0, age_50_54=1, young=0, age_avg=Fraction(50),
                pro_master=1, pt_advanced=1,
            ),
            "deputy": _row(
                1, female=1, re_elected=1, first_time=0, age_35_41=1, young=1, age_avg=Fraction(40),
                pro_university=1, pt_intermediate=1,
            ),
        },
    )  # fmt: skip


def result_of_a_grassroots() -> Answers:
    """Form c: 80 delegates for 136 members, eleven in the committee, three in its standing committee."""
    names = ["An", "Bình", "Chiến", "Dung", "Em", "Phúc", "Giang", "Hải", "Khánh", "Lâm", "Minh"]
    committee = [(f"Nguyễn Văn {name}", 1970 + at, 78 - at, True) for at, name in enumerate(names)]
    left_over = [("Trần Thị Oanh", 1989, 30, False), ("Trần Thị Phượng", 1991, 20, False)]
    of_congress = {"attending": 79, "base": 80, "ballots_issued": 79, "ballots_returned": 79, "ballots_valid": 79}
    of_committee = {
        "venue": "first_meeting", "attending": 11, "base": 11, "ballots_issued": 11, "ballots_returned": 11,
        "ballots_valid": 11,
    }  # fmt: skip
    return Answers(
        fields=_HEAD
        | {
            "congress_form": "delegates", "closed_on": date(2025, 4, 25), "opened_on": date(2025, 4, 25),
            "members_total": 136, "members_official": 134, "members_probationary": 2, "members_exempt": 3,
            "summoned": 80, "present": 79, "absent_excused": 1, "absent_unexcused": 0, "election_base": 80,
            "delegates_female": 20, "delegates_ex_officio": 9, "delegates_elected": 71, "delegates_appointed": 0,
            "exempt_present": 0, "committee_appointed": False, "secretary_vacant": False,
            "secretary_elected_directly": False,
        },
        rounds=[
            an_election("committee", committee + left_over, 11, **of_congress),
            an_election(
                "standing",
                [(n, y, 10 - at, True) for at, (n, y, _, _) in enumerate(committee[:3])]
                + [(committee[3][0], committee[3][1], 4, False)],
                3,
                **of_committee,
            ),
            an_election("secretary", [(committee[0][0], committee[0][1], 11, True)], 1, **of_committee),
            an_election("deputy", [(n, y, 10, True) for n, y, _, _ in committee[1:3]], 2, **of_committee),
        ],
    )  # fmt: skip


def content_of_a_grassroots() -> Answers:
    """Form e of the same unit."""
    kept = result_of_a_grassroots().fields
    return Answers(
        fields={code: kept[code] for code in kept if code in FORMS["e"].fields}
        | {
            "contents_count": "4", "did_review_term": True, "did_discuss_documents": True,
            "did_elect_committee": True, "did_elect_delegates": True, "speeches_count": 12,
        }
    )  # fmt: skip


def quality_of_a_grassroots() -> Answers:
    """Form d of the same unit and the same congress, with the few elected of the branch."""
    days = {code: result_of_a_grassroots().fields[code] for code in ("opened_on", "closed_on", "congress_form")}
    quality = quality_of_a_branch()
    quality.fields |= days
    return quality


def changed(answers: Answers, path: str, value: object) -> Answers:
    """A copy in which one value is another: "present", "rounds.0.seats", "rounds.0.candidates.1.votes",
    "groups.committee.female"."""
    copy = deepcopy(answers)
    *way, last = path.split(".")
    match way:
        case []:
            copy.fields[last] = value
        case ["rounds", at]:
            copy.rounds[int(at)].fields[last] = value
        case ["rounds", at, "candidates", who]:
            setattr(copy.rounds[int(at)].candidates[int(who)], last, value)
        case ["groups", group]:
            copy.groups[group][last] = value
        case _:
            raise ValueError(path)
    return copy
