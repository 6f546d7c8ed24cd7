"""The scripted live changes of the demo: what people do in the systems, and whether the hub did its part."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import requests

from connectors.demo.story import customers, goods
from connectors.demo.story.outside import Outside, Story, Told

__all__ = ["Outside", "Told", "drift", "play"]

Look = Callable[[], Told]
Settle = Callable[[Callable[[], bool]], None]  # waits until all is quiet and this is so, or too long has gone by
STORIES = (customers.new_account, customers.first_time_shopper, customers.proposal, goods.new_product)


def play(urls: dict[str, str], web: str, token: str, settle: Settle) -> Told:
    """Play all stories side by side, step by step; gives what was expected and whether it came true."""
    outside = Outside(urls, web, token)
    told: Told = {}
    looks = {story: next(story) for story in [begin(outside) for begin in STORIES]}
    while looks:
        _wait(looks, settle)
        seen = {story: look() for story, look in looks.items()}
        looks = {}
        for story, came in seen.items():
            told |= came
            with suppress(StopIteration):
                looks[story] = story.send(came)
    return told


def _wait(looks: dict[Story, Look], settle: Settle) -> None:
    """Look again only for what has not been seen yet."""
    left = set(looks)

    def seen() -> bool:
        left.difference_update([story for story in left if all(looks[story]().values())])
        return not left

    settle(seen)


def drift(urls: dict[str, str], reconcile: Callable[[], None]) -> Told:
    """Change a field behind the hub's back, without a stamp or a notice; only a full compare can see that."""
    outside = Outside(urls, "", "")
    answer = requests.get(f"{urls['salesforce']}/_control/dump", params={"object": "Account"}, timeout=60)
    account = next(row for row in answer.json()["records"] if row.get("SAP_Id__c") and row.get("Payment_Terms__c"))
    before = account["Payment_Terms__c"]
    outside.act(
        "salesforce", "edit", object="Account", id=account["Id"], fields={"Payment_Terms__c": "NT01"}, silent=True
    )
    reconcile()
    healed = outside.record("salesforce", "Account", "Id", account["Id"]).get("Payment_Terms__c")
    return {"planted drift was found and healed": healed == before}
