"""`manage.py rules`: a rule set to a text file, and a text file to a draft."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mdm import ruletext
from mdm.models import RuleSet


class Command(BaseCommand):
    help = "Write a rule set as text (export), or make a draft of a text (import); publishing is done in the admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        export = verbs.add_parser("export", help="write a rule set to standard output")
        export.add_argument("--version-number", type=int, help="which one; the one in force where it is not given")
        read = verbs.add_parser("import", help="make a draft of a text file")
        read.add_argument("file", help="path of the text; - reads standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "export":
            self._export(options["version_number"])
        else:
            self._import(options["file"])

    def _export(self, version: int | None) -> None:
        wanted = {"state": RuleSet.State.PUBLISHED} if version is None else {"version": version}
        found = RuleSet.objects.filter(**wanted).first()
        if found is None:
            raise CommandError("There is no such rule set.")
        self.stdout.write(ruletext.write(found), ending="")

    def _import(self, file: str) -> None:
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text()
            draft = ruletext.read(text)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from None
        except ruletext.Unreadable as error:
            raise CommandError("Nothing was kept:\n" + "\n".join(error.sentences)) from None
        self.stdout.write(f"Rule set {draft.version} is a draft now. Publish it in the admin.")
