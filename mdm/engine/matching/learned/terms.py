"""How much texts and their parts say, counted over one table and frozen with a published model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Weights = NDArray[np.int32]


def hashed(texts: Sequence[str] | NDArray[np.object_]) -> Hashes:
    """64 bits of each text, the same on every machine."""
    digests = b"".join([blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts])
    return np.frombuffer(digests, "<u8").astype(np.uint64)


@dataclass(frozen=True)
class Terms:
    """`weights` of the terms of these `hashes`, which stand in their order; any other term weighs `other`."""

    hashes: Hashes
    weights: Weights
    other: int

    def of(self, texts: Sequence[str] | NDArray[np.object_], others: Weights | None = None) -> Weights:
        """The weight of each text; `others` weigh those texts that were not seen, if they are not alike."""
        out = np.full(len(texts), self.other, np.int32) if others is None else others.copy()
        if len(texts) and len(self.hashes):
            asked = hashed(texts)
            at = np.minimum(self.hashes.searchsorted(asked), len(self.hashes) - 1)
            known = self.hashes[at] == asked
            out[known] = self.weights[at[known]]
        return out


def frozen(
    texts: Sequence[str] | NDArray[np.object_], weights: Weights, other: int, others: Weights | None = None
) -> Terms:
    """Terms that give these texts their weights; those that weigh what they would unseen need no place."""
    telling = np.flatnonzero(weights != (other if others is None else others))
    hashes = hashed([texts[k] for k in telling.tolist()])
    order = np.argsort(hashes, kind="stable")
    return Terms(hashes[order], weights[telling][order].astype(np.int32), other)
