"""A nation of units and reports for measuring, in a database of its own: written by COPY, without triggers, and summed
up by the recount."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import psycopg2
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from common.text import search_key, sort_key
from orgtree.enums import Role
from orgtree.models import OrgUnit, UnitKind
from orgtree.services import create_unit, give_grant

from . import sample
from .definitions import figures_of
from .forms.loading import load_catalogue
from .models import Campaign
from .services.campaigns import Owed, make_campaign
from .services.totals import recount_totals

DATABASE = "handbook_scale"
UNITS = 250_000
LEAST_UNITS = 2_000
# Companies in a region, sections in a company; the branches are shared out among the sections.
_COMPANIES, _SECTIONS = 25, 25
_OWED = {"base_committee": "cde", "subcommittee": "abe", "cell": "abe"}
# Chances of a report's state, in percent.
_STATES = {"approved": 70, "sent": 8, "in_review": 2, "rejected": 4, "draft": 6, "expected": 10}
_WITH_FIGURES = {"approved", "sent", "in_review"}
# Every so manieth unit's reports can be opened; the figures of the others stand without the report around them.
_OPENED = 50
_POOL, _CHUNK = 40, 20_000
# Who can be asked as, by the first digits of a citizen id that nobody has.
PEOPLE = ("department", "region", "company", "section", "branch", "writer")
Tell = Callable[[str], None]


def person(key: str) -> User:
    return User.objects.get(citizen_id=f"{PEOPLE.index(key) + 1:012d}")


@contextmanager
def scale_database(*, anew: bool) -> Iterator[None]:
    """Let this process work on the database of the measurements; `anew`: made empty first."""
    settings = connection.settings_dict
    own = settings["NAME"]
    connection.close()
    if anew:
        admin = psycopg2.connect(
            dbname=own, user=settings["USER"], password=settings["PASSWORD"], host=settings["HOST"],
            port=settings["PORT"] or None, **settings.get("OPTIONS", {}),
        )  # fmt: skip
        admin.autocommit = True
        with admin.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {DATABASE}")
        admin.close()
    settings["NAME"] = DATABASE
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = own


@dataclass(frozen=True)
class _Unit:
    pk: int
    parent: int | None
    ancestors: tuple[int, ...]
    kind: str
    code: str
    name: str
    lft: int
    rght: int


def generate(units: int, tell: Tell) -> Campaign:
    """Into an empty, migrated database."""
    if units < LEAST_UNITS:
        raise RuleViolation(f"Ít nhất {LEAST_UNITS} đơn vị.")
    kinds = {kind.code: kind for kind in UnitKind.objects.all()}
    top = create_unit(parent=None, code="Q", name="Đảng bộ Toàn quốc", kind=kinds["upper"], actor=None)
    today = timezone.localdate()
    campaign = make_campaign(
        top=top,
        name="Đợt thử tải",
        term="2025-2030",
        opens_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=60),
        reference_date=(today - timedelta(days=60)).replace(day=1),
        owed=[Owed(kind, form, days=5) for kind, forms in _OWED.items() for form in forms],
        actor=None,
    )
    for number, key in enumerate(PEOPLE):
        User.objects.create_user(
            f"{number + 1:012d}", f"Người {key}", activated_at=timezone.now(), identity_confirmed_at=timezone.now()
        )
    tree = copy_tree(top, units)
    tell(f"{len(tree)} đơn vị")
    with _without_triggers():
        written = _copy_reports(campaign, tree, today)
        tell(f"{written} báo cáo")
    firsts = {"region": tree[1], "company": tree[2], "section": tree[3], "branch": tree[4]}
    give_grant(user=person("department"), unit=top, role=Role.ORG_DEPARTMENT, actor=None)
    for key, one in firsts.items():
        give_grant(user=person(key), unit=OrgUnit.objects.get(pk=one.pk), role=Role.SECRETARY, actor=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    recount_totals()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE congress_reports_total")
    return campaign


def copy_tree(top: OrgUnit, units: int) -> list[_Unit]:
    """A nation below a top unit that stands alone, in the order of the intervals."""
    tree = list(_tree(top, units))
    with _without_triggers():
        _copy_units(tree, dict(UnitKind.objects.values_list("code", "pk")), top.tree_id)
    return tree


@contextmanager
def _without_triggers() -> Iterator[None]:
    """Foreign keys too: what is copied points only at what was copied before."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")


def _tree(top: OrgUnit, units: int) -> Iterator[_Unit]:
    """In the order of the intervals; the root, which stands already, first."""
    regions = max(1, round(units / 6250))
    companies = max(1, min(_COMPANIES, units // (regions * 240)))
    sections = regions * companies * _SECTIONS
    branches, more = divmod(units - 1 - regions - regions * companies - sections, sections)
    next_pk, next_lft, section = top.pk + 1, 2, 0

    def enter() -> tuple[int, int]:
        nonlocal next_pk, next_lft
        next_pk, next_lft = next_pk + 1, next_lft + 1
        return next_pk - 1, next_lft - 1

    def size(inside: int) -> int:
        return 2 * inside + 1

    counts = [branches + (number < more) for number in range(sections)]
    yield _Unit(top.pk, None, (), "upper", top.code, top.name, 1, 2 * units)
    for region in range(1, regions + 1):
        first = section
        inside = companies + companies * _SECTIONS + sum(counts[first : first + companies * _SECTIONS])
        pk, lft = enter()
        above = (top.pk,)
        code = f"Q.{region:02d}"
        yield _Unit(pk, top.pk, above, "empowered", code, f"Đảng bộ Vùng {region:02d}", lft, lft + size(inside))
        for company in range(1, companies + 1):
            own, own_lft = enter()
            inside = _SECTIONS + sum(counts[section : section + _SECTIONS])
            of = f"{region:02d}.{company:02d}"
            name = f"Đảng bộ Công ty số {of}"
            yield _Unit(own, pk, (*above, pk), "base_committee", f"Q.{of}", name, own_lft, own_lft + size(inside))
            for number in range(1, _SECTIONS + 1):
                held, held_lft = enter()
                name = f"Đảng bộ bộ phận Khu vực {of}.{number:02d}"
                path = (*above, pk, own)
                yield _Unit(
                    held, own, path, "subcommittee", f"Q.{of}.{number:02d}", name, held_lft,
                    held_lft + size(counts[section]),
                )  # fmt: skip
                for branch in range(1, counts[section] + 1):
                    leaf, leaf_lft = enter()
                    code = f"{of}.{number:02d}.{branch:02d}"
                    yield _Unit(
                        leaf, held, (*path, held), "cell", f"Q.{code}", f"Chi bộ số {code}", leaf_lft, leaf_lft + 1
                    )
                    next_lft += 1
                section += 1
                next_lft += 1
            next_lft += 1
        next_lft += 1


def _copy_units(tree: list[_Unit], kinds: dict[str, int], tree_id: int) -> None:
    columns = (
        "id", "parent_id", "ancestor_ids", "code", "name", "search_key", "order_key", "kind_id", "has_seal",
        "central_code", "note", "lft", "rght", "tree_id", "level",
    )  # fmt: skip

    def lines() -> Iterator[str]:
        for one in tree[1:]:
            path = "{" + ",".join(map(str, one.ancestors)) + "}"
            found = search_key(f"{one.name} {one.code}")
            order = "\\\\x" + sort_key(one.code).hex()
            yield (
                f"{one.pk}\t{one.parent}\t{path}\t{one.code}\t{one.name}\t{found}\t{order}\t{kinds[one.kind]}\tf\t\t\t"
                f"{one.lft}\t{one.rght}\t{tree_id}\t{len(one.ancestors)}\n"
            )

    OrgUnit.objects.filter(pk=tree[0].pk).update(rght=tree[0].rght)
    _copy("orgtree_orgunit", columns, lines())


def _pool(campaign: Campaign) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Figures and answers of invented reports, by kind and form, ready to be copied."""
    forms = load_catalogue()
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for kind in _OWED:
        for number in range(_POOL):
            rng = Random(f"{kind} {number}")
            is_branch = kind == "cell"
            total = rng.randint(8, 34) if is_branch else rng.randint(40, 90) if kind == "subcommittee" else 240
            unit = sample.Unit(
                is_branch=is_branch,
                is_grassroots=kind == "base_committee",
                total=total,
                probationary=total // 20,
                exempt=total // 15,
                people=_people(rng, min(30, total - total // 20)),
                branches=9,
            )
            congress = sample.hold(unit, closed_on=campaign.opens_on + timedelta(days=20), rng=rng)
            quality = sample.quality(congress, reference=campaign.reference_date)
            made = {"a": sample.result(congress), "b": quality, "e": sample.content(congress)}
            made |= {"c": made["a"], "d": quality}
            for form in _OWED[kind]:
                figures = "{" + ",".join(map(str, figures_of(forms[form], made[form]))) + "}"
                answers = json.dumps(made[form].as_json(), ensure_ascii=False).replace("\\", "\\\\")
                found.setdefault((kind, form), []).append((figures, answers))
    return found


def _people(rng: Random, count: int) -> list[sample.Official]:
    return [
        sample.Official(
            member_id=None,
            name=f"Nguyễn Văn {'ABCDEGHIKLMNOPQRST'[at % 18]}{'aeiou'[at // 18]}",
            born=date(rng.randint(1968, 2000), rng.randint(1, 12), rng.randint(1, 28)),
            female=rng.random() < 0.3,
            minority=rng.random() < 0.1,
            professional=rng.randint(1, 5),
            theory=rng.randint(1, 3),
            served_before=rng.random() < 0.5,
        )
        for at in range(count)
    ]


def _copy_reports(campaign: Campaign, tree: list[_Unit], today: date) -> int:
    """Reports and the schedule. Returns how many reports."""
    duties = {(duty.kind.code, duty.form.code): duty.pk for duty in campaign.duties.select_related("kind", "form")}
    pool, rng, written = _pool(campaign), Random("scale"), 0
    writer, decider, now = person("writer").pk, person("department").pk, timezone.now().isoformat()
    states = rng.choices(list(_STATES), list(_STATES.values()), k=100_003)
    columns = (
        "id", "campaign_id", "unit_id", "duty_id", "state", "due_on", "answers", "revision", "version", "figures",
        "drafted_by_id", "sent_by_id", "sent_at", "late_days", "taken_by_id", "taken_at", "decided_by_id", "decided_at",
        "reason", "has_soft_findings", "incomplete_reason", "end_reason", "ended_with_unit",
    )  # fmt: skip
    day_of = {one.pk: today + timedelta(days=one.pk * 7919 % 75 - 60) for one in tree if one.kind in _OWED}

    def lines() -> Iterator[str]:
        nonlocal written
        for one in tree:
            for form in _OWED.get(one.kind, ""):
                written += 1
                held = day_of[one.pk] < today
                state = states[written % len(states)] if held else "expected"
                figures, answers = pool[one.kind, form][written % _POOL]
                sent = state in _WITH_FIGURES or state == "rejected"
                decided = state in {"approved", "rejected"}
                yield "\t".join(
                    (
                        f"{written}\t{campaign.pk}\t{one.pk}\t{duties[one.kind, form]}\t{state}",
                        f"{day_of[one.pk] + timedelta(days=5)}",
                        answers if state != "expected" and one.pk % _OPENED == 0 else "{}",
                        f"1\t{1 if sent else 0}\t{figures if state in _WITH_FIGURES else '{}'}",
                        "\\N" if state == "expected" else str(writer),
                        f"{writer}\t{now}\t{written % 19 // 18 * 3}" if sent else "\\N\t\\N\t\\N",
                        f"{decider}\t{now}" if state == "in_review" else "\\N\t\\N",
                        f"{decider}\t{now}" if decided else "\\N\t\\N",
                        "Số có mặt chưa khớp biên bản." if state == "rejected" else "",
                        "f\t\t\tf\n",
                    )
                )

    _copy("congress_reports_report", columns, lines())

    def schedule() -> Iterator[str]:
        for pk, day in day_of.items():
            held = day < today
            yield (
                f"{campaign.pk}\t{pk}\t{day}\tHội trường đơn vị\tall_members\t\t{'held' if held else 'planned'}\t"
                f"{day if held else chr(92) + 'N'}\t\t\n"
            )

    columns = (
        "campaign_id", "unit_id", "planned_on", "place", "form", "steering", "state", "held_on", "reason", "note",
    )  # fmt: skip
    _copy("congress_reports_congress", columns, schedule())
    return written


def _copy(table: str, columns: tuple[str, ...], lines: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        chunk, count = io.StringIO(), 0
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"

        def flush() -> None:
            nonlocal chunk, count
            chunk.seek(0)
            cursor.cursor.copy_expert(statement, chunk)
            chunk, count = io.StringIO(), 0

        for line in lines:
            chunk.write(line)
            count += 1
            if count == _CHUNK:
                flush()
        flush()
        if "id" in columns:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def make_scale_database(units: int, tell: Tell) -> None:
    """Empty, migrated and filled; what stood there before is gone."""
    with scale_database(anew=True):
        call_command("migrate", verbosity=0)
        generate(units, tell)
