"""Forms of a rule set's rows: lists written as words, and sentences where rows contradict."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.http import HttpRequest

from mdm import contradictions
from mdm.engine.values import Json
from mdm.models import (
    AttributeDefinition,
    DistributionRule,
    FieldMapping,
    OneToOneRule,
    OwnershipRule,
    RuleSet,
    SurvivorshipRule,
)


class Ranked(forms.CharField):
    """Names in order, parted by commas: `erp, crm, store`."""

    def prepare_value(self, value: Json) -> str:
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")

    def to_python(self, value: Json) -> list[str]:  # type: ignore[override]
        if isinstance(value, list):
            return value
        return [name.strip() for name in str(value or "").split(",") if name.strip()]

    def has_changed(self, initial: Json, data: Json) -> bool:
        return self.to_python(initial) != self.to_python(data)


class RuleFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows of one kind, checked against each other before any is saved."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name each field: by sight only the head of the table says what it is."""
        super().add_fields(form, index)
        row = form.instance if form.instance.pk else "new row"
        for name, field in form.fields.items():
            field.widget.attrs["aria-label"] = f"{field.label or name}: {row}"

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [
            form.instance
            for form in self.forms
            if not form.cleaned_data.get("DELETE") and (form.instance.pk or form.has_changed())
        ]
        sentences = contradictions.between(kept)
        if sentences:
            raise ValidationError(sentences)

    def get_unique_error_message(self, unique_check: Any) -> str:
        names = ", ".join(name.replace("_", " ") for name in unique_check if name != self.fk.name)
        return f"Two rows have the same {names}; remove one of them."


class AttributeFormSet(RuleFormSet):
    """Run-time attributes. What will be there after saving is told to the other rows, which are checked before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.management_form.is_valid():
            self.instance.coming = dict(filter(None, map(self._coming, range(self.total_form_count()))))

    def _coming(self, place: int) -> tuple[tuple[str, str], str] | None:
        given = {name: self.data.get(f"{self.prefix}-{place}-{name}", "") for name in ("entity", "name", "shape")}
        if self.data.get(f"{self.prefix}-{place}-DELETE") or not given["name"]:
            return None
        return (given["entity"], given["name"].strip()), given["shape"]


def listed(name: str, size: int) -> forms.TextInput:
    """A text input that suggests what is known, from a list the page carries."""
    return forms.TextInput(attrs={"list": f"known-{name}", "size": size, "autocomplete": "off"})


NARROW = forms.TextInput(attrs={"size": 12})


class RuleInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows of a rule set; those of a retired one are only shown."""

    formset = RuleFormSet
    extra = 0
    show_change_link = False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the small signs beside a choice that lead away from the rules."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def _open(self, request: HttpRequest, obj: RuleSet | None) -> bool:
        may = request.user.has_perm("mdm.change_ruleset")
        return may and obj is not None and obj.state != RuleSet.State.RETIRED

    def has_add_permission(self, request: HttpRequest, obj: RuleSet | None = None) -> bool:
        return self._open(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: RuleSet | None = None) -> bool:
        return self._open(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: RuleSet | None = None) -> bool:
        return self._open(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: RuleSet | None = None) -> bool:
        return bool(request.user.has_perm("mdm.view_ruleset") or request.user.has_perm("mdm.change_ruleset"))


class AttributeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        widgets = {"name": forms.TextInput(attrs={"size": 20}), "label": forms.TextInput(attrs={"size": 24})}


class OwnershipForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        widgets = {
            "attribute": listed("attributes", 20),
            "context": NARROW,
            "region": NARROW,
            "legal_entity": NARROW,
            "owner": listed("sources", 14),
        }


class SurvivorshipForm(forms.ModelForm):  # type: ignore[type-arg]
    sources = Ranked(required=False, help_text="For priority: roles or connections, most trusted first: erp, crm.")

    class Meta:
        widgets = {
            "attribute": listed("attributes", 20),
            "context": NARROW,
            "region": NARROW,
            "legal_entity": NARROW,
        }


class DistributionForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        widgets = {
            "object_type": listed("object-types", 22),
            "conditions": forms.Textarea(attrs={"rows": 2, "cols": 40}),
        }


class OneToOneForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        widgets = {"object_type": listed("object-types", 22)}


class MappingForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        widgets = {
            "object_type": listed("object-types", 18),
            "native": forms.TextInput(attrs={"size": 24}),
            "attribute": listed("attributes", 18),
            "context": NARROW,
        }


class AttributeInline(RuleInline):
    model, form, formset = AttributeDefinition, AttributeForm, AttributeFormSet
    verbose_name_plural = "Attributes added at run time"


class OwnershipInline(RuleInline):
    model, form = OwnershipRule, OwnershipForm
    verbose_name_plural = "Ownership: whose word holds"


class SurvivorshipInline(RuleInline):
    model, form = SurvivorshipRule, SurvivorshipForm
    verbose_name_plural = "Survivorship: which value wins where nobody owns it"


class DistributionInline(RuleInline):
    model, form = DistributionRule, DistributionForm
    verbose_name_plural = "Distribution: who should hold which golden records"


class OneToOneInline(RuleInline):
    model, form = OneToOneRule, OneToOneForm
    verbose_name_plural = "One to one: systems that hold each customer or product only once"


class MappingInline(RuleInline):
    model, form = FieldMapping, MappingForm
    verbose_name_plural = "Field mappings: native fields of attributes added at run time"


INLINES = (
    AttributeInline,
    OwnershipInline,
    SurvivorshipInline,
    DistributionInline,
    OneToOneInline,
    MappingInline,
)
