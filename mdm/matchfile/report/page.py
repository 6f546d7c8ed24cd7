"""The page: one file without scripts or anything from elsewhere, as large for a million records as for a thousand."""

from __future__ import annotations

from mdm.matchfile.report import examples, groups, scores
from mdm.matchfile.report.html import Content, Html, element, table
from mdm.matchfile.report.source import Source
from mdm.matchfile.report.style import CSS

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
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
        mode = {True: " Each record has one partner at most.", False: " A record may have several partners."}
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
    names = [element("li", name) for name in source.result.model.keys[:60]]
    all_pairs = summary["records"] * (summary["records"] - 1) // 2
    if source.links:
        all_pairs = len(source.records[0].ids) * len(source.records[1].ids)
    found = f"{summary['candidates']:,} share a key and were compared.{told}"
    if summary["candidates"] >= all_pairs:
        found, names = "all were compared: there are few enough.", []
    return element(
        "section",
        element("h2", "How pairs were found", id="keys"),
        element("p", f"Of {all_pairs:,} possible pairs {found}"),
        names and [element("p", "Keys chosen from the data, by what each adds for its cost:"), element("ul", names)],
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
