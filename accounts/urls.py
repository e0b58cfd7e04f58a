"""allauth's names of addresses stay, for its code reverses them; the addresses are Vietnamese words."""

from allauth.account import views as allauth_views
from django.urls import include, path

from common.ui.look import choose_look

from . import views
from .recovery import views as recovery

own = [
    path("", views.settings_page, name="settings"),
    path("hien-thi/", choose_look, name="display"),
    path("so-dinh-danh/", views.reveal_id, name="reveal_id"),
    path("thu-dien-tu/", views.email, name="email"),
    path("thu-dien-tu/gui-lai/", views.send_confirmation, name="send_confirmation"),
    path("thu-dien-tu/xac-nhan/<str:words>/", views.confirm_email, name="confirm_email"),
    path("quen-mat-khau/", recovery.lost, name="lost_password"),
    path("quen-mat-khau/da-nhan/", recovery.letter_asked, name="letter_asked"),
    path("quen-mat-khau/ma/", recovery.reset_by_code, name="reset_by_code"),
    path("quen-mat-khau/<uidb64>/<token>/", recovery.ResetByLinkView.as_view(), name="reset_by_link"),
    path("thiet-bi/", views.devices, name="devices"),
    path("thiet-bi/khac/dang-xuat/", views.end_other_devices, name="end_other_devices"),
    path("thiet-bi/<int:pk>/dang-xuat/", views.end_device, name="end_device"),
]

urlpatterns = [
    path("dang-nhap/", views.SignInView.as_view(), name="account_login"),
    path("dang-xuat/", allauth_views.logout, name="account_logout"),
    path("dang-ky/", allauth_views.signup, name="account_signup"),
    path("tam-dung/", allauth_views.account_inactive, name="account_inactive"),
    path("mat-khau/", views.ChangePasswordView.as_view(), name="account_change_password"),
    path("xac-nhan/", views.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("", include((own, "accounts"))),
]
