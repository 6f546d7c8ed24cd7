"""Several workers at once, each with its own connection to a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction
from stdnum.iso7064 import mod_11_10

from mdm.contracts import SourceChange
from mdm.models import Connection, Crosswalk, GoldenRecord, Relation, SourceRecord
from mdm.pipeline import locks, process, rebuild
from tests.factories import change, connections, organisation, product
from tests.mdm.workers import at_once

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.timeout(120)]
THREADS = 8
ROUNDS = 20


@pytest.fixture(autouse=True)
def systems() -> None:
    connections()


def vat(number: int) -> str:
    base = f"{10_000_000 + number}"
    return "DE" + base + mod_11_10.calc_check_digit(base)


def party(number: int) -> dict[str, Any]:
    """A firm of its own: nothing of it is shared with that of another number."""
    return {
        "legal_name": f"{uuid4().hex[:12]} Werke GmbH",
        "tax_ids__VAT": vat(number),
        "addresses__bill_to": {"street": f"Weg {number}", "city": f"Ort{number}", "postcode": f"{10_000 + number}"},
    }


def bring(*changes: SourceChange) -> Callable[[], Any]:
    return lambda: process.changes(list(changes))


def test_eight_records_of_one_party_give_one_golden_record() -> None:
    for number in range(ROUNDS):
        values, codes = party(number), ["crm", "erp", "store"]
        works = [
            bring(organisation(codes[n % 3], f"{number}-{n}", n, **values, phones__main=f"0421 {n}"))
            for n in range(THREADS)
        ]
        at_once(*works)
        mine = SourceRecord.objects.filter(external_id__startswith=f"{number}-")
        assert mine.count() == THREADS
        assert mine.values("golden").distinct().count() == 1
    assert GoldenRecord.objects.filter(merged_into=None).count() == ROUNDS
    assert [*rebuild.check()] == []


def test_eight_workers_in_a_chain_of_lookalikes_agree_with_a_rebuild() -> None:
    for number in range(5):
        chain = [party(100 * number + n) for n in range(THREADS + 1)]
        works = []
        for n in range(THREADS):
            own, next_ = chain[n], chain[n + 1]
            mixed = {**own, "trade_name": next_["legal_name"], "emails": f"mail@firm{number}{n}.de"}
            phones = {"phones__main": f"0421 55{number}{n}00", "phones__fax": f"0421 55{number}{n + 1}00"}
            works.append(bring(organisation("crm", f"{number}-{n}", n, **mixed, **phones)))
        at_once(*works)
        assert [*rebuild.check()] == []


def test_changes_of_one_record_by_eight_workers() -> None:
    works = [bring(organisation("crm", "1", n, segment=f"s{n}"), organisation("erp", "9", n)) for n in range(THREADS)]
    at_once(*works)
    assert SourceRecord.objects.count() == 2
    (golden,) = GoldenRecord.objects.filter(merged_into=None)
    assert golden.customer.segment == f"s{THREADS - 1}"
    assert [*rebuild.check()] == []


def test_a_contact_and_its_account_arrive_at_once() -> None:
    for n in range(ROUNDS // 2):
        refs = {"person": ("Contact.Person", f"c{n}"), "organisation": ("Account", str(n))}
        at_once(
            bring(organisation("crm", str(n), 1, **party(n))),
            bring(change("crm", f"c{n}", 1, object_type="Contact", entity="contact", role="Buyer", refs=refs)),
            bring(change("crm", f"c{n}", 1, object_type="Contact.Person", first_name="Eva", last_name=f"Kern{n}")),
        )
        assert Relation.objects.filter(status="active").count() == n + 1
    assert [*rebuild.check()] == []


def test_loser_and_winner_of_a_merge_arrive_at_once() -> None:
    for n in range(ROUNDS // 2):
        process.changes([organisation("crm", f"l{n}", 1, **party(1000 + n))])
        at_once(
            bring(organisation("crm", f"w{n}", 1, **party(2000 + n))),
            bring(change("crm", f"l{n}", 5, kind="merged", merged_into=f"w{n}")),
        )
        assert GoldenRecord.objects.filter(merged_into=None).count() == n + 1
    assert [*rebuild.check()] == []


def test_an_account_moves_while_a_contact_of_it_arrives() -> None:
    for n in range(ROUNDS // 2):
        values = party(3000 + n)
        process.changes(
            [organisation("crm", f"a{n}", 5, **{**values, "tax_ids__VAT": None, "addresses__bill_to": None})]
        )
        refs = {"person": ("Contact.Person", f"p{n}"), "organisation": ("Account", f"a{n}")}
        person = change("crm", f"p{n}", 1, object_type="Contact.Person", first_name="Eva", last_name=f"Kern{n}")
        at_once(
            bring(person, change("crm", f"p{n}", 1, object_type="Contact", entity="contact", refs=refs)),
            bring(organisation("erp", f"o{n}", 1, **values), organisation("crm", f"a{n}", 6, **values)),
        )
        assert Relation.objects.filter(status="active").count() == n + 1
        assert [*rebuild.check()] == []


def test_poll_and_answer_of_a_create_arrive_at_once() -> None:
    for n in range(ROUNDS // 2):
        process.changes([organisation("crm", f"m{n}", 1, **party(4000 + n))])
        anchor = SourceRecord.objects.get(external_id=f"m{n}")
        promise = Crosswalk.objects.create(
            connection=Connection.objects.get(code="erp"), object_type="Account", subject_type="customer",
            subject_id=anchor.golden_id, anchor=anchor,
        )  # fmt: skip
        key = str(promise.key)
        at_once(
            bring(change("erp", f"n{n}", 5, observed=7, legal_name="x")),
            bring(change("erp", f"n{n}", 5, observed=4, legal_name="x", sent={"legal_name": "X"}, crosswalk_key=key)),
        )
        made = SourceRecord.objects.get(external_id=f"n{n}")
        assert (made.golden_id, made.crosswalk_key) == (anchor.golden_id, promise.key)
    assert [*rebuild.check()] == []


@contextmanager
def held_open(*changes: SourceChange) -> Iterator[None]:
    """These changes processed in a transaction of another worker that is not committed while the block runs."""
    processed, go_on = Event(), Event()

    def work() -> None:
        with transaction.atomic():
            process.changes(list(changes))
            processed.set()
            go_on.wait(30)
        connection.close()

    thread = Thread(target=work)
    thread.start()
    with ExitStack() as stack:
        stack.callback(thread.join, 30)
        stack.callback(go_on.set)
        assert processed.wait(30)
        yield


@contextmanager
def impatient(milliseconds: int = 500) -> Iterator[None]:
    """Waiting for a lock any longer is an error in this block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [str(milliseconds)])
        try:
            yield
        finally:
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")


MEIER = {"legal_name": "Bolzen Meier GmbH", "tax_ids__VAT": "DE136695976"}
NORD = {
    "legal_name": "Nordwind Logistik AG",
    "tax_ids__VAT": "DE811569869",
    "addresses__bill_to": {"street": "Am Kai 17", "city": "Hamburg", "postcode": "20457", "country": "DE"},
}


def test_unrelated_parties_do_not_wait_for_each_other() -> None:
    process.changes([organisation("crm", "1", 1, **MEIER), organisation("crm", "2", 1, **NORD)])
    with held_open(organisation("crm", "1", 2, **MEIER, segment="oem"), organisation("store", "8", 2, **MEIER)):
        with impatient():
            process.changes([organisation("erp", "9", 2, **NORD), organisation("crm", "2", 2, **NORD, segment="oem")])
        golden = SourceRecord.objects.get(external_id="9").golden
        assert golden is not None
        assert golden.customer.segment == "oem"
        assert not SourceRecord.objects.filter(external_id="8").exists()  # the other is still at work
    assert SourceRecord.objects.filter(external_id="8").exists()
    assert [*rebuild.check()] == []


def test_records_of_one_party_do_wait() -> None:
    late = organisation("erp", "9", 2, **MEIER)
    held, refused = held_open(organisation("crm", "1", 2, **MEIER)), pytest.raises(OperationalError, match="timeout")
    with held, impatient(), refused:
        process.changes([late])
    process.changes([late])
    assert GoldenRecord.objects.count() == 1


def test_eight_records_of_one_product_give_one_golden_record() -> None:
    for number in range(5):
        own = {
            "sku": f"BM-{number}",
            "gtin": None,
            "mpn": f"W-{number}",
            "names__en": f"Hexagon bolt M{number + 3}x40 8.8",
        }
        codes = ["crm", "erp", "store"]
        at_once(*(bring(product(codes[n % 3], f"{number}-{n}", n, **own)) for n in range(THREADS)))
        mine = SourceRecord.objects.filter(external_id__startswith=f"{number}-")
        assert mine.values("golden").distinct().count() == 1
    assert GoldenRecord.objects.filter(merged_into=None, entity="product").count() == 5
    assert [*rebuild.check()] == []


def test_customers_and_products_do_not_wait_for_each_other_even_in_crowds() -> None:
    crowd = [organisation("crm", f"c{n}", 1, **party(n)) for n in range(400)]  # most buckets there are
    with held_open(*crowd), impatient():
        process.changes([product("crm", f"p{n}", 1, sku=f"S{n}", gtin=None) for n in range(50)])
    assert SourceRecord.objects.filter(entity="product").count() == 50


def test_a_deadlock_is_repeated_and_then_succeeds() -> None:
    process.changes([organisation("crm", "1", 1, **MEIER)])
    record = SourceRecord.objects.get()
    holds, waits = Event(), Event()

    def steward() -> None:
        """Holds the golden row, then asks for the record's lock, which the worker holds."""
        with transaction.atomic():
            list(GoldenRecord.objects.select_for_update().filter(pk=record.golden_id))
            holds.set()
            waits.wait(10)
            locks.take(locks.RECORDS, {"customer": [f"{record.connection_id}|Account|1"]})
        connection.close()

    thread = Thread(target=steward)
    thread.start()
    assert holds.wait(10)
    worker = Thread(
        target=lambda: (process.changes([organisation("crm", "1", 3, **MEIER, segment="oem")]), connection.close())
    )
    worker.start()
    _until_somebody_waits()
    waits.set()
    for one in (thread, worker):
        one.join(30)
    assert GoldenRecord.objects.get(pk=record.golden_id).customer.segment == "oem"


def _until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT count(*), pg_sleep(0.01) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits for a lock")
