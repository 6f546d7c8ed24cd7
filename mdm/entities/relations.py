"""Relations between golden records: typed, stated by sources, derived once both ends have arrived."""

from mdm.entities.base import Attribute, Entity, Kind

CONTACT = Entity(
    name="contact",
    label="Contact of",
    refs=("person", "organisation"),
    ends="customer",
    attributes=(
        Attribute("role", Kind.TEXT, "Role"),
        Attribute("department", Kind.TEXT, "Department"),
        Attribute("work_phone", Kind.PHONE, "Work phone"),
        Attribute("work_email", Kind.EMAIL, "Work e-mail"),
    ),
)

SUBSIDIARY = Entity(
    name="subsidiary", label="Subsidiary of", refs=("organisation", "parent"), ends="customer", attributes=()
)
