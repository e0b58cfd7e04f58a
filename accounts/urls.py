"""allauth's names of addresses stay, for its code reverses them; the addresses are Vietnamese words."""

from allauth.account import views as allauth_views
from django.urls import include, path

from common.ui.look import choose_look

from . import views
from .recovery import views as recovery
from .second_factor import views as factor_views
from .sign_on import views as sign_on_views

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
    path("dang-nhap-mot-lan/", sign_on_views.start, name="sign_on"),
    path("dang-nhap-mot-lan/tra-loi/", sign_on_views.back, name="sign_on_back"),
]

second_factor = [
    path("", factor_views.index, name="mfa_index"),
    path("buoc-hai/", factor_views.SecondStepView.as_view(), name="mfa_authenticate"),
    path("xac-nhan/", factor_views.ConfirmCodeView.as_view(), name="mfa_reauthenticate"),
    path("ung-dung/", factor_views.application, name="mfa_activate_totp"),
    path("ung-dung/go/", factor_views.remove_application, name="mfa_deactivate_totp"),
    path("ma-du-phong/", factor_views.recovery_codes, name="mfa_view_recovery_codes"),
    path("ma-du-phong/tai-ve/", factor_views.download_codes, name="mfa_download_recovery_codes"),
    path("ma-du-phong/tao-lai/", factor_views.renew_codes, name="mfa_generate_recovery_codes"),
    path("khoa/them/", factor_views.add_passkey, name="mfa_add_webauthn"),
    path("khoa/dang-nhap/", factor_views.PasskeySignInView.as_view(), name="mfa_login_webauthn"),
    path("khoa/xac-nhan/", factor_views.ConfirmPasskeyView.as_view(), name="mfa_reauthenticate_webauthn"),
    path("khoa/<int:pk>/go/", factor_views.remove_passkey, name="mfa_remove_webauthn"),
    path("khoa/<int:pk>/doi-ten/", factor_views.rename_passkey, name="mfa_edit_webauthn"),
]

urlpatterns = [
    path("dang-nhap/", views.SignInView.as_view(), name="account_login"),
    path("dang-xuat/", allauth_views.logout, name="account_logout"),
    path("dang-ky/", allauth_views.signup, name="account_signup"),
    path("tam-dung/", allauth_views.account_inactive, name="account_inactive"),
    path("mat-khau/", views.ChangePasswordView.as_view(), name="account_change_password"),
    path("xac-nhan/", views.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("xac-thuc-hai-lop/", include(second_factor)),
    path("", include((own, "accounts"))),
]
