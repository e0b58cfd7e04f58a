"""A report as it is read: values as words, parts as tables, paths as names of fields, two versions compared. Pure, as
all of the forms."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from common.text import canonical

from .definition import Field, FieldType, Form, Section, SectionKind
from .rules import Surroundings, in_words, rows_as_asked
from .values import Answers, Candidate, Round, Value

_PERSON = {
    "name": "họ và tên",
    "birth_year": "năm sinh",
    "votes": "số phiếu",
    "elected": "trúng cử",
    "pct_typed": "tỷ lệ ghi trong biên bản",
}


@dataclass(frozen=True)
class Line:
    """A field with its value; `note` beside it (a percentage)."""

    path: str
    label: str
    value: str
    note: str = ""
    long: bool = False


@dataclass(frozen=True)
class PersonRow:
    path: str
    name: str
    birth_year: str
    votes: str
    of_base: str
    of_valid: str
    elected: bool


@dataclass(frozen=True)
class RoundShown:
    path: str
    title: str
    lines: list[Line]
    people: list[PersonRow]
    elected: int


@dataclass(frozen=True)
class TableRow:
    """A column of the quality analysis, read as a row: a cell for each group in the order of `Part.groups`."""

    label: str
    cells: list[Line]


@dataclass(frozen=True)
class Part:
    """A section of the form, ready to be drawn."""

    code: str
    title: str
    kind: SectionKind
    lines: list[Line] = field(default_factory=list)
    rounds: list[RoundShown] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    tables: list[tuple[str, list[TableRow]]] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """A value that is another in a later version; an empty `old` or `new` stands for nothing there."""

    path: str
    label: str
    old: str
    new: str


def value_in_words(asked: Field, value: object) -> str:
    """`value` as the form keeps it; nothing for nothing."""
    if asked.type == FieldType.YES_NO:
        return "Có" if value else "Không"
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if asked.type == FieldType.CHOICE:
        return dict(asked.choices).get(value, str(value))
    if asked.type in {FieldType.TEXT, FieldType.LONG_TEXT}:
        return str(value)
    return in_words(value, "%" if asked.percent else "")


def parts_of_report(form: Form, answers: Answers, around: Surroundings) -> list[Part]:
    """All sections in the order of the form; what is not asked in this situation is left out."""
    rows: dict[str, list] = {section.code: [] for section in form.sections}
    for section, prefix, fields, env in rows_as_asked(form, answers, around):
        rows[section.code].append((prefix, fields, env))
    draw = {SectionKind.FIELDS: _fields, SectionKind.ROUNDS: _rounds, SectionKind.GROUPS: _groups}
    parts = [
        draw[section.kind](section, answers, rows[section.code]) for section in form.sections if section.kind in draw
    ]
    return [part for part in parts if part.lines or part.rounds or part.tables]


def _lines(fields: list[Field], prefix: str, typed: dict[str, Value], env) -> list[Line]:
    return [
        Line(
            prefix + one.code,
            one.label,
            value_in_words(one, env.get(one.code) if one.computed is not None else typed.get(one.code)),
            long=one.type == FieldType.LONG_TEXT,
        )
        for one in fields
    ]


def _fields(section: Section, answers: Answers, rows: list) -> Part:
    lines = [line for prefix, fields, env in rows for line in _lines(fields, prefix, answers.fields, env)]
    if all(section.field_named(line.path).computed is not None for line in lines):
        return Part(section.code, section.title, section.kind)
    return Part(section.code, section.title, section.kind, lines=lines)


def _rounds(section: Section, answers: Answers, rows: list) -> Part:
    shown = []
    for at, (prefix, fields, env) in enumerate(rows):
        one = answers.rounds[at]
        people = [
            PersonRow(
                f"{prefix}candidates.{who}",
                person.name or "(chưa ghi tên)",
                str(person.birth_year or ""),
                "" if person.votes is None else in_words(person.votes),
                _percent(person.votes, env.get("base")),
                _percent(person.votes, env.get("ballots_valid")),
                person.elected,
            )
            for who, person in enumerate(one.candidates)
        ]
        shown.append(
            RoundShown(
                prefix.rstrip("."),
                round_title(section, one),
                _lines(fields, prefix, one.fields, env),
                people,
                sum(person.elected for person in one.candidates),
            )
        )
    return Part(section.code, section.title, section.kind, rounds=shown)


def _groups(section: Section, answers: Answers, rows: list) -> Part:
    if not rows:
        return Part(section.code, section.title, section.kind)
    codes = [prefix.split(".")[1] for prefix, _, _ in rows]
    labels = {group.code: group.label for group in section.groups}
    split_of = {column: label for label, columns in section.splits.items() for column in columns}
    tables: dict[str, list[TableRow]] = {}
    for asked in section.fields:
        cells = []
        for prefix, fields, env in rows:
            typed = answers.groups[prefix.split(".")[1]].get(asked.code)
            figure = env.get(asked.code) if asked.computed is not None else typed
            counted = asked.type == FieldType.COUNT and asked.code != "n"
            cells.append(
                Line(
                    prefix + asked.code,
                    labels[prefix.split(".")[1]],
                    value_in_words(asked, figure) if asked in fields else "",
                    _percent(figure, env.get("n")) if counted and asked in fields else "",
                )
            )
        title = split_of.get(asked.code, "")
        tables.setdefault(title[:1].upper() + title[1:], []).append(TableRow(asked.label, cells))
    return Part(
        section.code,
        section.title,
        section.kind,
        groups=[labels[code] for code in codes],
        tables=list(tables.items()),
    )


def _percent(part: object, whole: object) -> str:
    if not isinstance(part, (int, Fraction)) or not isinstance(whole, (int, Fraction)) or not whole:
        return ""
    return in_words(Fraction(part) * 100 / Fraction(whole), "%")


def round_title(section: Section | None, one: Round) -> str:
    """ "Cấp ủy, lần 1"."""
    labels = {group.code: group.label for group in section.groups} if section else {}
    number = one.fields.get("round_no")
    return f"{labels.get(one.body, one.body)}{f', lần {number}' if number else ''}"


# ---- names of paths -------------------------------------------------------------------------------------------------


def names_of_paths(form: Form, answers: Answers) -> dict[str, str]:
    """Every field and every row of this report with its name: what a rejection may point at."""
    return dict(_names(form, answers))


def _names(form: Form, answers: Answers) -> Iterator[tuple[str, str]]:
    for section in form.sections:
        if section.kind == SectionKind.FIELDS:
            yield from ((one.code, one.label) for one in section.fields)
        elif section.kind == SectionKind.ROUNDS:
            for at, one in enumerate(answers.rounds):
                title = round_title(section, one)
                yield f"rounds.{at}", title
                yield from (
                    (f"rounds.{at}.{asked.code}", f"{title}: {_small(asked.label)}") for asked in section.fields
                )
                for who, person in enumerate(one.candidates):
                    path, name = f"rounds.{at}.candidates.{who}", f"{title}: {_called(person, who)}"
                    yield path, name
                    yield from ((f"{path}.{code}", f"{name}, {label}") for code, label in _PERSON.items())
        else:
            for group in section.groups:
                yield f"groups.{group.code}", group.label
                for one in section.fields:
                    yield f"groups.{group.code}.{one.code}", f"{group.label}: {_small(one.label)}"


def _called(person: Candidate, who: int) -> str:
    return f"đồng chí {person.name}" if person.name else f"người thứ {who + 1}"


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


# ---- two versions ---------------------------------------------------------------------------------------------------


def changes_between(form: Form, old: Answers, new: Answers) -> list[Change]:
    """What is another in `new`, in the order of the form. Elections are matched by what is elected and which round,
    people by their record, else by name and year, whatever their place in the list."""
    return list(_changes(form, old, new))


def _changes(form: Form, old: Answers, new: Answers) -> Iterator[Change]:
    names = names_of_paths(form, new)
    for section in form.sections:
        if section.kind == SectionKind.FIELDS:
            yield from _in_row(section, old.fields, new.fields, "", names)
        elif section.kind == SectionKind.GROUPS:
            for group in section.groups:
                before, after = old.groups.get(group.code, {}), new.groups.get(group.code, {})
                yield from _in_row(section, before, after, f"groups.{group.code}.", names)
        else:
            yield from _in_rounds(section, old, new, names)


def _in_row(section: Section, old: dict, new: dict, prefix: str, names: dict[str, str]) -> Iterator[Change]:
    for asked in section.fields:
        before, after = old.get(asked.code), new.get(asked.code)
        # An unticked box and one never seen say the same, so do an empty text and none.
        if before != after and (before or after or asked.is_numeric):
            path = prefix + asked.code
            yield Change(path, names.get(path, asked.label), _words(asked, before), _words(asked, after))


def _words(asked: Field, value: Value) -> str:
    return "" if value is None else value_in_words(asked, value)


def _in_rounds(section: Section, old: Answers, new: Answers, names: dict[str, str]) -> Iterator[Change]:
    left = {_round_key(old, at): one for at, one in enumerate(old.rounds)}
    for at, one in enumerate(new.rounds):
        path = f"rounds.{at}"
        before = left.pop(_round_key(new, at), None)
        if before is None:
            yield Change(path, names[path], "", f"thêm lần bầu, {_people(one)}")
            continue
        yield from _in_row(section, before.fields, one.fields, f"{path}.", names)
        yield from _in_people(before.candidates, one.candidates, path, names)
    for one in left.values():
        yield Change("", round_title(section, one), f"lần bầu, {_people(one)}", "")


def _round_key(answers: Answers, at: int) -> tuple:
    """What is elected, in which round; of two that say the same, which of them."""
    one = answers.rounds[at]
    key = (one.body, one.fields.get("round_no"), bool(one.fields.get("is_tiebreak")))
    twins = [
        other
        for other in answers.rounds[:at]
        if (other.body, other.fields.get("round_no"), bool(other.fields.get("is_tiebreak"))) == key
    ]
    return (*key, len(twins))


def _people(one: Round) -> str:
    return f"{len(one.candidates)} người trong danh sách"


def _in_people(old: list[Candidate], new: list[Candidate], path: str, names: dict[str, str]) -> Iterator[Change]:
    matched = _match(old, new)
    for who, person in enumerate(new):
        place = f"{path}.candidates.{who}"
        before = matched.get(who)
        if before is None:
            yield Change(place, names[place], "", _person_in_words(person))
            continue
        for code in _PERSON:
            was, is_ = getattr(before, code), getattr(person, code)
            if was != is_:
                yield Change(f"{place}.{code}", names[f"{place}.{code}"], _bare(was), _bare(is_))
    kept = {id(person) for person in matched.values()}
    for who, person in enumerate(old):
        if id(person) not in kept:
            title = names[path]
            yield Change(path, f"{title}: {_called(person, who)}", _person_in_words(person), "")


def _match(old: list[Candidate], new: list[Candidate]) -> dict[int, Candidate]:
    """Place in the new list → the same person in the old one: the surest likeness first, at last the same place in two
    lists of one length, for a name that was written wrongly."""
    free, found = list(enumerate(old)), {}

    def named(person: Candidate) -> str:
        return canonical(person.name).casefold()

    likenesses = [
        lambda at, one, who, other: one.member_id is not None and one.member_id == other.member_id,
        lambda at, one, who, other: named(one) == named(other) != "" and one.birth_year == other.birth_year,
        lambda at, one, who, other: named(one) == named(other) != "",
        lambda at, one, who, other: len(old) == len(new) and at == who,
    ]
    for like in likenesses:
        for at, person in enumerate(new):
            if at in found:
                continue
            for pair in free:
                if like(at, person, *pair):
                    found[at] = pair[1]
                    free.remove(pair)
                    break
    return found


def _person_in_words(person: Candidate) -> str:
    votes = "chưa ghi số phiếu" if person.votes is None else f"{in_words(person.votes)} phiếu"
    return f"{person.name}{f', {person.birth_year}' if person.birth_year else ''}, {votes}" + (
        ", trúng cử" if person.elected else ""
    )


def _bare(value: object) -> str:
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, Fraction):
        return in_words(value, "%")
    return "" if value is None else str(value)
