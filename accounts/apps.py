from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Tài khoản"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.mfa.models import Authenticator
        from django.contrib.auth.signals import user_logged_in

        from .second_factor.services import keep_in_step
        from .time_out import begin_clock

        user_logged_in.connect(begin_clock, dispatch_uid="accounts.begin_clock")
        post_save.connect(keep_in_step, Authenticator, dispatch_uid="accounts.factors")
        post_delete.connect(keep_in_step, Authenticator, dispatch_uid="accounts.factors")
