"""Threads that stand for worker processes: each has its own connection to the database."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run these in threads that start together; gives their results, raises what the first of them raised."""
    start, results, errors = Barrier(len(works)), [None] * len(works), []

    def run(place: int) -> None:
        try:
            start.wait(10)
            results[place] = works[place]()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]
    return results
