from django.urls import path

from .views import entry, late
from .views.report import report

app_name = "congress_reports"

urlpatterns = [
    path("<int:pk>/", report, name="report"),
    # filling in
    path("<int:pk>/nhap/", entry.tasks, name="entry"),
    path("<int:pk>/nhap/lap/", entry.begin, name="entry_begin"),
    path("<int:pk>/nhap/<slug:section>/", entry.sheet, name="entry_sheet"),
    path("<int:pk>/nhap/<slug:section>/<slug:row>/", entry.sheet, name="entry_row"),
    path("<int:pk>/luu/<slug:section>/", entry.autosave, name="entry_save"),
    path("<int:pk>/luu/<slug:section>/<slug:row>/", entry.autosave, name="entry_save_row"),
    path("<int:pk>/tim-nguoi/<slug:section>/<slug:row>/", entry.find_people, name="entry_people"),
    path("<int:pk>/gui/", entry.send, name="send"),
    path("<int:pk>/bo-nhap/", entry.throw_away, name="throw_away"),
    # late ones
    path("qua-han/", late.late, name="late"),
    path("qua-han/danh-sach-goi/", late.call_list, name="late_calls"),
    path("qua-han/<int:pk>/don-doc/", late.escalate, name="escalate"),
]
