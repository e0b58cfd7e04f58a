"""A member's own page: voting openly, in secret, finding one's receipt; the result and its paper."""

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.text import slugify
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation
from common.logs import without_line
from common.text import fold
from common.ui.nav import Crumb

from ...selectors.holding import roll_of
from .. import forms, selectors, services
from ..enums import BallotKind, Choice, Counting, VoteState
from ..models import Receipt, Vote
from ..papers import ballot_minutes_pdf
from ..selectors import Place
from .shared import candidates, found_vote, said_of, vote_address, vote_crumbs


@require_GET
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    found, place = found_vote(request, pk)
    if found.state == VoteState.PREPARED:
        return redirect("meetings:vote_conduct", pk)
    return _vote_page(request, found, place)


def _vote_page(request: HttpRequest, found: Vote, place: Place, form=None) -> HttpResponse:
    page = said_of(found, place)
    if found.state == VoteState.OPEN:
        own = selectors.own_part(request.user, found, place.attendee)
        page |= {"own": own, "quorum": roll_of(place.meeting).quorum}
        if own.may_cast and not own.has_taken_part:
            page["form"] = form or _empty_form(found, own)
    return render(request, "meetings/votes/vote.html", page)


def _empty_form(found: Vote, own: selectors.Own):
    if found.is_secret:
        return forms.ballot_form(found)(vote=found, candidates=candidates(found))
    if found.counting == Counting.TOTALS:
        return None
    ballot = own.ballot
    return forms.OpenForm(initial={"choice": ballot.choice, "opinion": ballot.opinion} if ballot else None)


@require_POST
def vote_say(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own open vote; may be changed until the closing."""
    found, place = found_vote(request, pk)
    form = forms.OpenForm(request.POST)
    is_complete = form.is_valid()
    if not is_complete and selectors.own_part(request.user, found, place.attendee).may_cast:
        return _vote_page(request, found, place, form)
    # Who has no vote here is told so by the service, whatever he sent.
    given = form.cleaned_data if is_complete else {"choice": ""}
    try:
        services.cast_open(vote=found, **given, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        label = Choice(given["choice"]).label
        messages.success(request, f"Đã ghi: {label}. Đồng chí đổi được cho đến khi biểu quyết kết thúc.")
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, None) and back.startswith("/"):
        return redirect(back)
    return redirect("meetings:vote", pk)


@without_line
@require_POST
@sensitive_post_parameters()
@sensitive_variables()
def vote_cast(request: HttpRequest, pk: int) -> HttpResponse:
    """A secret ballot. What was chosen stands in this request and its answer, nowhere else."""
    found, place = found_vote(request, pk)
    if not found.is_secret:
        raise Http404
    own = selectors.own_part(request.user, found, place.attendee)
    if own.has_taken_part:
        messages.info(request, services.ALREADY)
        return redirect("meetings:vote", pk)
    if not own.may_cast:
        # The service says why, without a look at what was chosen.
        return _cast(request, found, {})
    people = candidates(found)
    form = forms.ballot_form(found)(request.POST, vote=found, candidates=people)
    if not form.is_valid() or "back" in request.POST:
        return _vote_page(request, found, place, form)
    if request.POST.get("confirm") != "yes" and (unusual := _unusual(found, form.chosen(), len(people))):
        return _sure(request, found, place, form, unusual)
    return _cast(request, found, form.ballot())


@sensitive_variables()
def _cast(request: HttpRequest, found: Vote, ballot: dict) -> HttpResponse:
    try:
        code = services.cast_secret(vote=found, **ballot, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("meetings:vote", found.pk)
    return render(request, "meetings/votes/receipt.html", {"vote": found, "code": code})


def _unusual(found: Vote, chosen: list[str], many: int) -> str:
    """What a voter should be asked about before his paper of an election is counted; empty where nothing."""
    if found.ballot != BallotKind.ELECTION or len(chosen) == found.seats:
        return ""
    if many == 1:
        return "Đồng chí không bầu người duy nhất trong danh sách."
    if not chosen:
        return "Đồng chí không bầu ai. Phiếu trống được ghi nhận là phiếu không hợp lệ."
    return f"Đồng chí bầu {len(chosen)} người, ít hơn {found.seats} người cần bầu. Phiếu như vậy vẫn hợp lệ."


def _sure(request: HttpRequest, found: Vote, place: Place, form, unusual: str) -> HttpResponse:
    return render(
        request,
        "meetings/votes/check.html",
        {
            "title": "Đồng chí có chắc không?",
            "warning": unusual,
            "facts": [{"label": "Đồng chí bầu", "value": ", ".join(form.chosen()) or "Không bầu ai"}],
            "effects": ["Phiếu được bỏ vào hòm phiếu; đã bỏ thì không sửa, không rút lại được."],
            "confirm": "Bỏ phiếu",
            "edit": True,
            "hidden": [("marked", number) for number in form.cleaned_data["marked"]],
            "crumbs": vote_crumbs(place, Crumb(found.title)),
        },
    )


@require_http_methods(["GET", "POST"])
@without_line
def vote_receipts(request: HttpRequest, pk: int) -> HttpResponse:
    """The published list. One's own code is sent, not written into an address."""
    found, place = found_vote(request, pk)
    if found.state != VoteState.CLOSED or not found.is_secret:
        raise Http404
    form = forms.ReceiptForm(request.POST if request.method == "POST" else None)
    codes = list(Receipt.objects.filter(vote=found).values_list("code", flat=True))
    searched = form.is_bound and form.is_valid()
    typed = _as_code(form.cleaned_data["ma"]) if searched else ""
    page = {
        "vote": found,
        "meeting": place.meeting,
        "form": form,
        "codes": codes,
        "searched": searched,
        "hit": typed if typed in codes else "",
        "crumbs": vote_crumbs(
            place, Crumb(found.title, reverse("meetings:vote", args=[pk])), Crumb("Danh sách mã phiếu")
        ),
    }
    return render(request, "meetings/votes/receipts.html", page)


def _as_code(typed: str) -> str:
    """As it was given out, however it was typed."""
    signs = re.sub(r"[^A-Z0-9]", "", typed.upper())
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


@require_GET
def vote_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Biên bản kiểm phiếu."""
    found, place = found_vote(request, pk)
    if found.state != VoteState.CLOSED or not found.is_secret:
        raise Http404
    try:
        content = ballot_minutes_pdf(found, candidates(found))
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(vote_address(found, place))
    name = f"bien-ban-kiem-phieu-{slugify(fold(found.title))[:80]}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
