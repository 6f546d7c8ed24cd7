"""Two partitions of the same things beside each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

Groups = Mapping[int, int]  # thing -> its group


@dataclass(frozen=True, slots=True)
class Joined:
    """Pairs that are together afterwards and were not before, and the groups afterwards that hold such."""

    pairs: int
    groups: tuple[int, ...]


def joined(before: Groups, after: Groups) -> Joined:
    """What came together; with the two the other way round, what came apart."""
    parts: dict[int, Counter[int]] = defaultdict(Counter)
    for thing, group in after.items():
        parts[group][before[thing]] += 1
    mixed = {group: count for group, count in parts.items() if len(count) > 1}
    pairs = sum((count.total() ** 2 - sum(n * n for n in count.values())) // 2 for count in mixed.values())
    return Joined(pairs, tuple(sorted(mixed)))


def newly(before: Groups, after: Groups, groups: set[int], most: int = 50) -> Iterator[tuple[int, int, int]]:
    """The pairs that came together in these groups (group, thing, thing), of the first `most` things of each group."""
    members: dict[int, list[int]] = defaultdict(list)
    for thing in sorted(after):
        if after[thing] in groups and len(members[after[thing]]) < most:
            members[after[thing]].append(thing)
    for group in sorted(members):
        for a, b in combinations(members[group], 2):
            if before[a] != before[b]:
                yield group, a, b
