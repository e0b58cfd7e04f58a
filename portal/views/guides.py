from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.activating import Way
from common.ui.nav import Crumb

# The three guides that letter 001 attaches, and for whom each is written.
GUIDES = {
    "dang-vien": (
        "Dành cho đảng viên",
        "Đăng nhập, xem hồ sơ của mình, dự sinh hoạt, biểu quyết, góp ý biên bản, hỏi khi vướng mắc.",
    ),
    "chi-bo": (
        "Dành cho chi bộ",
        "Việc của Bí thư, chi ủy: gọi họp, điều hành, biên bản, danh sách đảng viên, báo cáo đại hội.",
    ),
    "dang-bo": (
        "Dành cho đảng bộ",
        "Việc của cấp ủy, Ban Tổ chức: tổ chức, phân quyền, báo cáo đại hội, theo dõi sinh hoạt, nhật ký, vướng mắc.",
    ),
}


@require_GET
def guides(request: HttpRequest) -> HttpResponse:
    listed = [(reverse("portal:guide", args=[slug]), title, text) for slug, (title, text) in GUIDES.items()]
    return render(
        request, "portal/guides/index.html", {"guides": listed, "crumbs": [Crumb("Trang chủ", "/"), Crumb("Hướng dẫn")]}
    )


@require_GET
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in GUIDES:
        raise Http404
    title = GUIDES[slug][0]
    crumbs = [Crumb("Trang chủ", "/"), Crumb("Hướng dẫn", reverse("portal:guides")), Crumb(title)]
    context = {
        "title": title,
        "slug": slug,
        "hotline": settings.HOTLINE,
        "by_letter": settings.FIRST_SIGN_IN == Way.LETTER,
        "activation_days": settings.ACTIVATION_DAYS,
        "crumbs": crumbs,
    }
    return render(request, f"portal/guides/{slug}.html", context)
