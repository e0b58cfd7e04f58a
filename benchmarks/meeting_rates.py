"""What a meeting costs that is being held and written up, on the demo's data.

    python -m benchmarks.meeting_rates

The question «is there something new?» of every open page in requests a second of one core, by turns with a bare view
(session and user) and with «Đang họp» itself; and the minutes of a usual meeting as PDF and as a Word file. Through
WSGI, without a network. Budgets: the question is cheaper than the bare view, asks no database and answers in 3 KB; a
PDF takes less than 2 s."""

import os
import statistics
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace

from handbook.launcher import environment

os.environ.setdefault("HANDBOOK_LOG_LEVEL", "ERROR")
joined = environment.prepare(environment.var_folder())

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, RequestFactory, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from meetings.pulse import HEADER, word_for  # noqa: E402

from .pages import Ground  # noqa: E402

TURNS, ROUNDS = 20, 25
MOST_BYTES, MOST_PDF_S = 3000, 2
_broken: list[str] = []


def main() -> int:
    ground = Ground()
    user = User.objects.get(pk=ground.people["secretary"].user_id)
    client = Client()
    client.force_login(user, backend="accounts.backends.SignInBackend")
    try:
        with override_settings(ROOT_URLCONF="benchmarks.urls", ALLOWED_HOSTS=["testserver"]):
            _poll(ground, user, client)
            _papers(ground, client)
    finally:
        client.session.flush()
    print(*(f"! {line}" for line in _broken), sep="\n")
    return 1 if _broken else 0


def _poll(ground: Ground, user: User, client: Client) -> None:
    running = ground.meetings.running
    word = word_for(SimpleNamespace(session=client.session, user=user), running.pk)
    header = {f"HTTP_{HEADER.upper().replace('-', '_')}": word}
    asks = {
        "Hỏi có gì mới": _asking(client, reverse("meetings:pulse", args=[running.pk]), **header),
        "Django trơn: phiên, người dùng": _asking(client, "/bare"),
        "Trang Đang họp": _asking(client, reverse("meetings:now_of", args=[running.pk])),
    }
    spent: dict[str, list[float]] = {name: [] for name in asks}
    for turn in range(TURNS + 1):
        for name, ask in asks.items():
            begun = time.process_time()
            for _ in range(ROUNDS):
                size = ask()
            if turn:  # the first one loads what the others find loaded
                spent[name].append((time.process_time() - begun) / ROUNDS)
            elif name == "Hỏi có gì mới" and size > MOST_BYTES:
                _broken.append(f"{name}: {size} byte")
    per_second = {name: 1 / statistics.quantiles(times, n=4)[0] for name, times in spent.items()}
    for name, rate in per_second.items():
        print(f"{name}: {rate:.0f} lượt mỗi giây trên một nhân, {_queries(asks[name])} truy vấn")
    poll, bare, _ = asks
    if per_second[poll] < per_second[bare] or _queries(asks[poll]):
        _broken.append(f"{poll} đắt hơn trang trơn")


def _asking(client: Client, address: str, **headers: str) -> Callable[[], int]:
    """One request through the whole of the middleware; bytes of the answer."""
    handler = WSGIHandler()
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    environ = RequestFactory().get(address, HTTP_COOKIE=cookie, **headers).environ

    def ask() -> int:
        status: list[str] = []
        response = handler(dict(environ), lambda told, _: status.append(told))
        size = len(b"".join(response))
        response.close()
        if not status[0].startswith("200"):
            raise SystemExit(f"{address} trả lời {status[0]}")
        return size

    return ask


def _queries(ask: Callable[[], int]) -> int:
    asked: list[str] = []

    def listen(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        ask()
    return len(asked)


def _papers(ground: Ground, client: Client) -> None:
    meetings = ground.meetings
    for label, address in (
        ("Biên bản, PDF", reverse("meetings:minutes_file", args=[meetings.held.pk, "pdf"])),
        ("Biên bản, Word", reverse("meetings:minutes_file", args=[meetings.held.pk, "docx"])),
        ("Danh sách dự họp, PDF", reverse("meetings:attendance_file", args=[meetings.held.pk, "pdf"])),
        ("Biên bản kiểm phiếu, PDF", reverse("meetings:vote_minutes", args=[meetings.secret.pk])),
    ):
        seconds = []
        for _ in range(6):
            begun = time.perf_counter()
            response = client.get(address)
            seconds.append(time.perf_counter() - begun)
            if response.status_code != 200:
                raise SystemExit(f"{address} trả lời {response.status_code}")
        most = max(seconds[1:])
        size = len(response.content) / 1000
        print(f"{label}: {statistics.median(seconds):.2f} s, lâu nhất {most:.2f} s, {size:.0f} KB")
        if most > MOST_PDF_S:
            _broken.append(f"{label}: {most:.1f} s, mức {MOST_PDF_S} s")


if __name__ == "__main__":
    try:
        call_command("migrate", "--noinput", "--verbosity", "0")
        code = main()
    finally:
        if joined:
            joined.release()
    sys.exit(code)
