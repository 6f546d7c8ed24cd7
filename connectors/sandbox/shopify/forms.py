"""How a request is read, and the forms of the vendor's errors."""

from __future__ import annotations

import json
import traceback
import uuid

from graphql import GraphQLError
from werkzeug.wrappers import Request

from connectors.sandbox.shopify.cost import MOST
from connectors.sandbox.shopify.store import Record

LIMITS = "https://shopify.dev/api/usage/rate-limits"
WRONG_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"


def body(request: Request) -> Record | None:
    """The request's document and variables, read once; None where there is no query text."""
    if "goldenrod.body" not in request.environ:
        request.environ["goldenrod.body"] = _read(request)
    body: Record | None = request.environ["goldenrod.body"]
    return body


def _read(request: Request) -> Record | None:
    raw = request.get_data()
    if request.mimetype == "application/graphql":
        return {"query": raw.decode("utf-8", "replace")}
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    if not isinstance(body, dict) or not isinstance(body.get("query"), str) or not body["query"].strip():
        return None
    return body if isinstance(body.get("variables") or {}, dict) else None


def too_dear(requested: int) -> Record:
    """A query over the single query limit."""
    message = (
        f"Query cost is {requested}, which exceeds the single query max cost limit ({MOST}).\n\n"
        f"See {LIMITS} for more information on how the cost of a query is calculated."
    )
    extensions = {"code": "MAX_COST_EXCEEDED", "cost": requested, "maxCost": MOST, "documentation": LIMITS}
    return {"errors": [{"message": message, "extensions": extensions}]}


def internal() -> Record:
    """Something went wrong on the vendor's side."""
    id = str(uuid.uuid4())
    message = f"Internal error. Looks like something went wrong on our end.\nRequest ID: {id}"
    return {"message": message, "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": id}}


def told(error: GraphQLError) -> Record:
    """An error met while a query ran; a mistake of ours looks like a mistake of the vendor's."""
    if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        traceback.print_exception(error.original_error)
        return {**internal(), "path": error.path}
    answer: Record = {"message": error.message}
    if error.locations:
        answer["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        answer["path"] = list(error.path)
    if error.extensions:
        answer["extensions"] = error.extensions
    return answer
