"""The result itself: how large the groups are, the largest and the weakest of them; of two files the weakest links."""

from __future__ import annotations

import polars as pl

from mdm.matchfile.report.examples import chance, side_by_side
from mdm.matchfile.report.html import Content, Html, cut, element, table
from mdm.matchfile.report.source import Source

SHOWN = 5  # groups of each sort
MEMBERS = 8  # records of one group
COLUMNS = 12


def section(source: Source) -> Html:
    """Clusters, or links where two files were linked."""
    return _links(source) if source.links else _clusters(source)


def _clusters(source: Source) -> Html:
    clusters = source.result.clusters
    groups = clusters.group_by("cluster_id").agg(size=pl.len(), confidence=pl.col("confidence").min())
    many = groups.filter(pl.col("size") > 1)
    sizes = groups.group_by("size").agg(groups=pl.len()).sort("size")
    largest = many.sort(["size", "cluster_id"], descending=[True, False]).head(SHOWN)
    weakest = many.sort("confidence", "cluster_id").head(SHOWN)
    return element(
        "section",
        element("h2", "Clusters", id="clusters"),
        _sizes(sizes),
        element("h3", "The largest"),
        element("p", "Very large clusters are where a wrong pair does most harm.", class_="soft"),
        _cards(source, largest),
        element("h3", "The weakest"),
        element("p", "Clusters whose records hang together least: look at these first.", class_="soft"),
        _cards(source, weakest),
    )


def _sizes(sizes: pl.DataFrame) -> Html:
    """How many clusters there are of each size, long tails in one line."""
    rows = [(f"{size}", groups, size * groups) for size, groups in sizes.head(12).iter_rows()]
    rest = sizes.slice(12)
    if len(rest):
        held = int((rest["size"].cast(pl.Int64) * rest["groups"]).sum())
        rows.append((f"{rest['size'][0]} to {rest['size'][-1]}", int(rest["groups"].sum()), held))
    return table("Clusters by size", ("records in it", "clusters", "records"), rows, "narrow")


def _cards(source: Source, groups: pl.DataFrame) -> Content:
    if not len(groups):
        return element("p", "No records were joined.", class_="soft")
    members = source.result.clusters.filter(pl.col("cluster_id").is_in(groups["cluster_id"].to_list()))
    ids = dict(members.group_by("cluster_id").agg(pl.col("id").sort().head(MEMBERS)).iter_rows())
    rows = groups.select("cluster_id", "size", "confidence").iter_rows()
    return [_card(source, name, size, confidence, ids[name]) for name, size, confidence in rows]


def _card(source: Source, name: str, size: int, confidence: float, ids: list[str]) -> Html:
    known = source.values(ids)
    columns = [column for column in source.kinds if any(known[one].get(column) for one in ids)][:COLUMNS]
    rows = [(cut(one, 60), *(cut(known[one].get(column) or "–", 80) for column in columns)) for one in ids]
    more = element("p", f"and {size - len(ids):,} more", class_="soft") if size > len(ids) else None
    head = f"Cluster {cut(name, 60)}: {size:,} records, confidence {confidence:.3f}"
    return element("article", table(head, ("id", *columns), rows), more, class_="card")


def _links(source: Source) -> Html:
    links = source.result.links.sort("probability", "id_a", "id_b")
    shown: list[Content] = []
    for a, b, probability in links.head(SHOWN).select("id_a", "id_b", "probability").iter_rows():
        first, second = source.values([a]).get(a, {}), source.values([b], 1).get(b, {})
        chip = element("span", chance(probability), class_="chip doubt")
        head = element("h3", f"{cut(a, 60)} and {cut(b, 60)} ", chip)
        shown.append(element("article", head, side_by_side("The two records", first, second), class_="card"))
    return element(
        "section",
        element("h2", "Links", id="clusters"),
        _partners(source),
        element("h3", "The weakest"),
        element("p", "Links of which the model is least sure: look at these first.", class_="soft"),
        shown or element("p", "No records were linked.", class_="soft"),
    )


def _partners(source: Source) -> Html:
    """How many partners the records of each file have."""
    rows: list[tuple[str, int, int, int]] = []
    for name, column, records in zip(source.names, ("id_a", "id_b"), source.records, strict=True):
        counts = source.result.links.group_by(column).agg(n=pl.len())["n"]
        rows.append((name, len(records.ids) - len(counts), int((counts == 1).sum()), int((counts > 1).sum())))
    return table("Records by their number of partners", ("file", "none", "one", "several"), rows, "narrow")
