"""The simulated Shopify: the Admin GraphQL API 2026-10 of one shop, its webhooks and its users.

What it holds, its options, controls and assumptions: README.md beside this file.
"""

from __future__ import annotations

import uuid
from typing import Any

from graphql import OperationDefinitionNode, execute_sync
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from connectors.sandbox.base import Clock, Refusal, Sandbox, reply
from connectors.sandbox.shopify import delivery, events, forms, metafields, payloads, subscriptions, users, variables
from connectors.sandbox.shopify.cost import MOST, Bucket, Cost
from connectors.sandbox.shopify.documents import Document, Documents
from connectors.sandbox.shopify.fields import VERSION, Call
from connectors.sandbox.shopify.roots import about
from connectors.sandbox.shopify.schema import executable
from connectors.sandbox.shopify.store import Notice, Record, Refused, Shop, problem

PUBLICATIONS = [{"_name": "Online Store", "supportsFuturePublishing": True}, {"_name": "Point of Sale"}]


class Shopify(Sandbox):
    """One shop. Options: see README.md."""

    system = "shopify"

    def __init__(self, options: dict[str, Any], clock: Clock) -> None:
        super().__init__(options, clock)
        self.token = options.get("token", "shpat_sandbox")
        self.secret = options.get("secret", "shpss_sandbox")
        self.plan = options.get("plan") or {}
        self.schema = executable()
        self.documents = Documents(self.schema)
        self.bucket = Bucket(self.plan, clock.monotonic)
        self.shop = Shop(options, clock)
        self.shop.describe = payloads.notices
        self.shop.witness = events.keep
        self.deliveries = delivery.Deliveries(options.get("webhooks") or {}, self._give_up)
        self.sent: dict[tuple[str, str], list[delivery.Job]] = {}
        self.reset()

    # ---- the API ----------------------------------------------------------------------------------------------------

    def routes(self) -> list[Rule]:
        """One endpoint."""
        return [Rule("/admin/api/<version>/graphql.json", endpoint="graphql", methods=["POST"])]

    def graphql(self, request: Request, version: str) -> Response:
        """One document: validated, priced, run, told to webhooks."""
        if request.headers.get("X-Shopify-Access-Token") != self.token:
            return reply({"errors": forms.WRONG_TOKEN}, 401)
        if version != VERSION:
            return reply({"errors": "Not Found"}, 404)
        body = forms.body(request)
        if body is None:
            return reply({"errors": {"query": "Required parameter missing or invalid"}}, 400)
        return reply(self._answer(body))

    def _answer(self, body: Record) -> Record:
        document = self.documents.read(body["query"])
        if document.errors:
            return {"errors": document.errors}
        operation = document.operation(body.get("operationName"))
        if operation is None:
            return {"errors": [{"message": "An operation name is required", "extensions": {"code": "BAD_REQUEST"}}]}
        given = body.get("variables") or {}
        wrong = variables.errors(operation, self.schema, given)
        if wrong:
            return {"errors": wrong}
        cost = Cost(
            self.schema,
            document.tree,
            variables.with_defaults(operation, self.schema, given),
            self.plan.get("sizing", "linear"),
        )
        return self._priced(document, operation, given, cost)

    def _priced(self, document: Document, operation: OperationDefinitionNode, given: Record, cost: Cost) -> Record:
        requested = cost.requested(operation)
        if requested > MOST:
            return forms.too_dear(requested)
        if not self.bucket.take(requested):
            return self._throttled(requested)
        call = Call(self.shop)
        name = operation.name.value if operation.name else None
        result = execute_sync(self.schema, document.tree, None, call, given, name)
        self.wrote(call.writes)
        self._publish()
        actual = cost.actual(operation, result.data)
        self.bucket.give_back(requested - actual)
        answer: Record = {"data": result.data, "extensions": {"cost": self._cost(requested, actual)}}
        if call.warnings:
            answer["extensions"]["search"] = call.warnings
        if result.errors:
            answer["errors"] = [forms.told(error) for error in result.errors]
        return answer

    def _cost(self, requested: int, actual: int | None) -> Record:
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": self.bucket.status(),
        }

    def _throttled(self, requested: int) -> Record:
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": forms.LIMITS}}
        return {"errors": [error], "extensions": {"cost": self._cost(requested, None)}}

    # ---- forms of refusal -------------------------------------------------------------------------------------------

    def refused(self, request: Request, refusal: Refusal) -> Response:
        """The API's mutations answer userErrors themselves; whatever else was refused is ours."""
        return self.broken(request)

    def unknown(self, request: Request, error: HTTPException) -> Response:
        """Paths and methods we do not simulate."""
        return reply({"errors": error.name}, error.code or 404)

    def throttled(self, request: Request) -> Response:
        """200 with THROTTLED and an empty bucket."""
        self.bucket.empty()
        return reply(self._throttled(10))

    def broken(self, request: Request) -> Response:
        """The vendor's internal error."""
        return reply({"errors": [forms.internal()]}, 500)

    def finished(self, request: Request, response: Response) -> Response:
        """The version that answered."""
        response.headers["X-Shopify-API-Version"] = VERSION
        response.headers["X-Request-Id"] = str(uuid.uuid4())
        return response

    def fault_text(self, request: Request) -> str:
        """Method and path, then the root fields, so that a fault can be aimed at one mutation."""
        return f"{request.method} {request.path} {' '.join(self._roots(request))}"

    def counter_key(self, request: Request, rule: Rule) -> str:
        """The root fields: there is but one path."""
        return f"graphql {' '.join(self._roots(request)) or '?'}"

    def _roots(self, request: Request) -> list[str]:
        body = forms.body(request)
        return self.documents.read(body["query"]).roots(body.get("operationName")) if body else []

    # ---- webhooks ---------------------------------------------------------------------------------------------------

    def _publish(self) -> None:
        notices = self.shop.take_notices()
        event = str(uuid.uuid4())
        for notice in notices:
            jobs = self._jobs(notice, event)
            if jobs:
                self.sent[(notice.topic, notice.id)] = jobs
                self.deliveries.send(jobs)

    def _jobs(self, notice: Notice, event: str) -> list[delivery.Job]:
        found = []
        about_us = {"secret": self.secret, "domain": about(self.shop)["myshopifyDomain"], "version": VERSION}
        for subscription in self.shop.rows("WebhookSubscription").values():
            if subscription["topic"] == notice.topic:
                spaces = subscription["metafieldNamespaces"]
                extra = {"metafields": payloads.metafields(notice.record, spaces)} if spaces else {}
                payload = {**notice.payload, **extra}
                found.append(delivery.job(subscription, notice.topic, payload, event, about_us, self.shop.now))
        return found

    def _give_up(self, subscription: int) -> None:
        with self.lock:
            record = self.shop.rows("WebhookSubscription").get(subscription)
            if record is not None:
                self.shop.remove(record)

    # ---- users' acts and seeding ------------------------------------------------------------------------------------

    def reset(self) -> None:
        """An empty shop with the metafield definitions and subscriptions the options name; the bucket is full."""
        self.shop.clear()
        self.sent.clear()
        self.deliveries.clear()
        self.bucket = Bucket(self.plan, self.clock.monotonic)
        with self.shop.mode(loading=True):
            for definition in self.options.get("definitions", metafields.DEFINITIONS):
                metafields.define(self.shop, definition)
            for entry in self.options.get("publications", PUBLICATIONS):
                self.shop.add("Publication", {"supportsFuturePublishing": False, "autoPublish": True, **entry}, [])
            for entry in self.options.get("subscriptions") or []:
                subscriptions.create(self.shop, entry["topic"], entry)

    def load(self, records: list[dict[str, Any]]) -> int:
        """Seed records with their own ids and stamps; nobody is told."""
        with self.shop.mode(loading=True):
            for position, record in enumerate(records):
                try:
                    users.enter(self.shop, record["object"], record["fields"])
                except Refused as refused:
                    raise Refusal(f"Record {position} ({record['object']}): {refused}") from refused
        return len(records)

    def create(self, object: str, fields: dict[str, Any]) -> str:
        """A user enters a record."""
        id = str(users.enter(self.shop, object, fields)["id"])
        self._publish()
        return id

    def edit(self, object: str, id: str, fields: dict[str, Any], silent: bool) -> None:
        """A user changes a record."""
        with self.shop.mode(silent=silent):
            users.edit(self.shop, object, id, fields)
        self._publish()

    def remove(self, object: str, id: str) -> None:
        """A user deletes a record."""
        users.remove(self.shop, object, id)
        self._publish()

    def merge(self, object: str, winner: str, losers: list[str]) -> None:
        """A user merges customers."""
        users.merge(self.shop, object, winner, losers)
        self._publish()

    def dump(self, object: str) -> list[dict[str, Any]]:
        """All records of an object."""
        return users.dump(self.shop, object)

    # ---- controls of our own ----------------------------------------------------------------------------------------

    def controls(self) -> list[Rule]:
        """Sending a webhook again, and the state of deliveries."""
        return [
            Rule("/_control/webhook", endpoint="control_webhook", methods=["POST"]),
            Rule("/_control/webhooks", endpoint="control_webhooks", methods=["GET", "POST"]),
        ]

    def control_webhook(self, request: Request) -> Response:
        """Send {"topic", "id"} once more, `delay` seconds from now: a duplicate of the last, else the present state."""
        body = request.get_json()
        topic, id = body["topic"], str(body["id"])
        jobs = self.sent.get((topic, id)) or self._fresh(topic, id)
        self.deliveries.send(jobs, float(body.get("delay", 0)))
        return reply({"sent": len(jobs)})

    def _fresh(self, topic: str, id: str) -> list[delivery.Job]:
        kinds = {family: kind for kind, family in payloads.FAMILIES.items()}
        family, _, verb = topic.rpartition("_")
        if family not in kinds or verb == "MERGE":
            raise Refused(problem(["topic"], f"Nothing was sent under {topic} for {id}"))
        record = users.existing(self.shop, kinds[family], id)
        notice = payloads.notices(self.shop, verb.lower(), record)[0]
        return self._jobs(notice, str(uuid.uuid4()))

    def control_webhooks(self, request: Request) -> Response:
        """How deliveries stand; POST {"paused", "reverse"} holds them back or lets them go, newest first if asked."""
        if request.method == "POST":
            body = request.get_json()
            self.deliveries.hold(bool(body["paused"]), bool(body.get("reverse", False)))
        figures = self.deliveries.figures
        return reply(
            {
                "waiting": self.deliveries.waiting(),
                "delivered": figures.delivered,
                "failed": figures.failed,
                "given_up": figures.given_up,
                "by_topic": figures.by_topic,
            }
        )
