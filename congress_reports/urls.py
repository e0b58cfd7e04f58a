from django.urls import path

from . import views

app_name = "congress_reports"

urlpatterns = [
    path("<int:pk>/", views.report, name="report"),
]
