"""Run a parsed query: bind names to columns, choose rows by an index, filter, order; keep cursors for later pages."""

from __future__ import annotations

import operator
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.sandbox.salesforce import ids, soql
from connectors.sandbox.salesforce.errors import NO_SUCH, Refused, no_object
from connectors.sandbox.salesforce.schema import OBJECTS, Field, SObject
from connectors.sandbox.salesforce.shape import Children, Shape
from connectors.sandbox.salesforce.soql import Compare, Condition, Junction, Literal, Negation, Query, Token
from connectors.sandbox.salesforce.store import Row, Store, folded, stamp

_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_LITERALS = {
    "boolean": "boolean",
    "datetime": "datetime",
    "date": "date",
    "double": "number",
    "currency": "number",
    "int": "number",
}
_LARGEST_OFFSET = 2000
_OPEN_CURSORS = 200

Test = Callable[[Row], bool]


@dataclass
class Cursor:
    """The ids a query found, in its order; values are read when a page is fetched."""

    shape: Shape
    ids: list[str]
    deleted: bool
    batch: int


class Runner:
    """Runs one query against the store; a subquery, whose FROM names no object, is told its `sobject`."""

    def __init__(self, store: Store, query: Query, deleted: bool, sobject: SObject | None = None) -> None:
        self.store = store
        self.query = query
        self.deleted = deleted
        sobject = sobject or OBJECTS.get(query.object.text.lower())
        if sobject is None:
            refusal = no_object(query.object.text)
            raise soql.complaint(refusal.code, query.text, query.object.at, refusal.message)
        self.sobject: SObject = sobject
        self.table = store.table(sobject.name)

    def shape(self) -> Shape:
        """The columns asked for."""
        shape = Shape(self.sobject)
        for token in self.query.fields:
            shape.add(self.bind(token))
        shape.children = [self.children(inner) for inner in self.query.inner]
        return shape

    def children(self, inner: Query) -> Children:
        """The rows below a row, by the relationship a subquery names."""
        wanted = inner.object.text.lower()
        for sobject in OBJECTS.values():
            for field in sobject.fields.values():
                if field.refers == self.sobject.name and field.children.lower() == wanted:
                    return self._below(Runner(self.store, inner, self.deleted, sobject), field)
        text = f"Didn't understand relationship '{inner.object.text}' in FROM part of query call. {_RELATION_HINT}"
        raise self.complaint(inner.object, text, "INVALID_TYPE")

    def _below(self, runner: Runner, field: Field) -> Children:
        rows = runner.table.rows
        return Children(
            field.children,
            runner.shape(),
            lambda parent: runner.rows([rows[id] for id in runner.table.find(field, parent)]),
        )

    def rows(self, among: Iterable[Row] | None = None) -> list[Row]:
        """The rows that satisfy the query, in its order, within its limit; of all rows unless told otherwise."""
        if self.query.offset > _LARGEST_OFFSET:
            text = f"Maximum SOQL offset allowed is {_LARGEST_OFFSET}"
            raise Refused("NUMBER_OUTSIDE_VALID_RANGE", text)
        test = self.test(self.query.where) if self.query.where else None
        looked_at = self.candidates() if among is None else among
        found = [row for row in looked_at if self.deleted or not row.get("IsDeleted")]
        if test:
            found = [row for row in found if test(row)]
        self.sort(found)
        end = None if self.query.limit is None else self.query.offset + self.query.limit
        return found[self.query.offset : end]

    # ---- names ----------------------------------------------------------------------------------------------------

    def bind(self, token: Token) -> list[Field]:
        """The columns along a path such as `Account.RecordType.Name`: references, then the one that is meant."""
        *steps, last = token.text.split(".")
        sobject, path = self.sobject, []
        if steps and steps[0].lower() == sobject.name.lower() and sobject.relation(steps[0]) is None:
            steps = steps[1:]
        for step in steps:
            reference = sobject.relation(step)
            if reference is None:
                raise self.complaint(token, f"Didn't understand relationship '{step}' in field path. {_RELATION_HINT}")
            path.append(reference)
            sobject = OBJECTS[reference.refers.lower()]
        field = sobject.field(last)
        if field is None:
            raise self.complaint(token, f"No such column '{last}' on entity '{sobject.name}'. {_COLUMN_HINT}")
        return [*path, field]

    def complaint(self, token: Token, message: str, code: str = "INVALID_FIELD") -> Refused:
        return soql.complaint(code, self.query.text, token.at, message)

    def getter(self, path: list[Field]) -> Callable[[Row], Any]:
        """Reads the value at the end of a path; null where a reference is."""
        *steps, last = path
        if not steps:
            return operator.itemgetter(last.name)

        def follow(row: Row) -> Any:
            for step in steps:
                other = self.store.table(step.refers).rows.get(row[step.name] or "")
                if other is None:
                    return None
                row = other
            return row[last.name]

        return follow

    # ---- conditions -----------------------------------------------------------------------------------------------

    def test(self, condition: Condition) -> Test:
        """A function that says whether a row satisfies the condition."""
        if isinstance(condition, Negation):
            inner = self.test(condition.part)
            return lambda row: not inner(row)
        if isinstance(condition, Junction):
            parts = [self.test(part) for part in condition.parts]
            if condition.word == "and":
                return lambda row: all(part(row) for part in parts)
            return lambda row: any(part(row) for part in parts)
        return self.compare(condition)

    def compare(self, condition: Compare) -> Test:
        path = self.bind(condition.path)
        field, get = path[-1], self.getter(path)
        if not field.filterable:
            text = f"field '{field.name}' can not be filtered in a query call"
            raise self.complaint(condition.path, text)
        if condition.operator == "like":
            return self.like(condition, field, get)
        wanted = [self.constant(condition.path, field, literal) for literal in condition.literals]
        among = frozenset(wanted)
        if condition.operator in ("=", "in"):
            return lambda row: folded(field, get(row)) in among
        if condition.operator in ("!=", "not in"):
            return lambda row: folded(field, get(row)) not in among
        if field.type in ("boolean", "id", "reference") or wanted[0] is None:
            text = f"invalid operator on {field.type} field"
            raise self.complaint(condition.path, text, "INVALID_QUERY_FILTER_OPERATOR")
        holds = _ORDERINGS[condition.operator]
        return lambda row: (held := get(row)) is not None and holds(folded(field, held), wanted[0])

    def like(self, condition: Compare, field: Field, get: Callable[[Row], Any]) -> Test:
        literal = condition.literals[0]
        if literal.kind != "string" or field.type in (*_LITERALS, "id", "reference"):
            text = f"invalid operator on {field.type} field"
            raise self.complaint(condition.path, text, "INVALID_QUERY_FILTER_OPERATOR")
        parts = re.findall(r"\\.|.", literal.text[1:-1], re.DOTALL)
        form = "".join({"%": ".*", "_": "."}.get(part) or re.escape(part.removeprefix("\\")) for part in parts)
        pattern = re.compile(form, re.IGNORECASE | re.DOTALL)
        return lambda row: (held := get(row)) is not None and pattern.fullmatch(held) is not None

    def constant(self, token: Token, field: Field, literal: Literal) -> Any:
        """A literal as the column stores it; refuses a literal of another kind."""
        wanted = _LITERALS.get(field.type, "string")
        if literal.kind == "null":
            return None
        if literal.kind != wanted:
            quotes = "should be enclosed" if wanted == "string" else "should not be enclosed"
            kind = {"datetime": "dateTime", "number": "double"}.get(wanted, wanted)
            text = f"value of filter criterion for field '{field.name}' must be of type {kind} and {quotes} in quotes"
            raise self.complaint(token, text)
        if field.type in ("id", "reference"):
            full = ids.canonical(literal.value)
            if full is None:
                text = f"invalid ID field: {literal.value}"
                raise self.complaint(token, text, "INVALID_QUERY_FILTER_OPERATOR")
            return full
        return stamp(datetime.fromisoformat(literal.value)) if wanted == "datetime" else folded(field, literal.value)

    # ---- which rows to look at ------------------------------------------------------------------------------------

    def candidates(self) -> Iterable[Row]:
        """As few rows as an index allows; the condition is tested on each of them anyway."""
        for part in self.conjuncts():
            found = self.indexed(part) if isinstance(part, Compare) and part.operator in ("=", "in") else None
            if found is not None:
                return [self.table.rows[id] for id in dict.fromkeys(found) if id in self.table.rows]
        earliest = self.earliest(self.query.where) if self.query.where else None
        if earliest is not None or self.by_stamp():
            return self.table.since(earliest or "")
        return self.table.rows.values()

    def conjuncts(self) -> tuple[Condition, ...]:
        where = self.query.where
        if where is None:
            return ()
        return where.parts if isinstance(where, Junction) and where.word == "and" else (where,)

    def indexed(self, part: Compare) -> list[str] | None:
        field = self.sobject.field(part.path.text)
        if field is None:
            return None
        values = [self.constant(part.path, field, literal) for literal in part.literals]
        if field.type == "id":
            return values
        if field not in self.table.indexed:
            return None
        return [id for value in values for id in self.table.find(field, value)]

    def earliest(self, condition: Condition) -> str | None:
        """A SystemModstamp below which no row can satisfy the condition, if it tells one."""
        if isinstance(condition, Compare):
            ours = condition.path.text.lower() == "systemmodstamp" and condition.operator in ("=", ">", ">=")
            field = self.sobject.field("SystemModstamp")
            assert field is not None
            return self.constant(condition.path, field, condition.literals[0]) if ours else None
        if isinstance(condition, Negation):
            return None
        bounds = [self.earliest(part) for part in condition.parts]
        known = [bound for bound in bounds if bound is not None]
        if condition.word == "and":
            return max(known, default=None)
        return min(known) if len(known) == len(bounds) else None

    # ---- order ----------------------------------------------------------------------------------------------------

    def by_stamp(self) -> bool:
        names = [term.path.text.lower() for term in self.query.order]
        return bool(names) and names[0] == "systemmodstamp"

    def sort(self, rows: list[Row]) -> None:
        """Order in place, last term first since sorting is stable; rows that come in order cost one pass."""
        for term in reversed(self.query.order):
            path = self.bind(term.path)
            rows.sort(key=self.key(path, term), reverse=term.descending)

    def key(self, path: list[Field], term: soql.Order) -> Callable[[Row], Any]:
        field, get = path[-1], self.getter(path)
        if field.name in ("Id", "SystemModstamp") and len(path) == 1:
            return get
        # Reversing puts the higher rank first, so the rank of null turns with the direction.
        rank = int(term.nulls_last) if not term.descending else 1 - int(term.nulls_last)
        return lambda row: (rank, "") if (held := get(row)) is None else (1 - rank, folded(field, held))


class Cursors:
    """Open queries by their locator; the oldest are closed when there are too many."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Cursor] = OrderedDict()
        self._serial = 0

    def open(self, cursor: Cursor) -> str:
        """Keep a cursor and return its locator."""
        self._serial += 1
        locator = ids.make("01g", self._serial)
        self._open[locator] = cursor
        while len(self._open) > _OPEN_CURSORS:
            self._open.popitem(last=False)
        return locator

    def get(self, locator: str) -> Cursor:
        """The cursor of a locator; refuses one that is unknown or closed."""
        if locator not in self._open:
            raise Refused("INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._open[locator]


_COLUMN_HINT = (
    f"If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. {NO_SUCH}"
)
_RELATION_HINT = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship "
    f"name. {NO_SUCH}"
)
