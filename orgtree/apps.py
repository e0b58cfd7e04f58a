from django.apps import AppConfig


class OrgtreeConfig(AppConfig):
    name = "orgtree"
    verbose_name = "Tổ chức đảng"
    default_auto_field = "django.db.models.BigAutoField"
