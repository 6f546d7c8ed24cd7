"""From what a variant should hold to Shopify's inputs. Pure.

None of these calls deletes what the shop holds: lists that replace are sent with new products only.
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors import mapping
from connectors.base import FieldRow
from connectors.errors import Permanent
from connectors.mapping import dig
from connectors.shopify import documents as doc
from connectors.shopify import goods
from connectors.shopify.documents import Call
from connectors.shopify.goods import Shelf
from connectors.shopify.inputs import Task, custom_id, metafields_due
from mdm.engine.values import Json

OPTION, VALUE = "Title", "Default Title"  # how Shopify names them for a product with a single variant


def single(task: Task) -> bool:
    """Whether the variant is its product's only one, so that the product's own fields are its too."""
    return bool(dig(task.now, "product.variantsCount.count") == 1)


def looks(task: Task) -> list[Call]:
    """How to find a variant that an earlier try made: by the key on it, else by the key on its product."""
    identifier = {"identifier": {"customId": custom_id(task)}}
    return [Call(doc.VARIANT_BY_KEY, identifier), Call(doc.PRODUCT_BY_KEY, identifier)]


def create(task: Task, shelf: Shelf) -> Call:
    """A product with this one variant, active, under the crosswalk key; raises Permanent."""
    title = str(task.wanted(shelf.name) or "").strip()
    if not title:
        raise Permanent(f"{task.what}: it has no name to sell it under.", field=shelf.name)
    variant = {"optionValues": [{"optionName": OPTION, "name": VALUE}], **variant_input(task, shelf)}
    input_ = {
        "title": title,
        "status": "ACTIVE",
        "productOptions": [{"name": OPTION, "values": [{"name": VALUE}]}],
        "variants": [variant],
    }
    if task.wanted("brand"):
        input_["vendor"] = task.wanted("brand")
    identifier = {"customId": custom_id(task)}
    return Call(doc.PRODUCT_SET, {"identifier": identifier, "input": input_, "synchronous": True})


def variant_input(task: Task, shelf: Shelf) -> dict[str, Json]:
    """The variant's own fields that are due, in native form; raises Permanent."""
    native = mapping.write(goods.WRITE_ITEM, {key: task.wanted(key) for key in task.due}, task.what)
    if "measurement" in native.get("inventoryItem", {}) and dig(native, "inventoryItem.measurement.weight") is None:
        native["inventoryItem"]["measurement"]["weight"] = {"value": 0.0, "unit": "KILOGRAMS"}
    if shelf.price in task.due and task.wanted(shelf.price) is not None:  # a price can be changed but not taken away
        one = goods.each(task.wanted(shelf.price), None, shelf.currency)
        if one is None:
            raise Permanent(f"{task.what}: Shopify cannot hold this price.", field=shelf.price)
        native["price"] = f"{one:f}"
    return native


def needs_standing(task: Task, shelf: Shelf, rows: Sequence[FieldRow]) -> bool:
    """Whether anything is due for which the variant's product must be known."""
    own = {row.key for row in goods.WRITE_ITEM} | {shelf.price, "brand"}
    if own & task.due or task.desired.operation == "block" or task.unblocks:
        return True
    return bool(metafields_due(task, rows, {})[0])


def update(task: Task, shelf: Shelf, rows: Sequence[FieldRow], *, bare: bool = False) -> Call | None:
    """The change that is due of the variant's own fields, and of its metafields unless `bare`."""
    native = variant_input(task, shelf)
    entries = [] if bare else metafields_due(task, rows, {})[0]
    if entries:
        native["metafields"] = [{name: value for name, value in one.items() if name != "ownerId"} for one in entries]
    if not native:
        return None
    product = dig(task.now, "product.id")
    return Call(doc.VARIANTS_UPDATE, {"productId": product, "variants": [{"id": task.id, **native}]})


def product_update(task: Task) -> Call | None:
    """The change of its product that is due; of a family nothing, since it is not this variant's alone."""
    if not single(task):
        return None
    native: dict[str, Json] = {}
    if task.wanted("brand") and "brand" in task.due:
        native["vendor"] = task.wanted("brand")
    status = dig(task.now, "product.status")
    if task.desired.operation == "block" and status in ("ACTIVE", "UNLISTED"):
        native["status"] = "DRAFT"
    if taken_back(task) and status == "DRAFT":
        native["status"] = "ACTIVE"
    return Call(doc.PRODUCT_UPDATE, {"product": {"id": dig(task.now, "product.id"), **native}}) if native else None


def showing(task: Task, publications: Sequence[str]) -> Call | None:
    """A variant of a family is taken out of all publications, or put back into them; its siblings stay."""
    if single(task) or not publications:
        return None
    values = {"id": task.id, "input": [{"publicationId": one} for one in publications]}
    if task.desired.operation == "block":
        return Call(doc.UNPUBLISH, values)
    return Call(doc.PUBLISH, values) if taken_back(task) else None


def taken_back(task: Task) -> bool:
    """Whether a block ends that was the hub's: what the shop's people hid stays hidden."""
    return task.unblocks and goods.true(dig(task.now, "blocked.value"))
