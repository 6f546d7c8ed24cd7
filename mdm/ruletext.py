"""A rule set as a text file: a row on a line, connections by code, so that sets can be kept, compared and carried over.

Reading makes a draft and never touches what is in force. The form: JSON with `goldenrod_rules` (version of the form),
`note`, `match_at`, `review_at`, and a list of rows for each kind of rule; what is left out of a row has its default.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models, transaction
from simple_history.utils import bulk_create_with_history

from mdm import contradictions
from mdm.models import Connection, RuleSet
from mdm.models.rules import AttributeDefinition, Rule

FORM = 1
OUTSIDE = ("id", "rule_set")
MOST = 2_000_000  # bytes
HEAD = ("note", "match_at", "review_at")


class Unreadable(Exception):
    """A text that is no rule set; `sentences` say where and why, and nothing was kept of it."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def kinds() -> dict[str, type[Rule]]:
    """Name of a list in the text -> the rows in it."""
    rows = {name: RuleSet._meta.get_field(name).related_model for name in contradictions.relations()}
    return {name: model for name, model in rows.items() if isinstance(model, type) and issubclass(model, Rule)}


def write(rule_set: RuleSet) -> str:
    """The text of a rule set; the same rows give the same text."""
    parts = [f'  "goldenrod_rules": {FORM}']
    parts += [f'  "{name}": {_json(getattr(rule_set, name))}' for name in HEAD]
    for name in kinds():
        lines = sorted(_json(_told(row)) for row in getattr(rule_set, name).all())
        parts.append(f'  "{name}": [' + ",".join(f"\n    {line}" for line in lines) + ("\n  ]" if lines else "]"))
    return "{\n" + ",\n".join(parts) + "\n}\n"


@transaction.atomic
def read(text: str, *, user: Any = None) -> RuleSet:
    """Make a draft of a text. Raises Unreadable with every row that is wrong, by list and place."""
    told = _parsed(text)
    newest = RuleSet.objects.select_for_update().order_by("-version").first()
    head = {name: told[name] for name in HEAD if name in told}
    draft = RuleSet(version=newest.version + 1 if newest else 1, **head)
    draft._history_user = user  # type: ignore[attr-defined]
    connections = {row.code: row for row in Connection.objects.all()}
    rows = {
        name: [_row(model, draft, one, connections, f"{name}, row {place}") for place, one in _rows(told, name)]
        for name, model in kinds().items()
    }
    every = [row for made in rows.values() for row in made]
    draft.coming = {(row.entity, row.name): row.shape for row in every if isinstance(row, AttributeDefinition)}
    sentences = [*_wrong(draft, "the head"), *_each(every)] or [*_twice(every), *contradictions.between(every)]
    if sentences:
        raise Unreadable(*sentences)
    draft.save()
    for name, model in kinds().items():
        for row in rows[name]:
            row.rule_set = draft  # it has an id only now
        bulk_create_with_history(rows[name], model, default_user=user)
    return draft


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _told(row: Rule) -> dict[str, Any]:
    """What a row says, without what is as usual."""
    values = {field.name: getattr(row, field.name) for field in _fields(type(row))}
    usual = {field.name: field.get_default() for field in _fields(type(row))}
    codes = {"connection": values["connection"].code} if "connection" in values else {}
    return {name: value for name, value in values.items() if value != usual[name]} | codes


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.name not in OUTSIDE]


def _parsed(text: str) -> Mapping[str, Any]:
    if len(text.encode()) > MOST:
        raise Unreadable(f"The text is longer than {MOST:,} bytes.")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The text is no JSON: {error}.") from None
    if not isinstance(told, dict) or told.get("goldenrod_rules") != FORM:
        raise Unreadable(f'The text is no rule set: "goldenrod_rules" must be {FORM}.')
    unknown = sorted(told.keys() - {"goldenrod_rules", *HEAD, *kinds()})
    if unknown:
        raise Unreadable(f"Nothing is known of {', '.join(unknown)}. There are: {', '.join((*HEAD, *kinds()))}.")
    return told


def _rows(told: Mapping[str, Any], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    rows = told.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable(f'"{name}" must be a list of rows in braces.')
    return enumerate(rows, 1)


def _row(
    model: type[Rule], draft: RuleSet, told: Mapping[str, Any], connections: Mapping[str, Connection], place: str
) -> Rule:
    names = {field.name for field in _fields(model)}
    unknown = sorted(told.keys() - names)
    if unknown:
        raise Unreadable(f"{place}: nothing is known of {', '.join(unknown)}. A row has: {', '.join(sorted(names))}.")
    values = dict(told)
    if "connection" in names:
        code = told.get("connection")
        if not isinstance(code, str) or code not in connections:
            known = ", ".join(sorted(connections)) or "none"
            raise Unreadable(f"{place}: there is no connection '{code}' here. There are: {known}.")
        values["connection"] = connections[code]
    row = model(rule_set=draft, **values)
    row._place = place  # type: ignore[attr-defined]
    wrong = _wrong(row, place, clean=False)
    if wrong:
        raise Unreadable(*wrong)
    return row


def _each(rows: list[Rule]) -> Iterator[str]:
    for row in rows:
        yield from _wrong(row, row._place)  # type: ignore[attr-defined]


def _twice(rows: list[Rule]) -> Iterator[str]:
    """Rows that say the same of what may be said once."""
    seen: dict[tuple[Any, ...], str] = {}
    for row in rows:
        for constraint in row._meta.constraints:
            names = [name for name in getattr(constraint, "fields", ()) if name != "rule_set"]
            told = (type(row), *(getattr(row, name) for name in names))
            place = row._place  # type: ignore[attr-defined]
            if told in seen:
                yield f"{place} has the same {', '.join(names)} as {seen[told]}; remove one of them."
            seen[told] = place


def _wrong(row: RuleSet | Rule, place: str, *, clean: bool = True) -> list[str]:
    """What is wrong with a row, by field; `clean` asks also what depends on other rows."""
    try:
        row.clean_fields(exclude=OUTSIDE)
        if clean:
            row.clean()
    except ValidationError as error:
        return [f"{place}: {_named(row, name)}{sentence}" for name, told in _by_field(error) for sentence in told]
    except (TypeError, AttributeError, KeyError) as error:
        return [f"{place}: a value has the wrong form ({error})."]
    return []


def _by_field(error: ValidationError) -> Iterator[tuple[str, list[str]]]:
    if hasattr(error, "error_dict"):
        yield from error.message_dict.items()
    else:
        yield "", error.messages


def _named(row: models.Model, name: str) -> str:
    try:
        return f"{row._meta.get_field(name).name}: " if name else ""
    except FieldDoesNotExist:
        return ""


