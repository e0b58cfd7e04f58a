"""The reader's choice of text size and light.

A cookie carries it (visitors have a choice too); where the setting LOOK_KEEPER names a function,
the choice of a signed-in reader is given to it as `user`, `size`, `theme`. What an account holds in
`text_size` and `theme` wins over the cookie, except the values that every new account has: who
chose large letters at the sign-in page keeps them inside.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST

COOKIE = "hien-thi"
SIZES = {"normal": "Chữ vừa", "large": "Chữ to", "larger": "Chữ rất to"}
THEMES = {"auto": "Theo máy", "light": "Sáng", "dark": "Tối"}


@dataclass(frozen=True, slots=True)
class Look:
    """Words of SIZES and THEMES; they stand as data-size and data-theme on the root element."""

    size: str = "normal"
    theme: str = "auto"


def look_of(request: HttpRequest) -> Look:
    size, _, theme = request.COOKIES.get(COOKIE, "").partition(".")
    user = getattr(request, "user", None)
    kept_size, kept_theme = getattr(user, "text_size", ""), getattr(user, "theme", "")
    size = kept_size if kept_size in SIZES and kept_size != "normal" else size
    theme = kept_theme if kept_theme in THEMES and kept_theme != "auto" else theme
    return Look(size if size in SIZES else "normal", theme if theme in THEMES else "auto")


def look(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `look`."""
    return {"look": look_of(request)}


@login_not_required
@require_POST
def choose_look(request: HttpRequest) -> HttpResponse:
    """Keeps `size` and/or `theme` and goes back to `next`; with X-Requested-With answers 204."""
    now = look_of(request)
    size, theme = request.POST.get("size", now.size), request.POST.get("theme", now.theme)
    chosen = Look(size if size in SIZES else now.size, theme if theme in THEMES else now.theme)
    keeper = getattr(settings, "LOOK_KEEPER", None)
    if keeper and request.user.is_authenticated:
        import_string(keeper)(user=request.user, size=chosen.size, theme=chosen.theme)
    if request.headers.get("X-Requested-With") == "fetch":
        response = HttpResponse(status=204)
    else:
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        response = HttpResponseRedirect(back if safe else "/")
    response.set_cookie(
        COOKIE,
        f"{chosen.size}.{chosen.theme}",
        max_age=365 * 24 * 3600,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response
