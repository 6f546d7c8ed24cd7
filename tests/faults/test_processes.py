"""Processes that die in the middle of their work, and a broker that forgets everything."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from mdm.embedded import redis as redis_server
from tests.live import forms
from tests.live.running import Live

PLACES = "Ahlbeck Bansin Dornum Esens Friedeburg Greetsiel Hage Ihlow Juist Krummhörn".split()


def test_redis_may_be_wiped_in_the_middle(live: Live) -> None:
    accounts = []
    for place, town in enumerate(PLACES):
        fields = forms.account(f"{town}er Fischräucherei GmbH", f"Kutterweg {place + 1}", town, f"{26400 + 7 * place}")
        accounts.append(live.create("salesforce", "Account", **fields))
        live.redis.flushdb()
    _all_there(live, accounts, [f"{town}er Fischräucherei GmbH" for town in PLACES])


def test_redis_may_die_and_come_back(live: Live) -> None:
    supervisor = live.services.supervisor
    server = next((child for child in supervisor.children if child.name == "Redis"), None)
    if server is None:
        pytest.skip("REDIS_URL names a server of somebody else.")
    account = live.create(
        "salesforce", "Account", **forms.account("Wiederkehr Reisen GmbH", "Bahnsteig 9", "Leer", "26789")
    )
    held = live.until("the account has its numbers", lambda: live.has_all_ids(account))
    server.process.kill()
    supervisor.stop_child(server)
    # no wake-up can be sent now, and the web server takes the store's notice all the same
    fields = forms.shopper("Fenja", "Wiederkehr", "Bahnsteig 11", "Leer", "26789")
    live.create("shopify", "Customer", **fields, email="fenja@example.com")
    live.until("the notice was taken", lambda: not live.control("shopify", "webhooks", method="GET")["waiting"])
    live.edit("salesforce", "Account", account, Phone="+49 491 555808")
    redis_server.start(supervisor, live.services.data_dir)
    live.until("SAP has the phone", lambda: "+49491555808" in forms.phones_of(live.partner(held["SAP_Id__c"])))
    live.until(
        "the CRM has the shopper", lambda: live.record("salesforce", "Account", ["SAP_Id__c"], LastName="Wiederkehr")
    )
    live.settle()


def test_a_worker_killed_in_the_middle_leaves_nothing_undone_and_nothing_doubled(live: Live) -> None:
    names = [f"{town}er Strandkorbverleih KG" for town in PLACES]
    with live.fault("sap", "slow", seconds=0.5), live.fault("shopify", "slow", seconds=0.5):
        accounts = [
            live.create("salesforce", "Account", **forms.account(name, f"Dünenweg {n + 31}", town, f"{26400 + 7 * n}"))
            for n, (name, town) in enumerate(zip(names, PLACES, strict=True))
        ]
        for _ in range(2):
            live.until("writes are under way", lambda: live.hub("traffic").json()["deliveries"].get("sending"))
            _kill(live)
            live.start_worker()
    _all_there(live, accounts, names)


def _kill(live: Live) -> None:
    """kill -9 for the worker and all of its pool at once, as when the machine's memory is full."""
    assert live.worker is not None
    family = psutil.Process(live.worker.process.pid)
    for process in [family, *family.children(recursive=True)]:
        os.kill(process.pid, signal.SIGKILL)


def _all_there(live: Live, accounts: list[str], names: list[str]) -> None:
    for account in accounts:
        live.until("every account has its numbers", lambda account=account: live.has_all_ids(account))
    live.settle()
    for system, object_type, field in (
        ("salesforce", "Account", "Name"),
        ("sap", "A_BusinessPartner", "OrganizationBPName1"),
        ("shopify", "Company", "name"),
    ):
        held = [row[field] for row in live.living(system, object_type)]
        assert {name: held.count(name) for name in names} == dict.fromkeys(names, 1), system
