from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Sinh hoạt"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assignments.sources import register

        from . import counts, events, notices  # noqa: F401 (they register themselves)
        from .minutes.sources import source_of

        register(source_of)
