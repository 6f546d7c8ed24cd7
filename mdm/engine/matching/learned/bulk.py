"""A whole table at once: prepare, block, compare, train, decide. From here each step is called in its order."""

from __future__ import annotations

from mdm.engine.matching.learned import settle, zones
from mdm.engine.matching.learned.answers import answered
from mdm.engine.matching.learned.aspects import Levels, compared
from mdm.engine.matching.learned.calibrate import calibrated
from mdm.engine.matching.learned.clusters import Weight
from mdm.engine.matching.learned.decisions import Decisions
from mdm.engine.matching.learned.model import Model, described
from mdm.engine.matching.learned.patterns import Patterns
from mdm.engine.matching.learned.records import (
    DEFAULTS,
    Labels,
    OneToOne,
    Options,
    Progress,
    Records,
    ordered,
    quiet,
    stacked,
)
from mdm.engine.matching.learned.result import Result
from mdm.engine.matching.learned.run import Run


def deduplicate(
    records: Records, *, labels: Labels = (), options: Options = DEFAULTS, progress: Progress = quiet
) -> Result:
    """Clusters of records that are one entity.

    The same records give the same clusters whatever their order. Raises ValueError where ids are not unique.
    """
    run = Run(ordered(records), None, options, progress, labels)
    return _finished(run, "no")


def link(
    a: Records,
    b: Records,
    *,
    one_to_one: OneToOne = "auto",
    labels: Labels = (),
    options: Options = DEFAULTS,
    progress: Progress = quiet,
) -> Result:
    """Links between the records of two tables; with `one_to_one` each record has one link at most, but for those people
    confirmed.

    "auto" finds out for each table whether it holds duplicates. Raises ValueError where the tables have no kind in
    common.
    """
    both, notes = stacked(ordered(a), ordered(b))
    run = Run(both, len(a), options, progress, labels, list(notes))
    return _finished(run, one_to_one)


def _finished(run: Run, one_to_one: OneToOne) -> Result:
    run.prepare()
    found = run.block()
    run.notes += found.notes
    run.answers, a, b, notes = answered(run.records.ids, run.apart, run.labels, found.a, found.b)
    run.notes += notes
    with run.phase("compare"):
        levels = compared(run.aspects, a, b)
        seen = Patterns.of(levels)
    with run.phase("train"):
        weights = run.train(a, b, seen)
    with run.phase("decide"):
        if run.apart is None:
            weights, group, once, made, around = settle.clustered(run, a, b, seen, weights)
        else:
            weights, group, once, made, around = settle.linked(run, a, b, seen, weights, one_to_one)
        before = seen.score(weights)
        weights, plus = calibrated(weights, before, around, made, run.answers)
        alone = seen.score(weights) if len(run.answers) else before
        by_weight = _zones(run, levels, made, before, alone)
        bounds = _zones(run, levels, made, before + around, alone + plus)
    model = Model(described(run.aspects), weights, by_weight.match, by_weight.review, all(once), found.keys)
    return Result(
        run.records,
        run.apart,
        run.aspects,
        model,
        a,
        b,
        alone,
        plus,
        levels,
        group,
        made,
        found.recall,
        run.answers,
        bounds,
        by_weight,
        run.options,
        tuple(dict.fromkeys(run.notes)),
        run.seconds,
        found.sizes,
    )


def _zones(run: Run, levels: Levels, made: Decisions, before: Weight, after: Weight) -> zones.Zones:
    """Zones of pairs by their bits `before` probabilities were made to hold, told in those `after`."""
    found = zones.zones(run.aspects, before, levels, made.taken, run.answers)
    return found.moved(before, after, made.taken)
