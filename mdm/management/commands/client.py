"""Make an API client, or change what it may do, and issue its OAuth2 credentials."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from mdm.models import Actor, Connection


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="The client's name, for example shop-app.")
        parser.add_argument("--scopes", default="read", help="Parted by blanks or commas: read write steward admin.")
        parser.add_argument("--region", default="", help="It sees golden records of this region only.")
        parser.add_argument(
            "--connection", default="", help="Code of its own connection, made if need be: what it writes enters there."
        )

    def handle(self, *args: Any, **given: Any) -> None:
        client, _ = Actor.objects.get_or_create(kind=Actor.Kind.CLIENT, name=given["name"])
        client.scopes, client.region = " ".join(given["scopes"].replace(",", " ").split()), given["region"]
        client.connection = _connection(given["connection"]) if given["connection"] else None
        try:
            client.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        client.save()
        client_id, secret = client.issue_credentials()
        self.stdout.write(f"CLIENT_ID={client_id}\nCLIENT_SECRET={secret}")
        self.stderr.write("Keep the secret now: it is told this once. Earlier credentials stopped working.")


def _connection(code: str) -> Connection:
    defaults = {"name": code, "kind": "api", "role": Connection.Role.OTHER}
    return Connection.objects.get_or_create(code=code, defaults=defaults)[0]
