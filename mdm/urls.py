"""All addresses. Other apps are named as strings only, so that mdm imports none of them."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from mdm import health
from mdm.api.urls import api

api.add_router("", "connectors.api.router")

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
    path("accounts/login/", LoginView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("oauth/", include("mdm.api.oauth")),
    path("api/v1/", api.urls),
    path("", include("connectors.urls")),
    path("", include("stewardship.urls")),
]
