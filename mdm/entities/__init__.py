"""What is mastered, declared once: entities, their attributes and the kinds of these."""

from mdm.entities.base import Attribute, Entity, Kind, Shape
from mdm.entities.customer import CUSTOMER
from mdm.entities.product import PRODUCT, VARIANT
from mdm.entities.relations import CONTACT, SUBSIDIARY

ENTITIES: dict[str, Entity] = {entity.name: entity for entity in (CUSTOMER, CONTACT, SUBSIDIARY, PRODUCT, VARIANT)}
# Those with golden records of their own, in the order in which they are locked.
MASTERED = tuple(name for name, entity in ENTITIES.items() if not entity.is_relation)
RELATIONS = tuple(name for name, entity in ENTITIES.items() if entity.is_relation)

__all__ = [
    "CONTACT",
    "CUSTOMER",
    "ENTITIES",
    "MASTERED",
    "PRODUCT",
    "RELATIONS",
    "SUBSIDIARY",
    "VARIANT",
    "Attribute",
    "Entity",
    "Kind",
    "Shape",
]
