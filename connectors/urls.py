"""Addresses that other systems call."""

from django.urls import URLPattern, URLResolver, path

from connectors import metrics, webhooks

app_name = "connectors"
urlpatterns: list[URLPattern | URLResolver] = [
    path("metrics", metrics.metrics, name="metrics"),
    path("webhooks/<slug:code>", webhooks.receive, name="webhook"),
]
