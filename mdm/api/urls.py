"""The REST API: one object, one description. Rooms of other apps are added by name in mdm.urls."""

from mdm.api import docs
from mdm.api.common.ninja import Api

api = Api(
    title="Goldenrod",
    version="1",
    urls_namespace="api",
    docs=docs.Page(),
    docs_url="/docs",
    docs_decorator=docs.known_only,
    description=(
        "Golden customers and products mastered from CRM, ERP and store. Sign in with a bearer token. Lists come in "
        "pages: send `next` of one as `cursor` of the following. Every refusal is a problem (RFC 9457)."
    ),
)
for room in ("records", "time", "writes", "stewards", "decisions", "rulesets", "matchmodels"):
    api.add_router("", f"mdm.api.{room}.router")
