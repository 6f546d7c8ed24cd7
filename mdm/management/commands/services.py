"""`manage.py services`: the embedded PostgreSQL and Redis in the foreground, for work in other terminals."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mdm import embedded, processes


class Command(BaseCommand):
    help = "Run the embedded PostgreSQL and Redis until Ctrl-C; nothing is started for a URL that is set."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with processes.stoppable(), embedded.start(settings.DATA_DIR) as services:
                self.stdout.write(f"DATABASE_URL={services.database_url}\nREDIS_URL={services.redis_url}\n")
                self.stdout.write("Running. Ctrl-C stops both.")
                self.stdout.flush()
                while True:
                    services.supervisor.check()
                    time.sleep(0.5)
        except (embedded.EmbeddedError, processes.ProcessFailed) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
