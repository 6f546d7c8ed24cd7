"""Addresses that other systems call."""

from django.urls import URLPattern, URLResolver, path

from connectors import webhooks

app_name = "connectors"
urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks/<slug:code>", webhooks.receive, name="webhook"),
]
