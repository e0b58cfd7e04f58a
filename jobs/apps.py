from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Công việc chạy nền"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Each app names the work it does in the background in its background.py.
        autodiscover_modules("background")
