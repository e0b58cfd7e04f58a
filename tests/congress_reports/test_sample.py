"""Invented reports are as true as typed ones: the rules find nothing hard in them."""

from datetime import date
from random import Random

import pytest

from congress_reports.forms import Surroundings, check
from congress_reports.forms.rules import unexcused
from congress_reports.sample import Official, Unit, content, hold, quality, result

from .reports import FORMS

DAY = date(2025, 4, 12)


def people(rng: Random, count: int) -> list[Official]:
    return [
        Official(
            member_id=None,
            name=f"Nguyễn Văn {chr(65 + at % 26)}{chr(97 + at // 26)}",
            born=date(rng.randint(1965, 2000), rng.randint(1, 12), rng.randint(1, 28)),
            female=rng.random() < 0.3,
            minority=rng.random() < 0.1,
            professional=rng.randint(0, 6),
            theory=rng.randint(0, 4),
            served_before=rng.random() < 0.4,
        )
        for at in range(count)
    ]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("kind", ["branch", "section", "grassroots", "base_cell"])
def test_invented_reports_hold(seed, kind):
    rng = Random(f"{kind} {seed}")
    is_branch = kind in {"branch", "base_cell"}
    total = rng.randint(4, 45) if is_branch else rng.randint(30, 260)
    probationary = rng.randint(0, 2) if total > 6 else 0
    unit = Unit(
        is_branch=is_branch,
        is_grassroots=kind in {"grassroots", "base_cell"},
        total=total,
        probationary=probationary,
        exempt=rng.randint(0, total // 12),
        people=people(rng, min(40, total - probationary)),
        branches=6,
        delegates=rng.choice([None, 80]) if total > 90 else None,
        sent_on=rng.randint(0, 4),
        has_inspection=rng.random() < 0.5,
    )
    held = hold(unit, closed_on=DAY, rng=rng)
    around = Surroundings(
        today=date(2025, 4, 20),
        campaign_opens=date(2025, 1, 1),
        campaign_ends=date(2025, 12, 31),
        is_branch=is_branch,
        reference_date=date(2025, 4, 1),
        children_total=None if is_branch else 6,
        children_approved=None if is_branch else 6,
        elected={body: len(chosen) for body, chosen in held.elected.items()},
    )
    codes = "cde" if unit.is_grassroots else "ab"
    made = {"a": result, "b": lambda h: quality(h, reference=date(2025, 4, 1)), "c": result,
            "d": lambda h: quality(h, reference=date(2025, 4, 1)), "e": content}  # fmt: skip
    for code in codes:
        answers = made[code](held)
        assert unexcused(check(FORMS[code], answers, around), {}) == [], code
        assert type(answers).from_json(answers.as_json(), FORMS[code]).as_json() == answers.as_json()
