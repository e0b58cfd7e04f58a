"""Paths as names of fields, and two versions of a report compared. Pure, as all of the forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from common.text import canonical

from .definition import Field, FieldType, Form, Section, SectionKind
from .rules import in_words
from .values import Answers, Candidate, Round, Value

_PERSON = {
    "name": "họ và tên",
    "birth_year": "năm sinh",
    "votes": "số phiếu",
    "elected": "trúng cử",
    "pct_typed": "tỷ lệ ghi trong biên bản",
}


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
    if asked.type in {FieldType.TEXT, FieldType.LONG_TEXT} or asked.is_year:
        return str(value)
    return in_words(value, "%" if asked.percent else "")


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
