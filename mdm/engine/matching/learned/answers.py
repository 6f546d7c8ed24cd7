"""What people said about pairs of records: kept to, whatever the weights say, and learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.clusters import SAID, Weight, components
from mdm.engine.matching.learned.records import Labels


@dataclass(frozen=True)
class Answers:
    """`number` of the candidate each answer is about, and whether it is the `same`; each pair once."""

    number: NDArray[np.int64]
    same: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.number)

    def told(self, bits: Weight) -> Weight:
        """Weights with those of answered pairs as people say they are."""
        if not len(self):
            return bits
        bits = bits.copy()
        bits[self.number] = np.where(self.same, SAID, -SAID)
        return bits

    def told_of(self, keys: Rows, some: Rows, bits: Weight) -> Weight:
        """The same for `some` pairs by their keys, as those of the candidates are."""
        if not len(self):
            return bits
        order = np.argsort(keys[self.number])
        answered = keys[self.number][order]
        at = np.searchsorted(answered, some).clip(max=len(answered) - 1)
        said = np.where(self.same[order][at], SAID, -SAID)
        return np.where(answered[at] == some, said, bits).astype(np.float32)


NOBODY = Answers(np.zeros(0, np.int64), np.zeros(0, np.bool_))


def answered(
    ids: pl.Series, apart: int | None, labels: Labels, a: Rows, b: Rows
) -> tuple[Answers, Rows, Rows, tuple[str, ...]]:
    """Answers, the candidates with every answered pair among them, and notes on answers that are of no use."""
    if not labels:
        return NOBODY, a, b, ()
    known, notes = _known(ids.to_list(), apart, labels)
    pairs = np.array(list(known), np.int64).reshape(-1, 2)
    same = np.array(list(known.values()), np.bool_)
    if against := _against(len(ids), pairs, same):
        notes += (f"{against} answers contradict others: what is the same as a third is the same as each other.",)
    a, b, number = _among(len(ids), a, b, pairs)
    return Answers(number, same), a, b, notes


def _known(
    ids: Sequence[str], apart: int | None, labels: Labels
) -> tuple[dict[tuple[int, int], bool], tuple[str, ...]]:
    """Rows (a < b) and answer of each pair, the last where there are several."""
    first = {identity: number for number, identity in enumerate(ids[:apart])}
    second = first  # two tables may use the same ids
    if apart is not None:
        second = {identity: number for number, identity in enumerate(ids[apart:], apart)}
    rows = [(first.get(x), second.get(y), same) for x, y, same in labels]
    good = [(p, q, same) for p, q, same in rows if p is not None and q is not None and p != q]
    notes: tuple[str, ...] = ()
    if len(good) < len(labels):
        notes = (f"{len(labels) - len(good)} labels name no two records of the table and were left out.",)
    return {(min(p, q), max(p, q)): same for p, q, same in good}, notes


def _against(n: int, pairs: NDArray[np.int64], same: NDArray[np.bool_]) -> int:
    """How many pairs are said to differ that a chain of others makes the same."""
    label = components(n, pairs[same, 0], pairs[same, 1])
    return int((label[pairs[~same, 0]] == label[pairs[~same, 1]]).sum())


def _among(n: int, a: Rows, b: Rows, pairs: NDArray[np.int64]) -> tuple[Rows, Rows, NDArray[np.int64]]:
    """Candidates, those pairs among them that no key had found; and the number of each of the pairs."""
    keys, wanted = a * n + b, pairs[:, 0] * n + pairs[:, 1]
    order = np.argsort(keys)
    at = np.searchsorted(keys[order], wanted).clip(max=max(len(keys) - 1, 0))
    number = order[at] if len(keys) else np.full(len(wanted), -1)
    new = keys[number] != wanted if len(keys) else np.ones(len(wanted), np.bool_)
    number[new] = len(a) + np.arange(int(new.sum()))
    if not new.any():
        return a, b, number
    return np.append(a, pairs[new, 0]), np.append(b, pairs[new, 1]), number
