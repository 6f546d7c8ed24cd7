"""What people of each role may do; admins may change it under groups."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

STEWARDS = "Stewards"
# They decide cases and proposals, and replay dead letters.
DECIDED = ("case", "proposal", "inboundmessage", "delivery")
LOOKED_AT = (
    *DECIDED,
    *("customer", "product", "relation"),
    *("sourcerecord", "sourceversion", "link", "decision", "ruleset", "connection"),
)


def install(**_: Any) -> None:
    """Make the group of the stewards where there is none yet."""
    group, new = Group.objects.get_or_create(name=STEWARDS)
    if new:
        verbs = Q(codename__in=[f"view_{name}" for name in LOOKED_AT] + [f"change_{name}" for name in DECIDED])
        group.permissions.set(Permission.objects.filter(verbs, content_type__app_label__in=["mdm", "connectors"]))
