"""What a large hub has beside its customers: products, open proposals, traffic, and stewards of one region."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from connectors.models import Access, Cursor
from mdm.models import Connection
from tests.bench import bulk
from tests.factories import product

CONTESTED = ("legal_name", "industry", "segment", "phones|main", "tax_ids|VAT", "addresses|bill_to")
DEAD = 2000  # messages and deliveries each, of a few causes
PROPOSALS = """
INSERT INTO mdm_proposal (golden_id, record_id, key, value, value_digest, owner, owner_value, source_time, state,
    version, opened_at)
SELECT g.id + n * %(step)s, r.id + n * %(step)s + n %% 2, (%(keys)s::text[])[n / 2 %% %(kinds)s + 1],
    to_jsonb('New ' || n), md5(n::text), (ARRAY['erp', 'crm'])[n %% 2 + 1], to_jsonb('Old ' || n),
    now() - n * interval '1 second', 'open', 1, now() - n * interval '1 second'
FROM (SELECT min(id) AS id FROM mdm_goldenrecord) g, (SELECT min(id) AS id FROM mdm_sourcerecord) r,
    generate_series(1, %(count)s) AS n
"""
DELIVERIES = """
INSERT INTO connectors_delivery (connection_id, object_type, subject_type, subject_id, operation, state, priority,
    not_before, depends_on, attempts, pushes, written, reason, error, correlation_ids, created_at, finished_at)
SELECT c.id, 'Account', 'customer', g.id + n * %(step)s, 'upsert',
    CASE WHEN n <= %(dead)s THEN 'dead' ELSE 'done' END, 1, at, '[]', 1, 1, '[]',
    CASE WHEN n <= %(dead)s THEN 'permanent' ELSE '' END,
    CASE WHEN n <= %(dead)s THEN 'Rule ' || (ARRAY['A', 'B', 'C', 'D', 'E'])[n %% 5 + 1] || ' refuses ''' || n || '''.'
        ELSE '' END, '[]', at, at
FROM (SELECT min(id) AS id FROM mdm_connection) c, (SELECT min(id) AS id FROM mdm_goldenrecord) g,
    generate_series(1, %(count)s) AS n, LATERAL (SELECT now() - (%(count)s - n) * interval '1 second' AS at) t
"""
MESSAGES = """
INSERT INTO connectors_inboundmessage (connection_id, object_type, external_id, body, "fetch", observed_at, received_at,
    state, attempts, stage, error, correlation_id, actor, reason)
SELECT c.id, 'Account', lpad(n::text, 15, '0'), '{"Id": "1"}', false, at, at,
    CASE WHEN n <= %(dead)s THEN 'dead' ELSE 'done' END, 1, 'map',
    CASE WHEN n <= %(dead)s THEN 'Field ' || (ARRAY['Name', 'City', 'Phone'])[n %% 3 + 1] || ' is missing in ' || n
        ELSE '' END, '', '', ''
FROM (SELECT min(id) AS id FROM mdm_connection) c,
    generate_series(1, %(count)s) AS n, LATERAL (SELECT now() - (%(count)s - n) * interval '1 second' AS at) t
"""


def fill(count: int) -> None:
    """So many golden products with two source records each, open proposals, deliveries and inbound messages."""
    said = {"sku": "QQSKU", "gtin": None, "names__en": "Qqname Qqtrade Qqtail screw M8x40"}
    bulk.multiply("product", [product("crm", "QQCRM", 1, **said), product("erp", "QQERP", 2, **said)], count)
    given = {"count": count, "step": bulk.STEP, "dead": min(DEAD, count // 10)}
    with connection.cursor() as cursor:
        for statement in (PROPOSALS, DELIVERIES, MESSAGES):
            cursor.execute(statement, {**given, "keys": list(CONTESTED), "kinds": len(CONTESTED)})
    for row in Connection.objects.all():
        Access.objects.create(connection=row, base_url="https://x.example")
        Cursor.objects.create(connection=row, object_type="Account", pulled_at=timezone.now())
    bulk.settle()
