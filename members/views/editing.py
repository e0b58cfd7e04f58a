"""Adding, changing, moving a record; what a member changes himself."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from common.errors import RuleViolation
from common.ui.nav import Crumb
from orgtree.enums import Right
from orgtree.rights import living, units_where

from .. import fields, policies, selectors, services
from ..enums import COUNTED, Standing, Status
from ..following import places_preview
from ..forms import ContactForm, MoveForm, RecordForm, StatusForm
from ..models import Member
from ..selectors.history import version_of
from .common import crumbs_to, found_member, list_url, posted
from .records import columns_of

GROUPS = (
    ("Thông tin cá nhân", "full_name citizen_id birth gender ethnicity phone"),
    ("Đảng tịch", "card_number standing admission admission_decision_date official"),
    ("Trình độ", "professional_level political_theory"),
)


def _texts(member: Member) -> dict[str, str]:
    """The record as it is typed: codes of choices, words of the rest."""
    row = columns_of(member)
    return {
        name: str(row[name] or "") if fields.FIELDS[name].choices else fields.FIELDS[name].show(row)
        for name in fields.TYPED
    }


def add(request: HttpRequest) -> HttpResponse:
    """A new record by hand, in the branch `unit`."""
    seen = units_where(request.user, Right.VIEW).select_related("kind")
    wanted = request.GET.get("unit", "")
    branch = get_object_or_404(seen, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0)
    if not policies.may_add_member(request.user, branch):
        raise PermissionDenied
    form = RecordForm(posted(request), initial={"standing": Standing.OFFICIAL, "ethnicity": "Kinh"})
    if request.method == "POST" and form.is_valid():
        try:
            member = services.create_member(branch=branch, values=form.values_of_all(), actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã lập hồ sơ của đồng chí {member.full_name} tại {branch.name}.")
            return redirect(member)
    back = list_url(branch.pk)
    return render(
        request,
        "members/edit.html",
        {
            "form": form,
            "groups": GROUPS,
            "title": "Thêm đảng viên",
            "over": branch.name,
            "lead": "Hồ sơ kèm một tài khoản chưa kích hoạt. Danh sách nhiều người thì nên nhập bằng tệp.",
            "save": "Lập hồ sơ",
            "back_url": back,
            "crumbs": [
                Crumb("Trang chủ", reverse("portal:home")),
                Crumb("Đảng viên", reverse("members:list")),
                Crumb(branch.name, back),
                Crumb("Thêm đảng viên"),
            ],
        },
    )


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole form. If somebody else has saved meanwhile, this editor is told what, and nothing he typed is lost."""
    member, _ = found_member(request, pk)
    if not policies.may_edit(request.user, member):
        raise PermissionDenied
    others: list = []
    if request.method == "POST":
        form = RecordForm(request.POST)
        if form.is_valid():
            try:
                labels = services.update_member(
                    member=member, values=form.values(), version=form.cleaned_data["version"], actor=request.user
                )
            except services.EditedMeanwhile as refusal:
                member.refresh_from_db()
                others = refusal.entries
                form = RecordForm.again(form, _texts(member), refusal.version)
                form.add_error(None, f"{refusal} Đồng chí xem lại rồi bấm Lưu lần nữa.")
            except RuleViolation as refusal:
                form.add_error(None, str(refusal))
            else:
                text = f"Đã sửa: {', '.join(labels)}." if labels else "Không có gì thay đổi."
                messages.success(request, text)
                return redirect(member)
    else:
        # The form shows the whole id and birth date.
        services.log_reading("member.revealed", member=member, detail={"place": "biểu mẫu sửa"}, actor=request.user)
        form = RecordForm(initial=_texts(member) | {"version": version_of(member)})
    return render(
        request,
        "members/edit.html",
        {
            "form": form,
            "groups": GROUPS,
            "others": others,
            "title": "Sửa hồ sơ",
            "over": member.full_name,
            "lead": "Mọi thay đổi được ghi vào lịch sử; đồng chí ấy nhận được thông báo.",
            "save": "Lưu",
            "back_url": member.get_absolute_url(),
            "crumbs": crumbs_to(member, "Sửa hồ sơ"),
        },
    )


def contact(request: HttpRequest) -> HttpResponse:
    """One's own phone, and whether one has a smartphone."""
    member = get_object_or_404(Member.objects.select_related("branch"), account_id=request.user.pk)
    start = {"phone": member.phone, "no_smartphone": member.no_smartphone}
    form = ContactForm(posted(request), initial=start)
    if request.method == "POST" and form.is_valid():
        labels = services.update_contact(
            member=member,
            phone=form.cleaned_data["phone"]["phone"],
            no_smartphone=form.cleaned_data["no_smartphone"],
            actor=request.user,
        )
        messages.success(request, f"Đã sửa: {', '.join(labels)}." if labels else "Không có gì thay đổi.")
        return redirect("members:me")
    return render(
        request,
        "members/form.html",
        {
            "form": form,
            "title": "Thông tin liên hệ",
            "save": "Lưu",
            "back_url": reverse("members:me"),
            "crumbs": crumbs_to(member, "Thông tin liên hệ", own=True),
        },
    )


def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Into another branch of the officer's own area, with a check page between."""
    member, _ = found_member(request, pk)
    if not policies.may_edit(request.user, member):
        raise PermissionDenied
    branches = (
        units_where(request.user, Right.MANAGE_MEMBERS)
        .filter(kind__holds_members=True, closed_on=None)
        .exclude(pk=member.branch_id)
        .order_by("tree_id", "lft")
    )
    form = MoveForm(posted(request), branches=list(branches))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if "confirm" in request.POST:
            try:
                services.move_member(member=member, **given, actor=request.user)
            except RuleViolation as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"Đã chuyển đồng chí {member.full_name} sang {given['branch'].name}.")
                return redirect(member)
        else:
            return _check(
                request,
                member,
                title=f"Chuyển đồng chí {member.full_name}",
                facts=[
                    {"label": "Từ chi bộ", "value": member.branch.name},
                    {"label": "Sang chi bộ", "value": given["branch"].name},
                    {"label": "Từ ngày", "value": f"{given['on']:%d/%m/%Y}"},
                    {"label": "Căn cứ", "value": given["reason"]},
                ],
                effects=[
                    "Hồ sơ và lịch sử chuyển theo; cấp ủy chi bộ mới xem và quản lý được hồ sơ.",
                    *_posts_that_end(member, only_branch=True),
                    *places_preview(member, branch=given["branch"]),
                    "Đồng chí ấy nhận được thông báo.",
                ],
            )
    return _place_form(request, member, form, "Chuyển chi bộ", _roles_warning(member))


def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Exempt, elsewhere for a time, gone …, from a day, with a check page between."""
    member, _ = found_member(request, pk)
    if not policies.may_edit(request.user, member):
        raise PermissionDenied
    form = StatusForm(posted(request), now=member.status)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if "confirm" in request.POST:
            try:
                services.set_status(member=member, **given, actor=request.user)
            except RuleViolation as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"Đã đổi tình trạng thành “{given['status'].label}”.")
                return redirect(member)
        else:
            gone = given["status"] not in COUNTED
            effects = [
                "Không còn tính vào đảng số của chi bộ và cấp trên.",
                "Tài khoản không đăng nhập được nữa.",
                *_posts_that_end(member),
            ]
            return _check(
                request,
                member,
                title=f"Đổi tình trạng của đồng chí {member.full_name}",
                facts=[
                    {"label": "Đang là", "value": Status(member.status).label},
                    {"label": "Đổi thành", "value": given["status"].label},
                    {"label": "Từ ngày", "value": f"{given['on']:%d/%m/%Y}"},
                    {"label": "Căn cứ", "value": given["reason"]},
                ],
                effects=[
                    *(effects if gone else ["Vẫn tính vào đảng số của chi bộ."]),
                    *places_preview(member, status=given["status"]),
                ],
            )
    return _place_form(request, member, form, "Đổi tình trạng", "")


def _place_form(request: HttpRequest, member: Member, form, title: str, warning: str) -> HttpResponse:
    return render(
        request,
        "members/form.html",
        {
            "form": form,
            "title": title,
            "over": f"{member.full_name} · {member.branch.name}",
            "warning": warning,
            "save": "Tiếp tục",
            "back_url": member.get_absolute_url(),
            "crumbs": crumbs_to(member, title),
        },
    )


def _check(request: HttpRequest, member: Member, *, title: str, facts: list, effects: list) -> HttpResponse:
    hidden = [(name, value) for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "confirm")]
    return render(
        request,
        "members/check.html",
        {
            "title": title,
            "facts": facts,
            "effects": effects,
            "hidden": hidden,
            "cancel_url": member.get_absolute_url(),
            "crumbs": crumbs_to(member, "Kiểm tra"),
        },
    )


def _posts_that_end(member: Member, *, only_branch: bool = False) -> list[str]:
    posts = selectors.open_posts_of([member.pk]).get(member.pk, [])
    return [
        f"Thôi chức vụ {post.get_code_display()}, {post.unit.name}."
        for post in posts
        if not only_branch or post.unit_id == member.branch_id
    ]


def _roles_warning(member: Member) -> str:
    """Who moves out of the unit of his role loses it by that (`members.following`)."""
    held = "; ".join(
        f"{grant.get_role_display()}, {grant.unit.name}"
        for grant in living(member.account.grants.all()).select_related("unit")
    )
    if not held:
        return ""
    return (
        f"Đồng chí ấy đang giữ vai trò {held}. Chuyển ra ngoài đơn vị đó thì vai trò kết thúc; "
        "trang kiểm tra sau đây cho biết vai trò nào."
    )
