"""Systems that do not answer, answer slowly, or answer that they will not."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from tests.live import forms
from tests.live.running import Live

AGAIN = """
from connectors.models import Access
Access.objects.filter(connection__code=code).update(paused_until=None)
"""
SYSTEMS = ("salesforce", "sap", "shopify")
STREETS = "Quellpfad Wiesenpfad Steinpfad Rosenpfad Birkenpfad Eichenpfad Buchenpfad Lindenpfad Ulmenpfad".split()
TRADES = (
    "Harfenbau Uhrwerke Kachelöfen Zeltstoffe Glasmalerei Fassdauben Wagenräder Pinselmacher Klöppelspitzen".split()
)


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_changed_while_a_system_was_down_reaches_it_later(live: Live, system: str) -> None:
    firm, fields = _firm(SYSTEMS.index(system))
    with live.fault(system, "down"):
        account = live.create("salesforce", "Account", **fields)
        live.until("the hub saw the outage", lambda: _trouble(live, system))
        if system != "salesforce":
            live.until("the hub knows the account", lambda: live.golden_of("salesforce", account))
        live.edit("salesforce", "Account", account, Phone="+49 3421 555099")
    _try_again(live, system)
    live.until("the account has its numbers", lambda: live.has_all_ids(account))
    live.settle()
    partner, company = _once(live, account, firm)
    assert (forms.phones_of(partner), company["locations"][0]["phone"]) == ({"+493421555099"}, "+493421555099")
    assert _trouble(live, system) == ""


@pytest.mark.parametrize("kind", ["throttle", "error"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_that_refuses_for_a_while_gets_everything_in_the_end(live: Live, system: str, kind: str) -> None:
    firm, fields = _firm(3 + 2 * SYSTEMS.index(system) + (kind == "error"))
    with live.fault(system, kind, times=2):
        account = live.create("salesforce", "Account", **fields)
        live.until("the fault was met", lambda: live.strikes_left(system) < 2)
        _try_again(live, system)
        live.until("the fault was met again", lambda: live.strikes_left(system) == 0)
    _try_again(live, system)
    live.until("the account has its numbers", lambda: live.has_all_ids(account))
    live.settle()
    _once(live, account, firm)
    assert _trouble(live, system) == ""


def test_slow_systems_get_everything_too(live: Live) -> None:
    with contextlib.ExitStack() as slowed:
        for system in SYSTEMS:
            slowed.enter_context(live.fault(system, "slow", seconds=0.4))
        account = live.create(
            "salesforce", "Account", **forms.account("Schneckenzucht Trödel GmbH", "Kriechweg 1", "Belgern", "04874")
        )
        live.until("the account has its numbers", lambda: live.has_all_ids(account))
    live.settle()
    _once(live, account, "Schneckenzucht Trödel GmbH")


def _firm(place: int) -> tuple[str, dict[str, Any]]:
    name = f"{TRADES[place]} {STREETS[place].removesuffix('pfad')}er GmbH"
    return name, forms.account(name, f"{STREETS[place]} {place + 1}", "Torgau", f"048{60 + place}")


def _trouble(live: Live, system: str) -> str:
    return str(live.hub("traffic").json()["troubles"].get(system, ""))


def _try_again(live: Live, system: str) -> None:
    """An admin does not wait until the hub tries again by itself."""
    live.desk(AGAIN, code=system)


def _once(live: Live, account: str, firm: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The one partner and the one company of a firm; fails where there are more."""
    partners = live.living("sap", "A_BusinessPartner", OrganizationBPName1=firm)
    companies = live.living("shopify", "Company", name=firm)
    held = live.has_all_ids(account)
    assert [row["BusinessPartner"] for row in partners] == [held["SAP_Id__c"]]
    assert [row["id"] for row in companies] == [held["Store_Id__c"]]
    return partners[0], companies[0]


def test_sessions_and_tokens_may_end_in_the_middle(live: Live) -> None:
    account = live.create(
        "salesforce", "Account", **forms.account("Sitzungsende Möbel GmbH", "Polstergasse 3", "Coburg", "96450")
    )
    held = live.until("the account has its numbers", lambda: live.has_all_ids(account))
    for number in range(2):
        live.control("salesforce", "expire_tokens")  # access tokens of OAuth
        live.control("sap", "expire_tokens")  # sessions with their CSRF tokens
        live.edit("salesforce", "Account", account, Phone=f"+49 9561 55577{number}")
        live.until(
            "SAP has the phone",
            lambda number=number: forms.phones_of(live.partner(held["SAP_Id__c"])) == {f"+49956155577{number}"},
        )
        live.control("sap", "expire_tokens")
        live.control("salesforce", "expire_tokens")
        live.edit("sap", "A_BusinessPartner", held["SAP_Id__c"], CorrespondenceLanguage=("DE", "FR", "IT")[number])
        live.until(
            "the CRM has the language",
            lambda number=number: (
                live.record("salesforce", "Account", Id=account)["Language__c"] == ("de", "fr", "it")[number]
            ),
        )
    assert live.hub("traffic").json()["troubles"] == {}
