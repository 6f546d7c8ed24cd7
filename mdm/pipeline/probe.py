"""Who may this be: what matching would say of a record that is not there. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from mdm.contracts import SourceChange
from mdm.engine.matching import Evidence
from mdm.engine.values import Json, Key
from mdm.models import Connection, MatchKey, SourceRecord
from mdm.pipeline import match, receive
from mdm.pipeline.testimony import features
from mdm.rules import Rules

MOST = 1000  # records compared

# The records that share a key which is rare enough to block by: one more, the record asked about, must still be few.
_SHARING = """
SELECT DISTINCT held.record_id FROM unnest(%(keys)s::bigint[]) AS asked (key)
  JOIN LATERAL (SELECT record_id FROM mdm_matchkey WHERE key = asked.key LIMIT %(limit)s) AS held ON true
 WHERE (SELECT count(*) FROM (SELECT 1 FROM mdm_matchkey WHERE key = asked.key LIMIT %(limit)s) AS few) < %(limit)s
 LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A golden record, and the evidence of its record that fits best."""

    golden: int
    record: SourceRecord
    evidence: Evidence


def candidates(entity: str, attributes: Mapping[str, Json], book: Rules, *, country: str = "") -> list[Candidate]:
    """The golden records these attributes may be, the surest first; one line for each, whatever its zone.

    `attributes` as a system would send them; `country` (ISO code) reads phones without a prefix where no address does.
    """
    values = _standard(entity, attributes, book, country)
    model = book.models[entity]
    asked = model.features((key, str(book.kind(entity, key)), value) for key, value in values)
    hashes = [MatchKey.hashed(entity, key, book.numbers[entity]) for key in model.keys(asked)]
    near = [record for record in _sharing(hashes, entity) if record.golden_id is not None]
    evidence = model.evidence([(asked, features(record, book)) for record in near])
    found = (Candidate(record.golden_id or 0, record, one) for record, one in zip(near, evidence, strict=True))
    return sorted(_best(found), key=lambda one: (-one.evidence.weight, one.golden))


def _standard(entity: str, attributes: Mapping[str, Json], book: Rules, country: str) -> list[tuple[Key, Json]]:
    now = timezone.now()
    change = SourceChange(
        connection="",
        object_type="",
        external_id="",
        entity=entity,
        kind="snapshot",
        source_time=now,
        observed_at=now,
        attributes=attributes,
    )
    values = receive.standardised(change, book, Connection(country=country))
    return [(Key.parse(key), value) for key, value in values.items()]


def _sharing(hashes: Sequence[int], entity: str) -> list[SourceRecord]:
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, {"keys": list(hashes), "limit": match.OVERSIZED, "most": MOST})
        pks = [row[0] for row in cursor.fetchall()]
    rows = SourceRecord.objects.filter(pk__in=pks, entity=entity, status=SourceRecord.Status.ACTIVE)
    return list(rows.select_related("connection").defer("problems"))


def _best(found: Iterable[Candidate]) -> Iterable[Candidate]:
    best: dict[int, Candidate] = {}
    for one in found:
        known = best.get(one.golden)
        if known is None or (one.evidence.weight, -one.record.pk) > (known.evidence.weight, -known.record.pk):
            best[one.golden] = one
    return best.values()
