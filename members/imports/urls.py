from django.urls import path

from . import views

# Included by members.urls under its name: members:imports, members:import_start …
urlpatterns = [
    path("", views.import_list, name="imports"),
    path("moi/", views.upload, name="import_start"),
    path("mau/", views.sample, name="import_sample"),
    path("<int:pk>/", views.batch, name="import"),
    path("<int:pk>/tien-do/", views.progress, name="import_progress"),
    path("<int:pk>/chi-bo/", views.branches, name="import_branches"),
    path("<int:pk>/thay-doi/", views.changes, name="import_changes"),
    path("<int:pk>/tep-danh-dau-loi/", views.annotated, name="import_annotated"),
    path("<int:pk>/dong-can-sua/", views.to_mend, name="import_to_mend"),
    path("<int:pk>/xac-nhan/", views.confirm, name="import_confirm"),
    path("<int:pk>/bo/", views.cancel, name="import_cancel"),
    path("<int:pk>/hoan-tac/", views.undo, name="import_undo"),
]
