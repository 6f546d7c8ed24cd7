"""One record as the auditor saw it in a system, and the little that all three readers share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import requests

Json = Any
TIMEOUT = 60


class AuditFailed(Exception):
    """The auditor could not read what it must compare; the message says what."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """A record of one system. `ids` are those of the golden record and of the other systems, by role.

    `works_for`: ids of the organisations there that this person is a contact of. `has_ids`: whether there is room for
    ids. `values` are raw: names, `addresses|bill_to` and the like as five parts, `phones|main`, `emails` and `tax_ids`
    as lists, `payment_terms`, `segment`; of products see `goods`. A key that is not there is one the record has no room
    for; None is empty room.
    """

    connection: str
    object_type: str
    id: str
    person: bool
    has_ids: bool = True
    key: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    works_for: tuple[str, ...] = ()
    values: dict[str, Json] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Whom or what it is about, in words."""
        if "names" in self.values:
            return " / ".join(self.values["names"].values())
        parts = ("first_name", "last_name") if self.person else ("shown_name",)
        return " ".join(self.values[part] for part in parts if self.values.get(part))


def address(street: list[str | None], city: str | None, region: str | None, postcode: str | None, country: str | None
            ) -> dict[str, str] | None:  # fmt: skip
    """An address of raw parts, None where it is empty."""
    found = {
        "street": "\n".join(line for line in street if line),
        "city": city or "",
        "region": region or "",
        "postcode": postcode or "",
        "country": country or "",
    }
    return found if any(found.values()) else None


def known(*values: Json) -> list[str]:
    """The values that are there."""
    return [value for value in values if value]


def json_of(answer: requests.Response, what: str) -> Json:
    """The answer's body; raises AuditFailed for a refusal."""
    if not answer.ok:
        raise AuditFailed(f"{what} answered {answer.status_code}: {answer.text[:300]}")
    return answer.json()


def dumped(url: str, name: str) -> Iterator[dict[str, Json]]:
    """What a simulated system says it holds of an object, past its API."""
    answer = requests.get(f"{url}/_control/dump", params={"object": name}, timeout=TIMEOUT)
    yield from json_of(answer, f"the dump of {name}")["records"]
