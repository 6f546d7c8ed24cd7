"""Addresses of the REST API."""

from django.urls import URLPattern, URLResolver, path, re_path

from mdm.api import views

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/status", views.status, name="status"),
    path("v1/customers", views.customers, name="customers"),
    path("v1/customers/<uuid:uid>", views.customer, name="customer"),
    path("v1/relations", views.relations, name="relations"),
    path("v1/expected", views.expected, name="expected"),
    path("v1/proposals", views.proposals, name="proposals"),
    re_path(r"^v1/proposals/(?P<pk>\d+)/(?P<verb>accept|reject)$", views.settle, name="settle"),
]
