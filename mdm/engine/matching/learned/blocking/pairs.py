"""From keys to pairs: rows that share one, in blocks that are not too large."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.aspects import Rows

Keys = NDArray[np.uint64]


def mixed(a: NDArray[np.integer], b: NDArray[np.integer]) -> Keys:
    """Two codes as one key (a multiplicative hash; 64 bits, so that keys of unlike codes hardly ever meet)."""
    with np.errstate(over="ignore"):
        x = a.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        x ^= (b.astype(np.uint64) + np.uint64(0x7F4A7C15)) * np.uint64(0xC2B2AE3D27D4EB4F)
        x ^= x >> np.uint64(29)
        return np.asarray(x * np.uint64(0xBF58476D1CE4E5B9), np.uint64)


def paired(rows: Rows, keys: Keys, largest: int, apart: int | None) -> tuple[Rows, Rows]:
    """Pairs (a < b) of rows that share a key held by no more than `largest`; with `apart`, one from each side of it."""
    return fitting(*in_blocks(rows, keys), largest, apart)


def in_blocks(rows: Rows, keys: Keys) -> tuple[Rows, Rows, Rows]:
    """Rows in the order of their keys, where each block of them begins, and how many it holds.

    Key and row are sorted as one number, which is twice as fast as by an index; of hashed keys the first bits go.
    """
    bits = np.uint64(int(rows.max(initial=0)).bit_length())
    both = np.sort((keys << bits) | rows.astype(np.uint64))
    return (both & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64), *blocks(both >> bits)


def fitting(rows: Rows, begin: Rows, size: Rows, largest: int, apart: int | None) -> tuple[Rows, Rows]:
    """Pairs (a < b) of the blocks that are not too large; with `apart`, one from each side of it."""
    fits = (size > 1) & (size <= largest)
    a, b = paired_blocks(rows, begin[fits], size[fits])
    wanted = (a != b) if apart is None else (a < apart) & (b >= apart)
    return a[wanted], b[wanted]


def paired_blocks(rows: Rows, begin: Rows, size: Rows) -> tuple[Rows, Rows]:
    """All pairs (a <= b) of rows of one block; blocks begin at these places of `rows` and hold so many."""
    first, second = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for k in np.flatnonzero(np.bincount(size, minlength=1)):
        at = begin[size == k]
        i, j = np.triu_indices(int(k), 1)
        first.append(rows[(at[:, None] + i).ravel()])
        second.append(rows[(at[:, None] + j).ravel()])
    x, y = np.concatenate(first), np.concatenate(second)
    return np.minimum(x, y), np.maximum(x, y)


def blocks(keys: Keys) -> tuple[Rows, Rows]:
    """Where each block of sorted keys begins, and how many it holds."""
    begin = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.int64)
    return begin, np.diff(np.append(begin, len(keys)))


def everything(n: int, apart: int | None) -> tuple[Rows, Rows]:
    """All pairs there are."""
    if apart is None:
        a, b = np.triu_indices(n, 1)
        return a.astype(np.int64), b.astype(np.int64)
    return np.repeat(np.arange(apart), n - apart), np.tile(np.arange(apart, n), apart)
