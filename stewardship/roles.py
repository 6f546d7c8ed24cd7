"""What people of each role may do; admins may change it under groups."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

STEWARDS, DATA_ADMINS, AUDITORS = "Stewards", "Data admins", "Auditors"
APPS = ["mdm", "connectors"]
# Stewards decide cases and proposals, and replay dead letters.
DECIDED = ("case", "proposal", "inboundmessage", "delivery")
LOOKED_AT = (
    *DECIDED,
    *("customer", "product", "relation"),
    *("sourcerecord", "sourceversion", "link", "decision", "ruleset", "matchmodel", "connection"),
)
# Data admins also decide by which rules the hub works, and set up and pause connections.
SET_UP = (
    *("ruleset", "attributedefinition", "ownershiprule", "survivorshiprule", "distributionrule", "fieldmapping"),
    "onetoonerule",
    *("matchmodel", "connection", "access", "actor", "subscriber"),
)
# Who works here may let programs of their own in, which may do what they may.
OWN = ("add_personaltoken", "change_personaltoken", "view_personaltoken")


def install(**_: Any) -> None:
    """Make the groups there are not yet; those that are stay as admins left them."""
    looking = Q(codename__in=[f"view_{name}" for name in LOOKED_AT])
    deciding = Q(codename__in=[*(f"change_{name}" for name in DECIDED), *OWN])
    setting_up = Q(codename__in=[f"{verb}_{name}" for verb in ("add", "change", "delete", "view") for name in SET_UP])
    _group(STEWARDS, looking | deciding)
    _group(DATA_ADMINS, looking | deciding | setting_up)
    _group(AUDITORS, Q(codename__startswith="view_"))


def _group(name: str, may: Q) -> None:
    group, new = Group.objects.get_or_create(name=name)
    if new:
        group.permissions.set(Permission.objects.filter(may, content_type__app_label__in=APPS))
