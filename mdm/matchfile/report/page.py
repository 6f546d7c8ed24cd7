"""The page: one file without scripts or anything from elsewhere, as large for a million records as for a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mdm.matchfile.report import examples, groups, scores
from mdm.matchfile.report.html import Content, Html, element, table
from mdm.matchfile.report.source import Source
from mdm.matchfile.report.style import CSS

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
KEYS = 60  # that are shown
PARTS = (
    ("scores", "Scores"), ("clusters", "Result"), ("pairs", "Pairs"), ("fields", "Fields"), ("keys", "Keys"),
    ("run", "The run"),
)  # fmt: skip


def write(source: Source) -> str:
    """The whole page as a text."""
    title = f"Match report: {' and '.join(source.names)}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        Html(f"<style>{CSS}</style>"),
    )
    parts = (scores.section, groups.section, examples.section, examples.weights, _keys, _run)
    body = element("body", _header(source, title), element("main", [part(source) for part in parts]), _footer())
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _header(source: Source, title: str) -> Html:
    links = [element("li", element("a", name, href=f"#{part}")) for part, name in PARTS]
    return element(
        "header",
        element("p", "Goldenrod", class_="kicker"),
        element("h1", title),
        element("p", _in_short(source), class_="lead"),
        element("nav", element("ul", links), aria_label="Parts of this page"),
    )


def _in_short(source: Source) -> str:
    summary = source.summary
    records = summary["records"]
    if source.links:
        once = " A record has one partner at most, but for what people confirmed."
        mode = {True: once, False: " A record may have several partners."}
        told = mode.get(summary["one_to_one"], "")
        return f"{summary['links']:,} links were found between {records:,} records.{told}"
    extra = records - summary["clusters"]
    return (
        f"{records:,} records stand for {summary['clusters']:,} different ones: {extra:,} "
        f"({extra / max(records, 1):.1%}) are further records of something already there."
    )


def _keys(source: Source) -> Html:
    """How the pairs were found: blocking keys, their sizes, the recall one may expect."""
    summary = source.summary
    recall = summary["blocking_recall"]
    told = "" if recall is None else f" An estimated {recall:.1%} of all true pairs are among them."
    all_pairs = summary["records"] * (summary["records"] - 1) // 2
    if source.links:
        all_pairs = len(source.records[0].ids) * len(source.records[1].ids)
    every = summary["candidates"] >= all_pairs
    found = (
        "all were compared: there are few enough."
        if every
        else f"{summary['candidates']:,} share a key and were compared.{told}"
    )
    return element(
        "section",
        element("h2", "How pairs were found", id="keys"),
        element("p", f"Of {all_pairs:,} possible pairs {found}"),
        None if every else _sizes(summary["keys"]),
    )


def _sizes(keys: Sequence[dict[str, Any]]) -> Content:
    """The keys with the pairs each gave; a block is all records that share the value of a key."""
    if not keys:
        return element("p", "No key parts the records, so nothing was compared.", class_="soft")
    widest: dict[str, dict[str, Any]] = {}  # a key that was chosen for larger blocks too finds what it found before
    for key in keys:
        name = _named(key["parts"])
        widest[name] = max(widest.get(name, key), key, key=lambda one: int(one["pairs"]))
    rows = [
        (name, key["pairs"], key["largest"],
         f"{key['skipped']:,}, up to {key['beyond']:,} records" if key["skipped"] else "–")
        for name, key in list(widest.items())[:KEYS]
    ]  # fmt: skip
    head = ("key", "pairs", "largest block", "blocks left out as too large")
    more = element("p", f"and {len(widest) - KEYS:,} more", class_="soft") if len(widest) > KEYS else None
    return [
        element("p", "Keys were chosen from the data, by what each adds for its cost. A block is all records that "
                "share the value of a key; pairs that several keys find are counted for each.", class_="soft"),
        table("Keys, the most useful first", head, rows),
        more,
    ]  # fmt: skip


def _named(parts: Sequence[str]) -> str:
    """A key in words: the columns, and which part of the value where it is not the whole."""
    named = (part.rpartition(".") for part in parts)
    return " and ".join(
        column if which == "same" else f"{column} ({which.replace('_', ' and ')})" for column, _, which in named
    )


def _run(source: Source) -> Html:
    """Kinds, notes, seconds."""
    kinds = [(name, str(kind), "guessed" if name in source.guessed else "given") for name, kind in source.kinds.items()]
    seconds = [(phase, f"{seconds:.2f}") for phase, seconds in source.seconds.items()]
    notes: Content = element("ul", [element("li", note) for note in source.notes[:100]])
    return element(
        "section",
        element("h2", "The run", id="run"),
        table("Columns that were compared", ("column", "kind", "how known"), kinds, "narrow"),
        element("h3", "Notes"),
        notes if source.notes else element("p", "Nothing was left out, cut or split.", class_="soft"),
        table("Seconds by phase", ("phase", "seconds"), seconds, "narrow"),
    )


def _footer() -> Html:
    return element(
        "footer",
        element("p", "Made by manage.py match_file. It holds values of your records: keep it as safe as the files."),
    )
