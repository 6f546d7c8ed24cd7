"""A published version as bytes, for a database: no code is run to read them."""

from __future__ import annotations

import json
import zlib
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.model import Model
from mdm.engine.matching.learned.published.version import Published
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.terms import Terms

FORMAT = 3


def to_bytes(published: Published) -> bytes:
    """All of a version; `from_bytes` reads it back."""
    arrays: dict[str, NDArray[Any]] = {"stops": published.stops}
    others: list[list[object]] = []
    for field, terms in published.terms.items():
        for name, one in terms.items():
            arrays[f"hashes{len(others)}"], arrays[f"weights{len(others)}"] = one.hashes, one.weights
            others.append([field, name, one.other])
    about = {
        "format": FORMAT,
        "version": published.version,
        "columns": [[column.name, str(column.kind)] for column in published.columns],
        "model": published.model.to_json(),
        "templates": published.templates,
        "terms": others,
        "digests": dict(published.digests),
        "one_to_one": published.one_to_one,
    }
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    out = BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def from_bytes(data: bytes) -> Published:
    """A version read back.

    Raises ValueError where the bytes are damaged or of another format, or where today's kinds are not those it learned.
    """
    try:
        found = _read(data)
    except (KeyError, TypeError, IndexError, AttributeError, OSError, EOFError, BadZipFile, zlib.error) as error:
        raise ValueError("The stored model is damaged or was none.") from error
    found.check()
    return found


def _read(data: bytes) -> Published:
    with np.load(BytesIO(data), allow_pickle=False) as held:
        about = json.loads(held["about"].tobytes())
        if about["format"] != FORMAT:
            raise ValueError(f"This model has format {about['format']}; this release reads format {FORMAT}.")
        terms: dict[str, dict[str, Terms]] = {}
        for number, (field, name, other) in enumerate(about["terms"]):
            own = Terms(held[f"hashes{number}"], held[f"weights{number}"], other)
            terms.setdefault(field, {})[name] = own
        return Published(
            version=about["version"],
            columns=tuple(Column(name, Kind(kind)) for name, kind in about["columns"]),
            model=Model.from_json(about["model"]),
            terms=terms,
            templates=tuple(tuple(parts) for parts in about["templates"]),
            stops=held["stops"],
            digests=about["digests"],
            one_to_one=tuple(about.get("one_to_one", ())),  # versions of before knew of none
        )
