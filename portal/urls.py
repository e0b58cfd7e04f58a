from django.urls import path

from . import views
from .styleguide import styleguide

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("them/", views.more, name="more"),
    path("tim-kiem/", views.search, name="search"),
    path("doi-don-vi/", views.switch_unit, name="switch_unit"),
    path("huong-dan/", views.guides, name="guides"),
    path("huong-dan/<slug:slug>/", views.guide, name="guide"),
    path("vuong-mac/", views.help_form, name="help"),
    path("vuong-mac/da-nhan/", views.help_inbox, name="help_inbox"),
    path("vuong-mac/<int:pk>/", views.help_request, name="help_request"),
    path("vuong-mac/<int:pk>/tra-loi/", views.help_answer, name="help_answer"),
    path("styleguide/", styleguide, name="styleguide"),
]
