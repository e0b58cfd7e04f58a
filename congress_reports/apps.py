from django.apps import AppConfig


class CongressReportsConfig(AppConfig):
    name = "congress_reports"
    verbose_name = "Tiến trình đại hội"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import background, counts, events, notices  # noqa: F401 (they register themselves)
