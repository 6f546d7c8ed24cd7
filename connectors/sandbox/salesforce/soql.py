"""A parser for the part of SOQL that integrations use: text to a Query, or MALFORMED_QUERY as the vendor words it.

    SELECT fields | COUNT() FROM Object [WHERE condition] [ORDER BY terms] [LIMIT n] [OFFSET n]

Among the fields may stand queries in parentheses, from the name of a relationship to children. Like the vendor, it
refuses AND mixed with OR without parentheses. Grouping, aggregates and date words are not simulated; they are refused,
and so are subqueries elsewhere or deeper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.salesforce.errors import Refused

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
  | (?P<date>\d{4}-\d\d-\d\d(?![\dT]))
  | (?P<number>[+-]?\d+(?:\.\d+)?(?![\w-]))
  | (?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)
  | (?P<sign><=|>=|!=|<>|[=<>(),])
  | (?P<end>$)
  | (?P<strange>\S)
)""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_RESERVED = {"select", "from", "where", "order", "limit", "offset", "group", "having", "and", "or", "not", "like", "in"}


@dataclass(frozen=True)
class Token:
    """One word of the query and where it starts (from 0)."""

    kind: str
    text: str
    at: int

    def isword(self, *words: str) -> bool:
        """Whether it is one of these words in any case."""
        return self.kind in ("name", "sign") and self.text.lower() in words


@dataclass(frozen=True)
class Literal:
    """A value written in the query: kind string, datetime, date, number, boolean or null."""

    kind: str
    value: Any
    text: str


@dataclass(frozen=True)
class Compare:
    """`path operator literals`; several literals only for in and not in."""

    path: Token
    operator: str
    literals: tuple[Literal, ...]


@dataclass(frozen=True)
class Junction:
    """All (and) or any (or) of the parts."""

    word: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Negation:
    """Not the part."""

    part: Condition


Condition = Compare | Junction | Negation


@dataclass(frozen=True)
class Order:
    """One term of ORDER BY; nulls come first unless asked otherwise."""

    path: Token
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True)
class Query:
    """A parsed query; `count` is SELECT COUNT() and has no fields; `inner` are its subqueries."""

    text: str
    fields: tuple[Token, ...]
    object: Token
    where: Condition | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    count: bool = False
    inner: tuple[Query, ...] = ()


def complaint(code: str, text: str, at: int, message: str) -> Refused:
    """An error at a place of the query: the vendor shows the line, a caret and the column."""
    line = text[max(0, at - 60) : at + 60].replace("\n", " ")
    caret = " " * min(at, 60) + "^"
    return Refused(code, f"\n{line}\n{caret}\nERROR at Row:1:Column:{at + 1}\n{message}")


def parse(text: str) -> Query:
    """Read a whole query."""
    return _Parser(text).query()


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while not found or found[-1].kind != "end":
        match = _TOKEN.match(text, at)
        assert match is not None and match.lastgroup is not None
        found.append(Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        at = match.end()
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.place = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def next(self) -> Token:
        token = self.token
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def unexpected(self, token: Token | None = None) -> Refused:
        token = token or self.token
        shown = "<EOF>" if token.kind == "end" else token.text
        return complaint("MALFORMED_QUERY", self.text, token.at, f"unexpected token: '{shown}'")

    def word(self, *words: str) -> bool:
        """Take the token if it is one of the words."""
        if self.token.isword(*words):
            self.next()
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.word(word):
            raise self.unexpected()

    def path(self) -> Token:
        if self.token.kind != "name" or self.token.text.lower() in _RESERVED:
            raise self.unexpected()
        return self.next()

    def whole(self) -> int:
        if self.token.kind != "number" or not self.token.text.isdigit():
            raise self.unexpected()
        return int(self.next().text)

    def query(self) -> Query:
        found = self.body()
        if self.token.kind != "end":
            raise self.unexpected()
        return found

    def body(self, within: bool = False) -> Query:
        self.expect("select")
        following = [token.text for token in self.tokens[self.place + 1 :][:2]]
        count = not within and self.token.isword("count") and following == ["(", ")"]
        self.place += 3 if count else 0
        fields, inner = ((), ()) if count else self.selected(within)
        self.expect("from")
        target = self.path()
        where = self.any() if self.word("where") else None
        order = self.orders() if self.word("order") else ()
        limit = self.whole() if self.word("limit") else None
        offset = self.whole() if self.word("offset") else 0
        return Query(self.text, fields, target, where, order, limit, offset, count, inner)

    def selected(self, within: bool) -> tuple[tuple[Token, ...], tuple[Query, ...]]:
        """Names of columns, and queries in parentheses unless we are in one."""
        fields: list[Token] = []
        inner: list[Query] = []
        while not (fields or inner) or self.word(","):
            if not within and self.word("("):
                inner.append(self.body(within=True))
                self.expect(")")
            else:
                fields.append(self.path())
        return tuple(fields), tuple(inner)

    def any(self) -> Condition:
        """One condition, or several joined by one and the same word."""
        parts = [self.one()]
        word = self.token.text.lower()
        while self.token.isword("and", "or"):
            if not self.word(word):
                raise self.unexpected()
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Junction(word, tuple(parts))

    def one(self) -> Condition:
        if self.word("not"):
            return Negation(self.one())
        if self.word("("):
            inner = self.any()
            self.expect(")")
            return inner
        path, operator = self.path(), self.operator()
        return Compare(path, operator, self.several() if operator.endswith("in") else (self.literal(),))

    def operator(self) -> str:
        if self.word("not"):
            self.expect("in")
            return "not in"
        if not self.token.isword("=", "!=", "<>", "<", "<=", ">", ">=", "like", "in"):
            raise self.unexpected()
        return self.next().text.lower().replace("<>", "!=")

    def several(self) -> tuple[Literal, ...]:
        self.expect("(")
        found = [self.literal()]
        while self.word(","):
            found.append(self.literal())
        self.expect(")")
        return tuple(found)

    def literal(self) -> Literal:
        token = self.next()
        if token.kind == "string":
            plain = re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), token.text[1:-1])
            return Literal("string", plain, token.text)
        if token.kind == "number":
            return Literal("number", float(token.text), token.text)
        if token.kind in ("datetime", "date"):
            return Literal(token.kind, token.text, token.text)
        if token.isword("null"):
            return Literal("null", None, "null")
        if token.isword("true", "false"):
            return Literal("boolean", token.text.lower() == "true", token.text)
        raise self.unexpected(token)

    def orders(self) -> tuple[Order, ...]:
        self.expect("by")
        found = [self.term()]
        while self.word(","):
            found.append(self.term())
        return tuple(found)

    def term(self) -> Order:
        path = self.path()
        descending = not self.word("asc") and self.word("desc")
        last = False
        if self.word("nulls"):
            last = not self.word("first")
            if last:
                self.expect("last")
        return Order(path, descending, last)
