"""Who runs the meeting opens, watches, closes, voids a vote; words and papers of those without a telephone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.paging import page_of

from ...enums import MeetingState
from ...rules.catalogue import matters
from ...rules.thresholds import least
from .. import forms, selectors, services
from ..enums import BallotKind, Choice, Counting, VoteState
from ..models import Vote
from ..selectors import Place
from .shared import PER_PAGE, candidates, check_page, doing, said_of, vote_crumbs, vote_run_by


@require_GET
def vote_conduct(request: HttpRequest, pk: int) -> HttpResponse:
    found, place = vote_run_by(request, pk)
    page = said_of(found, place)
    if found.state == VoteState.PREPARED:
        page |= {"opening": selectors.before_opening(found), "candidates": candidates(found)}
    elif found.state == VoteState.OPEN:
        own = selectors.own_part(request.user, found, place.attendee)
        page |= {"progress": selectors.progress_of(found), "own_waits": own.may_cast and not _has_voted(own)}
        if found.counting != Counting.TOTALS:
            page["page"] = page_of(selectors.roll_of(found), request, per_page=PER_PAGE)
    elif found.state == VoteState.CLOSED and found.ballot == BallotKind.ELECTION and found.result["seats_left"]:
        page["following"] = Vote.objects.filter(round_before=found).first()
        page["may_go_on"] = page["following"] is None and place.meeting.state == MeetingState.IN_PROGRESS
    return render(request, "meetings/votes/conduct.html", page)


def _has_voted(own: selectors.Own) -> bool:
    return own.has_taken_part or own.ballot is not None


@require_http_methods(["GET", "POST"])
def vote_open(request: HttpRequest, pk: int) -> HttpResponse:
    found, place = vote_run_by(request, pk)
    if request.method == "POST":
        done = "Biểu quyết đã mở. Các đồng chí trong danh sách biểu quyết được ngay."
        return doing(request, found, lambda: services.open_vote(vote=found, actor=request.user), done)
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
    return check_page(
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
    found, place = vote_run_by(request, pk)
    entitled = get_object_or_404(found.roll.select_related("attendee", "vote__meeting"), pk=line)
    form = forms.OpenForm(request.POST if request.method == "POST" else None, initial={"choice": Choice.OTHER})
    form.fields["choice"].label = f"Đồng chí {entitled.attendee.full_name} biểu quyết"
    if request.method == "POST" and form.is_valid():
        name, label = entitled.attendee.full_name, Choice(form.cleaned_data["choice"]).label
        return doing(
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
        "crumbs": vote_crumbs(
            place, Crumb(found.title, reverse("meetings:vote_conduct", args=[pk])), Crumb("Ghi thay")
        ),
    }
    return render(request, "meetings/votes/act.html", page)


@require_POST
def vote_paper(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """A paper ballot given to one person, or one that was not used taken back."""
    found, _ = vote_run_by(request, pk)
    entitled = get_object_or_404(found.roll.select_related("attendee", "vote__meeting"), pk=line)
    given = request.POST.get("phat") == "1"
    name = entitled.attendee.full_name
    done = (
        f"Đã ghi phát phiếu giấy cho đồng chí {name}."
        if given
        else f"Đã thu lại phiếu giấy chưa dùng của đồng chí {name}."
    )
    return doing(
        request, found, lambda: services.give_paper(entitled=entitled, on_paper=given, actor=request.user), done
    )


@require_http_methods(["GET", "POST"])
def vote_close(request: HttpRequest, pk: int) -> HttpResponse:
    """What hands and paper said, the check page, then the count: no figure of the ballots is known before."""
    found, place = vote_run_by(request, pk)
    if found.state != VoteState.OPEN:
        return redirect("meetings:vote_conduct", pk)
    progress = selectors.progress_of(found)
    form = forms.CloseForm(
        request.POST if request.method == "POST" else None,
        vote=found,
        papers_given=progress.papers,
        candidates=candidates(found),
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
        "crumbs": vote_crumbs(
            place, Crumb(found.title, reverse("meetings:vote_conduct", args=[pk])), Crumb("Kết thúc")
        ),
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
    return check_page(
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
    found, place = vote_run_by(request, pk)
    if found.state not in (VoteState.PREPARED, VoteState.OPEN):
        return redirect("meetings:vote_conduct", pk)
    form = forms.VoidForm(request.POST if request.method == "POST" else None)
    title = "Hủy biểu quyết" if found.state == VoteState.OPEN else "Bỏ nội dung biểu quyết"
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        reason = form.cleaned_data["reason"]
        if request.POST.get("confirm") == "yes":
            return doing(
                request,
                found,
                lambda: services.void_vote(vote=found, reason=reason, actor=request.user),
                "Đã hủy biểu quyết." if found.state == VoteState.OPEN else "Đã bỏ nội dung biểu quyết.",
            )
        effects = ["Việc hủy và lý do được ghi lại, các đồng chí dự họp xem được."]
        if found.state == VoteState.OPEN:
            effects.insert(0, "Các phiếu đã bỏ được hủy, không đếm, không ai xem; muốn biểu quyết thì lập lại từ đầu.")
        return check_page(
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
        "crumbs": vote_crumbs(place, Crumb(found.title, reverse("meetings:vote_conduct", args=[pk])), Crumb(title)),
    }
    return render(request, "meetings/votes/act.html", page)


@require_http_methods(["GET", "POST"])
def vote_next(request: HttpRequest, pk: int) -> HttpResponse:
    """A further round: between those who were level, or among those whom the meeting chooses."""
    found, place = vote_run_by(request, pk)
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
    crumbs = vote_crumbs(place, Crumb(found.title, reverse("meetings:vote_conduct", args=[pk])), Crumb("Bầu tiếp"))
    if tied:
        return check_page(
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
