"""What records that are not the same, but belong together, have in common by kind: expected, never learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.aspects import Aspect
from mdm.engine.matching.learned.values import Floats

PLACE = (Kind.ADDRESS, Kind.STREET, Kind.HOUSE_NUMBER, Kind.CITY, Kind.REGION, Kind.POSTCODE, Kind.COUNTRY)


@dataclass(frozen=True)
class Relation:
    """`shares`: how often two that are so related share what a kind says, 0 for kinds not named.

    `others`: how many such others a record has in a table, before any is counted; `counted` says whether how many
    there are may be learned. It may not where a match that moved looks just like it: then all would be taken for that.
    `needs`: kinds of which one must be there for the relation to be thought of. `nearby`: how often they are
    neighbours, at two houses of one street.
    """

    name: str
    shares: Mapping[Kind, float]
    others: float
    counted: bool
    needs: tuple[Kind, ...]
    nearby: float = 0.0


# Families and flats: namesakes are fathers and sons, equal birthdays are twins. Also two firms in one building.
HOUSEHOLD = Relation(
    "Two of one household",
    {
        **dict.fromkeys(PLACE, 0.9),
        Kind.FAMILY_NAME: 0.7,
        Kind.GIVEN_NAME: 0.04,
        Kind.COMPANY_NAME: 0.1,
        Kind.DATE: 0.015,
        Kind.EMAIL: 0.2,
        Kind.PHONE: 0.5,
        Kind.URL: 0.5,
    },
    others=0.3,
    counted=True,
    needs=PLACE,
)
# Shops, schools and sites of one organisation: one name, often the head office's phone, each at a place of its own.
BRANCHES = Relation(
    "Two branches of one organisation",
    {
        **dict.fromkeys(PLACE, 0.02),
        Kind.COMPANY_NAME: 0.7,
        Kind.PHONE: 0.5,
        Kind.URL: 0.9,
        Kind.EMAIL: 0.5,
    },
    others=0.5,
    counted=False,
    needs=(Kind.COMPANY_NAME,),
    nearby=0.1,
)
RELATIONS = (HOUSEHOLD, BRANCHES)


def relations(found: Sequence[Aspect]) -> tuple[Relation, ...]:
    """The relations that records with these aspects may stand in."""
    has = {aspect.kind for aspect in found}
    return tuple(one for one in RELATIONS if has & set(one.needs))


def shared(
    found: Sequence[Aspect], groups: Sequence[Sequence[int]], among: Sequence[Relation]
) -> tuple[Floats, Floats]:
    """What each relation expects each group of aspects to share, and to be neighbours in, (relations, groups)."""
    shape = len(among), len(groups)
    shares = [[one.shares.get(found[members[0]].kind, 0.0) for members in groups] for one in among]
    tells = [len(members) > 1 and any(step.beside for k in members for step in found[k].steps) for members in groups]
    nearby = [[one.nearby * told for told in tells] for one in among]
    return np.array(shares, np.float64).reshape(shape), np.array(nearby, np.float64).reshape(shape)
