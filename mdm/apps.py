"""The core app."""

import gc

from django.apps import AppConfig


class MdmConfig(AppConfig):
    name = "mdm"
    verbose_name = "Master data"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # shared tasks bind to the application that is loaded, in web processes and workers alike
        from mdm import celery, checks  # noqa: F401

        # A batch holds tens of thousands of rows at once, which come and go together: looking for cycles after each 700
        # new objects, and through all modules each time, took a fifth of the time of such work.
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
