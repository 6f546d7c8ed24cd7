"""A request that is sent again is done once."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from mdm.api import writes
from mdm.api.common import once
from mdm.models import Answered, GoldenRecord, SourceVersion
from mdm.pipeline import process
from tests import factories
from tests.mdm.api.conftest import Api, caller
from tests.mdm.workers import at_once

NEW = {"external_id": "k1", "attributes": {"party_type": "organisation", "legal_name": "Ganz Neu KG"}}
KEY = {"Idempotency-Key": "9b2f"}


@pytest.mark.django_db
def test_the_answer_is_given_again(api: Api) -> None:
    first = api.post("resolve", NEW, **KEY)
    again = api.post("resolve", NEW, **KEY)
    assert first.status_code == again.status_code == 201, "a plain repetition would be told 200"
    assert first.content == again.content
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    assert GoldenRecord.objects.count() == SourceVersion.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["resolve", "source-records"])
def test_the_same_key_with_another_request_is_refused(api: Api, path: str) -> None:
    api.post("resolve", NEW, **KEY)
    answer = api.post(path, {**NEW, "external_id": "k2"}, **KEY)
    assert (answer.status_code, json.loads(answer.content)["title"]) == (422, "Another request")
    assert GoldenRecord.objects.count() == 1


@pytest.mark.django_db
def test_keys_are_each_callers_own(api: Api) -> None:
    api.post("resolve", NEW, **KEY)
    other = caller(connection="other-app")
    assert "Idempotency-Replayed" not in other.post("resolve", {**NEW, "external_id": "k2"}, **KEY).headers


@pytest.mark.django_db
def test_what_failed_is_not_kept(api: Api) -> None:
    assert api.post("resolve", {**NEW, "attributes": {"no": "no"}}, **KEY).status_code == 422
    assert not Answered.objects.exists()
    assert api.post("resolve", NEW, **KEY).status_code == 201


@pytest.mark.django_db
def test_a_failure_takes_its_writes_along(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("after the write")

    with monkeypatch.context() as patch:
        patch.setattr(writes.golden, "canonical", broken)
        assert api.post("resolve", NEW, **KEY).status_code == 500
    assert not Answered.objects.exists() and not GoldenRecord.objects.exists()
    assert api.post("resolve", NEW, **KEY).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
def test_what_is_no_key(api: Api, key: str) -> None:
    answer = api.post("resolve", NEW, **{"Idempotency-Key": key})
    assert answer.status_code == 422 and not GoldenRecord.objects.exists()


@pytest.mark.django_db
def test_after_a_day_a_key_is_free_again(api: Api) -> None:
    api.post("resolve", NEW, **KEY)
    Answered.objects.update(at=timezone.now() - timedelta(hours=25))
    assert api.post("resolve", {**NEW, "external_id": "k2"}, **KEY).status_code == 201
    Answered.objects.update(at=timezone.now() - timedelta(hours=25))
    assert once.prune() == 1 and not Answered.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_key_at_once_is_done_once() -> None:
    api = caller(connection="shop-app")
    answers = at_once(*[lambda: api.post("resolve", NEW, **KEY)] * 4)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert GoldenRecord.objects.count() == SourceVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_waits_too_long_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    api = caller(connection="shop-app")
    monkeypatch.setattr(once, "PATIENCE", "100ms")

    def slow() -> None:
        with transaction.atomic():
            Answered.objects.create(actor_id=api.actor.pk, key="9b2f", request="x")
            time.sleep(1.5)

    def late() -> Any:
        time.sleep(0.3)
        return api.post("resolve", NEW, **KEY)

    _, answer = at_once(slow, late)
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "5")
    assert process.changes([factories.organisation("shop-app", "z")]).goldens_created == 1, "nobody is left locked"
