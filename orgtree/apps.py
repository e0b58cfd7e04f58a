from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OrgtreeConfig(AppConfig):
    name = "orgtree"
    verbose_name = "Tổ chức đảng"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Each app names what it adds to the pages of the tree in its panels.py.
        autodiscover_modules("panels")
