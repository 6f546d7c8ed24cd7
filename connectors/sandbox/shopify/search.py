"""The search syntax of `query:` arguments: terms, comparators, quotes, AND, OR, NOT, parentheses.

Times compare as instants; a bare date or year means all of it. Texts compare without case: quoted exactly, unquoted by
what they contain, `*` at the end by how they begin. As with the vendor, a name no record has is ignored with a warning
in `extensions.search`; a name the vendor has and we do not simulate is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from graphql import GraphQLError

from connectors.sandbox.shopify.store import Record, parse_gid, stamp

Getter = Callable[[Record], Any]
Test = Callable[[Record], bool]

TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<word>AND|OR|NOT)(?=[\s(])|
    (?P<minus>-)?(?:(?P<name>[A-Za-z_][\w.]*):)?\s*(?P<op>[<>]=?|=)?\s*
    (?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>(?:[^\s()"'\\]|\\.)+)))""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Field:
    """How one name is searched: `type` is time, id, text, exact or tag."""

    type: str
    get: Getter


@dataclass
class Search:
    """A compiled query: `test` a record; `exact` and `since` are what every hit must have, for use of an index."""

    test: Test
    exact: dict[str, str] = field(default_factory=dict)
    since: str | None = None
    warnings: list[Record] = field(default_factory=list)


class Compiler:
    """Reads one query over the fields of one kind of record."""

    def __init__(self, fields: dict[str, Field], unsimulated: frozenset[str], now: datetime) -> None:
        self.fields = fields
        self.unsimulated = unsimulated
        self.now = now

    def compile(self, query: str | None) -> Search:
        """The search a query text means; raises GraphQLError for one that cannot be read."""
        self.search = Search(lambda record: True)
        self.tokens = _tokens(query or "")
        self.at = 0
        if self.tokens:
            self.search.test = self._any(top=True)
        if self.at < len(self.tokens):
            raise _unreadable(query or "")
        return self.search

    def _next(self) -> dict[str, str | None]:
        return self.tokens[self.at] if self.at < len(self.tokens) else {}

    def _any(self, top: bool) -> Test:
        before = dict(self.search.exact), self.search.since
        tests = [self._all(top)]
        while self._next().get("word") == "OR":
            self.at += 1
            tests.append(self._all(False))
        if len(tests) == 1:
            return tests[0]
        self.search.exact, self.search.since = before
        return lambda record: any(test(record) for test in tests)

    def _all(self, top: bool) -> Test:
        tests = []
        while self._next() and not self._next().get("close") and self._next().get("word") != "OR":
            if self._next().get("word") == "AND":
                self.at += 1
                continue
            tests.append(self._one(top))
        return tests[0] if len(tests) == 1 else lambda record: all(test(record) for test in tests)

    def _one(self, top: bool) -> Test:
        token = self._next()
        self.at += 1
        if token.get("word") == "NOT":
            inner = self._one(False)
            return lambda record: not inner(record)
        if token.get("open"):
            inner = self._any(False)
            if not self._next().get("close"):
                raise _unreadable("(")
            self.at += 1
            return inner
        return self._term(token, top)

    def _term(self, token: dict[str, str | None], top: bool) -> Test:
        quoted = token["double"] if token["double"] is not None else token["single"]
        value = re.sub(r"\\(.)", r"\1", quoted if quoted is not None else token["bare"] or "")
        name, op = token["name"], token["op"] or "="
        if quoted is None and name and re.search(r"\d:\d", value):
            raise GraphQLError(f"Quote the value of {name}: it holds a colon.", extensions={"code": "BAD_REQUEST"})
        test = self._compare(name, op, value, quoted is not None)
        if token["minus"]:
            return lambda record: not test(record)
        if top:
            self._hint(name, op, value, quoted is not None)
        return test

    def _hint(self, name: str | None, op: str, value: str, quoted: bool) -> None:
        if name == "updated_at" and op in (">", ">="):
            low = instants(value, self.now)[0]
            self.search.since = max(self.search.since or low, low)
        elif name and op == "=" and (quoted or name in ("id", "external_id")) and name in self.fields:
            self.search.exact[name] = value

    def _compare(self, name: str | None, op: str, value: str, quoted: bool) -> Test:
        if name is None:
            getters = [known.get for known in self.fields.values() if known.type in ("text", "exact", "tag")]
            return lambda record: any(_text(get(record), value, False) for get in getters)
        known = self.fields.get(name) or self._metafield(name)
        if known is None and name in self.unsimulated:
            raise GraphQLError(f"The simulated shop cannot search by {name}.", extensions={"code": "BAD_REQUEST"})
        if known is None:
            self.search.warnings.append({"field": name, "message": "Invalid search field for this query."})
            return lambda record: True
        if known.type == "time":
            return _time_test(known.get, op, value, self.now)
        if known.type == "id":
            return _id_test(known.get, op, value)
        exact = quoted or known.type == "exact"
        if known.type == "tag":
            wanted = {part.strip().lower() for part in value.split(",")}
            return lambda record: any(tag.lower() in wanted for tag in known.get(record))
        return lambda record: _text(known.get(record), value, exact)

    def _metafield(self, name: str) -> Field | None:
        parts = name.split(".")
        if len(parts) != 3 or parts[0] != "metafields" or "metafields" not in self.fields:
            return None
        place = (parts[1], parts[2])
        return Field("exact", lambda record: (record["_metafields"].get(place) or {}).get("value"))


def _tokens(query: str) -> list[dict[str, str | None]]:
    found, at = [], 0
    while query[at:].strip():
        match = TOKEN.match(query, at)
        if not match or match.end() == at:
            raise _unreadable(query)
        found.append(match.groupdict())
        at = match.end()
    return found


def _unreadable(query: str) -> GraphQLError:
    return GraphQLError(f"The search query cannot be read: {query}", extensions={"code": "BAD_REQUEST"})


def _text(actual: Any, wanted: str, exact: bool) -> bool:
    values = actual if isinstance(actual, list) else [actual]
    low = wanted.lower()
    if low == "*":
        return any(values)
    if low.endswith("*"):
        return any(str(value).lower().startswith(low[:-1]) for value in values if value)
    if exact:
        return any(str(value).lower() == low for value in values if value)
    return any(low in str(value).lower() for value in values if value)


def instants(value: str, now: datetime) -> tuple[str, str]:
    """First and last second a time value means, as stamps."""
    if value == "now":
        return stamp(now), stamp(now)
    try:
        if re.fullmatch(r"\d{4}", value):
            return f"{value}-01-01T00:00:00Z", f"{value}-12-31T23:59:59Z"
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError as error:
        message = f"{value!r} is not a date and time the search understands."
        raise GraphQLError(message, extensions={"code": "BAD_REQUEST"}) from error
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    whole_day = "T" not in value and " " not in value
    return stamp(moment), stamp(moment + timedelta(seconds=86399) if whole_day else moment)


def _time_test(get: Getter, op: str, value: str, now: datetime) -> Test:
    low, high = instants(value, now)
    tests: dict[str, Test] = {
        ">=": lambda record: bool(get(record) >= low),
        ">": lambda record: bool(get(record) > high),
        "<=": lambda record: bool(get(record) <= high),
        "<": lambda record: bool(get(record) < low),
        "=": lambda record: bool(low <= get(record) <= high),
    }
    return tests[op]


def _id_test(get: Getter, op: str, value: str) -> Test:
    parsed = parse_gid(value)
    if not parsed and not value.isdigit():
        return lambda record: False
    wanted = parsed[1] if parsed else int(value)
    tests: dict[str, Test] = {
        ">=": lambda record: bool(get(record) >= wanted),
        ">": lambda record: bool(get(record) > wanted),
        "<=": lambda record: bool(get(record) <= wanted),
        "<": lambda record: bool(get(record) < wanted),
        "=": lambda record: bool(get(record) == wanted),
    }
    return tests[op]
