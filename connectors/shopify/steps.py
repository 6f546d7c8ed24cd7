"""Sending calls for many records at once, so that each record keeps its own errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.errors import ConnectorError, Misconfigured, Permanent, Retriable
from connectors.shopify import refusals
from connectors.shopify.client import Answer, Shop, TooCostly
from connectors.shopify.documents import Call
from connectors.shopify.inputs import Task
from mdm.engine.values import Json

CALLS = 50  # in one request, 10 to 11 points each of the 1000 Shopify allows a request

UserErrors = Sequence[Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class Step:
    """One call and the tasks it serves; what goes wrong with it goes wrong with each of them."""

    tasks: tuple[Task, ...]
    call: Call

    @property
    def task(self) -> Task:
        return self.tasks[0]


Refused = Callable[[Step, UserErrors], ConnectorError | None]
Result = tuple[Step, Mapping[str, Json]]


def steps(tasks: Sequence[Task], make: Callable[[Task], Call | None]) -> list[Step]:
    """A step for each task that needs one; a task whose input cannot be made keeps the error."""
    return several(tasks, lambda task: [make(task)])


def several(tasks: Sequence[Task], make: Callable[[Task], Sequence[Call | None]]) -> list[Step]:
    """The steps of all tasks, any number each."""
    return [step for task in tasks for step in _made(task, make)]


def _made(task: Task, make: Callable[[Task], Sequence[Call | None]]) -> Iterator[Step]:
    try:
        calls = make(task)
    except Permanent as error:
        task.error = error
        return
    yield from (Step((task,), call) for call in calls if call is not None)


def run(shop: Shop, work: Sequence[Step], on_refusal: Refused | None = None) -> list[Result]:
    """Send the calls, note the error of each task, give back the answers of those that went well.

    `on_refusal` may make something else of userErrors; if it answers None, the step went well. Raises Misconfigured,
    and whatever stopped a whole request before anything of it was decided.
    """
    done: list[Result] = []
    for start in range(0, len(work), CALLS):
        done += _send(shop, work[start : start + CALLS], on_refusal)
    return done


def _send(shop: Shop, work: Sequence[Step], on_refusal: Refused | None) -> list[Result]:
    try:
        answer = shop.run([step.call for step in work], correlation_id=work[0].task.desired.correlation_id)
    except TooCostly:
        if len(work) == 1:
            raise
        half = len(work) // 2
        return [*_send(shop, work[:half], on_refusal), *_send(shop, work[half:], on_refusal)]
    done: list[Result] = []
    for index, step in enumerate(work):
        data = answer.data.get(f"c{index}")
        error = _error(step, answer, index, on_refusal)
        if error is None:
            done.append((step, data if isinstance(data, Mapping) else {}))
        for task in step.tasks:
            task.error = task.error or error
    return done


def _error(step: Step, answer: Answer, index: int, on_refusal: Refused | None) -> ConnectorError | None:
    error = answer.errors.get(f"c{index}")
    if isinstance(error, Misconfigured):
        raise error
    if error is not None:
        return error
    data = answer.data.get(f"c{index}")
    errors = refusals.user_errors(data)
    if errors:
        return on_refusal(step, errors) if on_refusal else refusals.refusal(step.task.what, errors)
    if not isinstance(data, Mapping):
        return Retriable(f"{step.task.what}: Shopify did not say what became of it; it is tried again later.")
    return None
