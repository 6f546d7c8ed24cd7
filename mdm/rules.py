"""The published rule set as frozen engine objects, the same in all running processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from mdm import contradictions, outbox
from mdm.engine import matching
from mdm.engine.survivorship.rules import OwnerRule, RuleBook, Scope, SurvivorRule
from mdm.engine.values import Json, Key
from mdm.entities import ENTITIES, Attribute, Kind, Shape
from mdm.models import MatchModel, RuleSet, SourceRecord
from mdm.models.rules import Rule, Scoped


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A connection should hold these golden records as this object type."""

    entity: str
    connection_id: int
    object_type: str
    conditions: Mapping[str, Json]
    may_create: bool
    may_update: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """A native field added at run time."""

    connection_id: int
    object_type: str
    native: str
    key: str
    read: bool
    write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One published rule set: a book of rules per entity, a match model per mastered one, distribution, mappings."""

    version: int
    revision: int
    attributes: Mapping[str, tuple[Attribute, ...]]  # by entity, those added at run time last
    books: Mapping[str, RuleBook]
    models: Mapping[str, matching.Matcher]  # in force
    numbers: Mapping[str, int]  # their ids, 0 for a built-in one
    beside: Mapping[str, tuple[tuple[int, matching.Matcher], ...]]  # those whose keys are kept as well, by id
    holds: Mapping[str, Mapping[tuple[int, str], bool]]  # by entity, connection and object type: whether one to one
    distribution: tuple[Distribution, ...]
    mappings: tuple[FieldRule, ...]

    def kind(self, entity: str, key: Key) -> str:
        """The kind of an attribute; text for one nobody declared."""
        attribute = self.books[entity].attributes.get(key.name)
        return attribute.kind if attribute else Kind.TEXT

    def one_to_one(self, record: SourceRecord, model: matching.Matcher) -> bool:
        """Whether no two living records where this one stands are one: by a rule, or else as the model found."""
        told = self.holds[record.entity].get((record.connection_id, record.object_type))
        return record.source in model.one_to_one if told is None else told

    def said(self, record: SourceRecord) -> list[tuple[Key, str, Json]]:
        """A record's own statements as match models read them: (key, kind, value)."""
        return [
            (key, str(self.kind(record.entity, key)), stated.value)
            for key, stated in record.statements().items()
            if stated.value is not None and not key.name.startswith("@")
        ]


def current() -> Rules:
    """The rules now in force: one narrow read, then a cache by version and revision."""
    kept = _steady.get()
    if kept is None:
        return _published()
    if not kept:
        kept.append(_published())
    return kept[0]


@contextmanager
def steady() -> Iterator[None]:
    """Within, `current` reads once: what is told together is told by one set of rules."""
    token = _steady.set([])
    try:
        yield
    finally:
        _steady.reset(token)


_steady: ContextVar[list[Rules] | None] = ContextVar("steady", default=None)


class SteadyPages:
    """Middleware: a page that is only looked at is told by one set of rules, which is read once for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with steady():
            return self.get_response(request)


def attributes(entity: str) -> tuple[Attribute, ...]:
    """The attributes of an entity by the published set, also where its match model cannot be read."""
    return _attributes(RuleSet.objects.get(state=RuleSet.State.PUBLISHED), entity)


def _published() -> Rules:
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE)
        row = cursor.fetchone()
    if row is None:
        raise ImproperlyConfigured(
            "No rule set is published. Run `python manage.py migrate`, which installs the first."
        )
    pk, revision, published, coming = row
    return _load(pk, revision, tuple(published), tuple(coming))


_IN_FORCE = """
SELECT id, revision, ARRAY(SELECT id FROM mdm_matchmodel WHERE state = 'published' ORDER BY id),
       ARRAY(SELECT model_id FROM mdm_changeover WHERE stage = 'keys' AND model_id IS NOT NULL ORDER BY model_id)
  FROM mdm_ruleset WHERE state = 'published' ORDER BY id LIMIT 1
"""


@lru_cache(maxsize=4)
def _load(pk: int, revision: int, published: tuple[int, ...], coming: tuple[int, ...]) -> Rules:
    return compiled(RuleSet.objects.get(pk=pk), published, coming)


@lru_cache(maxsize=8)
def learned(pk: int) -> tuple[str, matching.Matcher]:
    """The entity of a stored match model, and the model ready for use; kept, for a version never changes.

    Raises ImproperlyConfigured where this release cannot read it.
    """
    row = MatchModel.objects.only("entity", "version", "data").get(pk=pk)
    try:
        return row.entity, read(row.entity, str(row), bytes(row.data))
    except (ValueError, KeyError, OSError, EOFError) as error:
        raise ImproperlyConfigured(
            f"Match model {row} cannot be read: {error} Train another version; if it is in force, "
            f"`python manage.py match_model retire {row.entity}` puts the built-in model in its place."
        ) from error


def read(entity: str, version: str, data: bytes) -> matching.Matcher:
    """A stored match model under its name, with the vetoes of its entity."""
    from mdm.engine.matching.learned.published import Learned, store  # heavy, and only a hub that has trained needs it

    return Learned(matching.MODELS[entity], replace(store.from_bytes(data), version=version))


def built_in(rule_set: RuleSet) -> dict[str, matching.Matcher]:
    """The models written by hand; the thresholds of a rule set are those of the one of customers."""
    customers = matching.DEFAULT
    if rule_set.match_at is not None:
        customers = replace(customers, match_at=rule_set.match_at)
    if rule_set.review_at is not None:
        customers = replace(customers, review_at=rule_set.review_at)
    return {**matching.MODELS, "customer": customers}


def compiled(rule_set: RuleSet, published: Sequence[int] = (), coming: Sequence[int] = ()) -> Rules:
    """Build the frozen rules of any rule set, draft or published.

    `published`: ids of learned match models in force instead of the built-in ones; `coming`: of those whose keys are
    being written, so that they can be in force soon.
    """
    models = built_in(rule_set)
    numbers = dict.fromkeys(models, 0)
    kept = {entity: [(0, model)] for entity, model in models.items()}
    for pk in (*published, *coming):
        kept[learned(pk)[0]].append((pk, learned(pk)[1]))
    for pk in published:
        entity, models[entity] = learned(pk)
        numbers[entity] = pk
    beside = {entity: tuple(one for one in every if one[0] != numbers[entity]) for entity, every in kept.items()}
    attributes = {name: _attributes(rule_set, name) for name in ENTITIES}
    return Rules(
        version=rule_set.version,
        revision=rule_set.revision,
        attributes=attributes,
        books={name: _book(rule_set, name, told) for name, told in attributes.items()},
        models=models,
        numbers=numbers,
        beside=beside,
        holds={name: _holds(rule_set, name) for name in ENTITIES},
        distribution=tuple(
            Distribution(
                entity=row.entity,
                connection_id=row.connection_id,
                object_type=row.object_type,
                conditions=row.conditions,
                may_create=row.may_create,
                may_update=row.may_update,
            )
            for row in rule_set.distributionrules.order_by("pk")
        ),
        mappings=tuple(
            FieldRule(
                connection_id=row.connection_id,
                object_type=row.object_type,
                native=row.native,
                key=str(Key(row.attribute, row.context)),
                read=row.read,
                write=row.write,
            )
            for row in rule_set.fieldmappings.order_by("pk")
        ),
    )


def _attributes(rule_set: RuleSet, entity: str) -> tuple[Attribute, ...]:
    added = [
        Attribute(row.name, Kind(row.kind), row.label, Shape(row.shape))
        for row in rule_set.attributedefinitions.filter(entity=entity).order_by("pk")
    ]
    return (*ENTITIES[entity].attributes, *added)


def _holds(rule_set: RuleSet, entity: str) -> dict[tuple[int, str], bool]:
    rows = rule_set.onetoonerules.filter(entity=entity).order_by("pk")
    return {(row.connection_id, row.object_type): row.holds == row.Holds.ONCE for row in rows}


def _book(rule_set: RuleSet, entity: str, attributes: Sequence[Attribute]) -> RuleBook:
    return RuleBook(
        version=rule_set.version,
        attributes={attribute.name: attribute for attribute in attributes},
        owners=tuple(
            OwnerRule(attribute=row.attribute, owner=row.owner, scope=_scope(row))
            for row in rule_set.ownershiprules.filter(entity=entity)
        ),
        survivors=tuple(
            SurvivorRule(attribute=row.attribute, strategy=row.strategy, sources=tuple(row.sources), scope=_scope(row))
            for row in rule_set.survivorshiprules.filter(entity=entity)
        ),
    )


def _scope(row: Scoped) -> Scope:
    return Scope(context=row.context, region=row.region, legal_entity=row.legal_entity)


@transaction.atomic
def draft(source: RuleSet) -> RuleSet:
    """Copy a rule set into a new draft that admins may edit without any effect until it is published."""
    newest = RuleSet.objects.select_for_update().order_by("-version").first() or source
    copy = RuleSet.objects.create(
        version=newest.version + 1,
        match_at=source.match_at,
        review_at=source.review_at,
        note=f"Draft of rule set {source.version}",
    )
    for model in Rule.__subclasses__() + Scoped.__subclasses__():
        if model._meta.abstract:
            continue
        rows = list(model._default_manager.filter(rule_set=source))
        for row in rows:
            row.pk, row.rule_set = None, copy
        bulk_create_with_history(rows, model)
    return copy


@transaction.atomic
def publish(rule_set: RuleSet, *, user_id: int | None = None) -> None:
    """Put a draft in force in all running processes and have every golden record consolidated by it.

    Raises Contradictory where its rows contradict; nothing has changed then.
    """
    sentences = contradictions.of_set(rule_set)
    if sentences:
        raise contradictions.Contradictory(sentences)
    compiled(rule_set)
    for old in RuleSet.objects.select_for_update().filter(state=RuleSet.State.PUBLISHED).exclude(pk=rule_set.pk):
        old.state = RuleSet.State.RETIRED
        old.save(update_fields=["state"])
    rule_set.state, rule_set.published_at = RuleSet.State.PUBLISHED, timezone.now()
    rule_set.published_by_id = user_id
    rule_set.revision, rule_set.applied_revision = rule_set.revision + 1, 0
    rule_set.save()
    outbox.wake("mdm.tasks.apply_rules")


def moved(rule_set: RuleSet) -> None:
    """Let every process know that a set was edited: each reads the revision before it uses its cached rules."""
    RuleSet.objects.filter(pk=rule_set.pk).update(revision=F("revision") + 1)
