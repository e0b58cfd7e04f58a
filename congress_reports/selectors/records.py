"""The quality analysis out of the members' records (domain.md §5.4, block Q)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from members.enums import Gender, PoliticalTheory, PostCode, ProfessionalLevel
from members.models import Member, Post
from members.party_age import full_years, party_since

from ..definitions import answers_of, definition_of
from ..forms import Form
from ..forms.bands import Bands
from ..forms.definition import Section, SectionKind
from ..forms.values import Candidate, Value
from ..models import Report
from .sources import siblings_of

_COMMITTEE = {
    PostCode.SECRETARY,
    PostCode.STANDING_DEPUTY_SECRETARY,
    PostCode.DEPUTY_SECRETARY,
    PostCode.STANDING_MEMBER,
    PostCode.COMMITTEE_MEMBER,
    PostCode.CELL_COMMITTEE_MEMBER,
}
# Body → the posts whose holder of the last term is re-elected into it.
_SAME_POSTS = {
    "committee": _COMMITTEE,
    "standing": _COMMITTEE - {PostCode.COMMITTEE_MEMBER, PostCode.CELL_COMMITTEE_MEMBER},
    "secretary": {PostCode.SECRETARY},
    "deputy": {PostCode.STANDING_DEPUTY_SECRETARY, PostCode.DEPUTY_SECRETARY},
    "inspection": {PostCode.INSPECTION_CHAIR, PostCode.INSPECTION_VICE_CHAIR, PostCode.INSPECTION_MEMBER},
}
# Who left the post earlier than this before the congress was not in it to the end of the term.
_TO_THE_END = timedelta(days=180)


@dataclass
class Analysis:
    """One group. `values`: by column, also those that cannot be the last word; `whole`: columns for which every
    person's record speaks; `unknown`: what is missing in words, with the persons' names."""

    values: dict[str, Value] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    unknown: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Person:
    name: str
    member: Member | None
    posts: tuple[Post, ...] = ()


def analysed(report: Report) -> dict[str, Analysis]:
    """The groups of the report's analysis as the records of those elected have them, by group; nothing while the
    unit's result report names nobody. At most three queries, however many were elected."""
    section = definition_of(report).section_of(SectionKind.GROUPS)
    if section is None:
        return {}
    elected, day = _elected(report)
    ids = {one.member_id for people in elected.values() for one in people if one.member_id is not None}
    members = {one.pk: one for one in Member.objects.filter(pk__in=ids)} if ids else {}
    posts: dict[int, list[Post]] = {}
    if ids:
        for post in Post.objects.filter(member_id__in=ids, unit_id=report.unit_id):
            posts.setdefault(post.member_id, []).append(post)
    found = {}
    for group in section.groups:
        people = [
            _Person(one.name, members.get(one.member_id), tuple(posts.get(one.member_id, ())))
            for one in elected.get(group.code, [])
        ]
        if people:
            found[group.code] = _analysis(report, section, group.code, people, day)
    return found


def _elected(report: Report) -> tuple[dict[str, list[Candidate]], date]:
    """By body, and the day on which it was."""
    for other in siblings_of(report):
        if definition_of(other).section_of(SectionKind.ROUNDS) is None:
            continue
        elected: dict[str, list[Candidate]] = {}
        for one in answers_of(other).rounds:
            elected.setdefault(one.body, []).extend(person for person in one.candidates if person.elected)
        closed_on = answers_of(other).fields.get("closed_on")
        return elected, closed_on if isinstance(closed_on, date) else report.campaign.reference_date
    return {}, report.campaign.reference_date


def _analysis(report: Report, section: Section, body: str, people: list[_Person], congress_day: date) -> Analysis:
    columns = {one.code for one in section.fields}
    campaign, bands = report.campaign, Bands(report.campaign.bands)
    analysis = Analysis(values={"n": len(people)}, whole={"n"})

    def tell(
        what: str, codes: Iterable[str], known: Callable[[Member], object], count, *, partly: bool = False
    ) -> None:
        """Counts the columns `codes`. Where somebody's record is silent they are left to be typed; of columns that
        split one figure the known ones are counted all the same, for their sum shows that somebody is missing."""
        codes = [code for code in codes if code in columns]
        if not codes:
            return
        speaking = [one for one in people if one.member is not None and known(one.member) not in (None, "")]
        silent = [one.name for one in people if one not in speaking]
        if silent:
            analysis.unknown.setdefault(what, silent)
        else:
            analysis.whole |= set(codes)
        if not silent or partly:
            analysis.values |= count(speaking, codes)

    def how_many(holds: Callable[[_Person, str], bool]):
        return lambda speaking, codes: {code: sum(holds(one, code) for one in speaking) for code in codes}

    def age(one: _Person) -> int:
        return full_years(one.member.birth_date, campaign.reference_date)

    tell("giới tính", ["female"], lambda m: m.gender, how_many(lambda one, _: one.member.gender == Gender.FEMALE))
    tell(
        "dân tộc",
        ["minority"],
        lambda m: m.ethnicity,
        how_many(lambda one, _: one.member.ethnicity.strip().casefold() != "kinh"),
    )
    in_band = how_many(lambda one, code: bands.holding(age(one)) == code)
    tell("ngày sinh", bands.codes, lambda m: m.birth_date, in_band, partly=True)
    tell("ngày sinh", ["young"], lambda m: m.birth_date, how_many(lambda one, _: age(one) < campaign.young_below))
    tell("ngày sinh", ["age_avg"], lambda m: m.birth_date, lambda known, codes: {"age_avg": _mean(map(age, known))})
    tell(
        "trình độ chuyên môn",
        [f"pro_{level}" for level in ProfessionalLevel.values],
        lambda m: m.professional_level,
        how_many(lambda one, code: f"pro_{one.member.professional_level}" == code),
        partly=True,
    )
    tell(
        "lý luận chính trị",
        [f"pt_{level}" for level in PoliticalTheory.values],
        lambda m: m.political_theory,
        how_many(lambda one, code: f"pt_{one.member.political_theory}" == code),
        partly=True,
    )
    day = campaign.reference_date
    tell(
        "ngày vào Đảng",
        ["party_age_avg"],
        party_since,
        lambda known, codes: {"party_age_avg": _mean(full_years(party_since(one.member)[0], day) for one in known)},
    )
    if body in _SAME_POSTS:
        terms = {id(one): _held(one.posts, body, congress_day) for one in people}
        tell("nhiệm kỳ trước", ["re_elected"], lambda m: m.pk, how_many(lambda one, _: terms[id(one)] == "to the end"))
        tell("nhiệm kỳ trước", ["first_time"], lambda m: m.pk, how_many(lambda one, _: terms[id(one)] == "never"))
    return analysis


def _held(posts: tuple[Post, ...], body: str, day: date) -> str:
    """Whether somebody held such a post until this congress, earlier only, or never."""
    before = [one for one in posts if one.code in _SAME_POSTS[body] and (one.begins_on is None or one.begins_on < day)]
    if not before:
        return "never"
    return "to the end" if any(one.ends_on is None or one.ends_on >= day - _TO_THE_END for one in before) else "earlier"


def _mean(numbers: Iterable[int]) -> Fraction:
    """One decimal, half up, as people round."""
    numbers = list(numbers)
    return Fraction(int(Fraction(sum(numbers) * 10, len(numbers)) + Fraction(1, 2)), 10)


def in_words(analysis: Analysis, most: int = 4) -> list[str]:
    """ "3 đồng chí chưa rõ trình độ chuyên môn: …" """
    lines = []
    for what, names in analysis.unknown.items():
        if len(names) == analysis.values["n"] > 1:
            lines.append(f"Cả {len(names)} đồng chí đều chưa rõ {what}.")
            continue
        listed = ", ".join(names[:most]) + (f" và {len(names) - most} đồng chí khác" if len(names) > most else "")
        lines.append(f"{len(names)} đồng chí chưa rõ {what}: {listed}.")
    return lines


def put_in(answers, form: Form, found: dict[str, Analysis], groups: Iterable[str]) -> None:
    """Fill groups from the records, over what stood there; what the records do not tell is left as it was typed. What
    they said is kept beside, so that whoever reads the report later sees where it was corrected."""
    for code in groups:
        analysis = found.get(code)
        if analysis is None:
            continue
        row = answers.groups.setdefault(code, {})
        row |= analysis.values
        start = f"groups.{code}."
        answers.records = {path: value for path, value in answers.records.items() if not path.startswith(start)}
        answers.records |= {start + column: analysis.values[column] for column in analysis.whole}
        answers.unread = {
            path: text
            for path, text in answers.unread.items()
            if not (path.startswith(start) and path.removeprefix(start) in analysis.values)
        }
        answers.reasons = {key: text for key, text in answers.reasons.items() if not key.startswith(f"own:{start}")}
