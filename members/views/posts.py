"""Posts: of a member, those that a list left unclear, units without a secretary."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.paging import page_of
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right, has_right_anywhere, units_where

from .. import policies, selectors, services
from ..enums import COUNTED
from ..following import post_preview
from ..forms import EndPostForm, PostForm
from ..models import Member, Post
from .common import crumbs_to, found_member, posted


def give(request: HttpRequest, pk: int) -> HttpResponse:
    member, _ = found_member(request, pk)
    if not policies.may_edit(request.user, member):
        raise PermissionDenied
    branch = member.branch
    near = Q(pk__in=[branch.pk, *branch.ancestor_ids]) | Q(parent_id=branch.pk)
    units = [
        unit
        for unit in OrgUnit.objects.filter(near, closed_on=None).select_related("kind").order_by("-level", "lft")
        if has_right(request.user, Right.MANAGE_MEMBERS, unit)
    ]
    units.sort(key=lambda unit: unit.pk != branch.pk)
    form = PostForm(posted(request), units=units)
    if request.method == "POST" and form.is_valid():
        try:
            post = services.give_post(member=member, **form.cleaned_data, actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã ghi chức vụ {post.get_code_display()}, {post.unit.name}.")
            return redirect(member)
    return render(
        request,
        "members/form.html",
        {
            "form": form,
            "title": "Ghi chức vụ",
            "over": f"{member.full_name} · {branch.name}",
            "note": f"Trong danh sách đã nhập ghi: “{member.posts_text}”" if member.posts_text else "",
            "save": "Ghi chức vụ",
            "back_url": member.get_absolute_url(),
            "crumbs": crumbs_to(member, "Ghi chức vụ"),
        },
    )


def end(request: HttpRequest, pk: int) -> HttpResponse:
    seen = units_where(request.user, Right.VIEW)
    held = Post.objects.select_related("member__branch", "unit").filter(unit__in=seen, ends_on=None)
    post = get_object_or_404(held, pk=pk)
    if not policies.may_manage_posts(request.user, post.member, post.unit):
        raise PermissionDenied
    form = EndPostForm(posted(request))
    if request.method == "POST" and form.is_valid():
        effects = post_preview(post, actor=request.user)
        if effects and "confirm" not in request.POST:
            return render(
                request,
                "members/check.html",
                {
                    "title": f"Thôi chức vụ {post.get_code_display()} của đồng chí {post.member.full_name}",
                    "facts": [
                        {"label": "Đơn vị", "value": post.unit.name},
                        {"label": "Thôi từ ngày", "value": f"{form.cleaned_data['ends_on']:%d/%m/%Y}"},
                    ],
                    "effects": effects,
                    "hidden": [("ends_on", request.POST["ends_on"])],
                    "cancel_url": post.member.get_absolute_url(),
                    "crumbs": crumbs_to(post.member, "Kiểm tra"),
                },
            )
        try:
            services.end_post(post=post, **form.cleaned_data, actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã ghi thôi chức vụ.")
            return redirect(post.member)
    return render(
        request,
        "members/form.html",
        {
            "form": form,
            "title": "Thôi chức vụ",
            "over": f"{post.get_code_display()}, {post.unit.name} · {post.member.full_name}",
            "save": "Ghi thôi chức vụ",
            "back_url": post.member.get_absolute_url(),
            "crumbs": crumbs_to(post.member, "Thôi chức vụ"),
        },
    )


def _managing(request: HttpRequest) -> None:
    if not has_right_anywhere(request.user, Right.MANAGE_MEMBERS):
        raise PermissionDenied


@require_GET
def unclear(request: HttpRequest) -> HttpResponse:
    """Members whose posts the list named in words that could not be read."""
    _managing(request)
    found = (
        Member.objects.filter(
            branch__in=units_where(request.user, Right.MANAGE_MEMBERS), posts_unclear=True, status__in=COUNTED
        )
        .exclude(account_id=request.user.pk)
        .order_by("branch__tree_id", "branch__lft", "name_sort", "id")
    )
    page = page_of(found.values("id", "full_name", "branch_id", "branch__name", "posts_text"), request, 30)
    posts = selectors.open_posts_of(row["id"] for row in page.rows)
    for row in page.rows:
        row["posts"] = selectors.posts_in_words(posts.get(row["id"], []), row["branch_id"])
    crumbs = [Crumb("Trang chủ", reverse("portal:home")), Crumb("Đảng viên", reverse("members:list"))]
    return render(request, "members/posts_unclear.html", {"page": page, "crumbs": [*crumbs, Crumb("Chức vụ chưa rõ")]})


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    member, _ = found_member(request, pk)
    try:
        services.settle_posts(member=member, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã xác nhận chức vụ của đồng chí {member.full_name}.")
    return redirect("members:posts_unclear")


@require_GET
def secretaries(request: HttpRequest) -> HttpResponse:
    """Units that have no secretary, or more than one."""
    _managing(request)
    page = page_of(
        selectors.units_to_settle(request.user).values("id", "name", "code", "kind__short_label", "secretaries"),
        request,
        30,
    )
    for row in page.rows:
        row["held"] = f"Đang ghi {row['secretaries']} người"
    crumbs = [Crumb("Trang chủ", reverse("portal:home")), Crumb("Đảng viên", reverse("members:list"))]
    return render(request, "members/secretaries.html", {"page": page, "crumbs": [*crumbs, Crumb("Bí thư các đơn vị")]})
