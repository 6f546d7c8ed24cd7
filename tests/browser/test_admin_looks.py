"""The admin in a real browser: axe finds nothing on its pages either."""

from __future__ import annotations

import pytest

from mdm.models import Case, Connection, SourceRecord
from tests.browser import cases
from tests.browser.conftest import Open
from tests.browser.test_looks import judged, picture
from tests.factories import rule_set

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("systems"),
    pytest.mark.timeout(300),
]


def addresses() -> dict[str, str]:
    cases.opened(3)
    rules = f"/admin/mdm/ruleset/{rule_set().pk}"
    return {
        "admin": "/admin/",
        "rulesets": "/admin/mdm/ruleset/",
        "ruleset": f"{rules}/change/",
        "matrix": f"{rules}/matrix/",
        "ruleset-history": f"{rules}/history/",
        "import": "/admin/mdm/ruleset/import/",
        "connections": "/admin/mdm/connection/",
        "connection": f"/admin/mdm/connection/{Connection.objects.get(code='crm').pk}/change/",
        "case": f"/admin/mdm/case/{Case.objects.order_by('pk')[0].pk}/change/",
        "source-record": f"/admin/mdm/sourcerecord/{SourceRecord.objects.order_by('pk')[0].pk}/change/",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_admin_pages(open_page: Open, width: int, scheme: str) -> None:
    page = open_page("boss", "admin", width=width, scheme=scheme)
    found = {}
    for name, address in addresses().items():
        page.goto(address)
        picture(page, f"admin {name} {width} {scheme}")
        if troubles := {line.partition(":")[0] for line in judged(page)}:
            found[name] = troubles
    assert not found
