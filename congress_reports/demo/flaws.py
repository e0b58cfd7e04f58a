"""What was wrong in a report that a superior refused: figures that the rules cannot catch, and the words in which it
was told."""

from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from random import Random

from ..forms import Answers

Flaw = tuple[Answers, str, list[str]]


def spoil(code: str, right: Answers, passes: Callable[[Answers], bool], rng: Random) -> Flaw | None:
    """A copy with one thing wrong, the reason for refusing it, and the fields that the refusal points at. `passes`:
    whether the rules let it through, for else it would not have been sent."""
    makers = list(_RESULT if code in "ac" else _QUALITY if code in "bd" else _CONTENT)
    rng.shuffle(makers)
    for make in makers:
        wrong = deepcopy(right)
        told = make(wrong, rng)
        if told is not None and passes(wrong):
            return wrong, *told
    return None


def _absence(wrong: Answers, rng: Random) -> tuple[str, list[str]] | None:
    excused = wrong.fields["absent_excused"]
    if not excused:
        return None
    wrong.fields |= {"absent_excused": 0, "absent_unexcused": excused}
    reason = (
        f"Biên bản ghi {excused} đồng chí vắng có lý do, báo cáo lại ghi vắng không lý do. Đề nghị đồng chí đối "
        "chiếu và sửa lại."
    )
    return reason, ["absent_excused", "absent_unexcused"]


def _birth_year(wrong: Answers, rng: Random) -> tuple[str, list[str]] | None:
    at = rng.randrange(len(wrong.rounds))
    who = rng.randrange(len(wrong.rounds[at].candidates))
    person = wrong.rounds[at].candidates[who]
    is_right, person.birth_year = person.birth_year, person.birth_year + (3 if person.birth_year < 1988 else -3)
    reason = (
        f"Năm sinh của đồng chí {person.name} ghi {person.birth_year}, theo hồ sơ đảng viên là {is_right}. Đề nghị "
        "đồng chí kiểm tra lại."
    )
    return reason, [f"rounds.{at}.candidates.{who}.birth_year"]


def _votes(wrong: Answers, rng: Random) -> tuple[str, list[str]] | None:
    at = rng.randrange(len(wrong.rounds))
    one = wrong.rounds[at]
    person = one.candidates[0]
    second = max((other.votes for other in one.candidates[1:]), default=0)
    if (person.votes - 1) * 2 <= one.fields["base"] or person.votes - 1 < second:
        return None
    person.votes -= 1
    return (
        f"Biên bản kiểm phiếu ghi đồng chí {person.name} được {person.votes + 1} phiếu, báo cáo ghi {person.votes}.",
        [f"rounds.{at}.candidates.0.votes"],
    )


def _exempt(wrong: Answers, rng: Random) -> tuple[str, list[str]] | None:
    exempt = wrong.fields["members_exempt"]
    if not exempt:
        return None
    wrong.fields["members_exempt"] = 0
    return (
        f"Đơn vị có {exempt} đảng viên được miễn công tác và sinh hoạt đảng, báo cáo ghi 0. Đề nghị bổ sung.",
        ["members_exempt"],
    )


def _place(wrong: Answers, rng: Random) -> tuple[str, list[str]] | None:
    wrong.fields["place"] = "Hội trường"
    return "Đề nghị đồng chí ghi rõ địa điểm tổ chức đại hội theo biên bản.", ["place"]


def _education(wrong: Answers, rng: Random) -> tuple[str, list[str]] | None:
    row = wrong.groups.get("committee")
    leaders = [wrong.groups[body]["pro_university"] for body in ("secretary", "deputy") if body in wrong.groups]
    if row is None or row["pro_university"] <= max([0, *leaders]):
        return None
    row["pro_university"] -= 1
    row["pro_college"] += 1
    reason = (
        f"Theo hồ sơ, cấp ủy có {row['pro_university'] + 1} đồng chí trình độ đại học, báo cáo ghi "
        f"{row['pro_university']}. Đề nghị đồng chí rà soát lại trình độ chuyên môn."
    )
    return reason, ["groups.committee.pro_university", "groups.committee.pro_college"]


def _again(wrong: Answers, rng: Random) -> tuple[str, list[str]] | None:
    row = wrong.groups.get("committee")
    if row is None or row["first_time"] == 0 or row["re_elected"] == row["n"]:
        return None
    row["re_elected"] += 1
    row["first_time"] -= 1
    reason = (
        f"Số tái cử ghi {row['re_elected']}; nhiệm kỳ trước chỉ có {row['re_elected'] - 1} đồng chí trong số này "
        "là cấp ủy viên. Đề nghị đồng chí xem lại."
    )
    return reason, ["groups.committee.re_elected", "groups.committee.first_time"]


def _party_age(wrong: Answers, rng: Random) -> tuple[str, list[str]] | None:
    body, row = next(iter(wrong.groups.items()))
    is_right = row["party_age_avg"]
    row["party_age_avg"] = is_right + 4
    reason = (
        f"Tuổi đảng bình quân ghi {_decimal(row['party_age_avg'])}, tính từ hồ sơ là {_decimal(is_right)}. Đề nghị "
        "đồng chí tính lại."
    )
    return reason, [f"groups.{body}.party_age_avg"]


def _decimal(number: Fraction) -> str:
    return f"{float(number):.1f}".replace(".", ",")


def _resolution(wrong: Answers, rng: Random) -> tuple[str, list[str]] | None:
    wrong.fields |= {"resolution_no": None, "resolution_date": None}
    return "Báo cáo chưa ghi số, ngày nghị quyết đại hội. Đề nghị bổ sung.", ["resolution_no", "resolution_date"]


def _aims(wrong: Answers, rng: Random) -> tuple[str, list[str]] | None:
    wrong.fields["targets_summary"] = "Theo nghị quyết đại hội."
    return "Đề nghị ghi rõ các mục tiêu chính mà nghị quyết đại hội đã thông qua.", ["targets_summary"]


Maker = Callable[[Answers, Random], tuple[str, list[str]] | None]
_RESULT: tuple[Maker, ...] = (_absence, _birth_year, _votes, _exempt, _place)
_QUALITY: tuple[Maker, ...] = (_education, _again, _party_age, _party_age)
_CONTENT: tuple[Maker, ...] = (_resolution, _aims, _place)


def unfinished(code: str, right: Answers, rng: Random) -> Answers:
    """A draft that somebody laid aside: its first parts, or all of it with a slip that a rule will find."""
    draft = deepcopy(right)
    if rng.random() < 0.5:
        draft.rounds, draft.groups = [], {}
        if code in "ac" and rng.random() < 0.5:
            draft.rounds = right.rounds[:1]
    elif "present" in draft.fields:
        draft.fields["present"] += 1
    else:
        row = next(iter(draft.groups.values()))
        row["pt_elementary"] += 1
    return draft
