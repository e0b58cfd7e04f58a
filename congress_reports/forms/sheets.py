"""A report is filled in sheet by sheet: a section, one election, one group of the analysis. What a sheet asks, what it
holds, and what comes of it when somebody has typed. Pure, like the rest of this folder."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace

from common.text import clean_lines, name_sort_key

from .definition import Field, FieldType, Form, Section, SectionKind
from .values import CANDIDATE_FIELDS, Answers, Candidate, Problem, Round, Value, field_at, read

REASON = "ly-do:"
MOST_REASON = 500
MOST_CANDIDATES = 300
MOST_ROUNDS = 60


@dataclass(frozen=True)
class Sheet:
    """`row`: the number of an election, the code of a group; empty for a section of fields and for the list of the
    elections or groups."""

    section: Section
    row: str = ""

    @property
    def kind(self) -> SectionKind:
        return self.section.kind

    @property
    def is_list(self) -> bool:
        return not self.row and self.kind in {SectionKind.ROUNDS, SectionKind.GROUPS}

    @property
    def prefix(self) -> str:
        return f"{self.kind}.{self.row}." if self.row else ""

    @property
    def fields(self) -> tuple[Field, ...]:
        return () if self.is_list else self.section.fields

    @property
    def key(self) -> tuple[str, str]:
        return self.section.code, self.row


def sheet_named(form: Form, answers: Answers, section: str, row: str = "") -> Sheet | None:
    """None where the form has no such sheet."""
    found = next((one for one in form.sections if one.code == section), None)
    if found is None:
        return None
    if row and found.kind == SectionKind.ROUNDS and row.isdecimal() and str(int(row)) == row:
        return Sheet(found, row) if int(row) < len(answers.rounds) else None
    if row and found.kind == SectionKind.GROUPS:
        return Sheet(found, row) if row in {one.code for one in found.groups} else None
    return None if row else Sheet(found)


def sheets_of(form: Form, answers: Answers) -> Iterator[Sheet]:
    """In the order in which they are filled in; elections in the order of the bodies."""
    for section in form.sections:
        yield Sheet(section)
        if section.kind == SectionKind.ROUNDS:
            for group in section.groups:
                yield from (Sheet(section, str(at)) for at, one in enumerate(answers.rounds) if one.body == group.code)
        elif section.kind == SectionKind.GROUPS:
            yield from (Sheet(section, group.code) for group in section.groups)


def sheet_at(form: Form, path: str) -> tuple[str, str]:
    """The key of the sheet on which a path stands; what stands nowhere belongs to the list of the elections, or of the
    groups, or to the first section."""
    kind, _, rest = path.partition(".")
    if kind in {SectionKind.ROUNDS, SectionKind.GROUPS} and (section := form.section_of(SectionKind(kind))):
        return section.code, rest.split(".")[0]
    for section in form.sections:
        if section.kind == SectionKind.FIELDS and any(one.code == path for one in section.fields):
            return section.code, ""
    section = form.section_of(SectionKind.ROUNDS) or form.section_of(SectionKind.GROUPS) or form.sections[0]
    return section.code, ""


def row_of(answers: Answers, sheet: Sheet) -> Mapping[str, Value]:
    """The typed values of the sheet's own fields."""
    if sheet.kind == SectionKind.ROUNDS and sheet.row:
        return answers.rounds[int(sheet.row)].fields
    if sheet.kind == SectionKind.GROUPS and sheet.row:
        return answers.groups.get(sheet.row, {})
    return answers.fields


def digest(answers: Answers, sheet: Sheet) -> str:
    """Tells whether anybody has changed this sheet meanwhile; other sheets do not matter."""
    kept = answers.as_json()
    if sheet.kind == SectionKind.ROUNDS:
        held = kept["rounds"][int(sheet.row)] if sheet.row else [one["body"] for one in kept["rounds"]]
    elif sheet.kind == SectionKind.GROUPS:
        held = kept["groups"].get(sheet.row) if sheet.row else None
    else:
        held = {one.code: kept["fields"].get(one.code) for one in sheet.fields}
    unread = {path: text for path, text in answers.unread.items() if _is_on(sheet, path)}
    text = json.dumps([sheet.key, held, unread], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def digest_of_rows(answers: Answers, sheet: Sheet) -> str:
    """Tells whether a row is still the row of the same person."""
    if sheet.kind != SectionKind.ROUNDS or not sheet.row:
        return ""
    one = answers.rounds[int(sheet.row)]
    held = [one.body, *(person.member_id for person in one.candidates)]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()[:20]


def _is_on(sheet: Sheet, path: str) -> bool:
    if sheet.row:
        return path.startswith(sheet.prefix)
    return any(one.code == path for one in sheet.fields)


def paths_of(answers: Answers, sheet: Sheet) -> Iterator[tuple[str, Field]]:
    """Every field that is typed on the sheet, with its path."""
    yield from ((sheet.prefix + one.code, one) for one in sheet.fields if one.computed is None)
    if sheet.kind == SectionKind.ROUNDS and sheet.row:
        for who, person in enumerate(answers.rounds[int(sheet.row)].candidates):
            for one in CANDIDATE_FIELDS:
                # Who was picked from the members' list is called as he is called there.
                if one.code != "name" or person.member_id is None:
                    yield f"{sheet.prefix}candidates.{who}.{one.code}", one


def value_at(answers: Answers, path: str) -> Value:
    match path.split("."):
        case [code]:
            return answers.fields.get(code)
        case ["rounds", at, code]:
            return answers.rounds[int(at)].fields.get(code)
        case ["rounds", at, "candidates", who, code]:
            return getattr(answers.rounds[int(at)].candidates[int(who)], code)
        case ["groups", group, code]:
            return answers.groups.get(group, {}).get(code)
    raise KeyError(path)


def _put(answers: Answers, path: str, value: Value) -> None:
    match path.split("."):
        case [code]:
            answers.fields[code] = value
        case ["rounds", at, code]:
            answers.rounds[int(at)].fields[code] = value
        case ["rounds", at, "candidates", who, code]:
            setattr(
                answers.rounds[int(at)].candidates[int(who)],
                code,
                ("" if code == "name" else None) if value is None else value,
            )
        case ["groups", group, code]:
            answers.groups.setdefault(group, {})[code] = value


def typed_into(answers: Answers, sheet: Sheet, typed: Mapping[str, str]) -> Answers:
    """A copy with what was typed on the sheet. A field that was not on the page keeps its value; a text that is no
    value stays as it is, beside."""
    changed = deepcopy(answers)
    for path, one in paths_of(answers, sheet):
        if path not in typed:
            continue
        value = read(one, typed[path], path)
        if isinstance(value, Problem):
            changed.unread[path] = clean_lines(typed[path])[:500]
            value = False if one.type == FieldType.YES_NO else None
        else:
            changed.unread.pop(path, None)
        if value is not None or value_at(answers, path) not in (None, ""):
            _put(changed, path, value)
    for name, text in typed.items():
        if name.startswith(REASON):
            key, text = name.removeprefix(REASON), clean_lines(text).strip()[:MOST_REASON]
            changed.reasons.pop(key, None)
            if text:
                changed.reasons[key] = text
    return changed


# ---- elections and candidates ---------------------------------------------------------------------------------------


def with_round(answers: Answers, body: str, first: Mapping[str, Value]) -> Answers:
    """One more election of the body. After a first one it is another round: among those who were not elected, for the
    seats that are left."""
    changed = deepcopy(answers)
    before = [one for one in answers.rounds if one.body == body]
    fields, candidates = dict(first), []
    if before:
        last = before[-1]
        fields |= {code: last.fields[code] for code in ("venue",) if last.fields.get(code) is not None}
        fields["round_no"] = len(before) + 1
        elected = sum(person.elected for person in last.candidates)
        if isinstance(last.fields.get("seats"), int) and last.fields["seats"] > elected:
            fields["seats"] = last.fields["seats"] - elected
        candidates = [
            replace(person, votes=None, pct_typed=None, elected=False)
            for person in last.candidates
            if not person.elected
        ]
    changed.rounds.append(Round(body, fields, candidates))
    return changed


def without_round(answers: Answers, at: int) -> Answers:
    changed = deepcopy(answers)
    del changed.rounds[at]
    moves = {f"rounds.{old}": f"rounds.{old - 1}" for old in range(at + 1, len(answers.rounds))}
    return _moved(changed, {f"rounds.{at}": None} | moves)


def with_candidates(answers: Answers, at: int, people: list[Candidate]) -> Answers:
    """Added, and all of them in the order of given names, as on the ballot. Who stands there already is not added."""
    changed = deepcopy(answers)
    rows = changed.rounds[at].candidates
    there = {person.member_id for person in rows if person.member_id is not None}
    rows += [person for person in people if person.member_id is None or person.member_id not in there]
    del rows[MOST_CANDIDATES:]
    return in_order(changed, at)


def without_candidate(answers: Answers, at: int, who: int) -> Answers:
    changed = deepcopy(answers)
    count = len(answers.rounds[at].candidates)
    del changed.rounds[at].candidates[who]
    start = f"rounds.{at}.candidates"
    return _moved(
        changed, {f"{start}.{who}": None} | {f"{start}.{n}": f"{start}.{n - 1}" for n in range(who + 1, count)}
    )


def in_order(answers: Answers, at: int) -> Answers:
    """Candidates by given name; a row without a name yet stands last."""
    rows = answers.rounds[at].candidates
    order = sorted(range(len(rows)), key=lambda n: (not rows[n].name, name_sort_key(rows[n].name), n))
    if order == list(range(len(rows))):
        return answers
    changed = deepcopy(answers)
    changed.rounds[at].candidates = [changed.rounds[at].candidates[n] for n in order]
    start = f"rounds.{at}.candidates"
    return _moved(changed, {f"{start}.{old}": f"{start}.{new}" for new, old in enumerate(order)})


def _moved(answers: Answers, moves: Mapping[str, str | None]) -> Answers:
    """Reasons and unread texts go along with their rows."""

    def path_after(path: str) -> str | None:
        for depth in (4, 2):
            start = ".".join(path.split(".")[:depth])
            if start in moves:
                return None if moves[start] is None else moves[start] + path[len(start) :]
        return path

    unread = ((path_after(path), text) for path, text in answers.unread.items())
    reasons = []
    for key, text in answers.reasons.items():
        rule, mark, path = key.partition(":")
        after = path_after(path)
        reasons.append((None if after is None else f"{rule}{mark}{after}", text))
    return replace(
        answers,
        unread={path: text for path, text in unread if path is not None},
        reasons={key: text for key, text in reasons if key is not None},
    )


def label_of(form: Form, answers: Answers, path: str) -> str:
    """A path in words: "Cấp ủy, lần 1: Số phiếu thu về"."""
    asked = field_at(form, path)
    label = asked.label if asked else path
    match path.split("."):
        case ["rounds", at, *rest]:
            one = answers.rounds[int(at)]
            section = form.section_of(SectionKind.ROUNDS)
            body = next((group.label for group in section.groups if group.code == one.body), one.body)
            person = f" {one.candidates[int(rest[1])].name}," if rest[0] == "candidates" else ""
            return f"{body}, lần {one.fields.get('round_no') or 1}:{person} {label}"
        case ["groups", group, _]:
            section = form.section_of(SectionKind.GROUPS)
            return f"{next(one.label for one in section.groups if one.code == group)}: {label}"
    return label
