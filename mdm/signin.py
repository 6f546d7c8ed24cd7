"""How people are signed in: as Django does, with what every page asks of a person read at once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission


class People(ModelBackend):
    """Accounts with passwords. A person comes with their actor; what they may do is one query rather than two."""

    def get_user(self, user_id: Any) -> Any:
        """The account of a session; None where it is gone or closed."""
        user = get_user_model()._default_manager.select_related("actor").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """What a person may do themselves or through their groups, as "app.codename"."""
        if user_obj.is_active and not user_obj.is_superuser and obj is None and not hasattr(user_obj, "_perm_cache"):
            user_obj._perm_cache = _granted(user_obj)
        return super().get_all_permissions(user_obj, obj)


def _granted(user: Any) -> set[str]:
    names = ("content_type__app_label", "codename")
    own = Permission.objects.filter(user=user).order_by().values_list(*names)
    shared = Permission.objects.filter(group__user=user).order_by().values_list(*names)
    return {f"{app}.{codename}" for app, codename in own.union(shared)}
