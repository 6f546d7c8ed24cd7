"""Several processors for one table: numpy, polars and rapidfuzz let other threads run during long work."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Generic, TypeVar, overload

A = TypeVar("A")
T = TypeVar("T")
_MOST = 4  # threads: each holds arrays of its own


def each(work: Callable[[A], T], items: Iterable[A], many: bool = True) -> list[T]:
    """What `work` makes of each item, in their order; side by side where there is `many` a value to work on."""
    items = list(items)
    workers = min(_processors(), _MOST, len(items)) if many else 1
    if workers < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, items))


@cache
def _processors() -> int:
    return os.cpu_count() or 1


class kept(Generic[T]):
    """A property that is worked out once; unlike functools.cached_property (up to Python 3.11) without a lock that all
    instances share. Two threads that ask at once both work it out, to the same."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work, self.__doc__ = work, work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> kept[T]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> kept[T] | T:
        if instance is None:
            return self
        found = instance.__dict__[self._name] = self._work(instance)
        return found
