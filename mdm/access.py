"""Who may do what: actors, and the scope of a viewer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from mdm.entities import MASTERED
from mdm.models import Actor, Customer, GoldenValues, Product

NO_REGION = [entity for entity in MASTERED if entity != "customer"]  # everybody sees these


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks. Where a region is set, only golden records of that region exist for this viewer."""

    user: Any
    region: str = ""

    @property
    def actor(self) -> Actor | None:
        """As whom they act; None before their first act."""
        return getattr(self.user, "actor", None)

    def customers(self) -> QuerySet[Customer]:
        """The golden customers this viewer may see."""
        return Customer.objects.filter(self.seen())

    def products(self) -> QuerySet[Product]:
        """The golden products this viewer may see: they belong to no region, so everybody sees all."""
        return Product.objects.all()

    def goldens(self, entity: str) -> QuerySet[Any]:
        """The golden values of an entity this viewer may see."""
        return {"customer": self.customers, "product": self.products}[entity]()

    def may_see(self, values: GoldenValues) -> bool:
        """Whether this viewer may see a golden record that is at hand."""
        return not self.region or values.entity.name in NO_REGION or getattr(values, "region", None) == self.region

    def sees(self, *paths: str) -> Q:
        """The condition that a golden record of any entity is seen; `paths` lead there (`first`), all must be."""
        if not self.region:
            return Q()
        ways = [f"{path}__" for path in paths] or [""]
        own = (Q((f"{way}customer__region", self.region)) | Q((f"{way}entity__in", NO_REGION)) for way in ways)
        return reduce(and_, own)

    def seen(self, *paths: str) -> Q:
        """The condition that a golden customer is seen; `paths` lead there (`golden__customer`), any one suffices."""
        if not self.region:
            return Q()
        names = [f"{path}__region" for path in paths] or ["region"]
        return Q(*((name, self.region) for name in names), _connector=Q.OR)


def viewer(user: Any) -> Viewer:
    """The viewer a signed-in user is: scoped by the region of their actor, if that has one."""
    actor = Viewer(user=user).actor
    return Viewer(user=user, region=actor.region if actor else "")


def of_request(request: HttpRequest) -> Viewer:
    """The viewer of a page, read once for the whole request."""
    found: Viewer | None = getattr(request, "_viewer", None)
    if found is None:
        found = request._viewer = viewer(request.user)  # type: ignore[attr-defined]
    return found


def machine() -> Actor:
    """The hub itself."""
    return Actor.objects.get_or_create(kind=Actor.Kind.MACHINE, name="goldenrod")[0]


def of_user(user: Any) -> Actor:
    """The actor of a signed-in user."""
    return Actor.objects.get_or_create(kind=Actor.Kind.USER, name=user.get_username(), defaults={"user": user})[0]
