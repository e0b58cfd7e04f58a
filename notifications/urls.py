from django.urls import path

from . import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<int:pk>/mo/", views.open_notice, name="open"),
    path("da-doc/", views.mark_read, name="mark_read"),
    path("tuy-chon/", views.preferences, name="preferences"),
]
