"""What people may ask of a page."""

from __future__ import annotations

from typing import Any

from django import forms

from mdm.models import Customer
from mdm.selectors.listing import Wanted

STATUSES = [(value, value.capitalize()) for value in Customer.Status.values]
KINDS = {
    "customer": ("Party type", [("organisation", "Organisations"), ("person", "Persons")]),
    "product": ("Product type", [("item", "Items"), ("family", "Families")]),
}
TYPED = {
    "customer": "Name, id, e-mail, phone or tax id",
    "product": "Name, SKU, GTIN, part number or id",
}


class GoldenFilter(forms.Form):
    """Which golden records to list; it lives in the address, so that a list can be sent to a colleague."""

    q = forms.CharField(label="Search", required=False, max_length=200, widget=forms.TextInput({"type": "search"}))
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "All but merged"), *STATUSES])
    type = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, entity: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entity = entity
        label, choices = KINDS[entity]
        self.fields["q"].widget.attrs["placeholder"] = TYPED[entity]
        kind = self.fields["type"]
        kind.label, kind.choices = label, [("", "All"), *choices]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """The question asked; parts that make no sense are left out."""
        self.is_valid()
        given = self.cleaned_data
        return Wanted(
            entity=self.entity, text=given.get("q", ""), status=given.get("status", ""), kind=given.get("type", "")
        )
