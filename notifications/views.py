from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from common.ui.nav import Crumb
from common.ui.paging import page_of

from . import selectors, services
from .enums import Channel
from .forms import PreferencesForm
from .kinds import KINDS


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """One's own notices, unread first; `loc=chua-doc` only those, `loai` one kind."""
    only_unread = request.GET.get("loc") == "chua-doc"
    kinds = selectors.kinds_in_inbox(request.user)
    kind = request.GET.get("loai", "")
    kind = kind if kind in dict(kinds) else ""
    page = page_of(selectors.notices_of(request.user, only_unread=only_unread, kind=kind), request)
    for notice in page.rows:
        notice.label = selectors.label_of(notice.kind)
    return render(
        request,
        "notifications/inbox.html",
        {
            "page": page,
            "kinds": kinds,
            "kind": kind,
            "only_unread": only_unread,
            "unread": selectors.waiting_for(request.user).unread,
            "crumbs": [Crumb("Trang chủ", "/"), Crumb("Thông báo")],
        },
    )


@require_GET
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks the notice as read and goes where it leads; reading twice changes nothing."""
    notice = get_object_or_404(selectors.notices_of(request.user), pk=pk)
    services.mark_read(notice_ids=[notice.pk], actor=request.user)
    if notice.url and url_has_allowed_host_and_scheme(notice.url, None):
        return redirect(notice.url)
    return redirect("notifications:inbox")


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """One notice by `notice`, all of them without it."""
    one = request.POST.get("notice", "")
    ids = [int(one)] if one.isdecimal() and len(one) < 19 else []
    changed = services.mark_read(notice_ids=ids if one else None, actor=request.user)
    if changed and not one:
        messages.success(request, f"Đã đánh dấu {changed} thông báo là đã đọc.")
    return redirect("notifications:inbox")


def preferences(request: HttpRequest) -> HttpResponse:
    """Which kinds one wishes to receive, on which ways."""
    ways = selectors.ways_of(request.user)
    form = PreferencesForm(
        request.POST if request.method == "POST" else None,
        channels=[Channel.PORTAL, *(way.channel for way in ways)],
        muted=selectors.muted_kinds(request.user),
    )
    if request.method == "POST" and form.is_valid():
        services.choose_kinds(wanted=form.wanted(), offered=form.offered(), actor=request.user)
        messages.success(request, "Đã lưu lựa chọn của đồng chí.")
        return redirect("notifications:preferences")
    return render(
        request,
        "notifications/preferences.html",
        {
            "form": form,
            "ways": ways,
            "quiet_from": settings.SMS_QUIET_FROM,
            "quiet_until": settings.SMS_QUIET_UNTIL,
            "duties": sorted(what.label for what in KINDS.values() if what.duty),
            "crumbs": [Crumb("Trang chủ", "/"), Crumb("Thông báo", "/thong-bao/"), Crumb("Chọn thông báo nhận")],
        },
    )
