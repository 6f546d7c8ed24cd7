"""What source records say, ready for matching and survivorship: shared by the steps, which do not import each other."""

from __future__ import annotations

from mdm.engine.matching import Features
from mdm.engine.survivorship.resolve import Testimony
from mdm.engine.survivorship.strategies import Source
from mdm.models import SourceRecord
from mdm.rules import Rules

_features: dict[int, tuple[object, str, Features]] = {}


def features(record: SourceRecord, rules: Rules) -> Features:
    """The record's features from its own statements, kept per process while its cells stay the same."""
    kept = _features.get(record.pk)
    if kept and kept[1] == rules.model.version and kept[0] == record.cells:
        return kept[2]
    found = fresh_features(record, rules)
    if len(_features) > 50_000:
        _features.clear()
    _features[record.pk] = (record.cells, rules.model.version, found)
    return found


def fresh_features(record: SourceRecord, rules: Rules) -> Features:
    """The same for a record that is not stored yet."""
    return rules.model.features(
        (key, str(rules.kind(record.entity, key)), stated.value)
        for key, stated in record.statements().items()
        if stated.value is not None and not key.name.startswith("@")
    )


def testimony(record: SourceRecord) -> Testimony:
    """The record's own statements with who makes them; needs its connection loaded."""
    connection = record.connection
    source = Source(
        record_id=record.pk,
        key=record.source_key,
        connection=connection.code,
        role=connection.role,
        region=connection.region,
        legal_entity=connection.legal_entity,
    )
    return Testimony(source, record.statements())
