"""Prices begin and end by the calendar alone: on the day they do, the systems must be told."""

from __future__ import annotations

from datetime import date, timedelta

import structlog
from django.db import connection, transaction

from mdm import outbox
from mdm.models import Daily

log = structlog.get_logger(__name__)
NAME = "price periods"

# Products with a period that begins after `since` and by `today`, or whose last day was `since` or later and is over.
_TURNED = """
SELECT product.golden_id FROM mdm_product product
WHERE product.status <> 'merged' AND EXISTS (
    SELECT 1 FROM jsonb_each(product.lists) AS held (key, value)
    CROSS JOIN jsonb_array_elements(CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE '[]' END) AS listed (period)
    WHERE key LIKE 'prices|%%' AND jsonb_typeof(period) = 'object' AND (
        (period ->> 'valid_from' COLLATE "C" > %(since)s AND period ->> 'valid_from' COLLATE "C" <= %(today)s)
        OR (period ->> 'valid_to' COLLATE "C" >= %(since)s AND period ->> 'valid_to' COLLATE "C" < %(today)s)))
"""


@transaction.atomic
def turn(today: date) -> int:
    """Have every system look again at the products one of whose prices begins or ends by this day; gives how many.

    Once a day, whoever asks first; after a standstill the days between are made up for.
    """
    row, _ = Daily.objects.get_or_create(name=NAME, defaults={"day": today - timedelta(days=1)})
    last = Daily.objects.select_for_update().get(pk=row.pk)
    if last.day >= today:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_TURNED, {"since": last.day.isoformat(), "today": today.isoformat()})
        turned = [pk for (pk,) in cursor.fetchall()]
    outbox.goldens(dict.fromkeys(turned, "golden.changed"))
    last.day = today
    last.save(update_fields=["day"])
    log.info("price periods turned", day=today.isoformat(), products=len(turned))
    return len(turned)
