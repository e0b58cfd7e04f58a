"""Forms from data to rows of definition.py; what contradicts itself is refused here."""

import tomllib
from pathlib import Path

from .bands import BANDS_2025, Bands
from .definition import Field, FieldType, Form, FormError, Group, Rule, RuleLevel, RuleScope, Section, SectionKind
from .expressions import Expression, ExpressionError, parse
from .rules import CHECKS, parts_of

CATALOGUE = Path(__file__).parent / "catalogue"
_BANDS = "@bands"

# What a rule may read although no field of the form asks for it; rules.py and Surroundings supply it.
OUTSIDE = frozenset(
    {
        "today", "campaign_opens", "campaign_ends", "is_branch", "deputies_most", "young_below",
        "target_female", "target_young",
        "children_total", "children_approved", "committee_rounds", "consent_note_length",
    }
)  # fmt: skip
_OF_ROUNDS = frozenset(
    {"body", "body_label", "candidates_listed", "votes_sum", "elected_count", "place_label", "listed", "missed",
     "missed_votes"}
)  # fmt: skip
_OF_CANDIDATES = frozenset({"name", "name_words", "birth_year", "votes", "elected", "age", "pct_typed", "pct_base"})
_OF_GROUPS = frozenset(
    {"group", "group_label", "elected_here", "young_of_bands", "split", "split_sum", "column", "figure",
     "of_committee", "least", "most"}
)  # fmt: skip


def load_catalogue(term: str = "2025", *, bands: Bands = BANDS_2025) -> dict[str, Form]:
    """The forms of a term by their letter."""
    folder = CATALOGUE / term
    blocks = tomllib.loads((folder / "blocks.toml").read_text(encoding="utf-8"))
    forms = tomllib.loads((folder / "forms.toml").read_text(encoding="utf-8"))
    return {code: form_of(code, given, blocks, bands) for code, given in forms.items()}


def form_of(code: str, given: dict, blocks: dict, bands: Bands) -> Form:
    """One form from its own data and the shared blocks it names. Raises FormError."""
    sections, rules = [], []
    for name in given["sections"]:
        block = given.get(name) if isinstance(given.get(name), dict) else blocks.get(name)
        if block is None:
            raise FormError(f"Mẫu {code}: không có phần “{name}”.")
        sections.append(_section(name, block, given.get(name), bands))
        rules += [_rule(one) for one in block.get("rules", [])]
    form = Form(code, given["title"], given["short"], given["version"], tuple(sections), tuple(rules))
    _check(form)
    return form


def _section(name: str, block: dict, groups: object, bands: Bands) -> Section:
    fields: list[Field] = []
    for one in block.get("fields", []):
        if one.get("bands"):
            fields += [Field(bands.code(at), bands.label(at), required=True, summed=True) for at in range(len(bands))]
        else:
            fields.append(_field(one))
    splits = {
        label: tuple(code for one in columns for code in (bands.codes if one == _BANDS else (one,)))
        for label, columns in block.get("splits", {}).items()
    }
    listed = groups if isinstance(groups, list) else []
    return Section(
        code=name,
        title=block["title"],
        kind=SectionKind(block.get("kind", "fields")),
        help=block.get("help", ""),
        fields=tuple(fields),
        groups=tuple(_group(one) for one in listed),
        splits=splits,
        of=block.get("of", ""),
    )


def _group(one: dict) -> Group:
    defaults = {code: _expression(text) for code, text in one.get("defaults", {}).items()}
    return Group(one["code"], one["label"], _expression(one.get("when")), defaults)


def _field(one: dict) -> Field:
    return Field(
        code=one["code"],
        label=one["label"],
        type=FieldType(one.get("type", "count")),
        required=one.get("required", False),
        help=one.get("help", ""),
        unit=one.get("unit", ""),
        choices=tuple((code, label) for code, label in one.get("choices", [])),
        when=_expression(one.get("when")),
        computed=_expression(one.get("computed")),
        percent=one.get("percent", False),
        summed=one.get("summed", False),
        most=one.get("most"),
        source=one.get("source", ""),
        default=_expression(one.get("default")),
    )


def _rule(one: dict) -> Rule:
    return Rule(
        id=one["id"],
        level=RuleLevel(one["level"]),
        scope=RuleScope(one.get("scope", "report")),
        message=one["message"],
        at=tuple(one["at"]),
        test=_expression(one.get("test")),
        check=one.get("check", ""),
        when=_expression(one.get("when")),
        softened=_expression(one.get("softened")),
        bodies=frozenset(one.get("bodies", [])),
    )


def _expression(text: str | None) -> Expression | None:
    if text is None:
        return None
    try:
        return parse(text)
    except ExpressionError as fault:
        raise FormError(str(fault)) from fault


def _check(form: Form) -> None:
    """Every name that a rule, a condition or a sentence reads is asked somewhere in the form."""

    def known(scope: RuleScope) -> set[str]:
        names = set(form.fields) | OUTSIDE
        for section in form.sections:
            names |= {f"elected_{group.code}" for group in section.groups}
            if section.kind == SectionKind.ROUNDS and scope in {RuleScope.ROUND, RuleScope.CANDIDATE}:
                names |= {one.code for one in section.fields} | _OF_ROUNDS
            if section.kind == SectionKind.ROUNDS and scope == RuleScope.REPORT:
                names |= _OF_ROUNDS
            if section.kind == SectionKind.GROUPS and scope == RuleScope.GROUP:
                names |= {one.code for one in section.fields} | _OF_GROUPS
        return names | (_OF_CANDIDATES if scope != RuleScope.GROUP else set())

    for section in form.sections:
        scope = {SectionKind.ROUNDS: RuleScope.ROUND, SectionKind.GROUPS: RuleScope.GROUP}.get(
            section.kind, RuleScope.REPORT
        )
        codes = [one.code for one in section.fields]
        if len(codes) != len(set(codes)):
            raise FormError(f"Mẫu {form.code}, phần {section.title}: có mục trùng mã.")
        for one in section.fields:
            for expression in (one.when, one.computed, one.default):
                _no_stranger(form, one.label, expression, known(scope))
        for group in section.groups:
            if strangers := set(group.defaults) - set(codes):
                raise FormError(f"Mẫu {form.code}, {group.label}: không có mục {', '.join(sorted(strangers))}.")
            for expression in group.defaults.values():
                _no_stranger(form, group.label, expression, known(scope))
        for label, columns in section.splits.items():
            if strangers := set(columns) - set(codes):
                raise FormError(f"Mẫu {form.code}, {label}: không có cột {', '.join(sorted(strangers))}.")
    for rule in form.rules:
        names = known(rule.scope)
        if rule.check:
            if rule.check not in CHECKS:
                raise FormError(f"Mẫu {form.code}, quy tắc {rule.id}: không có phép kiểm tra “{rule.check}”.")
        elif rule.test is None:
            raise FormError(f"Mẫu {form.code}, quy tắc {rule.id}: chưa có điều kiện.")
        for expression in (rule.test, rule.when, rule.softened):
            _no_stranger(form, f"quy tắc {rule.id}", expression, names)
        for part in parts_of(rule.message):
            _no_stranger(form, f"câu của quy tắc {rule.id}", part.expression, names)


def _no_stranger(form: Form, where: str, expression: Expression | None, names: set[str]) -> None:
    if expression is not None and (strangers := expression.names - names):
        raise FormError(f"Mẫu {form.code}, {where}: không có mục {', '.join(sorted(strangers))}.")
