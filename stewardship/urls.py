"""Addresses of the desk."""

from django.urls import URLPattern, URLResolver

app_name = "stewardship"
urlpatterns: list[URLPattern | URLResolver] = []
