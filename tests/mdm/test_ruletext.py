"""A rule set as a text file, and the matrix of who owns what."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from mdm import rules, ruletext
from mdm.admin import matrix, rulewords
from mdm.models import (
    AttributeDefinition,
    Connection,
    DistributionRule,
    FieldMapping,
    OneToOneRule,
    OwnershipRule,
    RuleSet,
)
from tests.factories import connections, rule_set

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def systems() -> dict[str, Connection]:
    return connections()


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss"))
    return client


def rich(systems: dict[str, Connection]) -> RuleSet:
    """A draft with a row of each kind."""
    draft = rules.draft(rule_set())
    draft.note, draft.match_at = "Länder & more", 9.5
    draft.save()
    AttributeDefinition.objects.create(rule_set=draft, name="dealer_tier", label="Dealer tier", kind="category")
    OwnershipRule.objects.create(rule_set=draft, attribute="dealer_tier", owner="crm", region="EMEA")
    OneToOneRule.objects.create(rule_set=draft, connection=systems["erp"], object_type="BusinessPartner")
    DistributionRule.objects.create(
        rule_set=draft, connection=systems["crm"], object_type="Account", conditions={"party_type": "organisation"}
    )
    FieldMapping.objects.create(
        rule_set=draft, connection=systems["crm"], object_type="Account", native="Dealer_Tier__c",
        attribute="dealer_tier", write=True,
    )  # fmt: skip
    return draft


def test_a_set_written_and_read_again_says_the_same(systems: dict[str, Connection]) -> None:
    draft = rich(systems)
    text = ruletext.write(draft)
    made = ruletext.read(text)
    assert made.pk != draft.pk and made.state == "draft" and made.version == draft.version + 1
    assert rulewords.difference(draft, made) == ([], [])
    assert (made.note, made.match_at) == ("Länder & more", 9.5)
    assert ruletext.write(made) == text
    assert made.ownershiprules.model.history.filter(rule_set=made.pk).count() == made.ownershiprules.count()


def test_each_row_is_a_line_of_its_own(systems: dict[str, Connection]) -> None:
    lines = ruletext.write(rich(systems)).splitlines()
    assert '    {"attribute": "dealer_tier", "region": "EMEA", "owner": "crm"}' in [line.rstrip(",") for line in lines]


WAYS = ("once", "duplicates")


def text_with(**changed: Any) -> str:
    return json.dumps({"goldenrod_rules": 1, **changed})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The text is no JSON"),
        ("[" * 100_000, "The text is no JSON"),
        ("[]", '"goldenrod_rules" must be 1'),
        ('{"goldenrod_rules": 2}', '"goldenrod_rules" must be 1'),
        (text_with(colours=[]), "Nothing is known of colours"),
        (text_with(ownershiprules={}), '"ownershiprules" must be a list of rows'),
        (text_with(ownershiprules=[1]), '"ownershiprules" must be a list of rows'),
        (text_with(match_at="high"), "match_at: “high” value must be a float."),
        (text_with(note="x" * 300), "note: Ensure this value has at most 200 characters"),
        (text_with(ownershiprules=[{"attribute": "phones", "owners": "crm"}]), "row 1: nothing is known of owners"),
        (text_with(ownershiprules=[{"attribute": "phones", "owner": "moon"}]), "'moon' is neither a role nor"),
        (text_with(ownershiprules=[{"attribute": "shoe", "owner": "crm"}]), "Customer has no attribute 'shoe'"),
        (text_with(ownershiprules=[{"attribute": "phones", "owner": "crm", "entity": "ship"}]), "row 1: entity: Value"),
        (text_with(ownershiprules=[{"attribute": {"a": 1}, "owner": "crm"}]), "row 1: "),
        (text_with(survivorshiprules=[{"attribute": "phones", "strategy": "priority", "sources": 7}]), "Write a list"),
        (text_with(distributionrules=[{"connection": "moon", "object_type": "Account"}]), "no connection 'moon' here"),
        (text_with(onetoonerules=[{"connection": "crm", "object_type": "Kunde"}]), "has no object type 'Kunde'"),
        (
            text_with(onetoonerules=[{"connection": "crm", "object_type": "Account", "holds": one} for one in WAYS]),
            "onetoonerules, row 2 has the same entity, connection, object_type as",
        ),
        (text_with(distributionrules=[{"object_type": "Account"}]), "no connection 'None' here"),
        (
            text_with(ownershiprules=[{"attribute": "phones", "owner": one} for one in ("crm", "erp")]),
            "ownershiprules, row 2 has the same entity, attribute, context, region, legal_entity as",
        ),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(text: str, sentence: str) -> None:
    with pytest.raises(ruletext.Unreadable) as error:
        ruletext.read(text)
    assert sentence in str(error.value)
    assert RuleSet.objects.count() == 1


def test_a_file_goes_out_and_comes_in_by_admin(boss: Client, systems: dict[str, Connection]) -> None:
    draft = rich(systems)
    answer = boss.get(f"/admin/mdm/ruleset/{draft.pk}/text/")
    assert f'filename="goldenrod-rules-{draft.version}.json"' in answer.headers["Content-Disposition"]
    file = SimpleUploadedFile("rules.json", b"\xef\xbb\xbf" + answer.content)
    answer = boss.post("/admin/mdm/ruleset/import/", {"file": file})
    made = RuleSet.objects.get(version=draft.version + 1)
    assert answer.headers["Location"] == f"/admin/mdm/ruleset/{made.pk}/change/"
    assert rulewords.difference(draft, made) == ([], [])


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"{}", b"x" * (ruletext.MOST + 1)], ids=str)
def test_a_bad_file_is_refused_in_a_sentence(boss: Client, content: bytes | None) -> None:
    answer = boss.post("/admin/mdm/ruleset/import/", {"file": SimpleUploadedFile("r", content)} if content else {})
    assert answer.status_code == 400 and "Nothing was kept of this text" in answer.content.decode()
    assert RuleSet.objects.count() == 1


def test_who_may_not_change_rules_may_not_import(client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("eve", is_staff=True))
    assert client.get("/admin/mdm/ruleset/import/").status_code == 403
    for page in ("text", "matrix"):
        assert client.get(f"/admin/mdm/ruleset/{rule_set().pk}/{page}/").status_code == 403


def test_the_command_writes_and_reads(tmp_path: Path, systems: dict[str, Connection]) -> None:
    draft, out = rich(systems), StringIO()
    call_command("rules", "export", "--version-number", str(draft.version), stdout=out)
    file = tmp_path / "rules.json"
    file.write_text(out.getvalue())
    call_command("rules", "import", str(file), stdout=StringIO())
    assert rulewords.difference(draft, RuleSet.objects.get(version=draft.version + 1)) == ([], [])
    for arguments in (("export", "--version-number", "99"), ("import", str(tmp_path / "none"))):
        with pytest.raises(CommandError):
            call_command("rules", *arguments)
    file.write_text("{}")
    with pytest.raises(CommandError, match="Nothing was kept"):
        call_command("rules", "import", str(file))


# Who owns what -----------------------------------------------------------------------------------------------------


def rows(found: RuleSet) -> dict[str, matrix.Row]:
    tables = {table.label: table for table in matrix.tables(found, matrix.systems())}
    return {row.label: row for row in tables["Customer"].rows}


def test_the_matrix_tells_owner_holders_and_rule(systems: dict[str, Connection]) -> None:
    assert [one.code for one in matrix.systems()] == ["crm", "erp", "store"]
    found = rows(rule_set())
    assert found["Account number"].cells[1:] == ("owner, gives it itself", "")
    assert found["Account number"].rule == "owned by erp" and not found["Account number"].gap
    assert found["Addresses, bill to"].cells[1] == "owner, reads and writes"
    assert found["Addresses, else"].cells == ("reads and writes",) * 3
    assert found["Legal name"].rule == "priority (erp, crm, store)" and not found["Legal name"].gap


def test_the_matrix_names_gaps(systems: dict[str, Connection]) -> None:
    draft = rich(systems)
    OwnershipRule.objects.create(rule_set=draft, attribute="loyalty_id", owner="erp")
    found = rows(draft)
    assert found["Loyalty id"].gap == "no owner holds it: nobody can say what is right"
    assert found["Dealer tier, EMEA"].cells[0] == "owner, reads and writes"
    assert found["Phones"].gap.startswith("several systems write it and no rule")
    draft.distributionrules.all().delete()
    draft.fieldmappings.all().delete()
    assert rows(draft)["Dealer tier, EMEA"].gap == "no owner holds it: nobody can say what is right"


def test_the_page_shows_it(boss: Client, systems: dict[str, Connection]) -> None:
    text = boss.get(f"/admin/mdm/ruleset/{rich(systems).pk}/matrix/").content.decode()
    assert "owner, reads and writes" in text and "⚠" in text and "Contact of" in text
    assert "/admin/mdm/ruleset/import/" in boss.get("/admin/mdm/ruleset/").content.decode()
