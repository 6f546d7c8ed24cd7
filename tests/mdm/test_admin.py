"""Every admin page opens with data on it, within its query budget; rules contradict in sentences; people decide."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.models import Access, Cursor, Delivery, InboundMessage, Subscriber
from mdm import access
from mdm.models import (
    Actor,
    Case,
    Connection,
    Customer,
    Decision,
    DistributionRule,
    Link,
    PersonalToken,
    Product,
    Proposal,
    Relation,
    RuleSet,
    SourceRecord,
    SourceVersion,
)
from mdm.pipeline import process
from tests.factories import change, connections, organisation, product, rule_set

pytestmark = pytest.mark.django_db

SECRET = "never-to-be-shown-4711"
NASTY = "Meier <script>alert(1)</script> & Söhne"


def estate(number: int = 1) -> dict[str, Connection]:
    """Data for every admin page: `number` of each kind of row, names with markup among them."""
    systems = connections("write")
    for row in systems.values():
        Access.objects.get_or_create(
            connection=row,
            defaults={"base_url": "https://example.com", "secrets": {"client_secret": SECRET, "odd": SECRET}},
        )
        Cursor.objects.get_or_create(connection=row, object_type="Account", defaults={"pulled_at": timezone.now()})
    for place in range(number):
        customer(place)
        process.changes([product("erp", f"p{place}", 1, names__en=f"{NASTY} M8x{place}", gtin=None)])
    DistributionRule.objects.get_or_create(
        rule_set=rule_set(), connection=systems["crm"], object_type="Account", conditions={"party_type": "organisation"}
    )
    return systems


def customer(place: int) -> None:
    """A customer known to three systems, with a contact, a proposal, a case, a delivery and a dead letter."""
    own = {"tax_ids__VAT": None, "addresses__bill_to": None, "emails": f"kontakt@meier{place}.example"}
    process.changes([organisation("crm", f"a{place}", 1, legal_name=f"{NASTY} {place}", **own)])
    process.changes([organisation("erp", f"b{place}", 1, legal_name=f"{NASTY} {place}", payment_terms="NT30", **own)])
    process.changes([organisation("erp", f"b{place}", 2, legal_name=f"{NASTY} {place}", payment_terms="NT40", **own)])
    process.changes(
        [
            change(
                "crm",
                f"c{place}",
                3,
                object_type="Contact",
                entity="contact",
                role="<b>Buyer</b>",
                refs={"person": ("Contact.Person", f"c{place}"), "organisation": ("Account", f"a{place}")},
            ),
            change(
                "crm",
                f"c{place}",
                3,
                object_type="Contact.Person",
                party_type="person",
                first_name="Eva",
                last_name=f"Kern{place}",
                emails="not an address",
            ),
        ]
    )
    process.changes([organisation("crm", f"a{place}", 5, legal_name=f"{NASTY} {place}", payment_terms="NT60", **own)])
    process.changes([organisation("store", f"d{place}", 1, legal_name=f"Anders {place} AG", tax_ids__VAT=None)])
    first, second = (
        SourceRecord.objects.get(external_id=name, entity="customer") for name in (f"a{place}", f"d{place}")
    )
    line = ["email", "Same", 4.0, f"Same: {NASTY}."]
    Case.objects.get_or_create(
        first_id=min(first.golden_id, second.golden_id),
        second_id=max(first.golden_id, second.golden_id),
        defaults={"weight": 1.5, "evidence": {"weight": 1.5, "veto": "", "lines": [line]}},
    )
    machine = access.machine()
    Decision.objects.create(a=min(first, second, key=pk), b=max(first, second, key=pk), verdict="apart", actor=machine)
    now = timezone.now()
    Delivery.objects.create(
        connection=first.connection,
        object_type="Account",
        subject_type="customer",
        subject_id=first.golden_id,
        state="dead",
        reason="permanent",
        error=f"Refused: {NASTY}",
        not_before=now,
        written=[{"external_id": "a0", "created": True, "keys": ["phones|main"]}],
    )
    InboundMessage.objects.create(
        connection_id=first.connection_id,
        object_type="Account",
        external_id=f"x{place}",
        state="dead",
        stage="map",
        error=f"Unreadable: {NASTY}",
        body={"Name": NASTY},
        observed_at=now,
    )
    PersonalToken.issue(machine, name=NASTY, scopes="read", expires_at=now)
    Subscriber.objects.create(client=machine, name=NASTY, url="https://192.0.2.1/", secret={"secret": SECRET})


def pk(row: Any) -> int:
    return int(row.pk)


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password="x"))
    return client


def page(boss: Client, name: str, *args: object, **query: str) -> str:
    response = boss.get(reverse(f"admin:{name}", args=args), query)
    assert response.status_code == 200, (name, response.status_code, response.headers.get("Location"))
    return response.content.decode()


OURS = [model for model in admin.site._registry if model._meta.app_label in ("mdm", "connectors")]
MADE = {
    Customer,
    Product,
    Relation,
    SourceRecord,
    SourceVersion,
    Link,
    Decision,
    Case,
    Proposal,
    Actor,
    RuleSet,
    Connection,
    InboundMessage,
    Delivery,
    PersonalToken,
    Subscriber,
}


def test_everything_of_note_is_in_the_admin() -> None:
    assert set(OURS) == MADE


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_page_opens(boss: Client, model: Any) -> None:
    estate()
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    rows = list(model.objects.all())
    assert rows, model
    texts = [page(boss, f"{name}_changelist"), page(boss, f"{name}_changelist", q="Meier")]
    for row in rows:
        texts += [page(boss, f"{name}_change", row.pk), page(boss, f"{name}_history", row.pk)]
    add = boss.get(reverse(f"admin:{name}_add"))
    assert add.status_code == (200 if model in (Actor, Connection, PersonalToken, Subscriber) else 403)
    for text in texts:
        assert "<script>alert" not in text
        assert SECRET not in text
        assert " style=" not in text and "<style" not in text and "onclick" not in text


def test_index_and_app_lists_open(boss: Client) -> None:
    assert "Source records" in page(boss, "index")
    assert "Deliverys" not in page(boss, "app_list", "connectors")


# Lists read the same number of queries for three rows of each kind as for nine.
BUDGETS = {
    "mdm_customer": 9,
    "mdm_sourcerecord": 9,
    "mdm_relation": 8,
    "mdm_link": 8,
    "mdm_decision": 10,
    "mdm_case": 10,
    "mdm_proposal": 12,
    "mdm_actor": 7,
    "mdm_personaltoken": 8,
    "connectors_subscriber": 7,
    "mdm_ruleset": 7,
    "mdm_connection": 9,
    "connectors_inboundmessage": 9,
    "connectors_delivery": 9,
}


@pytest.mark.parametrize("name", BUDGETS)
def test_lists_keep_their_query_budget(boss: Client, name: str, django_assert_max_num_queries: Any) -> None:
    estate(3)
    page(boss, f"{name}_changelist")  # permissions and content types are cached from here on
    with django_assert_max_num_queries(BUDGETS[name]) as few:
        page(boss, f"{name}_changelist")
    for place in range(3, 9):
        customer(place)
    with django_assert_max_num_queries(len(few)):
        page(boss, f"{name}_changelist")


def act(boss: Client, name: str, action: str, rows: list[Any], **data: object) -> Any:
    """Run an action of a list as a browser does, with what the list showed."""
    listed = reverse(f"admin:{name}_changelist")
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return boss.post(listed, {**chosen, **data}, follow=True)


def told(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_a_case_shows_both_sides_and_is_merged_on_its_page(boss: Client) -> None:
    estate()
    case = Case.objects.get()
    text = page(boss, "mdm_case_change", case.pk)
    assert "Same: Meier &lt;script&gt;" in text and "Merge: they are one" in text
    address = reverse("admin:mdm_case_decide", args=[case.pk])
    response = boss.post(address, {"verb": "merge", f"version-{case.pk}": case.version}, follow=True)
    assert told(response) == "Merged: 1."
    case.refresh_from_db()
    assert (case.state, case.resolution, case.actor.name) == ("closed", "merged", "boss")
    first, second = (SourceRecord.objects.get(external_id=name, entity="customer") for name in ("a0", "d0"))
    assert first.golden_id == second.golden_id
    assert "Closed: merged" in page(boss, "mdm_case_change", case.pk)


def test_a_case_is_kept_apart_from_the_list_with_a_reason(boss: Client) -> None:
    estate()
    case = Case.objects.get()
    assert f'name="version-{case.pk}" value="{case.version}"' in page(boss, "mdm_case_changelist")
    seen = {f"version-{case.pk}": case.version}
    refused = act(boss, "mdm_case", "keep_apart", [case], **seen)
    assert "write a reason" in told(refused)
    assert Case.objects.get().state == "open"
    done = act(boss, "mdm_case", "keep_apart", [case], reason="Another firm in the same street", **seen)
    assert told(done) == "Kept apart: 1."
    newest = Decision.objects.latest("pk")
    assert (newest.verdict, newest.reason, newest.actor.name) == ("apart", "Another firm in the same street", "boss")


def test_a_decision_on_an_old_version_is_refused(boss: Client) -> None:
    estate()
    case = Case.objects.get()
    response = act(boss, "mdm_case", "merge", [case], **{f"version-{case.pk}": case.version - 1})
    assert "decided or changed meanwhile" in told(response)
    unseen = act(boss, "mdm_case", "merge", [case])
    assert "the page did not show its version" in told(unseen)
    assert Case.objects.get().state == "open"


def test_proposals_are_accepted_and_rejected_with_their_version(boss: Client) -> None:
    estate(2)
    one, other = Proposal.objects.filter(state="open").order_by("pk")
    assert "Payment terms" in page(boss, "mdm_proposal_change", one.pk)
    address = reverse("admin:mdm_proposal_decide", args=[one.pk])
    assert "Accepted" in told(boss.post(address, {"verb": "accept", f"version-{one.pk}": one.version}, follow=True))
    assert "meanwhile" in told(boss.post(address, {"verb": "reject", f"version-{one.pk}": one.version}, follow=True))
    assert told(act(boss, "mdm_proposal", "reject", [other], **{f"version-{other.pk}": 1})) == "Rejected: 1."
    assert [row.state for row in Proposal.objects.filter(pk__in=[one.pk, other.pk]).order_by("pk")] == [
        "accepted",
        "rejected",
    ]


def test_a_verb_that_is_none_is_refused(boss: Client) -> None:
    estate()
    case = Case.objects.get()
    address = reverse("admin:mdm_case_decide", args=[case.pk])
    assert boss.post(address, {"verb": "burn", f"version-{case.pk}": 1}).status_code == 403
    assert boss.get(address).status_code == 405


def test_a_token_is_shown_once_and_kept_as_digest_only(boss: Client) -> None:
    made = boss.post(reverse("admin:mdm_actor_add"), {"name": "shop-api", "region": "", "scopes": "read"})
    assert made.status_code == 302
    client = Actor.objects.get(name="shop-api")
    assert (client.kind, client.token_digest) == ("client", "")
    response = act(boss, "mdm_actor", "issue_token", [client])
    token = response.context["token"]
    assert token in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert signed_in(token) == 200
    assert token not in page(boss, "mdm_actor_change", client.pk) + page(boss, "mdm_actor_history", client.pk)
    assert "1 client shut out" in told(act(boss, "mdm_actor", "revoke", [client]))
    assert signed_in(token) == 401


def signed_in(token: str) -> int:
    return Client().get("/api/v1/status", headers={"Authorization": f"Bearer {token}"}).status_code


def test_credentials_are_shown_once_and_end_when_they_are_revoked(boss: Client) -> None:
    client = Actor.objects.create(kind="client", name="shop-api", scopes="read")
    response = act(boss, "mdm_actor", "issue_credentials", [client])
    given = {name: response.context[name] for name in ("client_id", "client_secret")}
    assert all(value in response.content.decode() for value in given.values())
    body = {"grant_type": "client_credentials", **given}
    token = Client().post("/oauth/token", body).json()["access_token"]
    assert signed_in(token) == 200
    assert "1 client shut out" in told(act(boss, "mdm_actor", "revoke", [client]))
    assert signed_in(token) == 401
    assert Client().post("/oauth/token", body).status_code == 401


def test_a_scope_nobody_knows_is_refused(boss: Client) -> None:
    answer = boss.post(reverse("admin:mdm_actor_add"), {"name": "x", "region": "", "scopes": "read everything"})
    assert "everything: no such scope" in answer.content.decode()
    assert not Actor.objects.filter(name="x").exists()


def test_only_clients_get_tokens(boss: Client) -> None:
    response = act(boss, "mdm_actor", "issue_token", [access.machine()])
    assert "only clients have tokens" in told(response)
    assert not Actor.objects.exclude(token_digest="").exists()


def test_derived_rows_cannot_be_posted_or_reverted(boss: Client) -> None:
    estate()
    row = Customer.objects.filter(party_type="organisation").first()
    assert row is not None
    change_page = reverse("admin:mdm_customer_change", args=[row.pk])
    assert boss.post(change_page, {"legal_name": "Forged"}).status_code == 403
    past = row.history.first()
    version = reverse("admin:mdm_customer_simple_history", args=[row.pk, past.pk])
    assert boss.get(version).status_code == 200
    assert boss.post(version, {"status": "blocked"}).status_code == 403
    before = row.legal_name
    row.refresh_from_db()
    assert (row.legal_name, row.status) == (before, "active")


def test_a_steward_decides_but_sees_no_access_and_changes_no_rules(client: Client) -> None:
    estate()
    user = get_user_model().objects.create_user("mia", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Stewards"))
    client.force_login(user)
    assert "Merge: they are one" in page(client, "mdm_case_change", Case.objects.get().pk)
    connection = Connection.objects.first()
    assert connection is not None
    text = page(client, "mdm_connection_change", connection.pk)
    assert "example.com" not in text and "Check connection" not in text
    rules_page = page(client, "mdm_ruleset_change", rule_set().pk)
    assert "New draft" not in rules_page and 'name="_save"' not in rules_page
    assert client.post(reverse("admin:mdm_ruleset_draft", args=[rule_set().pk])).status_code == 403
    assert client.post(reverse("admin:mdm_connection_check", args=[connection.pk])).status_code == 403
    assert RuleSet.objects.count() == 1


def test_who_may_only_look_at_an_access_is_asked_for_no_secret(client: Client) -> None:
    estate()
    user = get_user_model().objects.create_user("eye", password="x", is_staff=True)
    names = ["view_connection", "view_access"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    text = page(client, "mdm_connection_change", Connection.objects.get(code="crm").pk)
    assert "https://example.com" in text
    assert 'type="password"' not in text and SECRET not in text
