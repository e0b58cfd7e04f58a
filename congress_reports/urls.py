from django.urls import path

from .views import late
from .views.report import report

app_name = "congress_reports"

urlpatterns = [
    path("<int:pk>/", report, name="report"),
    # late ones
    path("qua-han/", late.late, name="late"),
    path("qua-han/danh-sach-goi/", late.call_list, name="late_calls"),
    path("qua-han/<int:pk>/don-doc/", late.escalate, name="escalate"),
]
