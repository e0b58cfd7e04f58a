"""What the pages of a vote have in common: for whom they are, what all of them show."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from common.errors import RuleViolation
from common.ui.nav import Crumb

from ...rules.catalogue import matters
from ...views.common import crumbs_to
from .. import selectors
from ..enums import BallotKind, VoteState
from ..models import Vote
from ..presenting import PROMISE, base_words, lines_of, standings_of, state_chip, warnings_of
from ..selectors import Place

PER_PAGE = 50


def place_of(request: HttpRequest, pk: int) -> Place:
    place = selectors.place_for(request.user, pk)
    if place is None:
        raise Http404
    return place


def found_vote(request: HttpRequest, pk: int) -> tuple[Vote, Place]:
    found = selectors.vote_for(request.user, pk)
    if found is None:
        raise Http404
    return found


def vote_run_by(request: HttpRequest, pk: int) -> tuple[Vote, Place]:
    """For who runs the meeting; others who may see the vote are told no."""
    vote, place = found_vote(request, pk)
    if not place.runs:
        raise PermissionDenied
    return vote, place


def vote_crumbs(place: Place, *more: Crumb) -> list[Crumb]:
    votes = Crumb("Biểu quyết", reverse("meetings:votes", args=[place.meeting.pk]) if more else "")
    return crumbs_to(place.meeting, votes, *more)


def vote_address(vote: Vote, place: Place) -> str:
    return reverse("meetings:vote_conduct" if place.runs else "meetings:vote", args=[vote.pk])


def candidates(found: Vote) -> list:
    if found.ballot != BallotKind.ELECTION:
        return []
    return list(found.candidates.select_related("member"))


def said_of(found: Vote, place: Place) -> dict:
    """What every page of a vote shows, with the result of one that is closed."""
    matter = matters()[found.matter]
    page = {
        "vote": found,
        "place": place,
        "meeting": place.meeting,
        "matter": matter,
        "chip": state_chip(found),
        "promise": PROMISE,
        "crumbs": vote_crumbs(place, Crumb(found.title)),
    }
    if found.state == VoteState.CLOSED:
        people = candidates(found)
        page |= {
            "result": found.result,
            "base": base_words(found),
            "lines": [] if people else lines_of(found.result),
            "standings": standings_of(found, people, by_votes=True) if people else [],
            "warnings": warnings_of(found),
            "named": selectors.named_votes(found),
        }
    return page


def check_page(request: HttpRequest, found: Vote, place: Place, **page) -> HttpResponse:
    page.setdefault("cancel_url", reverse("meetings:vote_conduct", args=[found.pk]))
    crumbs = vote_crumbs(
        place, Crumb(found.title, reverse("meetings:vote_conduct", args=[found.pk])), Crumb(page["title"])
    )
    return render(request, "meetings/votes/check.html", page | {"crumbs": crumbs})


def doing(request: HttpRequest, found: Vote, do: Callable[[], object], done: str) -> HttpResponse:
    try:
        do()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("meetings:vote_conduct", found.pk)
