"""The systems the hub stands between."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.module_loading import import_string
from simple_history.models import HistoricalRecords

# Named as a string: this app imports no other.
OBJECT_TYPES = "connectors.reach.object_types"


class Connection(models.Model):
    """One configured instance of a source system."""

    class Role(models.TextChoices):
        CRM = "crm", "CRM"
        ERP = "erp", "ERP"
        STORE = "store", "Store"
        HUB = "hub", "Hub"
        OTHER = "other", "Other"

    class Mode(models.TextChoices):
        OBSERVE = "observe", "Observe: read only"
        WRITE = "write", "Write"

    code = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+$", "Use lower-case letters, digits and hyphens, for example sap-de.")],
        help_text="Short lasting name, for example sap-de.",
    )
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=30, help_text="Which connector speaks to it: salesforce, sap, shopify, hub.")
    role = models.CharField(max_length=10, choices=Role.choices)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.OBSERVE)
    enabled = models.BooleanField(default=True)
    region = models.CharField(max_length=20, blank=True)
    legal_entity = models.CharField(max_length=40, blank=True)
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", "Use the two capital letters of the ISO code, for example DE.")],
        help_text="ISO code read into phones that name no country.",
    )
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if (self.kind == "hub") != (self.role == self.Role.HUB):
            raise ValidationError({"role": "The hub's own connection has kind hub and role hub, and no other has."})

    def object_type(self, name: str) -> Any:
        """What its connector declares of an object type; None where it lacks it."""
        return next((found for found in import_string(OBJECT_TYPES)(self) if found.name == name), None)

    def object_type_names(self) -> list[str]:
        """The object types its connector reads; none for the hub's own."""
        return [found.name for found in import_string(OBJECT_TYPES)(self)]
