"""The form of an access: secrets go in and never come out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from connectors import registry
from connectors.models import Access
from mdm.models.systems import Connection

PREFIX = "secret_"
OTHER = ("other_secret_name", "other_secret_value")


class AccessForm(forms.ModelForm):  # type: ignore[type-arg]
    """Address and schedule; each secret has an input that is always empty, and empty keeps the old value."""

    other_secret_name = forms.CharField(
        label="Another secret", required=False, max_length=60, help_text="Its name, if the connector reads one more."
    )
    other_secret_value = forms.CharField(
        label="Its value",
        required=False,
        max_length=4000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    base_url = forms.URLField(
        label="Address", max_length=300, assume_scheme="https", widget=forms.URLInput(attrs={"size": 60})
    )

    class Meta:
        model = Access
        fields = ("base_url", "options", "pull_every", "reconcile_every")
        widgets = {
            "options": forms.Textarea(attrs={"rows": 6, "cols": 80}),
        }

    def clean_options(self) -> Any:
        options = self.cleaned_data["options"]
        if not isinstance(options, dict):
            raise ValidationError('Write an object, for example {"page_size": 200}; {} for none.')
        return options

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        name, value = (given.get(field) or "" for field in OTHER)
        if bool(name.strip()) != bool(value):
            raise ValidationError({OTHER[0]: "Another secret needs both a name and a value."})
        return given

    def save(self, commit: bool = True) -> Access:
        self.instance.secrets = {**self.instance.secrets, **self._given()}
        saved: Access = super().save(commit)
        return saved

    def _given(self) -> dict[str, str]:
        """The secrets typed in, by name; what was left empty is not among them."""
        data = self.cleaned_data
        typed = {name.removeprefix(PREFIX): value for name, value in data.items() if name.startswith(PREFIX)}
        name, value = (data.get(field) or "" for field in OTHER)
        return {key: text for key, text in {**typed, name.strip(): value}.items() if key and text}


def form_for(connection: Connection | None) -> tuple[type[AccessForm], list[str]]:
    """The form with an input for each secret of this kind of connection, and the names of these inputs."""
    held = set(Access.objects.get(connection=connection).secrets) if _has_access(connection) else set()
    declared = _declared(connection)
    names = [*declared, *sorted(held - set(declared))]
    inputs: dict[str, Any] = {f"{PREFIX}{name}": _input(name, name in held) for name in names}
    asked = [*inputs, *OTHER]
    return type("AccessForm", (AccessForm,), inputs), asked


def _has_access(connection: Connection | None) -> bool:
    return connection is not None and Access.objects.filter(connection=connection).exists()


def _declared(connection: Connection | None) -> tuple[str, ...]:
    if connection is None or connection.kind not in registry.CONNECTORS:
        return ()
    return registry.connector_class(connection.kind).secret_names


def _input(name: str, is_set: bool) -> forms.CharField:
    return forms.CharField(
        label=f"Secret {name}",
        required=False,
        max_length=4000,
        strip=False,
        help_text="Set. Leave empty to keep it." if is_set else "Not set yet.",
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password", "size": 60}),
    )
