from django.urls import path

from . import views

app_name = "assignments"

urlpatterns = [
    path("", views.mine, name="mine"),
    path("<int:pk>/", views.task, name="task"),
    path("<int:pk>/xac-nhan/", views.confirm, name="confirm"),
    path("<int:pk>/lam-tiep/", views.give_back, name="give_back"),
    path("<int:pk>/thoi/", views.drop, name="drop"),
]
