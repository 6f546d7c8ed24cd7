"""`manage.py match_file`: find duplicates in a file, or link two, without any database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mdm.engine.kinds import Kind
from mdm.management.progress import Progress
from mdm.matchfile.errors import Unusable
from mdm.matchfile.run import Job, run


class Command(BaseCommand):
    help = (
        "Find the records of a file that are the same person, organisation or product; with OTHER, link two files. "
        "CSV, gzipped CSV and Parquet are read and written; no database is needed. Progress goes to standard error; "
        "the last line on standard output is one JSON object."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("records", type=Path, metavar="RECORDS", help="file with the records")
        parser.add_argument("other", type=Path, nargs="?", metavar="OTHER", help="file to link them with")
        parser.add_argument(
            "--field", action="append", default=[], metavar="COLUMN=KIND", dest="fields",
            help="a column to compare, and what it holds; COLUMN alone has its kind guessed; without any --field all "
            f"columns are compared, and their kinds guessed from the values. Kinds: {' '.join(Kind)}",
        )  # fmt: skip
        parser.add_argument("--id", default="id", dest="identifier", metavar="COLUMN", help="column of the ids; id")
        parser.add_argument(
            "--labels", type=Path, action="append", default=[], metavar="PAIRS",
            help="file with answers to learn from: id_a, id_b, same (yes or no); may be given several times",
        )  # fmt: skip
        parser.add_argument("--ask", type=int, default=0, metavar="N", help="ask about the N most informative pairs")
        parser.add_argument("--ask-out", type=Path, metavar="FILE", help="where to; fill in `same`, give as --labels")
        parser.add_argument(
            "--one-to-one", choices=("auto", "yes", "no"), default="auto",
            help="whether a record of one file has at most one partner in the other; auto finds out for each file",
        )  # fmt: skip
        parser.add_argument("--out", type=Path, metavar="FILE", help="clusters, or links of two files")
        parser.add_argument("--scores", type=Path, metavar="FILE", help="id_a,id_b,weight,probability of scored pairs")
        parser.add_argument("--report", type=Path, metavar="FILE", help="one offline HTML page about the run")

    def handle(self, *args: Any, **options: Any) -> None:
        job = Job(**{name: options[name] for name in Job.__dataclass_fields__})
        try:
            line = run(job, Progress())
        except Unusable as error:
            raise CommandError(str(error), returncode=2) from None
        except OSError as error:
            raise CommandError(f"{error.filename or 'A file'}: {error.strerror}.", returncode=2) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped.", returncode=130) from None
        self.stdout.write(json.dumps(line, ensure_ascii=False))
