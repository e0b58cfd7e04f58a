"""The agenda, for who prepares it: items, their order, their papers."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.uploads.keeping import FileState

from .. import policies, services
from ..enums import AgendaPart
from ..forms import ItemForm, PaperForm
from ..models import AgendaItem, ItemDocument, Meeting
from ..selectors.pages import agenda_of, listed_members
from .common import crumbs_to, found_meeting, posted


def _preparing(request: HttpRequest, pk: int) -> Meeting:
    """403 also when it is too late to prepare: the page of the meeting offers nothing of this then."""
    meeting, _ = found_meeting(request, pk)
    if not policies.may_prepare(request.user, meeting):
        raise PermissionDenied
    return meeting


def _item(meeting: Meeting, item: int) -> AgendaItem:
    found = get_object_or_404(AgendaItem.objects.select_related("speaker"), pk=item, meeting=meeting)
    found.meeting = meeting
    return found


def _agenda_crumb(meeting: Meeting) -> Crumb:
    return Crumb("Chương trình", reverse("meetings:agenda", args=[meeting.pk]))


@require_GET
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _preparing(request, pk)
    points = agenda_of(meeting, attendee=None, prepares=True)
    return render(
        request,
        "meetings/agenda/agenda.html",
        {
            "meeting": meeting,
            "parts": [
                (part.label, [point for point in points if point.item.part == part])
                for part in AgendaPart
                if any(point.item.part == part for point in points)
            ],
            "last": len(points),
            "total": sum(point.item.minutes for point in points),
            "crumbs": crumbs_to(meeting, "Chương trình"),
        },
    )


@require_http_methods(["GET", "POST"])
def item_add(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _preparing(request, pk)
    form = ItemForm(posted(request), people=listed_members(meeting))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_item(meeting=meeting, **form.values(), actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã thêm vào chương trình.")
            return redirect("meetings:agenda", pk)
    return _form_page(request, meeting, form, "Thêm nội dung", "Thêm vào chương trình")


@require_http_methods(["GET", "POST"])
def item_edit(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    meeting = _preparing(request, pk)
    found = _item(meeting, item)
    form = ItemForm(posted(request), people=listed_members(meeting), item=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_item(item=found, **form.values(), actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã lưu.")
            return redirect("meetings:agenda", pk)
    remove = reverse("meetings:item_remove", args=[pk, item])
    return _form_page(request, meeting, form, "Sửa nội dung", "Lưu", remove_url=remove)


def _form_page(
    request: HttpRequest, meeting: Meeting, form, title: str, save: str, *, remove_url: str = ""
) -> HttpResponse:
    return render(
        request,
        "meetings/preparing/form.html",
        {
            "form": form,
            "over": meeting.title,
            "title": title,
            "save": save,
            "remove": "Bỏ nội dung này khỏi chương trình",
            "remove_url": remove_url,
            "back_url": reverse("meetings:agenda", args=[meeting.pk]),
            "crumbs": crumbs_to(meeting, _agenda_crumb(meeting), title),
        },
    )


@require_POST
def item_move(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    meeting = _preparing(request, pk)
    found = _item(meeting, item)
    services.move_item(item=found, up=request.POST.get("huong") == "len", actor=request.user)
    return redirect(f"{reverse('meetings:agenda', args=[pk])}#muc-{found.pk}")


@require_http_methods(["GET", "POST"])
def item_remove(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    meeting = _preparing(request, pk)
    found = _item(meeting, item)
    if request.method == "POST":
        return _back(
            request,
            reverse("meetings:agenda", args=[pk]),
            "Đã bỏ khỏi chương trình.",
            lambda: services.remove_item(item=found, actor=request.user),
        )
    papers, opinions = found.documents.count(), found.opinions.count()
    effects = ["Nội dung này không còn trong chương trình."]
    effects += [f"{papers} tài liệu bị xóa theo."] if papers else []
    effects += [f"{opinions} ý kiến đảng viên đã gửi bị xóa theo."] if opinions else []
    return render(
        request,
        "meetings/preparing/check.html",
        {
            "meeting": meeting,
            "title": f"Bỏ “{found.title}”",
            "effects": effects,
            "confirm": "Bỏ nội dung",
            "cancel_url": reverse("meetings:agenda", args=[pk]),
            "crumbs": crumbs_to(meeting, _agenda_crumb(meeting), "Bỏ nội dung"),
        },
    )


@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """The papers of an item: what stands there, one more."""
    meeting = _preparing(request, pk)
    found = _item(meeting, item)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PaperForm(*sent)
    if request.method == "POST" and form.is_valid():
        try:
            document = services.attach(
                item=found, file=form.cleaned_data["file"], title=form.cleaned_data["title"], actor=request.user
            )
        except RuleViolation as refusal:
            form.add_error("file", str(refusal))
        else:
            _say(request, document)
            return redirect("meetings:papers", pk, item)
    point = next(one for one in agenda_of(meeting, attendee=None, prepares=True) if one.item.pk == found.pk)
    return render(
        request,
        "meetings/agenda/papers.html",
        {
            "meeting": meeting,
            "item": found,
            "papers": point.papers,
            "form": form,
            "crumbs": crumbs_to(meeting, _agenda_crumb(meeting), "Tài liệu"),
        },
    )


def _say(request: HttpRequest, document: ItemDocument) -> None:
    if document.state == FileState.CLEAN:
        messages.success(request, f"Đã thêm “{document.title}”.")
    elif document.state == FileState.READING:
        messages.info(request, f"Đã nhận “{document.title}”. Hệ thống đang đọc trang đầu của bản quét.")
    else:
        messages.warning(
            request,
            f"Đã nhận “{document.title}”. Máy chưa đọc được trang đầu: đồng chí xem và xác nhận thì tài liệu mới hiện "
            "với mọi người.",
        )


def _paper(meeting: Meeting, paper: int) -> ItemDocument:
    found = get_object_or_404(ItemDocument.objects.select_related("item"), pk=paper, item__meeting=meeting)
    found.item.meeting = meeting
    return found


@require_http_methods(["GET", "POST"])
def paper_confirm(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """Where no machine could read the first page somebody looks himself, and stands for it by name."""
    meeting = _preparing(request, pk)
    document = _paper(meeting, paper)
    back = reverse("meetings:papers", args=[pk, document.item_id])
    if document.state == FileState.CLEAN:
        return redirect(back)
    if request.method == "POST":
        return _back(
            request,
            back,
            f"Đã xác nhận “{document.title}”, mọi người xem được.",
            lambda: services.confirm_paper(document=document, actor=request.user),
        )
    return render(
        request,
        "meetings/preparing/check.html",
        {
            "meeting": meeting,
            "document": document,
            "title": f"Xác nhận “{document.title}” không có dấu mật",
            "lead": "Máy chưa đọc được trang đầu của tệp. Đồng chí tải tệp về, xem trang đầu, rồi xác nhận.",
            "effects": [
                "Tài liệu hiện với những đồng chí được mời.",
                "Nhật ký ghi đồng chí đã xem và xác nhận tệp không mang dấu Mật, Tối mật, Tuyệt mật.",
            ],
            "confirm": "Tôi đã xem, tệp không có dấu mật",
            "cancel_url": back,
            "crumbs": crumbs_to(meeting, _agenda_crumb(meeting), "Xác nhận tài liệu"),
        },
    )


@require_http_methods(["GET", "POST"])
def paper_remove(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    meeting = _preparing(request, pk)
    document = _paper(meeting, paper)
    back = reverse("meetings:papers", args=[pk, document.item_id])
    if request.method == "POST":
        return _back(
            request,
            back,
            f"Đã bỏ “{document.title}”.",
            lambda: services.remove_paper(document=document, actor=request.user),
        )
    return render(
        request,
        "meetings/preparing/check.html",
        {
            "meeting": meeting,
            "title": f"Bỏ tài liệu “{document.title}”",
            "effects": ["Tệp bị xóa khỏi Sổ tay, không lấy lại được."],
            "confirm": "Bỏ tài liệu",
            "cancel_url": back,
            "crumbs": crumbs_to(meeting, _agenda_crumb(meeting), "Bỏ tài liệu"),
        },
    )


def _back(request: HttpRequest, url: str, said: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(url)
