"""Addresses of the desk."""

from django.urls import URLPattern, URLResolver, path

from stewardship import views

app_name = "stewardship"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.customers, name="customers"),
    path("customers/<uuid:uid>/", views.customer, name="customer"),
]
