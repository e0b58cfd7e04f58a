"""Whether the figures of a report can be true (domain.md §5.6). Run at entry, at sending and at approval, each time on
the server; the sentences name the fields and the figures."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import chain

from common.text import canonical

from .bands import BANDS_2025, YOUNG_BELOW_2025, Bands
from .definition import Field, FieldType, Form, Rule, RuleLevel, RuleScope, Section, SectionKind
from .expressions import Expression, Unknown, parse
from .expressions import Value as Figure
from .values import Answers, Candidate, Problem, Round, Value, field_at, read

REQUIRED, UNREAD, OWN = "required", "unread", "own"
_YOUNGEST, _OLDEST = 18, 80


@dataclass(frozen=True)
class Surroundings:
    """What a report is judged by beside its own figures. `elected`: how many the result report of the same unit has
    elected into each body; none where it is not known yet."""

    today: date
    campaign_opens: date
    campaign_ends: date
    is_branch: bool
    reference_date: date
    deputies_most: int = 2
    bands: Bands = BANDS_2025
    young_below: int = YOUNG_BELOW_2025
    # Shares in percent; 0 where the campaign sets no target.
    target_female: int = 15
    target_young: int = 10
    children_total: int | None = None
    children_approved: int | None = None
    elected: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Finding:
    """A rule that does not hold. `paths`: the fields beside which the sentence stands, the first is where a reader
    is led; `key` names the finding for the reason that excuses it."""

    rule: str
    level: RuleLevel
    message: str
    paths: tuple[str, ...]
    key: str = field(default="")

    @property
    def is_hard(self) -> bool:
        return self.level == RuleLevel.HARD


def check(form: Form, answers: Answers, around: Surroundings) -> list[Finding]:
    """All findings, in the order of the form. A rule whose figures are not all there says nothing: what is missing is
    a finding of its own."""
    judge = _Judge(form, answers, around)
    return _found(judge)


def _found(judge: "_Judge") -> list[Finding]:
    asked_of_rules = (judge.ask(rule) for rule in judge.form.rules)
    found = list(chain(judge.unread(), judge.missing(), *asked_of_rules, judge.own()))
    places = {path: at for at, path in enumerate(judge.paths())}
    return sorted(found, key=lambda one: min((places.get(path, len(places)) for path in one.paths), default=-1))


def unexcused(findings: list[Finding], reasons: Mapping[str, str]) -> list[Finding]:
    """What still stands in the way of sending: hard ones, and soft ones without a reason."""
    return [
        one for one in findings if one.is_hard or (one.level == RuleLevel.SOFT and not reasons.get(one.key, "").strip())
    ]


@dataclass(frozen=True)
class Judgement:
    """All that can be said of a report at once. `asked`: paths of the fields that are asked in this situation."""

    findings: list[Finding]
    computed: dict[str, Figure]
    asked: frozenset[str]


def judge(form: Form, answers: Answers, around: Surroundings) -> Judgement:
    one = _Judge(form, answers, around)
    paths = (prefix + each.code for section, prefix, env in one.rows() for each in asked(section.fields, env))
    return Judgement(_found(one), _computed(one), frozenset(paths))


def without_unasked(form: Form, answers: Answers, around: Surroundings) -> Answers:
    """The same report without what was typed before the situation made it none of the report's business, and without
    reasons for what is no finding: what is sent says nothing that nobody sees."""
    judgement = judge(form, answers, around)
    keys = {one.key for one in judgement.findings}
    return replace(
        answers,
        fields={code: value for code, value in answers.fields.items() if code in judgement.asked},
        rounds=[
            replace(one, fields={k: v for k, v in one.fields.items() if f"rounds.{at}.{k}" in judgement.asked})
            for at, one in enumerate(answers.rounds)
        ],
        groups={code: row for code, row in answers.groups.items() if any(value is not None for value in row.values())},
        reasons={key: reason for key, reason in answers.reasons.items() if key in keys},
    )


def first_values(form: Form, answers: Answers, around: Surroundings, body: str) -> dict[str, Value]:
    """What stands in a new round of this body before anybody types: from the fields' defaults."""
    section = form.section_of(SectionKind.ROUNDS)
    group = next(one for one in section.groups if one.code == body)
    env = _Judge(form, answers, around).report_env
    values: dict[str, Value] = {}
    for one in section.fields:
        default = group.defaults.get(one.code, one.default)
        value = None if default is None else _try(default, env)
        if value is not None and not (isinstance(value, Fraction) and value.denominator != 1):
            values[one.code] = int(value) if isinstance(value, Fraction) else value
    return values


def computed(form: Form, answers: Answers, around: Surroundings) -> dict[str, Figure]:
    """Figures that follow from others, by path; those that cannot be computed yet are left out."""
    return _computed(_Judge(form, answers, around))


def _computed(judge: "_Judge") -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for section, prefix, env in judge.rows():
        for one in section.fields:
            if one.computed is not None and (value := _try(one.computed, env)) is not None:
                figures[prefix + one.code] = value
    for at, env in enumerate(judge.round_envs):
        for who, person in enumerate(judge.answers.rounds[at].candidates):
            if env.get("base") and person.votes is not None:
                figures[f"rounds.{at}.candidates.{who}.pct_base"] = Fraction(person.votes * 100, env["base"])
    return figures


def environment(form: Form, answers: Answers, around: Surroundings) -> dict[str, Figure]:
    """The report's own figures and surroundings, as conditions read them."""
    return _Judge(form, answers, around).report_env


def asked(fields: tuple[Field, ...], env: Mapping[str, Figure]) -> list[Field]:
    """The fields that are asked in this situation."""
    return [one for one in fields if one.when is None or _try(one.when, env) is True]


# ---- sentences ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A piece of a sentence: plain words, or a figure with the way it is written."""

    words: str = ""
    expression: Expression | None = None
    manner: str = ""


_PART = re.compile(r"\{([^{}|]+)(?:\|([^{}]*))?\}")


@lru_cache(maxsize=1000)
def parts_of(message: str) -> tuple[Part, ...]:
    parts, at = [], 0
    for found in _PART.finditer(message):
        parts.append(Part(words=message[at : found.start()]))
        parts.append(Part(expression=parse(found[1]), manner=found[2] or ""))
        at = found.end()
    return (*parts, Part(words=message[at:]))


def in_words(value: Figure, manner: str = "") -> str:
    """A figure as Vietnamese documents write it: 1.234 · 45,6 · 68,2% · 25/04/2025."""
    if manner == "ngày":
        return f"{date.fromordinal(int(value)):%d/%m/%Y}"
    if isinstance(value, str):
        return value
    if manner == "%" or (isinstance(value, Fraction) and value.denominator != 1):
        tenths = int(abs(value) * 10 + Fraction(1, 2))  # half up, as people round
        sign = "-" if value < 0 and tenths else ""
        text = f"{sign}{tenths // 10:,}".replace(",", ".") + (f",{tenths % 10}" if tenths % 10 else "")
        return f"{text}%" if manner == "%" else text
    return f"{int(value):,}".replace(",", ".")


def _sentence(message: str, env: Mapping[str, Figure]) -> str:
    written = []
    for part in parts_of(message):
        if part.expression is None:
            written.append(part.words)
            continue
        value = _try(part.expression, env)
        written.append("…" if value is None else in_words(value, part.manner))
    return "".join(written)


# ---- judging --------------------------------------------------------------------------------------------------------


class _Judge:
    """One report with all the figures its rules can read."""

    def __init__(self, form: Form, answers: Answers, around: Surroundings) -> None:
        self.form, self.answers, self.around = form, answers, around
        self.rounds_section = form.section_of(SectionKind.ROUNDS)
        self.groups_section = form.section_of(SectionKind.GROUPS)
        self.bodies = {
            group.code: group.label
            for section in form.sections
            if section.kind == SectionKind.ROUNDS
            for group in section.groups
        }
        self.report_env = self._report()
        self.round_envs = [self._round(one) for one in answers.rounds]

    def _report(self) -> dict[str, Figure]:
        around = self.around
        env: dict[str, Figure] = {
            "today": around.today.toordinal(),
            "campaign_opens": around.campaign_opens.toordinal(),
            "campaign_ends": around.campaign_ends.toordinal(),
            "is_branch": around.is_branch,
            "deputies_most": around.deputies_most,
            "young_below": around.young_below,
            "target_female": around.target_female,
            "target_young": around.target_young,
            "children_total": around.children_total,
            "children_approved": around.children_approved,
            "consent_note_length": len(str(self.answers.fields.get("consent_note") or "")),
            "committee_rounds": sum(one.body == "committee" for one in self.answers.rounds),
        }
        if self.rounds_section is not None:
            counts = Counter(one.body for one in self.answers.rounds for person in one.candidates if person.elected)
            # Before the first election is typed nothing is known of who was elected, nor is it wrong.
            env |= {f"elected_{body}": counts[body] if self.answers.rounds else None for body in self.bodies}
            env["committee_rounds"] = env["committee_rounds"] if self.answers.rounds else None
        else:
            env |= {f"elected_{body}": count for body, count in (around.elected or {}).items()}
        env |= _figures(list(self.form.fields.values()), self.answers.fields)
        return _with_computed(self.form.fields.values(), env)

    def _round(self, one: Round) -> dict[str, Figure]:
        votes = [person.votes for person in one.candidates]
        env = self.report_env | {
            "body": one.body,
            "body_label": self.bodies.get(one.body, one.body),
            "candidates_listed": len(one.candidates),
            "votes_sum": None if None in votes else sum(votes),
            "elected_count": sum(person.elected for person in one.candidates),
        }
        fields = self.rounds_section.fields if self.rounds_section else ()
        return _with_computed(fields, env | _figures(fields, one.fields))

    def _candidate(self, person: Candidate, env: Mapping[str, Figure]) -> dict[str, Figure]:
        year = self.around.reference_date.year
        own = dict(env) | {
            "name": person.name,
            "name_words": len(person.name.split()),
            "birth_year": person.birth_year,
            "age": None if person.birth_year is None else year - person.birth_year,
            "votes": person.votes,
            "elected": person.elected,
            "pct_typed": person.pct_typed,
        }
        base = env.get("base")
        own["pct_base"] = Fraction(person.votes * 100, base) if base and person.votes is not None else None
        return own

    def _group(self, code: str, row: Mapping[str, Value]) -> dict[str, Figure]:
        section = self.groups_section
        label = next((group.label for group in section.groups if group.code == code), code)
        env = self.report_env | {"group": code, "group_label": label}
        env["elected_here"] = self.report_env.get(f"elected_{code}")
        env |= _figures(section.fields, row)
        below = self.around.bands.below(self.around.young_below)
        bands = None if below is None else [row.get(column) for column in below]
        env["young_of_bands"] = None if bands is None or None in bands else sum(bands)
        return _with_computed(section.fields, env)

    def rows(self) -> Iterator[tuple[Section, str, Mapping[str, Figure]]]:
        """Every row of fields with the beginning of its paths and its figures."""
        for section in self.form.sections:
            if section.kind == SectionKind.FIELDS:
                yield section, "", self.report_env
            elif section.kind == SectionKind.ROUNDS:
                for at, env in enumerate(self.round_envs):
                    yield section, f"rounds.{at}.", env
            elif section.kind == SectionKind.GROUPS:
                for group in section.groups:
                    if group.code in self.answers.groups:
                        env = self._group(group.code, self.answers.groups[group.code])
                        yield section, f"groups.{group.code}.", env

    def paths(self) -> Iterator[str]:
        """All paths from the first field of the form to the last."""
        for section, prefix, _ in self.rows():
            yield prefix.rstrip(".")
            yield from (prefix + one.code for one in section.fields)
            if section.kind == SectionKind.ROUNDS:
                for who, person in enumerate(self.answers.rounds[int(prefix.split(".")[1])].candidates):
                    yield from (f"{prefix}candidates.{who}.{code}" for code in vars(person))

    def missing(self) -> Iterator[Finding]:
        for section, prefix, env in self.rows():
            row = self._typed(prefix)
            for one in asked(section.fields, env):
                path = prefix + one.code
                if path in self.answers.unread:
                    continue
                if one.required and one.computed is None and row.get(one.code) in (None, ""):
                    where = env.get("group_label") or env.get("body_label")
                    label = f"{where}, {_small(one.label)}" if where else one.label
                    yield Finding(
                        REQUIRED, RuleLevel.HARD, f"Đồng chí chưa nhập: {label}.", (path,), f"required:{path}"
                    )
        if self.rounds_section and not self.answers.rounds and self.report_env.get("committee_appointed") is not True:
            yield Finding(REQUIRED, RuleLevel.HARD, "Đồng chí chưa nhập lần bầu nào.", (), f"{REQUIRED}:rounds")
        for at, one in enumerate(self.answers.rounds):
            for who, person in enumerate(one.candidates):
                for code, label in (("name", "họ và tên"), ("votes", "số phiếu")):
                    path = f"rounds.{at}.candidates.{who}.{code}"
                    if getattr(person, code) in (None, "") and path not in self.answers.unread:
                        body = self.bodies.get(one.body, one.body)
                        message = f"{body}: đồng chí chưa nhập {label} của người thứ {who + 1}."
                        yield Finding(REQUIRED, RuleLevel.HARD, message, (path,), f"required:{path}")

        if self.groups_section is not None:
            yield from self._groups_missing()

    def _groups_missing(self) -> Iterator[Finding]:
        """Who was elected must be analysed, and an analysis of nobody is none."""
        begun = {code for code, row in self.answers.groups.items() if any(value is not None for value in row.values())}
        for group in self.groups_section.groups:
            if group.code not in self.answers.groups and self.report_env.get(f"elected_{group.code}"):
                path = f"groups.{group.code}.n"
                message = f"Đồng chí chưa nhập phân tích chất lượng: {_small(group.label)}."
                yield Finding(REQUIRED, RuleLevel.HARD, message, (path,), f"required:{path}")
        if not begun and not self.around.elected:
            path = f"groups.{self.groups_section.groups[0].code}.n"
            yield Finding(
                REQUIRED, RuleLevel.HARD, "Đồng chí chưa nhập phân tích chất lượng.", (path,), "required:groups"
            )

    def unread(self) -> Iterator[Finding]:
        """Texts that are no values: they stay in their boxes, and nothing is sent with them."""
        for path, text in self.answers.unread.items():
            problem = read(field_at(self.form, path), text, path)
            message = problem.message if isinstance(problem, Problem) else f"Chưa đọc được “{text[:40]}”."
            yield Finding(UNREAD, RuleLevel.HARD, message, (path,), f"{UNREAD}:{path}")

    def own(self) -> Iterator[Finding]:
        """Figures that differ from the members' records: possible, but it wants a reason."""
        for path, kept in self.answers.records.items():
            _, group, code = path.split(".")
            typed = self.answers.groups.get(group, {}).get(code)
            if None in (typed, kept) or typed == kept:
                continue
            label = next((one.label for one in self.groups_section.groups if one.code == group), group)
            column = _small(self.groups_section.field_named(code).label)
            message = f"{label}, {column}: hồ sơ đảng viên ghi {in_words(kept)}, đồng chí nhập {in_words(typed)}."
            yield Finding(OWN, RuleLevel.SOFT, message, (path,), f"{OWN}:{path}")

    def _typed(self, prefix: str) -> Mapping[str, Value]:
        if not prefix:
            return self.answers.fields
        kind, which, _ = prefix.split(".")
        return self.answers.rounds[int(which)].fields if kind == "rounds" else self.answers.groups[which]

    def ask(self, rule: Rule) -> Iterator[Finding]:
        for prefix, env, subject in self._subjects(rule):
            if rule.when is not None and _try(rule.when, env) is not True:
                continue
            if rule.check:
                failures = CHECKS[rule.check](self, env, subject)
            else:
                failures = [({}, rule.at)] if _try(rule.test, env) is False else []
            for extra, at in failures:
                yield self._finding(rule, prefix, dict(env) | extra, at or rule.at)

    def _subjects(self, rule: Rule) -> Iterator[tuple[str, Mapping[str, Figure], object]]:
        match rule.scope:
            case RuleScope.REPORT:
                yield "", self.report_env, self.answers
            case RuleScope.ROUND | RuleScope.CANDIDATE:
                for at, (one, env) in enumerate(zip(self.answers.rounds, self.round_envs, strict=True)):
                    if rule.bodies and one.body not in rule.bodies:
                        continue
                    if rule.scope == RuleScope.ROUND:
                        yield f"rounds.{at}.", env, one
                        continue
                    for who, person in enumerate(one.candidates):
                        yield f"rounds.{at}.candidates.{who}.", self._candidate(person, env), person
            case RuleScope.GROUP:
                for code, row in self.answers.groups.items():
                    if not rule.bodies or code in rule.bodies:
                        yield f"groups.{code}.", self._group(code, row), row

    def _finding(self, rule: Rule, prefix: str, env: Mapping[str, Figure], at: tuple[str, ...]) -> Finding:
        level = rule.level
        if level == RuleLevel.HARD and rule.softened is not None and _try(rule.softened, env) is True:
            level = RuleLevel.SOFT
        # A named test may point at any row; its paths begin at the root then.
        paths = tuple(path[1:] if path.startswith("/") else prefix + path for path in at)
        paths = paths or ((prefix.rstrip("."),) if prefix else ())
        message = _sentence(rule.message, env)
        return Finding(rule.id, level, message, paths, f"{rule.id}:{paths[0] if paths else ''}")


def _figures(fields: tuple[Field, ...] | list[Field], row: Mapping[str, Value]) -> dict[str, Figure]:
    """Typed values as an expression reads them: a day as its number, an optional count left empty as 0."""
    env: dict[str, Figure] = {}
    for one in fields:
        value = row.get(one.code)
        if isinstance(value, date):
            value = value.toordinal()
        elif value is None and one.type == FieldType.YES_NO:
            value = False
        elif value is None and one.type == FieldType.COUNT and not one.required and one.computed is None:
            value = 0
        env[one.code] = value
    return env


def _with_computed(fields, env: dict[str, Figure]) -> dict[str, Figure]:
    for one in fields:
        if one.computed is not None:
            env[one.code] = _try(one.computed, env)
    return env


def _try(expression: Expression, env: Mapping[str, Figure]) -> Figure:
    try:
        return expression.value(env)
    except Unknown:
        return None


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


# ---- tests that no expression can say -------------------------------------------------------------------------------

Failure = tuple[dict[str, Figure], tuple[str, ...]]


def _same_ballots_in_a_session(judge: _Judge, env: Mapping[str, Figure], answers: Answers) -> Iterator[Failure]:
    by_venue: dict[str, list[tuple[int, Round, int]]] = defaultdict(list)
    for at, one in enumerate(answers.rounds):
        issued = one.fields.get("ballots_issued")
        if issued is not None and one.fields.get("venue"):
            by_venue[one.fields["venue"]].append((at, one, issued))
    for venue, rounds in by_venue.items():
        if len({issued for _, _, issued in rounds}) > 1:
            listed = ", ".join(f"{judge.bodies.get(one.body, one.body).lower()} {issued}" for _, one, issued in rounds)
            place = "tại đại hội" if venue == "congress" else "tại phiên họp cấp ủy"
            yield (
                {"listed": listed, "place_label": place},
                tuple(f"/rounds.{at}.ballots_issued" for at, _, _ in rounds),
            )


def _passed(one: Round, env: Mapping[str, Figure]) -> list[tuple[int, Candidate]] | None:
    """Who has enough votes to be elected: more than half of the base, in a tie-break anybody."""
    base = env.get("base")
    if base is None or any(person.votes is None for person in one.candidates):
        return None
    tiebreak = one.fields.get("is_tiebreak")
    return [(who, person) for who, person in enumerate(one.candidates) if tiebreak or person.votes * 2 > base]


def _elected_are_the_first(judge: _Judge, env: Mapping[str, Figure], one: Round) -> Iterator[Failure]:
    passed = _passed(one, env) or []
    chosen = [(who, person) for who, person in enumerate(one.candidates) if person.elected and person.votes is not None]
    if not chosen:
        return
    last_who, last = min(chosen, key=lambda pair: pair[1].votes)
    for who, person in passed:
        if not person.elected and person.votes >= last.votes:
            extra = {"missed": person.name, "missed_votes": person.votes, "name": last.name, "votes": last.votes}
            yield extra, (f"candidates.{last_who}.elected", f"candidates.{who}.elected")


def _all_who_passed_are_elected(judge: _Judge, env: Mapping[str, Figure], one: Round) -> Iterator[Failure]:
    passed, seats = _passed(one, env), env.get("seats")
    if passed is None or seats is None or len(passed) > seats:
        return
    for who, person in passed:
        if not person.elected:
            yield {"missed": person.name, "missed_votes": person.votes}, (f"candidates.{who}.elected",)


def _same_person(left: Candidate, right: Candidate) -> bool:
    if left.member_id is not None and right.member_id is not None:
        return left.member_id == right.member_id
    if None not in (left.birth_year, right.birth_year) and left.birth_year != right.birth_year:
        return False
    return canonical(left.name).casefold() == canonical(right.name).casefold()


def _leaders_are_of_the_committee(judge: _Judge, env: Mapping[str, Figure], answers: Answers) -> Iterator[Failure]:
    if not any(one.body == "committee" for one in answers.rounds):
        return
    committee = [p for one in answers.rounds if one.body == "committee" for p in one.candidates if p.elected]
    for at, one in enumerate(answers.rounds):
        if one.body not in {"standing", "secretary", "deputy"}:
            continue
        for who, person in enumerate(one.candidates):
            if person.elected and person.name and not any(_same_person(person, other) for other in committee):
                body = judge.bodies.get(one.body, one.body).lower()
                yield {"name": person.name, "body_label": body}, (f"/rounds.{at}.candidates.{who}.name",)


_HIGHEST = frozenset({"secretary", "deputy"})


def _elected_once(judge: _Judge, env: Mapping[str, Figure], answers: Answers) -> Iterator[Failure]:
    """Into one body in whatever round, and no secretary is his own deputy: the sums would count him twice."""
    before: list[tuple[str, Candidate]] = []
    for at, one in enumerate(answers.rounds):
        for who, person in enumerate(one.candidates):
            if not person.elected or not person.name:
                continue
            for body, other in before:
                if (body == one.body or {body, one.body} == _HIGHEST) and _same_person(person, other):
                    labels = [judge.bodies.get(code, code).lower() for code in dict.fromkeys((body, one.body))]
                    extra = {"name": person.name, "body_label": " và ".join(labels)}
                    yield extra, (f"/rounds.{at}.candidates.{who}.elected",)
                    break
        # Twice on one list is a finding of its own.
        before += [(one.body, person) for person in one.candidates if person.elected and person.name]


def _a_tie_was_before(judge: _Judge, env: Mapping[str, Figure], answers: Answers) -> Iterator[Failure]:
    """Only a second ballot among equals elects with less than half; a first one may not call itself so."""
    seen: dict[str, Round] = {}
    for at, one in enumerate(answers.rounds):
        if one.fields.get("is_tiebreak") and not _is_tied(seen.get(one.body), one):
            label = judge.bodies.get(one.body, one.body)
            yield {"body_label": label}, (f"/rounds.{at}.is_tiebreak",)
        seen[one.body] = one


def _is_tied(before: Round | None, again: Round) -> bool:
    """Whether the candidates had the same number of votes in the round before."""
    if before is None:
        return False
    votes = [
        next((other.votes for other in before.candidates if _same_person(person, other)), None)
        for person in again.candidates
        if person.name
    ]
    return None not in votes and len(set(votes)) <= 1


def _names_differ(judge: _Judge, env: Mapping[str, Figure], one: Round) -> Iterator[Failure]:
    for who, person in enumerate(one.candidates):
        if person.name and any(_same_person(person, other) for other in one.candidates[:who]):
            yield {"name": person.name}, (f"candidates.{who}.name",)


def _splits_add_up(judge: _Judge, env: Mapping[str, Figure], row: Mapping[str, Value]) -> Iterator[Failure]:
    for label, columns in judge.groups_section.splits.items():
        parts = [row.get(column) for column in columns]
        if env.get("n") is not None and None not in parts and sum(parts) != env["n"]:
            yield {"split": label, "split_sum": sum(parts)}, (*columns, "n")


def _counts(judge: _Judge) -> list[Field]:
    return [one for one in judge.groups_section.fields if one.type == FieldType.COUNT and one.code != "n"]


def _no_part_exceeds_the_whole(judge: _Judge, env: Mapping[str, Figure], row: Mapping[str, Value]) -> Iterator[Failure]:
    for one in _counts(judge):
        figure = row.get(one.code)
        if None not in (figure, env.get("n")) and figure > env["n"]:
            yield {"column": _small(one.label), "figure": figure}, (one.code, "n")


def _within_the_committee(judge: _Judge, env: Mapping[str, Figure], row: Mapping[str, Value]) -> Iterator[Failure]:
    committee = judge.answers.groups.get("committee", {})
    for one in (judge.groups_section.field_named("n"), *_counts(judge)):
        figure, limit = row.get(one.code), committee.get(one.code)
        if None not in (figure, limit) and figure > limit:
            extra = {"column": _small(one.label), "figure": figure, "of_committee": limit}
            yield extra, (one.code, f"/groups.committee.{one.code}")


def _average_within_the_bands(judge: _Judge, env: Mapping[str, Figure], row: Mapping[str, Value]) -> Iterator[Failure]:
    bands, average = judge.around.bands, row.get("age_avg")
    counts = [row.get(code) for code in bands.codes]
    if average is None or None in counts or not sum(counts):
        return
    low = sum(count * (band[0] or _YOUNGEST) for count, band in zip(counts, bands, strict=True))
    # Somebody of 41 years and eleven months still counts as 41.
    high = sum(count * ((band[1] or _OLDEST) + 1) for count, band in zip(counts, bands, strict=True))
    least, most = Fraction(low, sum(counts)), Fraction(high, sum(counts))
    if not least <= average <= most:
        yield {"least": least, "most": most}, ("age_avg",)


CHECKS: dict[str, Callable[..., Iterator[Failure]]] = {
    "same_ballots_in_a_session": _same_ballots_in_a_session,
    "elected_are_the_first": _elected_are_the_first,
    "all_who_passed_are_elected": _all_who_passed_are_elected,
    "leaders_are_of_the_committee": _leaders_are_of_the_committee,
    "names_differ": _names_differ,
    "elected_once": _elected_once,
    "a_tie_was_before": _a_tie_was_before,
    "splits_add_up": _splits_add_up,
    "no_part_exceeds_the_whole": _no_part_exceeds_the_whole,
    "within_the_committee": _within_the_committee,
    "average_within_the_bands": _average_within_the_bands,
}
