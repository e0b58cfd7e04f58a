from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = "Thống kê, kiểm tra"
    default_auto_field = "django.db.models.BigAutoField"
