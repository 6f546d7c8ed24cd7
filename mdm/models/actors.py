"""Who did it: every change names one of these."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from oauth2_provider.models import Application

# What a caller of the API may be allowed, each with what people are told it means.
SCOPES = {
    "read": "Read golden records, source records, cases and the change feed",
    "write": "Write source records through the client's own connection; resolve",
    "steward": "Decide cases and proposals, merge and unmerge, replay dead letters",
    "admin": "Read rule sets and match models, put a match model in force; manage subscribers",
}


def check_scopes(text: str) -> None:
    """Raises ValidationError for what is no list of scopes, parted by blanks."""
    unknown = [name for name in text.split() if name not in SCOPES]
    if unknown:
        raise ValidationError(f"{', '.join(unknown)}: no such scope. There are {', '.join(SCOPES)}.")


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

    scopes = models.CharField(
        max_length=60,
        blank=True,
        default="read",
        validators=[check_scopes],
        help_text="What an API client may do, parted by blanks: read write steward admin. People have their groups.",
    )
    connection = models.OneToOneField(
        "mdm.Connection",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="client",
        help_text="An API client's own connection: what it writes enters as source records of it. Kind api.",
    )
    application = models.OneToOneField(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="actor",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="actor_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"

    def clean(self) -> None:
        if self.kind == self.Kind.USER and self.user is None:
            raise ValidationError({"user": "Choose the account of this person."})
        if self.connection is not None and self.connection.kind != "api":
            sentence = "Choose a connection of kind api: a system's own records stay its own."
            raise ValidationError({"connection": sentence})

    def issue_token(self) -> str:
        """Give the client a new API token and forget the old one; only its digest is kept."""
        token = secrets.token_urlsafe(32)
        self.token_digest = digest(token)
        self.save(update_fields=["token_digest"])
        return token


    def issue_credentials(self) -> tuple[str, str]:
        """Give the client an id and a secret for OAuth2 client credentials, and forget those it had.

        The tokens of the old ones end with them; the secret is told this once.
        """
        secret = secrets.token_urlsafe(40)
        with transaction.atomic():
            if self.application is not None:
                self.application.delete()
            made = self.application = Application.objects.create(
                name=self.name,
                client_type=Application.CLIENT_CONFIDENTIAL,
                authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
                client_secret=secret,
            )
            self.save(update_fields=["application"])
        return made.client_id, secret

    def revoke(self) -> bool:
        """Take the client's token and credentials away; False if it had neither."""
        if not self.token_digest and self.application is None:
            return False
        with transaction.atomic():
            if self.application is not None:
                self.application.delete()
            self.token_digest, self.application = "", None
            self.save(update_fields=["token_digest", "application"])
        return True


class PersonalToken(models.Model):
    """A person's way into the API: only the digest is kept, and it ends by itself."""

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60, help_text="What it is for, for example: monthly report.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.CharField(max_length=60, validators=[check_scopes])
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, actor: Actor, *, name: str, scopes: str, expires_at: datetime) -> tuple[PersonalToken, str]:
        """A new token and its text, which is told this once."""
        token = secrets.token_urlsafe(32)
        row = cls.objects.create(actor=actor, name=name, scopes=scopes, expires_at=expires_at, digest=digest(token))
        return row, token

    def revoke(self) -> bool:
        """End it now; the row stays. False where it was revoked already."""
        return bool(PersonalToken.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now()))


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
