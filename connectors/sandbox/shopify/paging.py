"""Connections: pages of records in a stable order, by cursors that survive changes between two pages."""

from __future__ import annotations

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError

from connectors.sandbox.shopify.store import Record

LARGEST = 250
Key = tuple[Any, ...]


def refuse(message: str) -> GraphQLError:
    """The vendor's form of wrong paging arguments."""
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def cursor(key: Key) -> str:
    """The opaque cursor of a place in the order."""
    return base64.b64encode(json.dumps({"last_id": key[-1], "last_value": key[0]}).encode()).decode()


def _key(text: str, length: int) -> Key:
    try:
        place = json.loads(base64.b64decode(text, validate=True))
        return (place["last_id"],) if length == 1 else (place["last_value"], place["last_id"])
    except (ValueError, KeyError, TypeError) as error:
        raise refuse("Invalid cursor for current pagination sort.") from error


def size(args: Record) -> tuple[int, bool]:
    """How many, and whether from the end; one of first and last is required, at most 250."""
    first, last = args.get("first"), args.get("last")
    if first is None and last is None:
        raise refuse("you must provide one of first or last")
    if first is not None and last is not None:
        raise refuse("providing both first and last is not supported")
    wanted = int(first if first is not None else last or 0)
    if not 0 <= wanted <= LARGEST:
        raise refuse(f"first and last must be between 0 and {LARGEST}, not {wanted}")
    return wanted, first is None


def page(
    args: Record,
    keys: Sequence[Key],
    row: Callable[[Any], Record],
    keep: Callable[[Record], bool] | None = None,
    since: Key | None = None,
) -> Record:
    """One page of a connection.

    `keys` are sorted and end in the number that `row` turns into a record; `since` cuts what lies before it.
    """
    count, from_end = size(args)
    forward = bool(args.get("reverse")) == from_end
    low = bisect_left(keys, since) if since is not None else 0
    high = len(keys)
    length = len(keys[0]) if keys else 2
    try:
        low, high = _between(args, keys, low, high, length)
    except TypeError as error:
        raise refuse("Invalid cursor for current pagination sort.") from error
    hits: list[tuple[Key, Record]] = []
    for at in range(low, high) if forward else range(high - 1, low - 1, -1):
        record = row(keys[at][-1])
        if keep is None or keep(record):
            hits.append((keys[at], record))
            if len(hits) > count:
                break
    more = len(hits) > count
    return _connection(args, hits[:count], more, from_end)


def _between(args: Record, keys: Sequence[Key], low: int, high: int, length: int) -> tuple[int, int]:
    after, before = args.get("after"), args.get("before")
    if args.get("reverse"):
        after, before = before, after
    if after:
        low = max(low, bisect_right(keys, _key(after, length)))
    if before:
        high = min(high, bisect_left(keys, _key(before, length)))
    return low, high


def _connection(args: Record, hits: list[tuple[Key, Record]], more: bool, from_end: bool) -> Record:
    if from_end:
        hits.reverse()
    edges = [{"cursor": cursor(key), "node": record} for key, record in hits]
    info = {
        "hasNextPage": bool(args.get("before")) if from_end else more,
        "hasPreviousPage": more if from_end else bool(args.get("after")),
        "startCursor": edges[0]["cursor"] if edges else None,
        "endCursor": edges[-1]["cursor"] if edges else None,
    }
    return {"edges": edges, "nodes": [record for _, record in hits], "pageInfo": info}
