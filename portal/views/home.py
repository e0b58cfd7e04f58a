from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from common.text import given_name
from meetings.counts import waiting_meetings
from notifications.selectors import responsible_for
from oversight.selectors import recent_lines

from ..glance import glance_at
from ..reader import reader_of
from ..todo import tasks_of


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the reader first, then his unit at a glance."""
    reader = reader_of(request)
    tasks = tasks_of(request.user)
    now = [task for task in tasks if task["tone"] == "late"]
    in_session = waiting_meetings(request.user)["now"]
    if in_session:
        # The way into the meeting bears the page's primary button.
        tasks = [task | {"main": False} for task in tasks]
    glance = glance_at(reader)
    return render(
        request,
        "portal/home.html",
        {
            "given_name": given_name(request.user.full_name),
            "tasks": tasks,
            "pressing": len(now),
            "in_session": in_session,
            "unit": reader.unit,
            "glance": glance,
            "responsible": responsible_for(glance.unit, but=request.user) if glance and not reader.unit.held else None,
            "recent": recent_lines(request.user, below=reader.unit.id) if reader.unit and reader.unit.held else [],
        },
    )


@require_GET
def more(request: HttpRequest) -> HttpResponse:
    """All entries of the navigation on a page of their own: the last place of a phone's bar."""
    return render(request, "portal/more.html")


@require_POST
def switch_unit(request: HttpRequest) -> HttpResponse:
    """Work in another of one's units from now on."""
    wanted = request.POST.get("unit", "")
    chosen = reader_of(request).choose(int(wanted)) if wanted.isdecimal() and len(wanted) < 19 else None
    if chosen is None:
        messages.warning(request, "Đồng chí không còn vai trò ở đơn vị đó.")
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else reverse("portal:home"))
