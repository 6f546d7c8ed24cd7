"""`manage.py match_model`: train a match model on the hub's own records, compare versions, put one in force."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mdm.access import Viewer
from mdm.entities import MASTERED
from mdm.management.progress import Progress
from mdm.models import Changeover, MatchJob, MatchModel
from mdm.pipeline import changeover, matchjobs
from mdm.selectors import matchmodels


class Command(BaseCommand):
    help = (
        "Train a match model on the hub's own source records and its stewards' decisions, compare versions, put one in "
        "force. Version 0 is the built-in model. Progress goes to standard error; the last line is one JSON object."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        train = verbs.add_parser("train", help="make a draft, and compare it with the version in force")
        train.add_argument("entity", choices=MASTERED)
        train.add_argument("--note", default="", help="what it is for, up to 200 letters")
        listed = verbs.add_parser("list", help="all versions, and how far records follow the one in force")
        listed.add_argument("entity", choices=MASTERED, nargs="?")
        show = verbs.add_parser("show", help="what a version weighs, and how it was trained")
        _version(show, "version")
        compare = verbs.add_parser("compare", help="what version SECOND would change if FIRST were in force")
        _version(compare, "first", "second")
        _version(verbs.add_parser("publish", help="put a version in force and have all records follow it"), "version")
        retire = verbs.add_parser("retire", help="put the built-in model in force again")
        retire.add_argument("entity", choices=MASTERED)

    def handle(self, *args: Any, **options: Any) -> None:
        line = getattr(self, f"_{options['verb']}")(options)
        self.stdout.write(json.dumps(line, ensure_ascii=False, default=str))

    def _train(self, options: dict[str, Any]) -> dict[str, Any]:
        job = self._done(matchjobs.train(options["entity"], note=options["note"]))
        row = self._row({"entity": job.entity, "version": job.second})
        assert row is not None
        self.stdout.write(f"Version {row.version} is a draft. {row.figures['basis']}")
        self._tell(job.result)
        return {"version": row.version, "figures": row.figures, "compared": _short(job.result)}

    def _compare(self, options: dict[str, Any]) -> dict[str, Any]:
        job = self._done(matchjobs.compare(options["entity"], options["first"], options["second"]))
        self._tell(job.result)
        return _short(job.result)

    def _done(self, job: MatchJob) -> MatchJob:
        """Do a job here, or watch the worker that took it first; raises CommandError where it failed."""
        progress = Progress()
        while job.state in MatchJob.UNDER_WAY:
            if mine := matchjobs.claim(job.pk):
                matchjobs.run(mine, progress)
            else:
                time.sleep(0.2)
            job.refresh_from_db()
            progress(job.phase, job.share)
        if job.state == MatchJob.State.FAILED:
            raise CommandError(job.trouble)
        return job

    def _list(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        out = []
        for entity in [options["entity"]] if options["entity"] else MASTERED:
            found = matchmodels.models(Viewer(user=None), entity)
            assert found is not None
            for one in found.versions:
                note = f"  {one.note}" if one.note else ""
                self.stdout.write(f"{entity} {one.version}  {'in force' if one.in_force else one.state}{note}")
                for words in one.warnings:
                    self.stdout.write(f"  {words}")
                told = {"entity": entity, "version": one.version, "state": one.state, "note": one.note}
                out.append({**told, "warnings": [*one.warnings]})
            if found.changeover:
                self.stdout.write(matchmodels.words(found.changeover))
            for job in found.jobs:
                if job.state in MatchJob.UNDER_WAY:
                    self.stdout.write(f"{job.kind}: {job.state} {job.phase} {job.share:.0%}")
        return out

    def _show(self, options: dict[str, Any]) -> dict[str, Any]:
        row = self._row(options)
        assert row is not None
        self.stdout.write(f"{matchmodels.before(row.model):+9.2f}  before comparing")
        for one in matchmodels.weights(row.model):
            self.stdout.write(f"{one['name']} ({one['kind']})")
            for level in one["levels"]:
                self.stdout.write(f"  {level['weight']:+7.2f}  {level['label']}")
        warnings = matchmodels.warnings(row)
        for words in warnings:
            self.stdout.write(words)
        told = {"entity": row.entity, "version": row.version, "state": row.state, "figures": row.figures}
        return {**told, "warnings": [*warnings]}

    def _publish(self, options: dict[str, Any]) -> dict[str, Any]:
        return self._follow(options["entity"], self._row(options, built_in=True))

    def _retire(self, options: dict[str, Any]) -> dict[str, Any]:
        return self._follow(options["entity"], None)

    def _follow(self, entity: str, row: MatchModel | None) -> dict[str, Any]:
        try:
            changeover.begin(entity, row)
        except changeover.Unusable as refused:
            raise CommandError(str(refused)) from None
        progress = Progress()
        while True:
            changeover.follow(entity, lambda now: progress(f"{now.stage} of version {now.version}", _share(now)))
            now = Changeover.objects.select_related("model").get(entity=entity)
            if now.stage == Changeover.Stage.DONE:
                break
            time.sleep(0.2)  # a worker is at it
        self.stdout.write(matchmodels.words(now))
        return {"entity": entity, "version": now.version, "records": now.total, "stage": now.stage}

    def _row(self, options: dict[str, Any], *, built_in: bool = False) -> MatchModel | None:
        if built_in and options["version"] == 0:
            return None
        row = matchmodels.version(Viewer(user=None), options["entity"], options["version"])
        if row is None:
            raise CommandError(f"There is no version {options['version']}; `match_model list` shows those there are.")
        return row

    def _tell(self, found: dict[str, Any]) -> None:
        first, second = found["versions"]
        self.stdout.write(f"Version {second} beside version {first}, {found['records']:,} of {found['of']:,} records:")
        self.stdout.write(f"  {matchmodels.scope(found)}")
        for sort, verb in (("gained", "come together"), ("broken", "come apart")):
            count = found[sort]
            self.stdout.write(f"  {count['pairs']:,} pairs of records {verb}, in {count['goldens']:,} golden records")
        cases = found["cases"]
        self.stdout.write(
            f"  cases: {cases['counts'][0]:,} -> {cases['counts'][1]:,} ({cases['more']:,} more pairs asked, "
            f"{cases['fewer']:,} fewer)"
        )
        for version, at in zip(found["versions"], found["thresholds"], strict=True):
            if at:
                self.stdout.write(f"  version {version} merges from {at['match']:.1f}, asks from {at['review']:.1f}")
        for version, told in zip(found["versions"], found["decisions"], strict=True):
            self.stdout.write(
                f"  version {version}, of {told['together'] + told['apart']:,} decisions of people: precision "
                f"{told['precision']}, recall {told['recall']}, asked {told['asked']:,}"
            )
        for one in found["levels"]:
            old, new = one["weights"]
            self.stdout.write(f"  {one['comparison']}: {one['level']} {old:+.1f} -> {new:+.1f}")
        for one in found["differences"]:
            self._tell_pair(one, found["versions"])

    def _tell_pair(self, one: dict[str, Any], versions: list[int]) -> None:
        a, b = one["records"]
        self.stdout.write(f"{one['sort']}: {a['name']} ({a['key']}) | {b['name']} ({b['key']})")
        for version, evidence in zip(versions, one["evidence"], strict=True):
            zone = evidence["veto"] or evidence["zone"].replace("_", " ")
            self.stdout.write(f"  version {version}: {evidence['weight']:+.1f} {zone}")
            for _, _, weight, words in evidence["lines"]:
                self.stdout.write(f"    {weight:+7.2f}  {words}")


def _version(parser: ArgumentParser, *names: str) -> None:
    parser.add_argument("entity", choices=MASTERED)
    for name in names:
        parser.add_argument(name, type=int)


def _share(row: Changeover) -> float:
    return row.done / row.total if row.total else 1.0


def _short(found: dict[str, Any]) -> dict[str, Any]:
    """A comparison without its examples."""
    return {name: value for name, value in found.items() if name != "differences"}
