"""Who did it: every change names one of these."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models


class Actor(models.Model):
    """A user, an API client, a connection, or the machine itself."""

    class Kind(models.TextChoices):
        USER = "user"
        CLIENT = "client"
        CONNECTION = "connection"
        MACHINE = "machine"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=150)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    token_digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    region = models.CharField(
        max_length=60, blank=True, help_text="Sees golden records of this region only; empty = of all regions."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="actor_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"

    def clean(self) -> None:
        if self.kind == self.Kind.USER and self.user is None:
            raise ValidationError({"user": "Choose the account of this person."})

    def issue_token(self) -> str:
        """Give the client a new API token and forget the old one; only its digest is kept."""
        token = secrets.token_urlsafe(32)
        self.token_digest = digest(token)
        self.save(update_fields=["token_digest"])
        return token


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
