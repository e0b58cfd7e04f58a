from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.paging import page_of
from notifications import policies, selectors, services
from notifications.enums import HelpState
from notifications.forms import AnswerForm, HelpForm
from notifications.models import HelpRequest

from ..navigation import words_of
from ..reader import reader_of

_HOME = Crumb("Trang chủ", "/")


def help_form(request: HttpRequest) -> HttpResponse:
    """Tell a difficulty, and follow those told before. `trang` says on which page it was."""
    form = HelpForm(request.POST if request.method == "POST" else None, initial={"page": _page_of(request)})
    branch = reader_of(request).branch_unit()
    if request.method == "POST" and form.is_valid():
        try:
            told = services.ask_for_help(**form.cleaned_data, branch=branch, actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã gửi tới cán bộ phụ trách của {told.unit.name}.")
            return redirect(told)
    responsible = selectors.responsible_for(branch, but=request.user) if branch else None
    return render(
        request,
        "portal/help.html",
        {
            "form": form,
            "responsible": responsible,
            "page": page_of(selectors.help_sent_by(request.user), request, 10),
            "crumbs": [_HOME, Crumb("Báo vướng mắc")],
        },
    )


@require_GET
def help_inbox(request: HttpRequest) -> HttpResponse:
    """Difficulties told to the units in which the reader answers; `cap=duoi` those of the units below."""
    below = request.GET.get("cap") == "duoi"
    told = selectors.help_to_answer(request.user, below=below).order_by("-state", "-id")
    return render(
        request,
        "portal/help_inbox.html",
        {
            "page": page_of(told, request, 20),
            "below": below,
            "has_below": below or selectors.answers_below(request.user),
            "answers": selectors.may_answer_anywhere(request.user),
            "crumbs": [_HOME, Crumb("Trả lời vướng mắc")],
        },
    )


@require_GET
def help_request(request: HttpRequest, pk: int) -> HttpResponse:
    return _one(request, _visible(request, pk), AnswerForm())


def help_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer's answer; the form itself stands on the page of the difficulty."""
    told = _visible(request, pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return redirect(told)
    if form.is_valid():
        try:
            services.answer_help(request=told, answer=form.cleaned_data["answer"], actor=request.user)
        except RuleViolation as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, "Đã gửi trả lời.")
        return redirect(told)
    return _one(request, told, form)


def _visible(request: HttpRequest, pk: int) -> HelpRequest:
    return get_object_or_404(selectors.help_visible_to(request.user), pk=pk)


def _one(request: HttpRequest, told: HelpRequest, form: AnswerForm) -> HttpResponse:
    mine = told.sender_id == request.user.pk
    back = Crumb("Báo vướng mắc", reverse("portal:help"))
    if not mine:
        back = Crumb("Trả lời vướng mắc", reverse("portal:help_inbox"))
    may_answer = told.state == HelpState.OPEN and policies.may_answer(request.user, told)
    return render(
        request,
        "portal/help_request.html",
        {
            "told": told,
            "told_page": words_of(told.page) if told.page else "",
            "mine": mine,
            "form": form if may_answer else None,
            "crumbs": [_HOME, back, Crumb(f"Vướng mắc số {told.pk}")],
        },
    )


def _page_of(request: HttpRequest) -> str:
    """The path of the page from which the reader comes; never its query."""
    given = request.GET.get("trang", "")
    return given if given.startswith("/") and url_has_allowed_host_and_scheme(given, None) else ""
