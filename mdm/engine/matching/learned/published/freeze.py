"""From the result of a run to a version that can be published."""

from __future__ import annotations

import numpy as np

from mdm.engine.matching.learned.blocking.template import Template
from mdm.engine.matching.learned.model import Model
from mdm.engine.matching.learned.published.blocks import blocked
from mdm.engine.matching.learned.published.digest import digests
from mdm.engine.matching.learned.published.version import Published
from mdm.engine.matching.learned.result import Result
from mdm.engine.matching.learned.sources import without_duplicates
from mdm.engine.matching.learned.terms import Hashes
from mdm.engine.matching.limits import LARGEST


def freeze(result: Result, version: str) -> Published:
    """Everything a run has learnt, under one name. Raises ValueError for a run that chose no keys."""
    widest: dict[tuple[str, ...], Template] = {}
    for template in result.templates:
        if template.parts not in widest or widest[template.parts].largest < template.largest:
            widest[template.parts] = template
    if not widest:
        raise ValueError("This run chose no keys; run it with Options(keys=True) to publish what it learnt.")
    return Published(
        version=version,
        columns=result.records.columns,
        model=Model.from_json(result.model.to_json()),
        terms={aspect.name: aspect.terms() for aspect in result.aspects},
        templates=tuple(widest),
        stops=np.unique(np.concatenate([_stops(template, result) for template in widest.values()])),
        digests=digests(result.records.columns),
        one_to_one=without_duplicates(
            result.records.sources, result.a, result.b, result.alone, result.model.match, result.answers
        ),
    )


def _stops(template: Template, result: Result) -> Hashes:
    """Keys that too many records share."""
    found = blocked(template, result.aspects)
    return found.hashes(np.flatnonzero(found.size > min(template.largest, LARGEST)))
