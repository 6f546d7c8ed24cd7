"""Pages of lists that may grow while they are read: an opaque cursor tells the place after the last row."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from ninja import Path, Schema
from pydantic import Field

from mdm.api.common.problems import Problem

M = TypeVar("M", bound=Model)
MOST = 1000
Id = Annotated[int, Path(ge=1, lt=2**63)]  # what PostgreSQL counts to


class Page(Schema):
    """Where to go on, and how many rows to give."""

    cursor: str = Field("", max_length=200, description="`next` of the page before; empty for the first page.")
    limit: int = Field(100, ge=1, le=MOST, description="Rows of a page.")


def mark(kind: str, place: int) -> str:
    """The cursor of a place in a list of this kind."""
    return base64.urlsafe_b64encode(f"{kind}:{place}".encode()).decode().rstrip("=")


def place(kind: str, cursor: str) -> int:
    """The place a cursor tells; 0 for none. Raises Problem 422 for what is no cursor of this list."""
    if not cursor:
        return 0
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found, _, number = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").partition(":")
        if found == kind and number.isdigit() and int(number) < 2**63:
            return int(number)
    except (ValueError, binascii.Error):
        pass
    raise Problem(422, "Bad cursor", "`cursor` is none of this list; send `next` of the page before as it came.")


def rows(found: QuerySet[M], page: Page, kind: str) -> tuple[list[M], str | None]:
    """One page of the rows by primary key, and the cursor of the next; None where nothing follows."""
    after = place(kind, page.cursor)
    read = list((found.filter(pk__gt=after) if after else found).order_by("pk")[: page.limit + 1])
    more, read = len(read) > page.limit, read[: page.limit]
    return read, mark(kind, read[-1].pk) if more else None


def listing(
    found: QuerySet[M], page: Page, kind: str, describe: Callable[[list[M]], Iterable[dict[str, Any]]]
) -> dict[str, Any]:
    """One page as the API tells it."""
    read, following = rows(found, page, kind)
    return {"items": list(describe(read)), "next": following}
