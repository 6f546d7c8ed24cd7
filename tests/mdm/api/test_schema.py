"""Schemathesis asks the API whatever its description allows, and what it does not: no failure, no broken promise.

Every operation gets requests made by its schema and requests that break it, half of them about records that are there.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from connectors.models import Delivery, InboundMessage
from mdm.models import Case, Relation, SourceRecord
from mdm.pipeline import process
from tests import factories
from tests.mdm.api.conftest import Api, World, caller

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
CASES = int(os.environ.get("API_CASES", "2000"))  # at least so many in all
PROMISES = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
# Not among the checks: `positive_data_acceptance`, since a cursor or an attribute key is a text no schema tells from
# another, and what is wrong with it is a 422.
NEGATIVE = [*PROMISES, checks.negative_data_rejection]


@pytest.fixture
def asked(world: World) -> Api:
    """Who asks; something of everything is there."""
    process.changes([factories.organisation("erp", "1", 2, region="north", payment_terms="NT30")])
    process.changes([factories.organisation("crm", "a1", 3, region="north", payment_terms="NT60")])
    process.changes([factories.product("erp", "BM-1004"), factories.product("crm", "01t9", gtin=None, sku="X-9")])
    record = SourceRecord.objects.get(external_id="1")
    for state in ("waiting", "dead"):
        Delivery.objects.create(
            connection=record.connection,
            object_type="Account",
            subject_type="customer",
            subject_id=record.golden_id,
            state=state,
            not_before=record.seen_at,
        )
    InboundMessage.objects.create(
        connection_id=record.connection_id,
        external_id="x",
        state="dead",
        observed_at=record.seen_at,
        error="Unreadable.",
    )
    return caller(connection="shop-app")


def real(path: str) -> list[Any]:
    """The ids of what is there, by the kind of resource a path is of."""
    name = path.removeprefix("/api/v1/").partition("/")[0]
    if name in ("contacts", "relations"):
        return list(Relation.objects.values_list("uid", flat=True))
    if name in ("customers", "products"):
        own = SourceRecord.objects.filter(entity=name.removesuffix("s")).exclude(golden=None)
        return list(own.values_list("golden__uid", flat=True))
    models: dict[str, Any] = {"source-records": SourceRecord, "cases": Case, "deliveries": Delivery}
    return list(models[name].objects.values_list("pk", flat=True)) if name in models else [1]


@pytest.fixture
def schema(asked: Api) -> Iterator[Any]:
    headers = {"Authorization": f"Bearer {asked.token}"}
    with override_settings(API_REQUESTS_PER_MINUTE=1_000_000):
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), headers=headers)


@pytest.mark.timeout(300)
def test_the_api_keeps_what_its_description_promises(schema: Any, asked: Api) -> None:
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 40
    each = CASES * 6 // (10 * len(operations))  # some have few ways to be asked
    statuses: Counter[int] = Counter()
    broken: list[str] = []
    for operation, mode in itertools.product(operations, (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)):
        if mode is GenerationMode.NEGATIVE and not _takes_anything(operation):
            continue  # there is nothing one could get wrong
        try:
            _ask(operation, mode, each, statuses, f"Bearer {asked.token}")
        except BaseException as error:  # all of them are told, not the first alone
            broken.append(f"{operation.label} {mode.name}: {_sentence(error)}")
    assert not broken, "\n\n".join(broken)
    assert sum(statuses.values()) >= CASES, statuses
    assert statuses[200] > CASES / 10, statuses
    assert not any(status >= 500 for status in statuses), statuses


def _sentence(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return f"{error.message[:1500]}\n{' '.join(map(_sentence, error.exceptions))}"
    return f"{type(error).__name__}: {str(error)[:800]}"


def _takes_anything(operation: Any) -> bool:
    parts = (operation.path_parameters, operation.query, operation.headers, operation.body)
    return any(list(part) for part in parts)


def _ask(operation: Any, mode: GenerationMode, each: int, statuses: Counter[int], token: str) -> None:
    ids = real(operation.path)

    @seed(7)
    @settings(
        max_examples=each,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), there=st.booleans(), place=st.integers(0, 99))
    def ask(case: Any, there: bool, place: int) -> None:
        if there and ids and mode is GenerationMode.POSITIVE and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = str(ids[place % len(ids)])
        response = case.call(headers={"Authorization": token})
        statuses[response.status_code] += 1
        case.validate_response(response, checks=NEGATIVE if mode is GenerationMode.NEGATIVE else PROMISES)

    ask()
