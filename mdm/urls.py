"""All addresses. Other apps are named as strings only, so that mdm imports none of them."""

from django.contrib import admin
from django.urls import include, path

from mdm import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("django.contrib.auth.urls")),
    path("api/", include("mdm.api.urls")),
    path("api/", include("connectors.api")),
    path("", include("connectors.urls")),
    path("", include("stewardship.urls")),
]
