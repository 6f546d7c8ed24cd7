"""Addresses of the core's API."""

from django.urls import URLPattern, URLResolver

app_name = "mdm-api"
urlpatterns: list[URLPattern | URLResolver] = []
