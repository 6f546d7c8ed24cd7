"""What kinds do with texts, told in a few signs: a version works only where they do what they did when it learned.

Fixed texts are written, keyed and compared by every kind a version reads, as in a training; what comes out is hashed.
A release that writes, keys or compares a kind in another way has another digest of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np
import polars as pl

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import kinds
from mdm.engine.matching.learned.aspects import Aspect
from mdm.engine.matching.learned.records import Column

# Of each sort of value some that are equal, some a slip apart, some that share a part, and some of nobody else.
TEXTS = (
    "Anna", "Ana", "anna maria", "A", "Robert", "Bob", "Patrick", "Patricia", "Maria", "Marta", "Faisal", "Fysl",
    "Müller", "Mueller", "Meyer", "Meier", "Smith Jr", "Smith", "John Smith Sr", "Dr. Anna Maria Weber", "Weber, Anna",
    "Hauptstraße", "Hauptstr. 5", "King Street", "King St", "5356 South King Drive", "5356 S King Dr", "12", "012",
    "12a", "Köln", "Koeln", "Berlin", "Berlni", "Germany", "DE", "NSW", "10115", "10151", "10188", "SW1A 1AA",
    "sw1a1aa", "1990-02-28", "28.02.1990", "1990-02-26", "1990-03-02", "1990-02-03", "1954-02-28", "May 1971", "1971",
    "info@x.de", "info@y.de", "anna.weber@x.de", "<A.Weber@x.de>", "annaweber@firma.com", "anna.webre@x.de",
    "https://www.bolt.com/a", "bolt.com",
    "+49 30 1234567", "030 / 1234567", "0301234576", "AB-123 456", "ab123456", "AB123465", "VAT DE136695976",
    "$1,200.00", "1200", "1210", "-3.5", "male", "Male", "female", "Weber GmbH", "Weber", "Zylka Schrauben AG",
    "Zylkaschrauben", "Schrauben M8x40 verzinkt DIN 933", "Schraube M8 x 45 DIN 933", "Codd, Date", "Date and Codd",
    "Juice 0,5 l", "500 ml of juice", 'Screen 40"', "Screen 101.6 cm", "pack of 10", "10er Pack", "49th Street",
    "39th St", "5 Main St, Springfield IL 62701", "Main Street 5, Springfield", "#05-12, 7 Garden Rise",
    "Flat 3, 7 Garden Rise",
)  # fmt: skip


def digests(columns: Iterable[Column]) -> dict[str, str]:
    """The digest of each family of kinds these columns have, by the names of its kinds."""
    used = {column.kind for column in columns}
    families = (tuple(kind for kind in members if kind in used) for members, _ in (*kinds.DECLARED, *kinds.MORE))
    return {", ".join(own): _digest(own) for own in families if own}


def changed(then: Mapping[str, str], columns: Iterable[Column]) -> list[str]:
    """The families of kinds that do not do any more what they did then."""
    return [name for name, digest in digests(columns).items() if then.get(name) != digest]


@cache
def _digest(own: tuple[Kind, ...]) -> str:
    columns, table = _sample(own)
    found = kinds.fields(columns)  # those too that a training leaves out where few pairs need them
    told = [_told(aspect) for aspect in kinds.compiled(found, kinds.coded(found, table))]
    return blake2b(json.dumps(told).encode(), digest_size=8).hexdigest()


def _sample(own: tuple[Kind, ...]) -> tuple[list[Column], pl.DataFrame]:
    """Two columns of each kind: every record stands there twice, the second time with its columns in reverse order."""
    columns = [Column(f"{kind} {number}", kind) for kind in own for number in range(2)]
    moved = [TEXTS[k:] + TEXTS[:k] for k in range(len(columns))]
    both = {column.name: moved[k] + moved[-1 - k] for k, column in enumerate(columns)}
    return columns, pl.DataFrame(both, schema=dict.fromkeys(both, pl.String))


def _told(aspect: Aspect) -> list[Any]:
    a, b = np.triu_indices(2 * len(TEXTS))
    texts = [aspect.shown(row) for row in range(2 * len(TEXTS))]
    keys = [[sorted(key.of(text)) if text else [] for key in aspect.keys] for text in texts]
    steps = [step.label for step in aspect.steps]
    return [aspect.name, aspect.group, steps, texts, keys, aspect.levels(a, b).tolist()]
