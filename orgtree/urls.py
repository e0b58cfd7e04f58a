from django.urls import path

from . import views

app_name = "orgtree"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("tim/", views.search, name="search"),
    path("loai-hinh/", views.kinds, name="kinds"),
    path("nhap-danh-muc/", views.start_list, name="list_start"),
    path("nhap-danh-muc/<int:pk>/", views.list_plan, name="list_plan"),
    path("nhap-danh-muc/<int:pk>/xac-nhan/", views.confirm_list, name="list_confirm"),
    path("nhap-danh-muc/<int:pk>/bo/", views.drop_list, name="list_drop"),
    path("<int:pk>/", views.unit, name="unit"),
    path("<int:pk>/truc-thuoc/", views.below, name="below"),
    path("<int:pk>/lap-don-vi/", views.create, name="create"),
    path("<int:pk>/doi-ten/", views.rename, name="rename"),
    path("<int:pk>/sua/", views.edit, name="edit"),
    path("<int:pk>/chuyen/", views.move, name="move"),
    path("<int:pk>/giai-the/", views.close, name="close"),
    path("<int:pk>/hoat-dong-tro-lai/", views.reopen, name="reopen"),
    path("<int:pk>/sap-nhap/", views.merge, name="merge"),
    path("<int:pk>/chia-tach/", views.split, name="split"),
]
