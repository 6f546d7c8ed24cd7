"""The people's desk."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class StewardshipConfig(AppConfig):
    name = "stewardship"
    verbose_name = "Stewardship"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from stewardship import roles

        # Permissions come into being after migrations, app by app: those of mdm and connectors before auth's own.
        post_migrate.connect(roles.install, sender=apps.get_app_config("auth"))
