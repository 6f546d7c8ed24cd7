"""Which golden records a person means by what they typed: words of a name, or an id, e-mail, phone, tax id or GTIN."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import BooleanField, Func, Q, QuerySet, Value

from mdm.engine.kinds import Kind
from mdm.engine.matching import MODELS
from mdm.engine.standardize import Hints, standardize
from mdm.engine.values import Key
from mdm.entities import CUSTOMER, PRODUCT, words
from mdm.models import VALUES, Connection, GoldenRecord, GoldenValues, MatchKey, SourceRecord
from mdm.models.sources import ID_BEGINS, ID_LENGTH
from mdm.selectors import slips

MOST = 500  # golden records that are listed one by one
ANY = ""  # for golden records of whichever entity
_PHONE = re.compile(r"[+\d][\d\s()/.-]{5,24}")
_SAP_WIDTH = 10  # people leave out the zeros that SAP pads its numbers with


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The golden records of an entity that are meant: those in `pks` and, where many have the words typed, `words`."""

    pks: set[int]
    words: Q | None = None

    @property
    def condition(self) -> Q:
        """The condition on golden values that they are meant; every part of it is answered by an index."""
        return Q(pk__in=self.pks) if self.words is None else Q(pk__in=self.pks) | self.words


def customers(text: str) -> Q:
    """The condition that a golden customer is meant; every part of it is answered by an index."""
    return meant(text, CUSTOMER.name)[CUSTOMER.name]


def products(text: str) -> Q:
    """The condition that a golden product is meant; every part of it is answered by an index."""
    return meant(text, PRODUCT.name)[PRODUCT.name]


def meant(text: str, *entities: str) -> dict[str, Q]:
    """The condition that a golden record is meant, for each of these entities (all by default)."""
    asked = entities or tuple(VALUES)
    if not _tidy(text):
        return {entity: Q() for entity in asked}
    return {entity: found.condition for entity, found in _meant(text, asked).items()}


def at(text: str, *paths: str) -> Q:
    """The condition that a golden record of any entity is meant; `paths` lead there (`first`), any one suffices."""
    if not _tidy(text):
        return Q()
    found = _meant(text, tuple(VALUES))
    # Told one by one they are sought in the indexes of the paths; only the many are read as a table of their own.
    ways = [Q((f"{path}__in", set().union(*(one.pks for one in found.values())))) for path in paths]
    for entity, one in found.items():
        if one.words is not None:
            rows = VALUES[entity]._default_manager.filter(one.words).order_by().values("pk")
            ways += [Q((f"{path}__in", rows)) for path in paths]
    return reduce(or_, ways)


def _meant(text: str, entities: Sequence[str]) -> dict[str, Meant]:
    text = _tidy(text)
    typed = _typed(text)
    asked = dict.fromkeys(entities, " & ".join(f"{word}:*" for word in typed))
    found = _read([*_known(text), *_named(asked)])
    if not any(found.values()) and any(map(slips.forgiving, typed)):
        asked = slips.meant(typed, entities)
        found = _read(_named(asked))
    return {entity: _of_entity(VALUES[entity], asked[entity], found[ANY], found[entity]) for entity in entities}


def _read(branches: Sequence[QuerySet[Any, Any]]) -> dict[str, set[int]]:
    """Golden records by the entity they were found for, in one query."""
    found: dict[str, set[int]] = defaultdict(set)
    for entity, pk in branches[0].union(*branches[1:], all=True):
        found[entity] |= {pk} if pk else set()
    return found


def _tidy(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:200]


def _known(text: str) -> list[QuerySet[Any, Any]]:
    """Golden records of any entity by their identifiers, by the ids that systems give, and by our own."""
    hashes = {MatchKey.hashed(entity, key) for entity, keys in KEYS.items() for key in keys(text)}
    by_key = MatchKey.objects.filter(key__in=hashes).values_list(Value(ANY), "record__golden")[:MOST]
    there = SourceRecord.objects.filter(_record_meant(text))
    found = [by_key, *(there.values_list(Value(ANY), end)[:MOST] for end in ("golden", "relation__source"))]
    if not _is_uid(text):
        return found
    own = GoldenRecord.objects.filter(uid=UUID(text))
    return [*found, *(own.values_list(Value(ANY), end) for end in ("pk", "merged_into"))]


def _record_meant(text: str) -> Q:
    return records(text) | Q(crosswalk_key=UUID(text)) if _is_uid(text) else records(text)


def _is_uid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _named(asked: Mapping[str, str]) -> list[QuerySet[Any, Any]]:
    """Golden records whose names fit the search of their entity; up to one more than MOST of each."""
    return [
        VALUES[entity]
        ._default_manager.filter(_by_words(VALUES[entity], search))
        .order_by()
        .values_list(Value(entity), "pk")[: MOST + 1]
        for entity, search in asked.items()
    ]


def _of_entity(model: type[GoldenValues], search: str, known: set[int], named: set[int]) -> Meant:
    # Few are told by their ids: the planner takes any word for a common one and would try every golden record, newest
    # first. Of a word that is common indeed the newest are found soon.
    return Meant(pks=known | named) if len(named) <= MOST else Meant(pks=known, words=_by_words(model, search))


def records(text: str) -> Q:
    """The condition that a source record is meant: by its whole id, what follows its last slash, or 15 letters."""
    tail = words.short_id("".join(text.replace("\x00", "").split()))
    ids = {tail, tail.zfill(_SAP_WIDTH)}
    meant = Q(external_id__in=ids) | Q(external_id__endswith=f"/{tail}")
    if len(tail) >= ID_LENGTH:
        meant |= Q(external_id__startswith=tail)
    begins = (Func(ID_BEGINS, Value(one[:ID_LENGTH]), **_holds("=")) for one in sorted(ids))
    return reduce(or_, map(Q, begins)) & meant


def _holds(operator: str) -> dict[str, Any]:
    """How a comparison of two expressions is written as one."""
    return {"template": "(%(expressions)s)", "arg_joiner": f" {operator} ", "output_field": BooleanField()}


def pks(text: str) -> set[int]:
    """The golden records meant, of each entity at most a list's worth."""
    return {
        pk
        for entity, asked in meant(text).items()
        for pk in VALUES[entity]._default_manager.filter(asked).order_by("-pk").values_list("pk", flat=True)[:MOST]
    }


def _by_words(model: type[GoldenValues], search: str) -> Q:
    """The names hold words as a search in the syntax of `to_tsquery` has them, in any order."""
    asked = Func(Value(search), template="to_tsquery('simple', %(expressions)s)")
    return Q(Func(model.words, asked, **_holds("@@")))


def _typed(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[^\W_]+", text)[:8]]


def _keys_of_product(text: str) -> Iterator[str]:
    model = MODELS[PRODUCT.name]  # its keys are always there, whatever model is in force
    for one in PRODUCT.attributes:
        if one.kind in (Kind.PART_NUMBER, Kind.GTIN):
            yield from model.keys(model.features([(Key(one.name), one.kind, standardize(one.kind, text).value)]))


def _keys_of_customer(text: str) -> Iterator[str]:
    compact = re.sub(r"[\s.-]", "", text).upper()
    pan = compact[2:12] if re.fullmatch(r"\d{2}[A-Z]{5}\d{4}[A-Z][A-Z\d]{3}", compact) else compact
    yield f"tax:{pan}"
    yield from (f"id:{one.name}:{text}" for one in CUSTOMER.attributes if one.kind == Kind.IDENTIFIER)
    if "@" in text:
        yield f"mail:{standardize(Kind.EMAIL, text).value}"
    if _PHONE.fullmatch(text):
        found = [standardize(Kind.PHONE, text, "", Hints(country=country)) for country in ("", *_countries())]
        yield from {f"tel:{phone.value}" for phone in found if not phone.problem}
    model = MODELS[CUSTOMER.name]
    features = model.features([(Key("legal_name"), Kind.COMPANY_NAME, text)])
    yield from (key for key in model.keys(features) if key.startswith("name:"))


def _countries() -> list[str]:
    """The countries of all connections, whose phone numbers people type without a prefix."""
    rows = Connection.objects.exclude(country="").order_by().values_list("country", flat=True).distinct()
    return cache.get_or_set("search.countries", lambda: list(rows), 60) or []


KEYS = {CUSTOMER.name: _keys_of_customer, PRODUCT.name: _keys_of_product}
