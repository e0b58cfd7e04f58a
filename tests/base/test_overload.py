import threading
import time

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import override_settings

from common.middleware import OverloadMiddleware


@pytest.fixture
def busy():
    """A server with room for two, both places taken until the test lets them go."""
    go, inside = threading.Event(), threading.Semaphore(0)

    def slow(request):
        inside.release()
        go.wait(10)
        return HttpResponse("xong")

    with override_settings(MOST_REQUESTS_AT_ONCE=2):
        server = OverloadMiddleware(slow)
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(server(RequestFactory().get("/cham/")).status_code))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert inside.acquire(timeout=10)
    yield server, go
    go.set()
    for thread in threads:
        thread.join(10)
    assert answers == [200, 200]


def test_one_too_many_is_told_at_once_to_come_back(busy):
    server, _ = busy

    started = time.perf_counter()
    response = server(RequestFactory().get("/"))

    assert time.perf_counter() - started < 0.5
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "Hệ thống đang bận" in response.content.decode()


def test_the_load_balancer_is_still_told_that_the_process_lives(busy):
    server, go = busy
    go.set()

    assert server(RequestFactory().get("/healthz")).status_code == 200


def test_places_are_free_again_also_after_a_failure(db):
    def fails(request):
        raise RuntimeError

    with override_settings(MOST_REQUESTS_AT_ONCE=2):
        server = OverloadMiddleware(fails)
    for _ in range(5):
        with pytest.raises(RuntimeError):
            server(RequestFactory().get("/"))
