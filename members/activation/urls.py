from django.urls import path

from .views import door, officers, roles

app_name = "activation"
urlpatterns = [
    path("", door.by_code, name="by_code"),
    path("xac-nhan/", door.dates, name="dates"),
    path("mat-khau/", door.password, name="password"),
    path("thoi/", door.stop, name="stop"),
    path("xong/", door.done, name="done"),
    path("ma-vai-tro/", roles.enter, name="role_code"),
    path("vai-tro/", roles.waiting, name="waiting"),
    path("vai-tro/<int:pk>/", roles.hand, name="hand_code"),
    path("don-vi/", officers.unit_page, name="unit"),
    path("don-vi/tim/", officers.search, name="search"),
    path("don-vi/mo/", officers.open_chosen, name="open"),
    path("don-vi/dong/", officers.close_chosen, name="close"),
    path("don-vi/phieu/", officers.slips, name="slips"),
]
