"""What is mastered, declared once: entities, their attributes and the kinds of these."""

from mdm.entities.base import Attribute, Entity, Kind, Shape
from mdm.entities.customer import CUSTOMER
from mdm.entities.product import PRODUCT, VARIANT
from mdm.entities.relations import CONTACT, SUBSIDIARY

ENTITIES: dict[str, Entity] = {entity.name: entity for entity in (CUSTOMER, CONTACT, SUBSIDIARY)}

__all__ = [
    "CONTACT",
    "CUSTOMER",
    "ENTITIES",
    "PRODUCT",
    "SUBSIDIARY",
    "VARIANT",
    "Attribute",
    "Entity",
    "Kind",
    "Shape",
]
