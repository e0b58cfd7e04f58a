"""Invented reports whose figures agree with each other and with the members' records: for the demo, the benchmarks and
tests of whole campaigns. People are those of the lists; what happened to them is made up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random

from .forms import Answers
from .forms.bands import BANDS_2025, Bands
from .forms.values import Candidate, Round, Value

_INVALID = (
    "Bầu nhiều hơn số lượng quy định",
    "Ghi thêm tên ngoài danh sách",
    "Gạch hết tên trong danh sách",
    "Để trống, không bầu đồng chí nào",
)
_PLACES = ("Hội trường cơ quan", "Phòng họp đơn vị", "Hội trường nhà ga", "Phòng truyền thống", "Nhà văn hóa đơn vị")
_TARGETS = (
    (
        "Hằng năm 100% chi bộ hoàn thành tốt nhiệm vụ trở lên; kết nạp từ 3% đảng viên mới so với tổng số đảng viên; "
        "bảo đảm an toàn chạy tàu, không để xảy ra tai nạn do chủ quan."
    ),
    (
        "Doanh thu tăng bình quân 8% mỗi năm; thu nhập người lao động tăng bình quân 6% mỗi năm; 100% "
        "đảng viên học tập "
        "đầy đủ các nghị quyết."
    ),
    (
        "Tỷ lệ tàu đi đúng giờ đạt trên 95%; giảm ít nhất 10% sự cố do chủ quan; kết nạp mới ít nhất 12 "
        "đảng viên trong "
        "nhiệm kỳ."
    ),
    (
        "Hoàn thành 100% khối lượng bảo trì được giao; nâng tốc độ chạy tàu ở các khu gian trọng điểm; "
        "mỗi năm có từ 90% "
        "đảng viên hoàn thành tốt nhiệm vụ."
    ),
)
_PROBLEMS = (
    "",
    "",
    "Đảng viên làm việc theo ca kíp, phân tán trên nhiều khu gian nên khó bố trí đủ quân số.",
    "Một số đồng chí lớn tuổi còn lúng túng khi dùng Sổ tay trên điện thoại.",
    "Nguồn kết nạp đảng viên là lao động trẻ còn ít.",
)
_DOCUMENTS = "Báo cáo chính trị; Báo cáo kiểm điểm của cấp ủy; {n} tham luận; dự thảo nghị quyết đại hội."
_PRO = ("pro_none", "pro_elementary", "pro_intermediate", "pro_college", "pro_university", "pro_master", "pro_doctor")
_THEORY = ("pt_none", "pt_elementary", "pt_intermediate", "pt_advanced", "pt_bachelor")


@dataclass(frozen=True)
class Official:
    """An official member as the report needs him; levels by their place in _PRO and _THEORY."""

    member_id: int | None
    name: str
    born: date
    female: bool = False
    minority: bool = False
    professional: int = 4
    theory: int = 2
    joined: date = date(2008, 1, 1)
    served_before: bool = False
    # Who is elected: the lowest first, into the first post that is filled.
    place: int = 9


@dataclass(frozen=True)
class Unit:
    """What is known of the unit at its congress."""

    is_branch: bool
    is_grassroots: bool
    total: int
    probationary: int
    exempt: int
    people: Sequence[Official]
    branches: int = 0
    # What is known of the congress itself; left out, it is made up.
    delegates: int | None = None
    where: str = ""
    number: str = ""
    seats: int | None = None
    sent_on: int = 0
    has_inspection: bool = False
    guest: str = "Đại diện Ban Thường vụ cấp ủy cấp trên trực tiếp"
    targets: str = ""


@dataclass
class Held:
    """One congress: what its reports have in common."""

    unit: Unit
    rng: Random
    closed_on: date
    fields: dict[str, Value]
    elected: dict[str, list[Official]]
    rounds: list[Round]


def hold(unit: Unit, *, closed_on: date, rng: Random, bands: Bands = BANDS_2025) -> Held:
    """Let a congress take place on a day: who came, who was elected."""
    by_delegates = not unit.is_branch and (unit.delegates is not None or unit.total > 60)
    official = unit.total - unit.probationary
    if by_delegates:
        summoned = unit.delegates or min(official, max(30, round(unit.total * 0.55 / 5) * 5))
    else:
        summoned = max(2, official - unit.exempt - rng.choice((0, 0, 0, 1)))
    absent = min(rng.choice((0, 0, 0, 1, 1, 2)), summoned // 10)
    present = summoned - absent
    held = Held(unit, rng, closed_on, {}, {}, [])
    held.fields = {
        "congress_form": "delegates" if by_delegates else "all_members",
        "congress_number": unit.number,
        "opened_on": closed_on,
        "closed_on": closed_on,
        "place": unit.where or rng.choice(_PLACES),
        "note": None,
        "members_total": unit.total,
        "members_official": official,
        "members_probationary": unit.probationary,
        "members_exempt": unit.exempt,
        "summoned": summoned,
        "present": present,
        "absent_excused": absent,
        "absent_unexcused": 0,
        "exempt_present": 0,
        "election_base": summoned,
        "committee_appointed": False,
        "secretary_vacant": False,
    }
    if by_delegates:
        ex_officio = min(summoned, rng.randint(5, 11))
        held.fields |= {
            "delegates_female": rng.randint(summoned // 6, summoned // 3),
            "delegates_ex_officio": ex_officio,
            "delegates_elected": summoned - ex_officio,
            "delegates_appointed": 0,
        }
    _elect(held, present)
    return held


def _elect(held: Held, present: int) -> None:
    unit, rng = held.unit, held.rng
    official = held.fields["members_official"]
    people = sorted(unit.people, key=lambda one: (one.place, not one.served_before, rng.random()))
    base = held.fields["election_base"]
    has_committee = not unit.is_branch or official >= 9
    if has_committee:
        wanted = 3 if unit.is_branch and official < 30 else 5 if unit.is_branch else 7 if unit.total < 80 else 11
        seats = max(1, min(unit.seats or wanted, len(people) - 1))
        surplus = 1 if seats < 10 else 2
        held.elected["committee"] = _round(held, "committee", people[: seats + surplus], seats, present, base)
        committee = held.elected["committee"]
        venue = {"venue": "first_meeting"}
        if not unit.is_branch and unit.is_grassroots and len(committee) >= 9:
            standing = committee[: len(committee) // 3]
            rest = committee[len(standing) : len(standing) + 1]
            held.elected["standing"] = _round(
                held, "standing", [*standing, *rest], len(standing), len(committee), len(committee), **venue
            )
        of, base = len(committee), len(committee)
    else:
        committee, venue, of = people, {"venue": "congress"}, present
    _elect_delegates(held, people, present)
    held.elected["secretary"] = _round(held, "secretary", committee[:1], 1, of, base, **venue)
    deputies = committee[1:2] if len(committee) >= 3 else []
    if deputies:
        held.elected["deputy"] = _round(held, "deputy", deputies, len(deputies), of, base, **venue)
    if unit.has_inspection and len(committee) >= 5:
        chair = committee[2]
        others = [one for one in people if one not in committee][:2] or committee[3:5]
        held.elected["inspection"] = _round(held, "inspection", [chair, *others], 1 + len(others), of, base, **venue)
        held.elected["inspection_chair"] = _round(held, "inspection_chair", [chair], 1, of, base, **venue)


def _elect_delegates(held: Held, people: list[Official], present: int) -> None:
    """To the congress above, at the congress itself, where that one is held by delegates."""
    if held.unit.sent_on and len(people) > held.unit.sent_on:
        seats = held.unit.sent_on
        base = held.fields["election_base"]
        held.elected["delegates"] = _round(held, "delegates", people[: seats + 1], seats, present, base)


def _round(
    held: Held, body: str, people: list[Official], seats: int, present: int, base: int, **given
) -> list[Official]:
    """One round in which the first `seats` of `people` are elected; the rest stay below one half."""
    rng = held.rng
    invalid = 1 if present > 12 and rng.random() < 0.15 else 0
    valid = present - invalid
    half = base // 2 + 1
    votes = []
    for at in range(len(people)):
        if at < seats:
            votes.append(max(half, valid - min(at, 3) - rng.randint(0, max(0, valid // 12))))
        else:
            most = max(0, min(base // 2, valid // 3))
            votes.append(rng.randint(min(most, max(1, valid // 6)), most))
    votes[:seats] = sorted(votes[:seats], reverse=True)
    # Every ballot names at most as many as there are seats.
    over = sum(votes) - valid * seats
    for at in range(len(votes) - 1, seats - 1, -1):
        cut = min(votes[at], max(0, over))
        votes[at] -= cut
        over -= cut
    fields = {
        "venue": "congress",
        "round_no": 1,
        "is_tiebreak": False,
        "seats": seats,
        "cand_prepared": len(people),
        "cand_nominated": 0,
        "cand_self": 0,
        "cand_withdrawn": 0,
        "attending": present,
        "base": base,
        "ballots_issued": present,
        "ballots_returned": present,
        "ballots_valid": valid,
        "ballots_invalid": invalid,
        "invalid_reason": rng.choice(_INVALID) if invalid else None,
    } | given
    candidates = [
        Candidate(one.name, one.born.year, one.member_id, count, at < seats)
        for at, (one, count) in enumerate(zip(people, votes, strict=True))
    ]
    held.rounds.append(Round(body, fields, candidates))
    return list(people[:seats])


_HEAD = ("congress_form", "congress_number", "opened_on", "closed_on", "place", "note")
_SITUATION = ("committee_appointed", "secretary_vacant")


def result(held: Held) -> Answers:
    """Form a or c."""
    fields = dict(held.fields)
    if held.unit.is_grassroots:
        fields |= {"secretary_elected_directly": held.unit.is_branch}
    elif not held.unit.is_branch:
        fields |= {
            "subunits_total": held.unit.branches,
            "subunits_done": held.unit.branches,
            "contents_count": "4",
        }
    return Answers(fields=fields, rounds=held.rounds)


def quality(held: Held, *, reference: date, bands: Bands = BANDS_2025, young_below: int = 42) -> Answers:
    """Form b or d."""
    wanted = ("committee", "standing", "secretary", "deputy", "inspection") if held.unit.is_grassroots else (
        "committee", "secretary", "deputy",
    )  # fmt: skip
    groups = {
        body: _row(held.elected[body], reference, bands, young_below, held.closed_on)
        for body in wanted
        if held.elected.get(body)
    }
    return Answers(fields={code: held.fields[code] for code in (*_HEAD, *_SITUATION)}, groups=groups)


def _row(people: list[Official], reference: date, bands: Bands, young_below: int, day: date) -> dict[str, Value]:
    ages = [_years(one.born, reference) for one in people]
    row: dict[str, Value] = dict.fromkeys((*bands.codes, *_PRO, *_THEORY), 0)
    for one, age in zip(people, ages, strict=True):
        row[bands.holding(age)] += 1
        row[_PRO[one.professional]] += 1
        row[_THEORY[one.theory]] += 1
    n = len(people)
    again = sum(one.served_before for one in people)
    return row | {
        "n": n,
        "female": sum(one.female for one in people),
        "minority": sum(one.minority for one in people),
        "re_elected": again,
        "first_time": n - again,
        "young": sum(age < young_below for age in ages),
        "age_avg": Fraction(round(sum(ages) * 10 / n), 10),
        "party_age_avg": Fraction(round(sum(_years(one.joined, day) for one in people) * 10 / n), 10),
    }


def _years(since: date, until: date) -> int:
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))


def content(held: Held, *, speeches: int | None = None) -> Answers:
    """Form e."""
    rng = held.rng
    speeches = rng.randint(4, 15) if speeches is None else speeches
    participation = {code: value for code, value in held.fields.items() if code not in _SITUATION}
    return Answers(
        fields=participation
        | {
            "contents_count": "4",
            "did_review_term": True,
            "did_discuss_documents": True,
            "did_elect_committee": True,
            "did_elect_delegates": True,
            "documents": _DOCUMENTS.format(n=speeches),
            "speeches_count": speeches,
            "resolution_no": "01-NQ/ĐH",
            "resolution_date": held.closed_on,
            "targets_summary": held.unit.targets or rng.choice(_TARGETS),
            "superior_guest": held.unit.guest,
            "problems": rng.choice(_PROBLEMS) or None,
        }
    )
