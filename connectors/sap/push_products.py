"""Writes products: SAP owns them, so they are changed, never made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from connectors.errors import Permanent
from connectors.sap import plan_products
from connectors.sap.odata import Record
from connectors.sap.writes import Write

if TYPE_CHECKING:
    from connectors.sap.push import Pusher, Task


class Products:
    """Writes products."""

    def __init__(self, lane: Pusher) -> None:
        self.lane = lane

    def find(self, tasks: Sequence[Task]) -> None:
        """None is looked for: what the hub knows no number of is not in SAP."""

    def create(self, task: Task) -> None:
        """Refused: a product needs more than the hub knows (plants, valuation, taxes)."""
        sentence = (f"{task.what}: products are made in SAP itself, and this one is not there; make it there, or take "
                    "SAP out of the distribution of products.")
        raise Permanent(sentence)

    def plan(self, task: Task, body: Record) -> list[Write]:
        """By segment."""
        return plan_products.update(task.desired, body, self.lane.added, self.lane.options, task.at)

    def is_archived(self, body: Record) -> bool:
        """SAP deletes no product; one marked for deletion is blocked, and that can be taken back."""
        return False
