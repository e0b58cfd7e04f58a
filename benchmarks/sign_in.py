"""CPU of one sign-in with the right password, asked in turn with the bare page: what a hall full of people signing in
at once costs."""

import statistics
from collections.abc import Callable

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal import demo

from .pages import Ground

ROUNDS = 16


def line(ground: Ground, bare: Callable[[], HttpResponse], cpu: Callable[[], float]) -> str:
    """A sentence for the table. Must run where what it writes is taken back."""
    data = {"login": ground.people["member"].citizen_id, "password": demo.secret()}
    address = reverse("account_login")
    spent: dict[str, list[float]] = {"sign_in": [], "bare": []}
    for number in range(ROUNDS + 1):
        begun = cpu()
        bare()
        spent["bare"].append(cpu() - begun)
        client = Client()
        begun = cpu()
        response = client.post(address, data)
        spent["sign_in"].append(cpu() - begun)
        if response.status_code != 302:
            raise SystemExit(f"Đăng nhập: trả lời {response.status_code}")
        if not number:  # the first one loads what the others find loaded
            for times in spent.values():
                times.clear()
    signing, plain = (statistics.quantiles(times, n=4)[0] * 1000 for times in (spent["sign_in"], spent["bare"]))
    return (
        f"Đăng nhập đúng mật khẩu: {signing:.1f} ms CPU mỗi lần ({1000 / signing:.0f} lượt mỗi giây trên một nhân), "
        f"trang trơn {plain:.1f} ms."
    )
