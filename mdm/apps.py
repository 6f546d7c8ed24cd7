"""The core app."""

from django.apps import AppConfig


class MdmConfig(AppConfig):
    name = "mdm"
    verbose_name = "Master data"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # shared tasks bind to the application that is loaded, in web processes and workers alike
        from mdm import celery, checks  # noqa: F401
