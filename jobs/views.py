from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRefresh

from common.downloads import as_attachment
from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.paging import page_of

from . import selectors, services
from .enums import JobState
from .models import Job
from .policies import may_fetch

_HOME, _LIST = Crumb("Trang chủ", "/"), "Tiến độ xử lý"
# What the component of progress calls the states.
_DRAWN = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
}
_TONES = {
    JobState.QUEUED: "wait",
    JobState.RUNNING: "info",
    JobState.DONE: "ok",
    JobState.FAILED: "late",
    JobState.CANCELLED: "idle",
}


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    page = page_of(selectors.jobs_of(request.user), request, 20)
    for one in selectors.with_progress(page.rows):
        one.tone = _TONES[one.state]
        one.downloadable = selectors.has_file(one)
    return render(request, "jobs/list.html", {"page": page, "crumbs": [_HOME, Crumb(_LIST)]})


@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    found = _mine(request, pk)
    return render(request, "jobs/job.html", _shown(found) | {"crumbs": _crumbs(found)})


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar alone, asked for every two seconds; at the end the whole page is loaded once more."""
    found = _mine(request, pk)
    if not selectors.is_open(found):
        return HttpResponseClientRefresh()
    return render(request, "jobs/_progress.html", _shown(found))


def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first; a running job stops at its next step."""
    found = _mine(request, pk)
    if request.method != "POST":
        if not selectors.is_open(found):
            return redirect(found)
        return render(request, "jobs/cancel.html", {"job": found, "crumbs": [*_crumbs(found)[:-1], Crumb("Dừng")]})
    try:
        services.cancel_job(job=found, actor=request.user)
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "Đã yêu cầu dừng công việc.")
    return redirect(found)


@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Its owner alone, for 7 days, as long as he holds the right by which it was made."""
    found = _mine(request, pk)
    if not selectors.has_file(found):
        raise Http404
    if not may_fetch(request.user, found):
        raise PermissionDenied
    answer = as_attachment(found.file, found.file_label or found.file.name.rsplit("/", 1)[-1])
    services.note_fetched(job=found)
    return answer


def _mine(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(selectors.jobs_of(request.user), pk=pk)


def _shown(found: Job) -> dict:
    selectors.with_progress([found])
    return {
        "job": found,
        "drawn": _DRAWN[found.state],
        "tone": _TONES[found.state],
        "open": selectors.is_open(found),
        "downloadable": selectors.has_file(found),
        "poll_url": reverse("jobs:progress", args=[found.pk]),
    }


def _crumbs(found: Job) -> list[Crumb]:
    return [_HOME, Crumb(_LIST, reverse("jobs:list")), Crumb(f"Công việc số {found.pk}")]
