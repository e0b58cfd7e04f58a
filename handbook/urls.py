from django.urls import include, path

from . import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("tai-khoan/", include("accounts.urls")),
    path("to-chuc/", include("orgtree.urls")),
    path("dang-vien/", include("members.urls")),
    path("kich-hoat/", include("members.activation.urls")),
    path("thong-bao/", include("notifications.urls")),
    path("cong-viec/", include("jobs.urls")),
    path("phan-quyen/", include("delegation.urls")),
    path("quan-ly-bao-cao/", include("congress_reports.urls")),
    path("sinh-hoat/", include("meetings.urls")),
    path("nhiem-vu/", include("assignments.urls")),
    path("nhat-ky/", include("oversight.urls")),
    path("", include("portal.urls")),
]

handler400 = "handbook.errors.bad_request"
handler403 = "handbook.errors.forbidden"
handler404 = "handbook.errors.not_found"
handler429 = "handbook.errors.too_many_requests"
handler500 = "handbook.errors.server_error"
