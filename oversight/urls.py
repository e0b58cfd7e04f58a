from django.urls import path

from . import views

app_name = "oversight"
urlpatterns = [
    path("", views.audit, name="audit"),
    path("gui-di/", views.outbox, name="outbox"),
    path("gui-di/gui-lai/", views.send_again, name="send_again"),
    path("xuat/", views.export_audit, name="audit_export"),
]
