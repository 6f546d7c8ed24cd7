"""Writing prices: which entries of price books to make or change for products that are there, standard ones first.

An entry is one per price book, product and currency, and Salesforce takes no second one: so a create that is sent twice
is refused, read again and, where it still differs, changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.errors import Conflict, ConnectorError, Misconfigured, Permanent, Retriable
from connectors.salesforce.client import CHUNK, Client, Record, Row
from connectors.salesforce.prices import Price
from connectors.salesforce.record import ID, IDS_PER_QUERY
from connectors.salesforce.sending import Native, Send, sent
from mdm.engine.values import Json

HELD = "Id, Product2Id, Pricebook2Id, CurrencyIsoCode, UnitPrice, IsActive, UseStandardPrice"
Wishes = Mapping[Price, Decimal | None]
Costs = dict[tuple[str, str], Decimal | None]  # of one product, by price book and currency
Held = dict[tuple[str, str], Record]


@dataclass(frozen=True, slots=True)
class Books:
    """The price books of an organisation: id of the standard one, and of each price list."""

    standard: str
    lists: Mapping[str, str]


@dataclass(slots=True)
class _Plan:
    """Entries to write, each with its product; custom prices go last, as they need a standard one."""

    standard: list[tuple[str, Native]] = field(default_factory=list)
    changed: list[tuple[str, Native]] = field(default_factory=list)
    custom: list[tuple[str, Native]] = field(default_factory=list)


class Prices:
    """Prices of one connection; `books` are asked for only when there is something to write."""

    def __init__(self, client: Client, books: Callable[[], Books]) -> None:
        self._client, self._books = client, books

    def write(self, wanted: Mapping[str, Wishes], correlation_id: str) -> dict[str, ConnectorError]:
        """Make products (by id) cost what is wished; gives the errors by product, whose other prices are written."""
        wanted = {id: wishes for id, wishes in wanted.items() if wishes}
        failed: dict[str, ConnectorError] = {}
        for last in (False, True):
            if not wanted:
                break
            found = self._once(wanted, correlation_id)
            again = {} if last else {id: wanted[id] for id, error in found.items() if isinstance(error, Conflict)}
            failed |= {id: error for id, error in found.items() if id not in again}
            wanted = again
        return failed

    def _once(self, wanted: Mapping[str, Wishes], correlation_id: str) -> dict[str, ConnectorError]:
        try:
            books, held = self._books(), self._held(list(wanted), correlation_id)
        except ConnectorError as error:
            return {id: _unread(error) for id in wanted}
        plan = _Plan()
        for id, wishes in wanted.items():
            _plan(plan, id, wishes, held.get(id, {}), books)
        create, update = self._client.create, self._client.update
        failed: dict[str, ConnectorError] = {}
        for rows, send in ((plan.standard, create), (plan.changed, update), (plan.custom, create)):
            todo = [(id, row) for id, row in rows if id not in failed]
            failed |= {id: error for id, error in self._sent(todo, send, correlation_id) if error is not None}
        return failed

    def _sent(
        self, rows: Sequence[tuple[str, Native]], send: Callable[..., list[Row]], correlation_id: str
    ) -> Iterator[tuple[str, ConnectorError | None]]:
        def call(part: list[Native]) -> list[Row]:
            return send("PricebookEntry", part, correlation_id=correlation_id)

        sender: Send = call
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            results = sent([row for _, row in part], sender, decided=True)
            yield from ((id, row.error) for (id, _), row in zip(part, results, strict=True))

    def _held(self, ids: Sequence[str], correlation_id: str) -> dict[str, Held]:
        found: dict[str, Held] = {}
        ids = [id for id in ids if ID.fullmatch(id)]  # it becomes part of a query
        for start in range(0, len(ids), IDS_PER_QUERY):
            listed = ", ".join(f"'{id}'" for id in ids[start : start + IDS_PER_QUERY])
            soql = f"SELECT {HELD} FROM PricebookEntry WHERE Product2Id IN ({listed})"
            for page in self._client.query(soql, essential=True, correlation_id=correlation_id):
                for entry in page.records:
                    place = str(entry.get("Pricebook2Id")), str(entry.get("CurrencyIsoCode"))
                    found.setdefault(str(entry.get("Product2Id")), {})[place] = entry
        return found


def _plan(plan: _Plan, product: str, wishes: Wishes, held: Held, books: Books) -> None:
    costs = {(books.lists[name], currency): amount for (name, currency), amount in wishes.items()}
    for (book, currency), amount in (costs | _missing(costs, held, books)).items():
        entry = held.get((book, currency))
        if entry is not None:
            change = _change(entry, amount)
            plan.changed += [(product, {"Id": entry.get("Id"), **change})] if change else []
        elif amount is not None:
            new = _new(product, book, currency, amount)
            if costs.get((book, currency)) is None:
                new["IsActive"] = False
            (plan.standard if book == books.standard else plan.custom).append((product, new))


def _missing(costs: Costs, held: Held, books: Books) -> Costs:
    """Standard prices that nobody wishes, but without which Salesforce takes no other one; they are put out of use."""
    return {
        (books.standard, currency): amount
        for (book, currency), amount in costs.items()
        if amount is not None and book != books.standard and (book, currency) not in held
        and (books.standard, currency) not in held and costs.get((books.standard, currency)) is None
    }


def _new(product: str, book: str, currency: str, amount: Decimal) -> Native:
    place = {"Pricebook2Id": book, "Product2Id": product, "CurrencyIsoCode": currency}
    return {**place, "UnitPrice": float(amount), "IsActive": True}


def _change(entry: Mapping[str, Json], amount: Decimal | None) -> Native:
    """What differs; a price that is not wished any more stays where it is, out of use."""
    if amount is None:
        return {"IsActive": False} if entry.get("IsActive") is True else {}
    wanted = {"UnitPrice": float(amount), "UseStandardPrice": False, "IsActive": True}
    same = all(entry.get(name) == value for name, value in wanted.items())
    return {} if same else wanted


def _unread(error: ConnectorError) -> ConnectorError:
    """The product is written, so this is of its prices alone."""
    if isinstance(error, (Misconfigured, Permanent)):
        return error
    return Retriable(f"The product is written, its prices could not be read: {error}", detail=error.detail)
