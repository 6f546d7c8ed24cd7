"""Addresses of the desk."""

from django.urls import URLPattern, URLResolver, path

from stewardship.views import customers, review

app_name = "stewardship"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", customers.customers, name="customers"),
    path("customers/<uuid:uid>/", customers.customer, name="customer"),
    path("review/", review.queue, name="queue"),
    path("review/<int:pk>/", review.case, name="case"),
    path("review/<int:pk>/settle", review.settle, name="settle"),
    path("review/<int:pk>/undo", review.undo, name="undo"),
    path("review/<int:pk>/writes", review.writes, name="writes"),
    path("review/decided/", review.decided, name="decided"),
]
