"""The systems the hub stands between."""

from django.core.validators import RegexValidator
from django.db import models


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
    country = models.CharField(max_length=2, blank=True, help_text="ISO code read into phones that name no country.")

    def __str__(self) -> str:
        return self.name
