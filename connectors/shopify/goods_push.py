"""Writing variants: found by key or made as a product of one, changed one by one, hidden where they are blocked."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.base import Access
from connectors.errors import ConnectorError, Gone, Permanent, Retriable
from connectors.mapping import dig
from connectors.shopify import documents as doc
from connectors.shopify import goods, goods_inputs, refusals
from connectors.shopify.client import Shop
from connectors.shopify.fields import FAMILY
from connectors.shopify.goods import Shelf
from connectors.shopify.inputs import Task, metafields_due, own
from connectors.shopify.steps import Result, Step, UserErrors, run, steps
from mdm.engine.values import Json


class Goods:
    """Writes variants of one shop."""

    def __init__(self, shop: Shop, access: Access) -> None:
        self._shop, self._access = shop, access
        self._publications: list[str] | None = None

    def write(self, tasks: Sequence[Task]) -> None:
        """Create or change; what went wrong stands in each task, and whether its metafields are still to be set."""
        shelf = goods.shelf(self._access)
        fresh = [task for task in tasks if not task.id]
        self._find(fresh)
        made = [task for task in _good(fresh) if not task.id]
        for step, answer in run(self._shop, steps(made, lambda task: goods_inputs.create(task, shelf)), _refused):
            step.task.got(_first(dig(answer, "product.variants.nodes")) or None)
            if not step.task.id:
                step.task.error = Retriable(f"{step.task.what}: Shopify did not say what it made; it is tried again.")
        rows = self._access.fields
        old = [task for task in _good(tasks) if not task.created and goods_inputs.needs_standing(task, shelf, rows)]
        self._stand(old)
        self._change(_good(old), shelf)
        _note(run(self._shop, steps(_good(old), goods_inputs.product_update), _refused))
        self._show([task for task in _good(old) if task.desired.operation == "block" or task.unblocks])

    def _change(self, tasks: Sequence[Task], shelf: Shelf) -> None:
        """Change the variants with their metafields, in one call each: what it makes of the product's stamp is told.

        A metafield that is refused spoils the whole call. Then the variant goes without, and they by themselves: only
        that way one learns which it was, and with which type the shop would take it.
        """
        rows, apart = self._access.fields, dict[int, Task]()

        def spare(step: Step, errors: UserErrors) -> ConnectorError | None:
            if not any("metafields" in (error.get("field") or ()) for error in errors):
                return _refused(step, errors)
            apart[id(step.task)] = step.task
            return None

        done = run(self._shop, steps(tasks, lambda task: goods_inputs.update(task, shelf, rows)), spare)
        for step, _ in done:
            step.task.set = id(step.task) not in apart
            step.task.given = own(metafields_due(step.task, rows, {})[0]) if step.task.set else {}
        bare = steps([*apart.values()], lambda task: goods_inputs.update(task, shelf, rows, bare=True))
        _note([*done, *run(self._shop, bare, _refused)])

    def _find(self, fresh: Sequence[Task]) -> None:
        """Whether variants to be made exist already, from an earlier try whose reply was lost: then they are updated.

        `productSet` would find them by the same key, but its lists would delete what the shop's people added since.
        """
        calls = [call for task in fresh for call in goods_inputs.looks(task)]
        if not calls:
            return
        answer = self._shop.run(calls, correlation_id=fresh[0].desired.correlation_id)
        for error in answer.errors.values():
            raise error
        for at, task in enumerate(fresh):
            variant, product = answer.data.get(f"c{2 * at}"), answer.data.get(f"c{2 * at + 1}")
            task.id = str(dig(variant, "id") or "")
            if not task.id and product:
                self._only(task, product)

    def _only(self, task: Task, product: Json) -> None:
        """The one variant of the product with our key; of several it is not known which was meant."""
        if dig(product, "variantsCount.count") == 1:
            task.id = _first(dig(product, "variants.nodes"))
            return
        task.error = Permanent(
            f"{task.what}: the product made for it has several variants now, none with the metafield mdm.key; "
            "set it on the right one."
        )

    def _stand(self, tasks: Sequence[Task]) -> None:
        """Read whose variants these are."""
        if not tasks:
            return
        ids = list(dict.fromkeys(task.id for task in tasks))
        data = self._shop.read(doc.STANDING, {"ids": ids}, correlation_id=tasks[0].desired.correlation_id)
        found = {str(node["id"]): node for node in data.get("nodes") or () if node and node.get("id")}
        for task in tasks:
            task.now = found.get(task.id, {})
            if not task.now:
                task.error = Gone(f"{task.what} no longer exists in the shop.")

    def _show(self, tasks: Sequence[Task]) -> None:
        if all(goods_inputs.single(task) for task in tasks):
            return
        if self._publications is None:
            self._publications = self._read_publications()
        known = self._publications
        run(self._shop, steps(tasks, lambda task: goods_inputs.showing(task, known)), _refused)

    def _read_publications(self) -> list[str]:
        found: list[str] = []
        after = None
        while True:
            page = dig(self._shop.read(doc.PUBLICATIONS, {"after": after}), "publications") or {}
            found += [str(node["id"]) for node in page.get("nodes") or ()]
            if not dig(page, "pageInfo.hasNextPage"):
                return found
            after = dig(page, "pageInfo.endCursor")


def _note(done: Sequence[Result]) -> None:
    """Keep what our own write made of the stamps of products: of the variants beside, nothing changed by it."""
    for step, answer in done:
        step.task.moves(FAMILY, answer.get("product"))


def _refused(step: Step, errors: UserErrors) -> ConnectorError | None:
    return refusals.refusal(step.task.what, errors, refusals.GOODS)


def _first(nodes: Json) -> str:
    return str(dig(nodes[0], "id") or "") if isinstance(nodes, list) and nodes else ""


def _good(tasks: Sequence[Task]) -> list[Task]:
    return [task for task in tasks if not task.error]
