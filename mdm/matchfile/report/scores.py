"""How sure the model is: thresholds in words, all pairs by weight, and whether its probabilities hold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from mdm.matchfile.report import charts
from mdm.matchfile.report.html import Content, Html, element, table
from mdm.matchfile.report.source import Source

ENOUGH = 20  # answers for a curve
EARNED = 3000  # clean answers that show 99.9 % with a bound of 95 % (the rule of three)


def section(source: Source) -> Html:
    """Key figures, thresholds, the histogram, and calibration."""
    curve = source.result.curve()
    return element(
        "section",
        _figures(source),
        element("h2", "Scores", id="scores"),
        _thresholds(source),
        _histogram(source, curve),
        _calibration(source),
    )


def _figures(source: Source) -> Html:
    summary = source.summary
    recall = summary["blocking_recall"]
    found = ("links", "links") if source.links else ("clusters", "different records")
    figures: list[tuple[str, str]] = [
        ("records", f"{summary['records']:,}"),
        (found[1], f"{summary[found[0]]:,}"),
        ("pairs compared", f"{summary['candidates']:,}"),
        ("pairs found", f"{summary['pairs']:,}"),
        ("true pairs within reach (estimate)", "–" if recall is None else f"{recall:.1%}"),
        ("seconds", f"{sum(source.seconds.values()):,.1f}"),
    ]
    return element("dl", [element("div", element("dt", name), element("dd", value)) for name, value in figures],
                   class_="figures")  # fmt: skip


def _thresholds(source: Source) -> Html:
    return element(
        "p",
        f"The {'links' if source.links else 'clusters'} hold what is more likely the same than not. Pairs that weigh "
        f"{source.result.zones.match:.1f} bits or more (a probability of {_sure(source.match)}) are sure enough to be "
        f"merged without a person. Those from {source.result.zones.review:.1f} bits (a probability of "
        f"{source.review:.4g}) up to that are worth a person's look; what is below is taken as different. "
        f"{_basis(source)}",
    )


def _basis(source: Source) -> str:
    """What stands behind the first limit: an estimate until answers prove it."""
    zones, given = source.result.zones, f"{len(source.answers):,} answers were given"
    if zones.lower_bound is None:
        return f"This limit is an estimate: {given}, none on a pair above it; about {EARNED:,} clean ones prove 99.9 %."
    shown = f"{given}; {zones.labels:,} above it show that {zones.lower_bound:.2%} are right at least (95 % confidence)"
    if zones.basis == "labels":
        return f"This limit is supported by answers: {shown}."
    return f"This limit is an estimate: {shown}, and about {EARNED:,} clean ones prove 99.9 %."


def _sure(probability: float) -> str:
    """Never a certainty, which no model has."""
    return f"{probability:.4g}" if probability <= 0.9999 else "over 0.9999"


def _histogram(source: Source, curve: Sequence[tuple[float, float, int]]) -> Html:
    name = "Pairs by weight"
    zones = source.result.zones
    marks = (("review", zones.review), ("match", zones.match))
    told = f"{sum(count for *_, count in curve):,} pairs; the height is logarithmic"
    drawn = [
        element("div", charts.bars(name, told, curve, marks, width), class_=f"for-{screen}")
        for screen, width in (("wide", charts.WIDTH), ("small", charts.SMALL))
    ]
    rows = [(f"{low:+.0f} to {high:+.0f}", count) for low, high, count in curve]
    return element(
        "div",
        element("h3", name),
        element("p", "Across: bits, where 0 are even odds, +10 a thousand to one for the same, -10 against. "
                "Up: pairs, each step ten times as many.", class_="soft"),
        drawn,
        element("details", element("summary", "The same as a table"), table(name, ("bits", "pairs"), rows, "narrow")),
        class_="card",
    )  # fmt: skip


def _calibration(source: Source) -> Html:
    """Against answers where there are enough, else what the model expects of itself."""
    points = _answered(source)
    shown: Content
    if points:
        told = f"{len(source.answers)} answers in {len(points)} groups of about the same size"
        rows = [(f"{said:.3f}", f"{was:.3f}", count) for said, was, count in points]
        shown = [
            element("p", "Along the dashed line the model says what people say. Pairs were picked for being "
                    "informative, so the middle is over-represented.", class_="soft"),
            charts.reliability("Calibration", told, points),
            table("What the model says, and what people said", ("model", "people", "answers"), rows, "narrow"),
        ]  # fmt: skip
    else:
        shown = element("p", _expected(source))
    return element("div", element("h3", "Do the probabilities hold?"), shown, class_="card")


def _answered(source: Source) -> list[tuple[float, float, int]]:
    """Mean probability, share of yes and number of answers, in groups by probability."""
    if len(source.answers) < ENOUGH:
        return []
    schema = {"id_a": pl.String, "id_b": pl.String, "same": pl.Boolean}
    answers = pl.DataFrame(list(source.answers), schema=schema, orient="row")
    if not source.links:  # a pair may stand either way round
        turned = answers.select(id_a="id_b", id_b="id_a", same="same")
        answers = pl.concat([answers, turned])
    known = source.result.pairs.join(answers, on=["id_a", "id_b"]).sort("probability", "id_a", "id_b")
    groups = min(10, len(known) // 8)
    edges = [at * len(known) // groups for at in range(groups + 1)] if groups else []
    parts = (known[low:high] for low, high in pairwise(edges))
    return [(sum(part["probability"]) / len(part), sum(part["same"]) / len(part), len(part)) for part in parts]


def _expected(source: Source) -> str:
    joined = source.pairs(source.match, 2)["probability"]
    wrong = float((1 - joined).sum())
    left = source.pairs(0, source.match)["probability"]
    return (
        f"Too few answers were given to check them ({len(source.answers)}; {ENOUGH} make a curve). By its own "
        f"reckoning {wrong:,.1f} of the {len(joined):,} pairs sure enough to be merged are wrong, and "
        f"{left.sum():,.0f} of the {len(left):,} scored pairs below are right. Answer some questions "
        "(--ask, --ask-out, then --labels) to see whether that holds, and to make the model better."
    )
