"""Addresses of the desk."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, path

from stewardship.views import conflicts, golden, listing, matching, monitor, review, unmerge, why

app_name = "stewardship"


def _of(entity: str, plural: str) -> Iterator[URLPattern]:
    """The pages of one golden record of an entity; each tab is called like the entity with its own name behind."""
    kept = {"entity": entity}
    yield path(f"{plural}/<uuid:uid>/", golden.overview, kept, name=entity)
    yield path(f"{plural}/<uuid:uid>/sources/", golden.sources, kept, name=f"{entity}-sources")
    yield path(f"{plural}/<uuid:uid>/history/", golden.history, kept, name=f"{entity}-history")
    yield path(f"{plural}/<uuid:uid>/relations/", golden.relations, kept, name=f"{entity}-relations")
    yield path(f"{plural}/<uuid:uid>/sync/", golden.sync, kept, name=f"{entity}-sync")
    yield path(f"{plural}/<uuid:uid>/why-not", why.why_not, kept, name=f"{entity}-why-not")
    yield path(f"{plural}/<uuid:uid>/sync/differences", golden.differences, kept, name=f"{entity}-differences")


urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.goldens, {"entity": "customer"}, name="customers"),
    path("products/", listing.goldens, {"entity": "product"}, name="products"),
    path("search/", listing.search, name="search"),
    *_of("customer", "customers"),
    *_of("product", "products"),
    path("source-records/<int:pk>/unmerge", unmerge.unmerge, name="unmerge"),
    path("source-records/<int:pk>/unmerge/writes", unmerge.unmerge_writes, name="unmerge-writes"),
    path("review/", review.queue, name="queue"),
    path("review/<int:pk>/", review.case, name="case"),
    path("review/<int:pk>/settle", review.settle, name="settle"),
    path("review/<int:pk>/undo", review.undo, name="undo"),
    path("review/<int:pk>/writes", review.writes, name="writes"),
    path("review/decided/", review.decided, name="decided"),
    path("conflicts/", conflicts.causes, name="conflicts"),
    path("conflicts/of", conflicts.cause, name="conflict-cause"),
    path("conflicts/of/settle", conflicts.settle_cause, name="conflict-settle-cause"),
    path("conflicts/<int:pk>/", conflicts.conflict, name="conflict"),
    path("conflicts/<int:pk>/settle", conflicts.settle, name="conflict-settle"),
    path("conflicts/<int:pk>/undo", conflicts.undo, name="conflict-undo"),
    path("conflicts/<int:pk>/writes", conflicts.writes, name="conflict-writes"),
    path("models/<slug:entity>/", matching.models, name="models"),
    path("models/<slug:entity>/state", matching.state, name="models-state"),
    path("models/<slug:entity>/train", matching.train, name="models-train"),
    path("models/<slug:entity>/compare", matching.compare, name="models-compare"),
    path("models/<slug:entity>/publish", matching.publish, name="models-publish"),
    path("models/<slug:entity>/<int:version>/", matching.model, name="models-version"),
    path("models/<slug:entity>/<int:first>/<int:second>/", matching.comparison, name="models-comparison"),
    path("sync/", monitor.connections, name="monitor"),
    path("sync/table", monitor.table, name="monitor-table"),
    path("sync/messages/<int:pk>/", monitor.message, name="monitor-message"),
    path("sync/messages/<int:pk>/retry", monitor.mend, name="monitor-mend"),
    path("sync/deliveries/<int:pk>/", monitor.delivery, name="monitor-delivery"),
    path("sync/deliveries/<int:pk>/retry", monitor.owe, name="monitor-owe"),
    path("sync/<slug:code>/", monitor.connection, name="monitor-connection"),
    path("sync/<slug:code>/steer", monitor.steer, name="monitor-steer"),
    path("sync/<slug:code>/<slug:key>/", monitor.failures, name="monitor-failures"),
    path("sync/<slug:code>/<slug:key>/retry", monitor.retry, name="monitor-retry"),
]
