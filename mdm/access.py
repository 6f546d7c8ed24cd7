"""Who may do what: actors, and the scope of a viewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from mdm.models import Actor, Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks. Where a region is set, only golden records of that region exist for this viewer."""

    user: Any
    region: str = ""

    def customers(self) -> QuerySet[Customer]:
        """The golden customers this viewer may see."""
        return Customer.objects.filter(self.seen())

    def seen(self, *paths: str) -> Q:
        """The condition that a golden customer is seen; `paths` lead there (`golden__customer`), any one suffices."""
        if not self.region:
            return Q()
        names = [f"{path}__region" for path in paths] or ["region"]
        return Q(*((name, self.region) for name in names), _connector=Q.OR)


def viewer(user: Any) -> Viewer:
    """The viewer a signed-in user is: scoped by the region of their actor, if that has one."""
    region = Actor.objects.filter(user=user).values_list("region", flat=True).first()
    return Viewer(user=user, region=region or "")


def machine() -> Actor:
    """The hub itself."""
    return Actor.objects.get_or_create(kind=Actor.Kind.MACHINE, name="goldenrod")[0]


def of_user(user: Any) -> Actor:
    """The actor of a signed-in user."""
    return Actor.objects.get_or_create(kind=Actor.Kind.USER, name=user.get_username(), defaults={"user": user})[0]
