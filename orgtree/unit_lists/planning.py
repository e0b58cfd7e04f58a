"""What a list of units would change in the tree; nothing is written here."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol

from accounts.models import User
from common.text import clean, search_key

from ..enums import ModelVersion, Reach, Right
from ..followers import followers
from ..models import OrgUnit, UnitKind
from ..rights import has_right, holdings_of
from ..services.details import LABELS, fault_of_words, in_words, normal_code
from ..services.place import illegal_place


class ListedUnit(Protocol):
    """A row of the list, as `orgtree.lists` reads it; `row` is its number in the sheet."""

    sheet: str
    row: int
    code: str
    name: str
    kind: str
    parent_code: str
    note: str


@dataclass(frozen=True)
class Line:
    """What the list says of one unit, cleaned and understood."""

    row: int
    code: str
    name: str
    kind_id: int
    parent_code: str
    note: str


@dataclass(frozen=True)
class Known:
    """A unit in the system. `pk`, `tree_id`, `lft` and `rght` let it be asked about by `has_right`."""

    pk: int
    code: str
    name: str
    kind_id: int
    parent_id: int | None
    note: str
    closed: bool
    tree_id: int
    lft: int
    rght: int


@dataclass
class Plan:
    """What would happen, as it is shown and reported; `lines` and `known` are what it is applied from."""

    rows: int = 0
    unchanged: int = 0
    new: list[dict] = field(default_factory=list)
    changed: list[dict] = field(default_factory=list)
    moved: list[dict] = field(default_factory=list)
    missing: list[dict] = field(default_factory=list)
    problems: list[dict] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict, repr=False)
    known: dict[str, Known] = field(default_factory=dict, repr=False)

    @property
    def is_empty(self) -> bool:
        """Nothing would be written."""
        return not (self.new or self.changed or self.moved)

    def report(self) -> dict:
        shown = ("rows", "unchanged", "new", "changed", "moved", "missing", "problems")
        return {name: getattr(self, name) for name in shown}

    def fingerprint(self) -> str:
        """Equal when the same list meets the same tree."""
        lines = [asdict(line) for line in self.lines.values()]
        text = json.dumps([self.report(), lines], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def plan_units(listed: Sequence[ListedUnit], *, actor: User | None) -> Plan:
    """Compare a list with the tree. A faulty row is left out with its reason and the rest still counts; a unit that
    the list does not name is told, never closed."""
    return _Planner(listed, actor).plan()


def trees_of(listed: Iterable[ListedUnit]) -> set[int]:
    """The trees that the list speaks of."""
    codes = {normal_code(code) for one in listed for code in (one.code, one.parent_code)}
    return set(OrgUnit.objects.filter(code__in=codes).values_list("tree_id", flat=True))


class _Planner:
    def __init__(self, listed: Sequence[ListedUnit], actor: User | None) -> None:
        self.listed = listed
        self.actor = actor
        self.result = Plan(rows=len(listed))
        self.kinds = {kind.pk: kind for kind in UnitKind.objects.prefetch_related("legal_parents")}
        self.legal = {pk: {above.pk for above in kind.legal_parents.all()} for pk, kind in self.kinds.items()}
        self.kind_of_label = self._labels()
        self.known = self._load(trees_of(listed))
        self.by_pk = {one.pk: one for one in self.known.values()}
        self.lines: dict[str, Line] = {}
        self.bad_rows: dict[str, int] = {}

    def _labels(self) -> dict[str, int]:
        found: dict[str, int] = {}
        letters_first = sorted(self.kinds.values(), key=lambda k: (k.model_version != ModelVersion.LETTERS, k.rank))
        for kind in letters_first:
            for label in (*kind.accepted_labels, search_key(kind.label)):
                found.setdefault(label, kind.pk)
        return found

    @staticmethod
    def _load(tree_ids: set[int]) -> dict[str, Known]:
        rows = OrgUnit.objects.filter(tree_id__in=tree_ids).order_by("tree_id", "lft")
        names = ("pk", "code", "name", "kind_id", "parent_id", "note", "closed_on", "tree_id", "lft", "rght")
        known = (Known(*row[:6], row[6] is not None, *row[7:]) for row in rows.values_list(*names))
        return {one.code: one for one in known}

    def plan(self) -> Plan:
        self._read()
        while self._drop_what_cannot_stand():
            pass
        self._tell_changes()
        self._tell_missing()
        self.result.problems.sort(key=lambda problem: problem["row"])
        self.result.lines, self.result.known = self.lines, self.known
        return self.result

    def _refuse(self, row: int, code: str, message: str) -> None:
        self.result.problems.append({"row": row, "code": code, "message": message})
        self.bad_rows.setdefault(code, row)

    def _read(self) -> None:
        first_row: dict[str, int] = {}
        for one in self.listed:
            code, name, note = normal_code(one.code), clean(one.name), clean(one.note)
            kind_id = self._kind_of(one.kind, code)
            if fault := fault_of_words(code, name):
                self._refuse(one.row, code, fault)
            elif code in first_row:
                self._refuse(one.row, code, f"Mã tổ chức {code} đã có ở dòng {first_row[code]}.")
            elif kind_id is None:
                self._refuse(one.row, code, self._unknown_kind(one.kind))
            elif len(note) > 300:
                self._refuse(one.row, code, "Ghi chú dài quá 300 ký tự.")
            elif code in self.known and self.known[code].closed:
                self._refuse(one.row, code, f"{self.known[code].name} đã kết thúc hoạt động trong hệ thống.")
            else:
                parent_code = normal_code(one.parent_code)
                self.lines[code] = Line(one.row, code, name, kind_id, parent_code, note)
            first_row.setdefault(code, one.row)

    def _kind_of(self, label: str, code: str) -> int | None:
        """By any accepted label; a list without kinds leaves those that are known."""
        if not clean(label) and code in self.known:
            return self.known[code].kind_id
        return self.kind_of_label.get(search_key(label))

    def _unknown_kind(self, label: str) -> str:
        accepted = ", ".join(k.label for k in self.kinds.values() if k.model_version == ModelVersion.LETTERS)
        said = f"Loại hình «{clean(label)}» chưa có trong hệ thống" if clean(label) else "Thiếu loại hình"
        return f"{said}. Dùng được: {accepted}."

    def _drop_what_cannot_stand(self) -> bool:
        """One pass over the rows that are still good; what is dropped may pull others along, hence passes."""
        faults = [(line, fault) for line in self.lines.values() if (fault := self._fault(line))]
        for line, fault in faults:
            self._refuse(line.row, line.code, fault)
            del self.lines[line.code]
        return bool(faults)

    def _fault(self, line: Line) -> str:
        return self._fault_of_parent(line) or self._fault_of_kind(line) or self._fault_of_rights(line)

    def _fault_of_parent(self, line: Line) -> str:
        known = self.known.get(line.code)
        if not line.parent_code:
            if known is not None:
                return "" if known.parent_id is None else "Thiếu mã tổ chức cấp trên trực tiếp."
            if not self.kinds[line.kind_id].may_be_top:
                return "Thiếu mã tổ chức cấp trên trực tiếp."
            return "" if self.actor is None else "Đơn vị cao nhất mới chỉ nhập được từ máy chủ."
        if known is not None and known.parent_id is None:
            return f"{known.name} là đơn vị cao nhất, không chuyển đi được."
        if line.parent_code not in self.lines:
            above = self.known.get(line.parent_code)
            if above is None:
                row = self.bad_rows.get(line.parent_code)
                if row is not None:
                    return f"Cấp trên trực tiếp {line.parent_code} ở dòng {row} chưa nhập được."
                return f"Không có tổ chức nào mang mã cấp trên {line.parent_code}."
            if above.closed:
                return f"Cấp trên trực tiếp {above.name} đã kết thúc hoạt động."
        return self._ring(line)

    def _ring(self, line: Line) -> str:
        seen, code = {line.code}, line.parent_code
        while code:
            if code == line.code:
                return "Các mã cấp trên nối thành vòng, đơn vị không thể ở dưới chính nó."
            if code in seen:
                return ""  # a ring further up; its own rows say so
            seen.add(code)
            code = self._parent_code(code)
        return ""

    def _parent_code(self, code: str) -> str:
        """As it would be."""
        if code in self.lines:
            return self.lines[code].parent_code
        known = self.known.get(code)
        return self.by_pk[known.parent_id].code if known and known.parent_id in self.by_pk else ""

    def _kind(self, code: str) -> UnitKind:
        """As it would be."""
        return self.kinds[self.lines[code].kind_id if code in self.lines else self.known[code].kind_id]

    def _is_moved(self, line: Line) -> bool:
        known = self.known.get(line.code)
        return known is not None and known.parent_id is not None and self._now_under(known) != line.parent_code

    def _now_under(self, known: Known) -> str:
        return self.by_pk[known.parent_id].code if known.parent_id else ""

    def _fault_of_kind(self, line: Line) -> str:
        known, kind = self.known.get(line.code), self.kinds[line.kind_id]
        new_kind = known is not None and known.kind_id != line.kind_id
        if line.parent_code:
            above = self._kind(line.parent_code)
            other_kind_above = self._was_kind(line.parent_code) != above.pk
            if (known is None or new_kind or self._is_moved(line) or other_kind_above) and above.pk not in self.legal[
                kind.pk
            ]:
                allowed = [self.kinds[pk].label for pk in self.legal[kind.pk]]
                return illegal_place(kind, above, self._name(line.parent_code), allowed)
        if not new_kind:
            return ""
        for child in self.known.values():
            stays = child.parent_id == known.pk and not child.closed and child.code not in self.lines
            if stays and kind.pk not in self.legal[child.kind_id]:
                below = self.kinds[child.kind_id].label
                return f"{child.name} là {below}, không được trực thuộc {kind.label}."
        if self.kinds[known.kind_id].holds_members and not kind.holds_members:
            unit = OrgUnit.objects.get(pk=known.pk)
            if standing := [said for follower in followers() for said in follower.blockers(unit)]:
                return f"Chưa thể là {kind.label}: {', '.join(standing)}."
        return ""

    def _was_kind(self, code: str) -> int:
        return self.known[code].kind_id if code in self.known else self.lines[code].kind_id

    def _name(self, code: str) -> str:
        return self.lines[code].name if code in self.lines else self.known[code].name

    def _fault_of_rights(self, line: Line) -> str:
        if self.actor is None:
            return ""
        known = self.known.get(line.code)
        if known is None:
            allowed = self._may_found_under(line.parent_code)
            return "" if allowed else "Đồng chí không có quyền lập đơn vị ở đây."
        if not self._is_moved(line) and not self._new_values(line, known):
            return ""
        allowed = self._may_manage(known) and (known.parent_id is None or self._may_manage(self.by_pk[known.parent_id]))
        if allowed and self._is_moved(line):
            allowed = self._may_found_under(line.parent_code)
        return "" if allowed else "Đồng chí không có quyền sửa đơn vị này."

    def _may_manage(self, known: Known) -> bool:
        return has_right(self.actor, Right.MANAGE_UNIT, known)

    def _may_found_under(self, parent_code: str) -> bool:
        if parent_code in self.known:
            return self._may_manage(self.known[parent_code])
        while parent_code and parent_code not in self.known:
            parent_code = self._parent_code(parent_code)
        above = self.known.get(parent_code)
        return above is not None and any(
            holding.reach == Reach.SUBTREE and holding.covers(above, Right.MANAGE_UNIT)
            for holding in holdings_of(self.actor)
        )

    def _new_values(self, line: Line, known: Known) -> list[dict]:
        """An empty note in the list takes nothing away."""
        pairs = [("name", known.name, line.name), ("kind", known.kind_id, line.kind_id)]
        if line.note:
            pairs.append(("note", known.note, line.note))
        return [
            {"field": name, "label": _FIELDS[name], "old": self._say(name, old), "new": self._say(name, new)}
            for name, old, new in pairs
            if old != new
        ]

    def _say(self, name: str, value: object) -> str:
        return self.kinds[value].label if name == "kind" else in_words(value)

    def _tell_changes(self) -> None:
        for line in self.lines.values():
            known = self.known.get(line.code)
            shown = {"row": line.row, "code": line.code, "name": line.name}
            if known is None:
                under = self._name(line.parent_code) if line.parent_code else ""
                self.result.new.append(shown | {"kind": self.kinds[line.kind_id].label, "parent": under})
                continue
            values, moved = self._new_values(line, known), self._is_moved(line)
            if values:
                self.result.changed.append(shown | {"changes": values})
            if moved:
                old, new = self.by_pk[known.parent_id].name, self._name(line.parent_code)
                above = line.parent_code
                while above not in self.known:
                    above = self._parent_code(above)
                passing = {"under": above, "direct": above == line.parent_code}
                self.result.moved.append(shown | {"old": old, "new": new} | passing)
            if not values and not moved:
                self.result.unchanged += 1

    def _tell_missing(self) -> None:
        """Open units below the highest units that the list names, which the list itself does not name."""
        named = {normal_code(one.code) for one in self.listed}
        roots = [
            self.known[code] for code in self.lines if code in self.known and self._parent_code(code) not in self.lines
        ]
        by_tree: dict[int, list[Known]] = defaultdict(list)
        for root in roots:
            by_tree[root.tree_id].append(root)
        for one in self.known.values():
            inside = any(root.lft < one.lft and one.rght < root.rght for root in by_tree[one.tree_id])
            if not inside or one.closed or one.code in named:
                continue
            if self.actor is not None and not has_right(self.actor, Right.VIEW, one):
                continue
            above = self.by_pk[one.parent_id].name
            self.result.missing.append({"code": one.code, "name": one.name, "parent": above})


_FIELDS = LABELS | {"name": "Tên"}
