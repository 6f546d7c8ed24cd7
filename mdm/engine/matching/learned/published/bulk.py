"""A whole table by a published version: the same groups that come out when its records arrive one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mdm.engine.clustering import Edge, Pair, cluster
from mdm.engine.matching.learned import kinds
from mdm.engine.matching.learned.aspects import Aspect, Rows
from mdm.engine.matching.learned.blocking.pairs import paired_blocks
from mdm.engine.matching.learned.blocking.template import rebuilt
from mdm.engine.matching.learned.clusters import CLIP, components
from mdm.engine.matching.learned.published.blocks import blocked
from mdm.engine.matching.learned.published.version import JOIN, Published
from mdm.engine.matching.learned.records import Records, ordered
from mdm.engine.matching.learned.values import Floats
from mdm.engine.matching.limits import LARGEST

_CHUNK = 1_000_000  # pairs compared at a time


def clusters(published: Published, records: Records) -> pl.DataFrame:
    """id, cluster_id (that of its smallest id): what may merge by itself, merged.

    Raises ValueError where two records have one id, and polars' ColumnNotFoundError where a column is missing.
    """
    records = ordered(records)
    aspects = published.aspects(kinds.coded(published.fields, records.values))
    a, b, bits = edges(published, aspects, len(records))
    group = grouped(published, aspects, records.ids.to_list(), a, b, bits, alone(published, records))
    return pl.DataFrame({"id": records.ids, "cluster_id": records.ids.gather(group)})


def edges(published: Published, aspects: Sequence[Aspect], n: int) -> tuple[Rows, Rows, Floats]:
    """Pairs of rows in the zone of matches, a < b, and their weights."""
    a, b = candidates(published, aspects, n)
    found = []
    for i in range(0, len(a), _CHUNK):
        _, bits = published.scored(aspects, a[i : i + _CHUNK], b[i : i + _CHUNK])
        number = np.flatnonzero(bits >= published.model.match)
        found.append((a[i + number], b[i + number], bits[number]))
    if not found:
        return a, b, np.zeros(0)
    return tuple(map(np.concatenate, zip(*found, strict=True)))  # type: ignore[return-value]


def candidates(published: Published, aspects: Sequence[Aspect], n: int) -> tuple[Rows, Rows]:
    """Pairs of rows (a < b) that share a key, which is no stop key and not shared by too many."""
    keys = [np.zeros(0, np.int64)]
    for parts in published.templates:
        found = blocked(rebuilt(parts, LARGEST, aspects), aspects)
        some = np.flatnonzero((found.size > 1) & (found.size <= LARGEST))
        some = some[~np.isin(found.hashes(some), published.stops)]
        a, b = paired_blocks(found.rows, found.begin[some], found.size[some])
        keys.append(a[a != b] * n + b[a != b])
    both = np.unique(np.concatenate(keys))
    return both // max(n, 1), both % max(n, 1)


def alone(published: Published, records: Records) -> dict[str, str]:
    """The source of each record, by id, that stands in one without duplicates."""
    if records.sources is None or not published.one_to_one:
        return {}
    found = pl.DataFrame({"id": records.ids, "source": records.sources})
    return dict(found.filter(pl.col("source").is_in(published.one_to_one)).iter_rows())


def grouped(
    published: Published,
    aspects: Sequence[Aspect],
    ids: list[str],
    a: Rows,
    b: Rows,
    bits: Floats,
    sources: Mapping[str, str],
) -> Rows:
    """The smallest row of each row's group; `sources` of the ids in sources without duplicates."""
    label = components(len(ids), a, b)
    size = np.bincount(label, minlength=1)
    out = np.arange(len(ids), dtype=np.int64)
    pair = np.flatnonzero(size[label[a]] == 2)
    if sources:
        where = [(sources.get(ids[x]), sources.get(ids[y])) for x, y in zip(a[pair], b[pair], strict=True)]
        pair = pair[[x is None or x != y for x, y in where]]
    out[b[pair]] = a[pair]
    larger = np.flatnonzero(size[label[a]] > 2)
    order = larger[np.argsort(label[a[larger]], kind="stable")]
    for some in np.split(order, np.flatnonzero(np.diff(label[a[order]])) + 1) if len(order) else ():
        for group in _parted(published, aspects, ids, a[some], b[some], bits[some], sources):
            out[group] = group.min()
    return out


def _parted(
    published: Published,
    aspects: Sequence[Aspect],
    ids: list[str],
    a: Rows,
    b: Rows,
    bits: Floats,
    sources: Mapping[str, str],
) -> list[NDArray[np.int64]]:
    """The groups of one connected set of rows."""
    rows = np.unique(np.concatenate([a, b]))
    number = {ids[row]: row for row in rows.tolist()}

    def against(pairs: Sequence[Pair]) -> str:
        x, y = (np.array([number[pair[side]] for pair in pairs], np.int64) for side in (0, 1))
        _, found = published.scored(aspects, np.minimum(x, y), np.maximum(x, y))
        return "" if float(np.clip(found, -CLIP, CLIP).mean()) >= JOIN else "against"

    matches = [Edge(ids[x], ids[y], w) for x, y, w in zip(a.tolist(), b.tolist(), bits.tolist(), strict=True)]
    found = cluster(sorted(number), matches, vetoes=against, sources=sources)
    return [np.array([number[name] for name in group], np.int64) for group in found.groups]
