"""What people may ask of a page."""

from __future__ import annotations

from django import forms

from mdm.models import Customer
from mdm.selectors.customers import Wanted

STATUSES = [(value, value.capitalize()) for value in Customer.Status.values]
PARTY_TYPES = [("organisation", "Organisations"), ("person", "Persons")]


class CustomerFilter(forms.Form):
    """Which golden customers to list; it lives in the address, so that a list can be sent to a colleague."""

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Name, id, e-mail, phone or tax id"}),
    )
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "All but merged"), *STATUSES])
    type = forms.ChoiceField(label="Party type", required=False, choices=[("", "All"), *PARTY_TYPES])

    def wanted(self) -> Wanted:
        """The question asked; parts that make no sense are left out."""
        self.is_valid()
        given = self.cleaned_data
        return Wanted(text=given.get("q", ""), status=given.get("status", ""), party_type=given.get("type", ""))
