"""The votes of a meeting; preparing and changing one before it opens."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from common.errors import RuleViolation
from common.ui.nav import Crumb

from ...enums import MeetingState
from ...rules.catalogue import matters
from .. import forms, selectors, services
from ..enums import VoteState
from ..presenting import state_chip
from ..selectors import Place
from .shared import place_of, vote_address, vote_crumbs, vote_run_by


@require_GET
def votes(request: HttpRequest, pk: int) -> HttpResponse:
    place = place_of(request, pk)
    rows = [
        {"vote": vote, "chip": state_chip(vote), "matter": matters()[vote.matter], "url": vote_address(vote, place)}
        for vote in selectors.votes_of(place)
    ]
    may_add = place.runs and place.meeting.state in (
        MeetingState.DRAFT,
        MeetingState.ANNOUNCED,
        MeetingState.IN_PROGRESS,
    )
    page = {"place": place, "meeting": place.meeting, "rows": rows, "may_add": may_add, "crumbs": vote_crumbs(place)}
    return render(request, "meetings/votes/votes.html", page)


@require_http_methods(["GET", "POST"])
def vote_new(request: HttpRequest, pk: int) -> HttpResponse:
    """First what it is about, then the question: each matter has its own."""
    place = place_of(request, pk)
    if not place.runs:
        raise PermissionDenied
    offered = {matter.key: matter for matter in selectors.matters_for(place.meeting)}
    matter = offered.get(request.GET.get("loai", ""))
    if matter is None:
        page = {"place": place, "meeting": place.meeting, "matters": offered.values()}
        return render(
            request, "meetings/votes/matters.html", page | {"crumbs": vote_crumbs(place, Crumb("Thêm biểu quyết"))}
        )
    form = forms.form_of(matter)(
        request.POST if request.method == "POST" else None,
        meeting=place.meeting,
        matter=matter,
        initial={"item": place.meeting.current_item_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            vote = services.prepare_vote(meeting=place.meeting, matter=matter.key, **form.values(), actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã chuẩn bị nội dung biểu quyết. Biểu quyết chưa mở.")
            return redirect("meetings:vote_conduct", vote.pk)
    return _question_page(request, place, form, "Thêm biểu quyết", reverse("meetings:votes", args=[pk]))


def _question_page(request: HttpRequest, place: Place, form, title: str, back: str) -> HttpResponse:
    page = {"form": form, "matter": form.matter, "place": place, "title": title, "back_url": back}
    return render(request, "meetings/votes/question.html", page | {"crumbs": vote_crumbs(place, Crumb(title))})


@require_http_methods(["GET", "POST"])
def vote_edit(request: HttpRequest, pk: int) -> HttpResponse:
    vote, place = vote_run_by(request, pk)
    if vote.state != VoteState.PREPARED:
        return redirect("meetings:vote_conduct", pk)
    matter = matters()[vote.matter]
    form = forms.form_of(matter)(
        request.POST if request.method == "POST" else None,
        meeting=place.meeting,
        matter=matter,
        initial=forms.initial_of(vote),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_vote(vote=vote, **form.values(), actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã sửa nội dung biểu quyết.")
            return redirect("meetings:vote_conduct", pk)
    return _question_page(request, place, form, "Sửa nội dung biểu quyết", reverse("meetings:vote_conduct", args=[pk]))
