from django.urls import path

from . import views

app_name = "oversight"
urlpatterns = [
    path("", views.audit, name="audit"),
    path("xuat/", views.export_audit, name="audit_export"),
]
