"""Sessions end by rest and by age; noting that somebody is there is cheap."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import time_out

from .conftest import PASSWORD

PAGE = "/tai-khoan/"


@pytest.fixture
def inside(client, person, try_to_sign_in) -> Client:
    try_to_sign_in(client, person.citizen_id, PASSWORD)
    return client


@pytest.fixture
def clock(monkeypatch):
    """Moves the time of the time-out; returns a function that adds minutes."""
    started = time.time()
    passed = [0]
    monkeypatch.setattr(time_out.time, "time", lambda: started + passed[0])

    def forward(minutes: float) -> None:
        passed[0] += minutes * 60

    return forward


def test_after_an_hour_of_rest_the_session_is_over(inside, clock):
    clock(64)
    assert inside.get(PAGE).status_code == 200
    clock(66)
    assert inside.get(PAGE)["Location"].startswith("/tai-khoan/dang-nhap/")
    assert inside.session.is_empty()


def test_who_works_on_stays(inside, clock):
    for _ in range(7):
        clock(59)
        assert inside.get(PAGE).status_code == 200


def test_after_eight_hours_it_is_over_however_busy(inside, clock):
    for minutes in [20] * 23 + [15]:  # five to spare for a slow machine
        clock(minutes)
        assert inside.get(PAGE).status_code == 200
    clock(6)
    assert inside.get(PAGE).status_code == 302


def test_the_length_of_rest_is_a_setting(inside, clock, settings):
    settings.IDLE_SECONDS = 600
    clock(16)
    assert inside.get(PAGE).status_code == 302


def test_presence_is_written_down_each_five_minutes_at_most(inside, clock):
    def writes() -> int:
        with CaptureQueriesContext(connection) as queries:
            inside.get(PAGE)
        return sum("django_session" in q["sql"] and not q["sql"].startswith("SELECT") for q in queries)

    assert [writes() for _ in range(3)] == [0, 0, 0]
    clock(6)
    assert [writes() for _ in range(3)] == [1, 0, 0]


def test_signing_in_again_begins_anew(client, person, try_to_sign_in, clock):
    try_to_sign_in(client, person.citizen_id, PASSWORD)
    clock(7 * 60)
    try_to_sign_in(client, person.citizen_id, PASSWORD)
    clock(50)
    assert client.get(PAGE).status_code == 200
    clock(50)
    assert client.get(PAGE).status_code == 200


def test_a_session_of_before_the_clock_gets_one(inside, clock):
    session = inside.session
    del session["clock"]
    session.save()
    assert inside.get(PAGE).status_code == 200
    clock(66)
    assert inside.get(PAGE).status_code == 302
