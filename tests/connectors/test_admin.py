"""Connections in the admin: secrets go in and never come out, a check tells its sentence, dead letters are replayed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors import reach
from connectors.errors import Misconfigured
from connectors.models import Access, Delivery, InboundMessage
from mdm.models import Connection
from tests.factories import connections

pytestmark = pytest.mark.django_db

OLD, NEW = "old-secret-81", "new-secret-93"


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password="x"))
    return client


@pytest.fixture
def crm() -> Connection:
    row = connections()["crm"]
    Access.objects.create(
        connection=row, base_url="https://example.com", secrets={"client_id": "goldenrod", "client_secret": OLD}
    )
    return row


def address(row: Connection, verb: str = "change") -> str:
    return reverse(f"admin:mdm_connection_{verb}", args=[row.pk])


def save(boss: Client, row: Connection, **changed: str) -> Any:
    """Send the page of a connection as a browser does, with some inputs changed."""
    data = {
        "name": row.name,
        "code": row.code,
        "kind": row.kind,
        "role": row.role,
        "mode": row.mode,
        "enabled": "on",
        "access-TOTAL_FORMS": "1",
        "access-INITIAL_FORMS": "1" if hasattr(row, "access") else "0",
        "access-0-connection": str(row.pk),
        "access-0-base_url": "https://example.com",
        "access-0-options": "{}",
        "access-0-pull_every": "60",
        "access-0-reconcile_every": "0",
        "cursor_set-TOTAL_FORMS": "0",
        "cursor_set-INITIAL_FORMS": "0",
    }
    return boss.post(address(row), {**data, **{name.replace("__", "-0-"): value for name, value in changed.items()}})


def test_an_empty_secret_keeps_the_old_value(boss: Client, crm: Connection) -> None:
    assert save(boss, crm, access__secret_client_secret=NEW).status_code == 302
    assert Access.objects.get().secrets == {"client_id": "goldenrod", "client_secret": NEW}
    assert save(boss, crm, access__pull_every="30").status_code == 302
    access = Access.objects.get()
    assert (access.secrets, access.pull_every) == ({"client_id": "goldenrod", "client_secret": NEW}, 30)


def test_spaces_belong_to_a_secret(boss: Client, crm: Connection) -> None:
    save(boss, crm, access__secret_client_secret=" a b ")
    assert Access.objects.get().secrets["client_secret"] == " a b "


def test_a_secret_the_connector_does_not_declare_is_added_by_name(boss: Client, crm: Connection) -> None:
    refused = save(boss, crm, access__other_secret_name="proxy")
    assert "Another secret needs both a name and a value." in refused.content.decode()
    save(boss, crm, access__other_secret_name="proxy", access__other_secret_value=NEW)
    assert Access.objects.get().secrets["proxy"] == NEW
    assert "Secret proxy" in boss.get(address(crm)).content.decode()


def test_no_secret_in_pages_logs_or_history(boss: Client, crm: Connection) -> None:
    save(boss, crm, access__secret_client_secret=NEW, access__base_url="https://other.example.com")
    wrong = save(boss, crm, access__secret_client_secret="third-secret-55", access__base_url="nonsense")
    pages = [
        wrong,
        *(boss.get(address(crm, verb)) for verb in ("change", "history")),
        boss.get(reverse("admin:mdm_connection_changelist")),
    ]
    for response in pages:
        assert response.status_code == 200
        for secret in (OLD, NEW, "third-secret-55"):
            assert secret not in response.content.decode()
    assert "base url: https://example.com → https://other.example.com" in pages[2].content.decode()
    told = " ".join(entry.change_message for entry in LogEntry.objects.all())
    assert "Secret client_secret" in told and NEW not in told
    columns = {field.name for field in Access.history.model._meta.fields}
    assert "secrets" not in columns


def test_each_kind_asks_for_its_own_secrets(boss: Client) -> None:
    asked = {}
    for role, row in connections().items():
        page = boss.get(address(row)).context["inline_admin_formsets"][0].formset.forms[0]
        asked[role] = [name for name in page.fields if name.startswith("secret_")]
    assert asked == {
        "crm": ["secret_client_id", "secret_client_secret"],
        "erp": ["secret_username", "secret_password"],
        "store": ["secret_access_token", "secret_webhook_secret"],
    }


def test_adding_goes_on_to_the_address_and_the_secrets(boss: Client) -> None:
    wanted = {"name": "SAP DE", "code": "sap-de", "kind": "sap", "role": "erp", "mode": "observe", "enabled": "on"}
    response = boss.post(reverse("admin:mdm_connection_add"), wanted)
    row = Connection.objects.get(code="sap-de")
    assert response.headers["Location"] == address(row)
    assert save(boss, row, access__secret_username="HUB", access__secret_password=NEW).status_code == 302
    assert Access.objects.get(connection=row).secrets == {"username": "HUB", "password": NEW}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": "hub"}, "The hub&#x27;s own connection has kind hub and role hub, and no other has."),
        ({"country": "Germany"}, "at most 2 characters"),
        ({"country": "de"}, "Use the two capital letters of the ISO code, for example DE."),
        ({"code": "SAP DE"}, "Use lower-case letters, digits and hyphens, for example sap-de."),
        ({"kind": "lotus"}, "lotus is not one of the available choices."),
    ],
)
def test_a_wrong_connection_is_told_so(boss: Client, changed: dict[str, str], sentence: str) -> None:
    wanted = {"name": "SAP", "code": "sap", "kind": "sap", "role": "erp", "mode": "observe", **changed}
    response = boss.post(reverse("admin:mdm_connection_add"), wanted)
    assert sentence in response.content.decode()
    assert not Connection.objects.exists()


def test_options_must_be_an_object(boss: Client, crm: Connection) -> None:
    assert "Write an object" in save(boss, crm, access__options="[1]").content.decode()
    assert "Enter a valid JSON" in save(boss, crm, access__options="{").content.decode()


def test_code_and_kind_stay_once_records_came_in(boss: Client) -> None:
    from mdm.pipeline import process
    from tests.factories import organisation

    row = connections()["crm"]
    process.changes([organisation("crm", "1")])
    save(boss, row, code="other", kind="sap")
    row.refresh_from_db()
    assert (row.code, row.kind) == ("crm", "salesforce")


def test_the_history_of_a_connection_is_kept(boss: Client, crm: Connection) -> None:
    save(boss, crm, mode="write")
    newest = Connection.history.latest()
    assert (newest.mode, newest.history_user.username) == ("write", "boss")


@pytest.mark.parametrize("way", ["list", "page"])
def test_check_tells_what_prepare_says(boss: Client, crm: Connection, monkeypatch: Any, way: str) -> None:
    calls: list[tuple[str, str]] = []

    def works(connection: Connection, callback: str = "") -> None:
        calls.append((connection.code, callback))

    def fails(connection: Connection, callback: str = "") -> None:
        raise Misconfigured("Salesforce refuses the login; check the secrets client_id and client_secret.")

    monkeypatch.setattr(reach, "prepare", works)
    assert told(check(boss, crm, way)) == "CRM works."
    assert calls == [("crm", "")]
    monkeypatch.setattr(reach, "prepare", fails)
    assert told(check(boss, crm, way)) == (
        "CRM: Salesforce refuses the login; check the secrets client_id and client_secret."
    )


def check(boss: Client, row: Connection, way: str) -> Any:
    if way == "page":
        return boss.post(address(row, "check"), follow=True)
    listed = reverse("admin:mdm_connection_changelist")
    return boss.post(listed, {"action": "check_connection", "_selected_action": [row.pk]}, follow=True)


def told(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_a_real_check_of_an_address_nobody_answers_is_a_sentence(boss: Client, crm: Connection) -> None:
    Access.objects.update(base_url="http://127.0.0.1:9")
    sentence = told(check(boss, crm, "page"))
    assert sentence.startswith("CRM: ") and OLD not in sentence and len(sentence) > 20


def test_subscribing_gives_the_webhook_address(boss: Client, crm: Connection, monkeypatch: Any) -> None:
    seen = []
    monkeypatch.setattr(reach, "prepare", lambda connection, callback="": seen.append(callback))
    listed = reverse("admin:mdm_connection_changelist")
    boss.post(listed, {"action": "subscribe", "_selected_action": [crm.pk]})
    assert seen == ["http://testserver/webhooks/crm"]


def test_dead_letters_are_replayed_and_others_left(boss: Client, crm: Connection) -> None:
    now = timezone.now()
    mine = {"connection_id": crm.pk, "object_type": "Account", "observed_at": now}
    dead = InboundMessage.objects.create(**mine, external_id="1", state="dead", stage="map", error="No name.")
    done = InboundMessage.objects.create(**mine, external_id="2", state="done")
    listed = reverse("admin:connectors_inboundmessage_changelist")
    response = boss.post(listed, {"action": "replay", "_selected_action": [dead.pk, done.pk]}, follow=True)
    assert told(response) == "1 taken up again. 1 were no dead letters and stay as they are."
    assert [row.state for row in InboundMessage.objects.order_by("pk")] == ["waiting", "done"]


def test_dead_deliveries_are_owed_again(boss: Client, crm: Connection) -> None:
    delivery = Delivery.objects.create(
        connection=crm,
        object_type="Account",
        subject_type="customer",
        subject_id=7,
        state="dead",
        reason="permanent",
        attempts=3,
        error="Refused.",
        not_before=timezone.now(),
    )
    listed = reverse("admin:connectors_delivery_changelist")
    response = boss.post(listed, {"action": "replay", "_selected_action": [delivery.pk]}, follow=True)
    assert told(response) == "1 taken up again."
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.error) == ("waiting", 0, "")


def test_traffic_is_filtered_by_connection_state_and_reason(boss: Client, crm: Connection) -> None:
    now = timezone.now()
    for place, state in enumerate(("dead", "waiting")):
        InboundMessage.objects.create(
            connection_id=crm.pk, object_type="Account", external_id=f"m{place}", state=state, observed_at=now
        )
    for query, expected in (
        ({"state__exact": "dead"}, ["m0"]),
        ({"connection": str(crm.pk)}, ["m1", "m0"]),
        ({"connection": "0"}, []),
        ({"q": "m1"}, ["m1"]),
    ):
        response = boss.get(reverse("admin:connectors_inboundmessage_changelist"), query)
        assert [row.external_id for row in response.context["cl"].result_list] == expected, query
