"""`manage.py rebuild [--check]`: golden records again from their inputs, or the proof that they follow from them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from mdm.models import GoldenRecord, SourceRecord
from mdm.pipeline import rebuild

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Match, link and consolidate every source record again. With --check: write nothing, recompute everything "
        "beside what is stored, and exit with 1 where they differ."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only; write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
        else:
            self.stdout.write(f"Rebuilding golden records; source records: {SourceRecord.objects.count()} ...")
            self.stdout.write(f"Changed: {rebuild.apply()}.")

    def _check(self) -> None:
        found: Counter[str] = Counter()
        with transaction.atomic():
            _as_of_now()
            records, goldens = SourceRecord.objects.count(), GoldenRecord.objects.count()
            self.stdout.write(f"Recomputing golden records ({goldens}) from source records ({records}) ...")
            for difference in rebuild.check():
                found[difference.what] += 1
                if found.total() <= SHOWN:
                    self._tell(difference)
        if found:
            told = ", ".join(f"{what} {count}" for what, count in sorted(found.items()))
            raise CommandError(f"Differences: {told}. `manage.py rebuild` brings golden records in line.")
        self.stdout.write("No differences.")

    def _tell(self, difference: rebuild.Difference) -> None:
        self.stdout.write(f"{difference.what} {difference.subject}")
        self.stdout.write(f"  stored:  {difference.stored}\n  rebuilt: {difference.rebuilt}")


def _as_of_now() -> None:
    """See one moment of a database in which workers go on writing; must come before the first query."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
