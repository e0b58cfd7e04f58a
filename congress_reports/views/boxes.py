"""What stands on a sheet: a box for each thing that is asked, with all that is said beside it. The form is data; this
turns its declarations into what the templates draw."""

from dataclasses import dataclass, field
from fractions import Fraction

from ..forms import Finding, RuleLevel
from ..forms.definition import Field, FieldType, SectionKind
from ..forms.rules import OWN, REQUIRED, in_words
from ..forms.sheets import REASON, Sheet, value_at
from ..forms.values import CANDIDATE_FIELDS, written
from ..selectors.desk import Desk

_TONES = {RuleLevel.HARD: "bad", RuleLevel.SOFT: "warn", RuleLevel.INFO: "info"}


def id_of(path: str) -> str:
    return f"o-{path.replace('.', '-')}"


@dataclass
class Note:
    """A finding beside its field. `reason`: what was written why it is so; None where no reason is asked."""

    tone: str
    message: str
    name: str = ""
    reason: str | None = None

    @property
    def id(self) -> str:
        return id_of(self.name.replace(":", "-"))


@dataclass
class Box:
    path: str
    field: Field
    text: str = ""
    asked: bool = True
    notes: list[Note] = field(default_factory=list)
    bad: bool = False
    marked: bool = False
    result: str = ""
    beside: list[tuple[str, str]] = field(default_factory=list)
    theirs: str | None = None

    @property
    def id(self) -> str:
        return id_of(self.path)

    @property
    def kind(self) -> str:
        return str(self.field.type)

    @property
    def may_vanish(self) -> bool:
        return self.field.when is not None

    def said(self) -> tuple:
        """What a reader would see change beside the box, without the words he is typing himself."""
        return self.asked, self.bad, self.result, [(note.tone, note.message, note.name) for note in self.notes]


@dataclass
class Person:
    """Somebody who stands for election, as a card on a phone."""

    number: int
    name: str
    picked: bool
    boxes: dict[str, Box]

    @property
    def first(self) -> str:
        return self.boxes["votes"].id


def shown(asked: Field, value) -> str:
    """A value to read, not to type."""
    if asked.type == FieldType.YES_NO:
        return "Có" if value else "Không"
    if value is None or value == "":
        return ""
    if asked.type == FieldType.CHOICE:
        return dict(asked.choices).get(value, str(value))
    if isinstance(value, (int, Fraction)) and not asked.is_year:
        return in_words(value)
    return written(asked, value)


def notes_of(desk: Desk, sheet: Sheet, *, checked: bool) -> dict[str, list[Note]]:
    """By path; "" for what stands at no field of this sheet. What is not typed yet is said only after a check."""
    here = set(desk.typed_paths(sheet)) | {sheet.prefix + one.code for one in sheet.fields}
    found: dict[str, list[Note]] = {}
    for one in _on_sheet(desk, sheet, here):
        if one.rule == REQUIRED and not checked:
            continue
        at = next((path for path in one.paths if path in here), "")
        found.setdefault(at, []).append(note_of(desk, one))
    return found


def _on_sheet(desk: Desk, sheet: Sheet, here: set[str]) -> list[Finding]:
    own = desk.by_sheet.get(sheet.key, [])
    return own + [one for one in desk.judgement.findings if one not in own and any(path in here for path in one.paths)]


def note_of(desk: Desk, one: Finding) -> Note:
    if one.level != RuleLevel.SOFT:
        return Note(_TONES[one.level], one.message)
    return Note("warn", one.message, REASON + one.key, desk.answers.reasons.get(one.key, ""))


def boxes_of(desk: Desk, sheet: Sheet, *, checked: bool) -> tuple[list[Box], list[Person], list[Note]]:
    """The boxes of the sheet, those who stand for election, and what is said of the sheet as a whole."""
    notes = notes_of(desk, sheet, checked=checked)
    hurt = {
        path
        for one in desk.judgement.findings
        if one.is_hard and (checked or one.rule != REQUIRED)
        for path in one.paths
    }
    today = desk.today(sheet) if not sheet.row else {}
    whole = value_at(desk.answers, f"{sheet.prefix}n") if sheet.kind == SectionKind.GROUPS and sheet.row else None

    def make(path: str, one: Field) -> Box:
        box = Box(path, one, notes=notes.pop(path, []), bad=path in hurt, marked=path in desk.rejection[1])
        if one.computed is not None:
            value = desk.judgement.computed.get(path)
            box.result = "" if value is None else in_words(value, "%" if one.percent else "")
            return box
        value = value_at(desk.answers, path)
        box.text = desk.answers.unread.get(path) or written(one, value)
        box.asked = one.when is None or path in desk.judgement.asked
        if whole and one.type == FieldType.COUNT and one.code != "n" and value is not None:
            box.result = in_words(Fraction(value * 100, whole), "%")
        before = desk.before_at(path)
        if before is not None and before != "" and before is not False:
            box.beside.append((desk.before[0], shown(one, before)))
        if today.get(one.code):
            box.beside.append(("Danh sách hôm nay", in_words(today[one.code])))
        kept = desk.answers.records.get(path)
        if kept is not None:
            box.beside.append(("Hồ sơ", in_words(kept)))
        return box

    boxes = [make(sheet.prefix + one.code, one) for one in sheet.fields]
    people = []
    if sheet.kind == SectionKind.ROUNDS and sheet.row:
        for who, person in enumerate(desk.answers.rounds[int(sheet.row)].candidates):
            start = f"{sheet.prefix}candidates.{who}."
            parts = {one.code: make(start + one.code, one) for one in CANDIDATE_FIELDS}
            share = desk.judgement.computed.get(f"{start}pct_base")
            parts["votes"].result = "" if share is None else in_words(share, "%")
            people.append(Person(who, person.name, person.member_id is not None, parts))
    rest = [note for some in notes.values() for note in some]
    return boxes, people, rest


def summary_of(boxes: list[Box], people: list[Person], rest: list[Note]) -> list[tuple[str, str]]:
    """What is to be mended on the sheet, in the words that stand at the fields, each with the place it leads to."""
    faults = [(note.message, "") for note in rest if _is_open(note)]
    for box in [*boxes, *(part for person in people for part in person.boxes.values())]:
        if box.asked:
            faults += [(note.message, _target(box, note)) for note in box.notes if _is_open(note)]
    return faults


def _target(box: Box, note: Note) -> str:
    return f"{box.id}-0" if box.kind == "choice" else box.id


def _is_open(note: Note) -> bool:
    return note.tone == "bad" or (note.tone == "warn" and not note.reason)


__all__ = ["OWN", "Box", "Note", "Person", "boxes_of", "id_of", "note_of", "shown", "summary_of"]
