"""`manage.py demo`: the whole hub with three simulated systems."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mdm import embedded, processes


class Command(BaseCommand):
    help = "Run the hub with three simulated systems; --once plays a script, has it audited and ends."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="play the scripted run, print the summary, exit")
        parser.add_argument("--scale", type=float, default=1.0, help="size of the estate; 1 = about 4,500 records")
        parser.add_argument("--seed", type=int, default=7, help="seed of the estate")

    def handle(self, *args: Any, **options: Any) -> None:
        from connectors.demo import run, stack, world

        try:
            with processes.stoppable(), embedded.start(settings.DATA_DIR, durable=not options["once"]) as services:
                demo = run.Demo(
                    seed=options["seed"],
                    scale=options["scale"],
                    supervisor=services.supervisor,
                    env=stack.environment(services.env),
                    out=self._say,
                )
                self._once(demo) if options["once"] else self._stay(demo)
        except (embedded.EmbeddedError, processes.ProcessFailed, run.Failed, stack.NoPort, world.NotOurs) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self._say("Stopped.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _once(self, demo: Any) -> None:
        from connectors.demo import report, run

        made, _, token = run.start(demo)
        result = run.once(demo, made, token)
        wrong = run.expectations(result)
        self._say(report.words(result))
        for sentence in wrong:
            self._say(f"NOT AS EXPECTED: {sentence}")
        self._say(json.dumps({**result, "ok": not wrong}))
        if wrong:
            sys.exit(1)

    def _stay(self, demo: Any) -> None:
        from connectors.demo import report, run

        _, logins, token = run.start(demo)
        run.master(demo)
        run.write_back(demo)
        self._say(report.welcome(demo.web, demo.urls, logins, token))
        while True:
            demo.supervisor.check()
            time.sleep(0.5)
