"""Counting, quorum, thresholds and elections on figures that were worked out by hand."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pytest

from meetings.enums import Capacity, Duty, MeetingKind, Presence
from meetings.rules.catalogue import matters, rules_of, template_of
from meetings.rules.counting import count, percent, quorum
from meetings.rules.elections import elect, is_valid
from meetings.rules.thresholds import judge, least


@dataclass
class Person:
    capacity: str = Capacity.OFFICIAL
    duty: str = Duty.CALLED
    presence: str = Presence.PRESENT


def test_the_arithmetic_of_a_list():
    people = [
        *[Person() for _ in range(20)],
        Person(presence=Presence.ONLINE),
        Person(capacity=Capacity.PROBATIONARY),
        Person(presence=Presence.EXCUSED),
        Person(presence=Presence.UNEXCUSED),
        Person(duty=Duty.MAY_COME, presence=Presence.UNKNOWN),
        Person(duty=Duty.MAY_COME),  # exempt, but came: counts in the base
        Person(duty=Duty.AWAY, presence=Presence.UNKNOWN),
        Person(duty=Duty.SUSPENDED, presence=Presence.UNKNOWN),
        Person(capacity=Capacity.TEMPORARY),
        Person(capacity=Capacity.GUEST, duty=Duty.INVITED),
        Person(capacity=Capacity.SUPERIOR, duty=Duty.INVITED),
    ]
    n = count(people)
    assert (n.total, n.official, n.probationary, n.temporary) == (28, 27, 1, 1)
    assert (n.exempt, n.away, n.suspended) == (2, 1, 1)
    assert n.expected == 26  # 20 + online + probationary + two absent + exempt who came + temporary
    assert (n.here, n.here_official, n.online, n.guests_here) == (24, 22, 1, 2)
    assert n.here + n.excused + n.unexcused + n.unknown == n.expected
    assert n.percent == "92,31%"
    assert n.official_due == 23  # without the excused one, the exempt one at home, the one elsewhere, the suspended one


def test_quorum_warns_and_bars():
    rules = rules_of(MeetingKind.REGULAR, date(2026, 3, 5))
    of = [Person() for _ in range(20)] + [Person(presence=Presence.UNEXCUSED) for _ in range(10)]
    assert quorum(count(of), rules).is_full
    warned = quorum(count([*of[1:20], Person(presence=Presence.UNKNOWN), *of[20:]]), rules)
    assert not warned.is_full
    assert not warned.bars
    half = quorum(count([Person() for _ in range(15)] + [Person(presence=Presence.UNKNOWN) for _ in range(15)]), rules)
    assert half.bars
    assert "15/30" in half.sentence


def test_nobody_is_no_quorum():
    assert quorum(count([]), rules_of(MeetingKind.REGULAR, date(2026, 1, 1))).bars


@pytest.mark.parametrize(
    ("matter", "agree", "base", "carried"),
    [
        ("resolution", 15, 30, False),
        ("resolution", 16, 30, True),
        ("resolution", 15, 29, True),
        ("admission", 20, 30, True),
        ("admission", 19, 30, False),
        ("admission", 19, 29, False),
        ("admission", 20, 29, True),
        ("expulsion", 2, 3, True),
        ("resolution", 0, 0, False),
    ],
)
def test_thresholds(matter, agree, base, carried):
    verdict = judge(matters()[matter], agree, base)
    assert verdict.carried is carried
    assert f"{agree}/{base}" in verdict.sentence


def test_the_least_is_the_smallest_that_is_enough():
    for base in range(1, 60):
        for fraction, more_than in ((Fraction(1, 2), True), (Fraction(2, 3), False)):
            n = least(base, fraction, more_than=more_than)
            share = Fraction(n, base)
            assert share > fraction if more_than else share >= fraction
            below = Fraction(n - 1, base)
            assert below <= fraction if more_than else below < fraction


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(2, 3, "66,67%"), (1, 2, "50%"), (1, 8, "12,5%"), (3, 3, "100%"), (1, 0, "")]
)
def test_percentages_are_rounded_half_up_with_a_comma(part, whole, text):
    assert percent(part, whole) == text


def test_an_election_takes_the_highest_over_half():
    outcome = elect({1: 20, 2: 16, 3: 15, 4: 29, 5: 17}, seats=3, base=30)
    assert outcome.elected == (4, 1, 5)
    assert outcome.is_complete


def test_half_is_not_enough():
    outcome = elect({1: 15, 2: 16}, seats=2, base=30)
    assert outcome.elected == (2,)
    assert outcome.seats_left == 1


def test_level_for_the_last_seat():
    outcome = elect({1: 25, 2: 18, 3: 18, 4: 18, 5: 10}, seats=3, base=30)
    assert outcome.elected == (1,)
    assert outcome.tied == (2, 3, 4)
    assert outcome.seats_left == 2


def test_a_tie_break_needs_no_half():
    assert elect({1: 12, 2: 9}, seats=1, base=30, tie_break=True).elected == (1,)
    assert elect({1: 12, 2: 12}, seats=1, base=30, tie_break=True).tied == (1, 2)


def test_nobody_voted_for_is_not_elected():
    assert elect({1: 0, 2: 0}, seats=1, base=0, tie_break=True).elected == ()


@pytest.mark.parametrize(
    ("marks", "candidates", "seats", "valid"),
    [([1, 2], 5, 3, True), ([], 5, 3, False), ([], 1, 1, True), ([1, 2, 3, 4], 5, 3, False), ([6], 5, 3, False)],
)
def test_papers(marks, candidates, seats, valid):
    assert is_valid(marks, candidates, seats) is valid


def test_a_regular_agenda_is_its_ninety_minutes():
    assert sum(item.minutes for item in template_of(MeetingKind.REGULAR).items) == 90


@pytest.mark.parametrize("kind", MeetingKind.values)
def test_every_kind_has_rules_and_an_agenda(kind):
    assert rules_of(kind, date(2026, 11, 1)).write_up_hours_after == 48
    assert template_of(kind).items
