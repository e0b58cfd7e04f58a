"""Pages of votes: the list, a member's own page, and the conducting of a vote. Casting a secret ballot answers with the
receipt itself: no redirect, message, session or log line in between could carry it."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.text import slugify
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation
from common.logs import without_line
from common.text import fold
from common.ui.nav import Crumb
from common.ui.paging import page_of

from ..enums import MeetingState
from ..rules.catalogue import matters
from ..rules.thresholds import least
from ..selectors.holding import roll_of
from ..views.common import crumbs_to
from . import forms, selectors, services
from .enums import BallotKind, Choice, Counting, VoteState
from .models import Receipt, Vote
from .papers import ballot_minutes_pdf
from .presenting import PROMISE, base_words, lines_of, standings_of, state_chip, warnings_of
from .selectors import Place

_PER_PAGE = 50


def _place(request: HttpRequest, pk: int) -> Place:
    place = selectors.place_for(request.user, pk)
    if place is None:
        raise Http404
    return place


def _found(request: HttpRequest, pk: int) -> tuple[Vote, Place]:
    found = selectors.vote_for(request.user, pk)
    if found is None:
        raise Http404
    return found


def _run(request: HttpRequest, pk: int) -> tuple[Vote, Place]:
    """For who runs the meeting; others who may see the vote are told no."""
    vote, place = _found(request, pk)
    if not place.runs:
        raise PermissionDenied
    return vote, place


def _crumbs(place: Place, *more: Crumb) -> list[Crumb]:
    votes = Crumb("Biểu quyết", reverse("meetings:votes", args=[place.meeting.pk]) if more else "")
    return crumbs_to(place.meeting, votes, *more)


def _to(vote: Vote, place: Place) -> str:
    return reverse("meetings:vote_conduct" if place.runs else "meetings:vote", args=[vote.pk])


# ---- the list, and preparing ----------------------------------------------------------------------------------------


@require_GET
def votes(request: HttpRequest, pk: int) -> HttpResponse:
    place = _place(request, pk)
    rows = [
        {"vote": vote, "chip": state_chip(vote), "matter": matters()[vote.matter], "url": _to(vote, place)}
        for vote in selectors.votes_of(place)
    ]
    may_add = place.runs and place.meeting.state in (
        MeetingState.DRAFT,
        MeetingState.ANNOUNCED,
        MeetingState.IN_PROGRESS,
    )
    page = {"place": place, "meeting": place.meeting, "rows": rows, "may_add": may_add, "crumbs": _crumbs(place)}
    return render(request, "meetings/votes/votes.html", page)


@require_http_methods(["GET", "POST"])
def vote_new(request: HttpRequest, pk: int) -> HttpResponse:
    """First what it is about, then the question: each matter has its own."""
    place = _place(request, pk)
    if not place.runs:
        raise PermissionDenied
    offered = {matter.key: matter for matter in selectors.matters_for(place.meeting)}
    matter = offered.get(request.GET.get("loai", ""))
    if matter is None:
        page = {"place": place, "meeting": place.meeting, "matters": offered.values()}
        return render(
            request, "meetings/votes/matters.html", page | {"crumbs": _crumbs(place, Crumb("Thêm biểu quyết"))}
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
    return render(request, "meetings/votes/question.html", page | {"crumbs": _crumbs(place, Crumb(title))})


@require_http_methods(["GET", "POST"])
def vote_edit(request: HttpRequest, pk: int) -> HttpResponse:
    vote, place = _run(request, pk)
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


# ---- a member's own page --------------------------------------------------------------------------------------------


@require_GET
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    found, place = _found(request, pk)
    if found.state == VoteState.PREPARED:
        return redirect("meetings:vote_conduct", pk)
    return _vote_page(request, found, place)


def _vote_page(request: HttpRequest, found: Vote, place: Place, form=None) -> HttpResponse:
    page = _said_of(found, place)
    if found.state == VoteState.OPEN:
        own = selectors.own_part(request.user, found, place.attendee)
        page |= {"own": own, "quorum": roll_of(place.meeting).quorum}
        if own.may_cast and not own.has_taken_part:
            page["form"] = form or _empty_form(found, own)
    return render(request, "meetings/votes/vote.html", page)


def _empty_form(found: Vote, own: selectors.Own):
    if found.is_secret:
        return forms.ballot_form(found)(vote=found, candidates=_candidates(found))
    if found.counting == Counting.TOTALS:
        return None
    ballot = own.ballot
    return forms.OpenForm(initial={"choice": ballot.choice, "opinion": ballot.opinion} if ballot else None)


def _candidates(found: Vote) -> list:
    if found.ballot != BallotKind.ELECTION:
        return []
    return list(found.candidates.select_related("member"))


def _said_of(found: Vote, place: Place) -> dict:
    """What every page of a vote shows, with the result of one that is closed."""
    matter = matters()[found.matter]
    page = {
        "vote": found,
        "place": place,
        "meeting": place.meeting,
        "matter": matter,
        "chip": state_chip(found),
        "promise": PROMISE,
        "crumbs": _crumbs(place, Crumb(found.title)),
    }
    if found.state == VoteState.CLOSED:
        people = _candidates(found)
        page |= {
            "result": found.result,
            "base": base_words(found),
            "lines": [] if people else lines_of(found.result),
            "standings": standings_of(found, people, by_votes=True) if people else [],
            "warnings": warnings_of(found),
            "named": selectors.named_votes(found),
        }
    return page


@require_POST
def vote_say(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own open vote; may be changed until the closing."""
    found, place = _found(request, pk)
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
    found, place = _found(request, pk)
    if not found.is_secret:
        raise Http404
    own = selectors.own_part(request.user, found, place.attendee)
    if own.has_taken_part:
        messages.info(request, services.ALREADY)
        return redirect("meetings:vote", pk)
    if not own.may_cast:
        # The service says why, without a look at what was chosen.
        return _cast(request, found, {})
    people = _candidates(found)
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
            "crumbs": _crumbs(place, Crumb(found.title)),
        },
    )


@require_http_methods(["GET", "POST"])
@without_line
def vote_receipts(request: HttpRequest, pk: int) -> HttpResponse:
    """The published list. One's own code is sent, not written into an address."""
    found, place = _found(request, pk)
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
        "crumbs": _crumbs(place, Crumb(found.title, reverse("meetings:vote", args=[pk])), Crumb("Danh sách mã phiếu")),
    }
    return render(request, "meetings/votes/receipts.html", page)


def _as_code(typed: str) -> str:
    """As it was given out, however it was typed."""
    signs = re.sub(r"[^A-Z0-9]", "", typed.upper())
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


@require_GET
def vote_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Biên bản kiểm phiếu."""
    found, place = _found(request, pk)
    if found.state != VoteState.CLOSED or not found.is_secret:
        raise Http404
    try:
        content = ballot_minutes_pdf(found, _candidates(found))
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(_to(found, place))
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


# ---- conducting -----------------------------------------------------------------------------------------------------


@require_GET
def vote_conduct(request: HttpRequest, pk: int) -> HttpResponse:
    found, place = _run(request, pk)
    page = _said_of(found, place)
    if found.state == VoteState.PREPARED:
        page |= {"opening": selectors.before_opening(found), "candidates": _candidates(found)}
    elif found.state == VoteState.OPEN:
        own = selectors.own_part(request.user, found, place.attendee)
        page |= {"progress": selectors.progress_of(found), "own_waits": own.may_cast and not _has_voted(own)}
        if found.counting != Counting.TOTALS:
            page["page"] = page_of(selectors.roll_of(found), request, per_page=_PER_PAGE)
    elif found.state == VoteState.CLOSED and found.ballot == BallotKind.ELECTION and found.result["seats_left"]:
        page["following"] = Vote.objects.filter(round_before=found).first()
        page["may_go_on"] = page["following"] is None and place.meeting.state == MeetingState.IN_PROGRESS
    return render(request, "meetings/votes/conduct.html", page)


def _has_voted(own: selectors.Own) -> bool:
    return own.has_taken_part or own.ballot is not None


def _check(request: HttpRequest, found: Vote, place: Place, **page) -> HttpResponse:
    page.setdefault("cancel_url", reverse("meetings:vote_conduct", args=[found.pk]))
    crumbs = _crumbs(place, Crumb(found.title, reverse("meetings:vote_conduct", args=[found.pk])), Crumb(page["title"]))
    return render(request, "meetings/votes/check.html", page | {"crumbs": crumbs})


def _doing(request: HttpRequest, found: Vote, do: Callable[[], object], done: str) -> HttpResponse:
    try:
        do()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("meetings:vote_conduct", found.pk)


@require_http_methods(["GET", "POST"])
def vote_open(request: HttpRequest, pk: int) -> HttpResponse:
    found, place = _run(request, pk)
    if request.method == "POST":
        done = "Biểu quyết đã mở. Các đồng chí trong danh sách biểu quyết được ngay."
        return _doing(request, found, lambda: services.open_vote(vote=found, actor=request.user), done)
    opening, matter = selectors.before_opening(found), matters()[found.matter]
    if found.state != VoteState.PREPARED or opening.refusal:
        return redirect("meetings:vote_conduct", pk)
    here = opening.counted.here_official
    enough = least(opening.base, matter.fraction, more_than=matter.more_than)
    needed = f"{matter.in_words} {matter.base_words} ({opening.base}), từ {enough} trở lên"
    facts = [
        {"label": "Nội dung", "value": found.title},
        {"label": "Loại việc", "value": f"{matter.name}: cần {needed}"},
        {"label": "Hình thức", "value": found.get_ballot_display()},
        {"label": "Có mặt", "value": opening.quorum.sentence},
    ]
    if found.seats:
        facts.insert(2, {"label": "Số lượng cần bầu", "value": str(found.seats)})
    effects = [
        f"Danh sách {here} đồng chí được biểu quyết được chốt tại lúc này, không thêm bớt được nữa.",
        "Nội dung và danh sách bầu không sửa được nữa.",
    ]
    if found.is_secret:
        effects.append("Không ai xem được kết quả trước khi kết thúc bỏ phiếu.")
    return _check(
        request,
        found,
        place,
        title="Mở biểu quyết",
        facts=facts,
        effects=effects,
        warning=" ".join(opening.warnings),
        confirm="Mở biểu quyết",
    )


@require_http_methods(["GET", "POST"])
def vote_word(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """An open vote on a member's word: one touch from the list, or the page with room for another opinion."""
    found, place = _run(request, pk)
    entitled = get_object_or_404(found.roll.select_related("attendee", "vote__meeting"), pk=line)
    form = forms.OpenForm(request.POST if request.method == "POST" else None, initial={"choice": Choice.OTHER})
    form.fields["choice"].label = f"Đồng chí {entitled.attendee.full_name} biểu quyết"
    if request.method == "POST" and form.is_valid():
        name, label = entitled.attendee.full_name, Choice(form.cleaned_data["choice"]).label
        return _doing(
            request,
            found,
            lambda: services.cast_on_word(entitled=entitled, **form.cleaned_data, actor=request.user),
            f"Đã ghi thay đồng chí {name}: {label}.",
        )
    page = {
        "form": form,
        "title": "Ghi thay biểu quyết",
        "note": "Ghi đúng lời đồng chí ấy nói tại phòng họp; kết quả có ghi là thư ký ghi thay.",
        "save": "Ghi",
        "vote": found,
        "back_url": reverse("meetings:vote_conduct", args=[pk]),
        "crumbs": _crumbs(place, Crumb(found.title, reverse("meetings:vote_conduct", args=[pk])), Crumb("Ghi thay")),
    }
    return render(request, "meetings/votes/act.html", page)


@require_POST
def vote_paper(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """A paper ballot given to one person, or one that was not used taken back."""
    found, _ = _run(request, pk)
    entitled = get_object_or_404(found.roll.select_related("attendee", "vote__meeting"), pk=line)
    given = request.POST.get("phat") == "1"
    name = entitled.attendee.full_name
    done = (
        f"Đã ghi phát phiếu giấy cho đồng chí {name}."
        if given
        else f"Đã thu lại phiếu giấy chưa dùng của đồng chí {name}."
    )
    return _doing(
        request, found, lambda: services.give_paper(entitled=entitled, on_paper=given, actor=request.user), done
    )


@require_http_methods(["GET", "POST"])
def vote_close(request: HttpRequest, pk: int) -> HttpResponse:
    """What hands and paper said, the check page, then the count: no figure of the ballots is known before."""
    found, place = _run(request, pk)
    if found.state != VoteState.OPEN:
        return redirect("meetings:vote_conduct", pk)
    progress = selectors.progress_of(found)
    form = forms.CloseForm(
        request.POST if request.method == "POST" else None,
        vote=found,
        papers_given=progress.papers,
        candidates=_candidates(found),
    )
    sent = request.method == "POST" and "back" not in request.POST
    if sent and form.is_valid() and request.POST.get("confirm") == "yes":
        try:
            services.close_vote(
                vote=found,
                paper=form.paper(),
                counting_board=form.cleaned_data.get("counting_board", ""),
                actor=request.user,
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã kết thúc biểu quyết.")
            return redirect("meetings:vote_conduct", pk)
    elif (sent and form.is_valid()) or not form.asks:
        return _close_check(request, found, place, form, progress)
    page = {
        "form": form,
        "title": "Kết thúc biểu quyết",
        "note": found.title,
        "save": "Tiếp tục",
        "vote": found,
        "back_url": reverse("meetings:vote_conduct", args=[pk]),
        "crumbs": _crumbs(place, Crumb(found.title, reverse("meetings:vote_conduct", args=[pk])), Crumb("Kết thúc")),
    }
    return render(request, "meetings/votes/act.html", page)


def _close_check(request: HttpRequest, found: Vote, place: Place, form, progress) -> HttpResponse:
    facts = [{"label": "Nội dung", "value": found.title}]
    left: list[str] = []
    if found.counting != Counting.TOTALS:
        facts.append({"label": "Đã biểu quyết trên Sổ tay", "value": f"{progress.taken}/{progress.here} đồng chí"})
        left = selectors.names_left(found)
    effects = ["Kết quả được tính ngay và giữ nguyên; không mở lại, không sửa được."]
    if found.is_secret:
        effects.append("Danh sách mã phiếu được công bố để mỗi đồng chí tìm mã của mình.")
    return _check(
        request,
        found,
        place,
        title="Kết thúc biểu quyết",
        facts=facts + form.facts() if form.is_bound else facts,
        effects=effects,
        warning=f"Còn {len(left)} đồng chí chưa biểu quyết." if left else "",
        people=left,
        people_title="Chưa biểu quyết",
        confirm="Kết thúc, tính kết quả",
        hidden=[(name, request.POST.get(name, "")) for name in form.fields],
        edit=form.asks,
    )


@require_http_methods(["GET", "POST"])
def vote_void(request: HttpRequest, pk: int) -> HttpResponse:
    found, place = _run(request, pk)
    if found.state not in (VoteState.PREPARED, VoteState.OPEN):
        return redirect("meetings:vote_conduct", pk)
    form = forms.VoidForm(request.POST if request.method == "POST" else None)
    title = "Hủy biểu quyết" if found.state == VoteState.OPEN else "Bỏ nội dung biểu quyết"
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        reason = form.cleaned_data["reason"]
        if request.POST.get("confirm") == "yes":
            return _doing(
                request,
                found,
                lambda: services.void_vote(vote=found, reason=reason, actor=request.user),
                "Đã hủy biểu quyết." if found.state == VoteState.OPEN else "Đã bỏ nội dung biểu quyết.",
            )
        effects = ["Việc hủy và lý do được ghi lại, các đồng chí dự họp xem được."]
        if found.state == VoteState.OPEN:
            effects.insert(0, "Các phiếu đã bỏ được hủy, không đếm, không ai xem; muốn biểu quyết thì lập lại từ đầu.")
        return _check(
            request,
            found,
            place,
            title=title,
            facts=[{"label": "Nội dung", "value": found.title}, {"label": "Lý do", "value": reason}],
            effects=effects,
            confirm=title,
            hidden=[("reason", reason)],
            edit=True,
        )
    page = {
        "form": form,
        "title": title,
        "note": found.title,
        "save": "Tiếp tục",
        "vote": found,
        "back_url": reverse("meetings:vote_conduct", args=[pk]),
        "crumbs": _crumbs(place, Crumb(found.title, reverse("meetings:vote_conduct", args=[pk])), Crumb(title)),
    }
    return render(request, "meetings/votes/act.html", page)


@require_http_methods(["GET", "POST"])
def vote_next(request: HttpRequest, pk: int) -> HttpResponse:
    """A further round: between those who were level, or among those whom the meeting chooses."""
    found, place = _run(request, pk)
    if found.state != VoteState.CLOSED or found.ballot != BallotKind.ELECTION or not found.result["seats_left"]:
        return redirect("meetings:vote_conduct", pk)
    names = dict(found.candidates.values_list("number", "full_name"))
    votes_of, tied, seats = found.result["votes"], found.result["tied"], found.result["seats_left"]
    people = [
        (number, f"{name} ({votes_of[str(number)]} phiếu)")
        for number, name in names.items()
        if number not in found.result["elected"]
    ]
    form = forms.RoundForm(request.POST if request.method == "POST" else None, people=people, seats=seats)
    if request.method == "POST" and (tied or form.is_valid()):
        try:
            following = services.next_round(
                vote=found, candidates=() if tied else form.cleaned_data["candidates"], actor=request.user
            )
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect("meetings:vote_conduct", pk)
        messages.success(request, "Đã lập vòng bầu tiếp theo. Biểu quyết chưa mở.")
        return redirect("meetings:vote_conduct", following.pk)
    crumbs = _crumbs(place, Crumb(found.title, reverse("meetings:vote_conduct", args=[pk])), Crumb("Bầu tiếp"))
    if tied:
        return _check(
            request,
            found,
            place,
            title="Bầu tiếp giữa những người bằng phiếu",
            facts=[{"label": "Cần bầu tiếp", "value": f"{seats} người"}],
            effects=["Vòng này chọn người cao phiếu hơn, không cần quá một nửa.", "Vòng bầu được lập, chưa mở."],
            people=[names[number] for number in tied],
            people_title="Danh sách bầu",
            confirm="Lập vòng bầu tiếp theo",
        )
    page = {
        "form": form,
        "title": "Bầu tiếp",
        "note": "Hội nghị quyết định bầu tiếp hay dừng, và danh sách bầu vòng này.",
        "save": "Lập vòng bầu tiếp theo",
        "vote": found,
        "back_url": reverse("meetings:vote_conduct", args=[pk]),
        "crumbs": crumbs,
    }
    return render(request, "meetings/votes/act.html", page)
