"""Answers to reads: collections page by page, single records, counts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from connectors.sandbox.base import reply
from connectors.sandbox.sap import filters, present, query
from connectors.sandbox.sap.errors import Refused, wants_json
from connectors.sandbox.sap.query import Query
from connectors.sandbox.sap.resources import Resource
from connectors.sandbox.sap.store import Row
from connectors.sandbox.sap.writing import items_of


def answer(request: Request, resource: Resource, base: str, page_size: int) -> Response:
    """The answer to a GET of a resource."""
    asked = query.parse(resource.entity, request.args)
    if resource.counted:
        return Response(str(len(_chosen(resource, asked))), content_type="text/plain;charset=utf-8")
    refuse_other_formats(request)
    if resource.row is not None:
        return one(resource.row, base, asked.shape)
    return _page(request, resource, asked, base, page_size)


def refuse_other_formats(request: Request) -> None:
    """Atom, the real service's default, is not simulated: whoever does not ask for JSON is told so."""
    if not wants_json(request):
        raise Refused(406, "GOLDENROD/406", "Only JSON is simulated: send Accept: application/json.")


def one(row: Row, base: str, shape: query.Shape) -> Response:
    """One record, with its entity tag where it has one."""
    return reply({"d": present.record(row, shape, base)}, headers={"DataServiceVersion": "2.0", **_tag(row)})


def created(row: Row, payload: dict[str, Any], base: str, *, as_sent: bool) -> Response:
    """A new record, with the navigations it was sent filled in."""
    shown = present.record(row, _sent_shape(row, payload), base)
    if as_sent:
        present.as_sent(row, payload, shown)
    headers = {"DataServiceVersion": "2.0", "Location": shown["__metadata"]["uri"], **({} if as_sent else _tag(row))}
    return reply({"d": shown}, 201, headers)


def _tag(row: Row) -> dict[str, str]:
    return {"ETag": row.etag} if row.entity.tag else {}


def _sent_shape(row: Row, payload: dict[str, Any]) -> query.Shape:
    shape = query.Shape()
    for name, items in payload.items():
        if navigation := row.entity.navigation.get(name):
            below = row.along(navigation)
            sent = {key: value for item in items_of(navigation, items) for key, value in item.items()}
            shape.expand[name] = _sent_shape(below[0], sent) if below else query.Shape()
    return shape


def _chosen(resource: Resource, asked: Query) -> list[Row]:
    node = filters.parse(resource.entity, asked.filter) if asked.filter else None
    rows = resource.passing(node)
    for name, descending in reversed(asked.order):
        rows = sorted(rows, key=lambda row: _sortable(row.values[name]), reverse=descending)
    return rows


def _sortable(held: Any) -> tuple[bool, Any]:
    return (held is not None, held if held is not None else 0)


def _page(request: Request, resource: Resource, asked: Query, base: str, page_size: int) -> Response:
    rows = _chosen(resource, asked)
    total = len(rows)
    wanted = rows[asked.skip :] if asked.top is None else rows[asked.skip : asked.skip + asked.top]
    page = wanted[asked.after : asked.after + page_size]
    body: dict[str, Any] = {"__count": str(total)} if asked.counted else {}
    body["results"] = [present.record(row, asked.shape, base) for row in page]
    if asked.after + page_size < len(wanted):
        body["__next"] = _next(request, asked.after + page_size)
    return reply({"d": body}, headers={"DataServiceVersion": "2.0"})


def _next(request: Request, after: int) -> str:
    options = {**request.args.to_dict(), "$skiptoken": str(after)}
    return f"{request.base_url}?{urlencode(options, safe='$,/()')}"
