"""The rooms of the REST API that tell of traffic: joined by name in mdm.urls."""

from ninja import Router

from connectors.api import subscribers, traffic

router = Router()
router.add_router("", traffic.router)
router.add_router("", subscribers.router)
