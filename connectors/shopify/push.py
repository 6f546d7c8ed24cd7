"""Writing, a batch of records at a time: look where needed, write, set metafields, read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from connectors.base import Access, Outcome, Payload
from connectors.errors import Conflict, ConnectorError, Gone, Misconfigured, Permanent, Retriable
from connectors.mapping import dig
from connectors.shopify import documents as doc
from connectors.shopify import inputs, refusals
from connectors.shopify.client import Answer, Shop
from connectors.shopify.documents import Call
from connectors.shopify.fields import COMPANY, CONTACT, CUSTOMER, VARIANT
from connectors.shopify.goods_push import Goods
from connectors.shopify.inputs import Task
from connectors.shopify.pull import Reader
from connectors.shopify.steps import Step, UserErrors, run, several, steps
from mdm.contracts import Desired
from mdm.engine.values import Json

BATCH = 25  # records a request: some 300 points to write and 400 to read back, of the 1000 Shopify allows a request
OF_LOCATION = (doc.LOCATION_UPDATE, doc.ADDRESS_ASSIGN, doc.ADDRESS_DELETE, doc.TAX_SETTINGS)
METAFIELDS = 25  # Shopify's limit for one metafieldsSet

Types = Callable[[str], Mapping[str, str]]


class Writer:
    """Writes records of one shop. `reader` reads them back; `types` gives the metafield types the shop defines."""

    def __init__(self, shop: Shop, access: Access, reader: Reader, types: Types) -> None:
        self._shop, self._access, self._reader, self._types = shop, access, reader, types
        self._goods = Goods(shop, access)

    def push(self, wanted: Sequence[Desired]) -> list[Outcome]:
        """One outcome each, in order; raises what stopped the first batch as a whole."""
        size = int(self._access.options.get("batch_size") or BATCH)
        outcomes: list[Outcome] = []
        for start in range(0, len(wanted), size):
            try:
                outcomes += self._batch(wanted[start : start + size])
            except ConnectorError as error:
                if not outcomes or isinstance(error, Misconfigured):
                    raise
                outcomes += [Outcome(desired=desired, error=error) for desired in wanted[start:]]
                break
        return outcomes

    def _batch(self, wanted: Sequence[Desired]) -> list[Outcome]:
        tasks = [Task(desired, desired.external_id) for desired in wanted]
        there = [task for task in tasks if task.id or task.desired.operation != "block"]  # else nothing to block
        write = {
            CUSTOMER: self._customers, COMPANY: self._companies, CONTACT: self._contacts, VARIANT: self._variants,
        }  # fmt: skip
        self._look(there)
        before, since = datetime.now(UTC), self._shop.now()
        for kind, verb in write.items():
            self._kept(verb, [task for task in there if task.desired.object_type == kind and not task.error])
        found = self._read_back(there, since)
        return [self._outcome(task, found.get(task.id), before) for task in tasks]

    def _kept(self, verb: Callable[[Sequence[Task]], None], tasks: Sequence[Task]) -> None:
        """Run the steps of some tasks; if a later step fails as a whole, what earlier ones decided is kept."""
        try:
            verb(tasks)
        except ConnectorError as error:
            if isinstance(error, Misconfigured) or not any(task.error or task.begun for task in tasks):
                raise
            for task in tasks:
                task.error = task.error or error

    def _outcome(self, task: Task, payload: Payload | None, before: datetime) -> Outcome:
        if task.error is None and payload is not None and not payload.body:
            task.error = Gone(f"{task.what} no longer exists in the shop.")
        moved = tuple(task.moved)
        if task.error is not None or payload is None:
            return Outcome(desired=task.desired, external_id=task.id, moved=moved, error=task.error)
        answer = Payload(
            object_type=payload.object_type, external_id=task.id, body=payload.body, observed_at=before
        )
        return Outcome(desired=task.desired, external_id=task.id, payloads=(answer,), moved=moved)

    # ---- steps ----------------------------------------------------------------------------------------------------

    def _look(self, tasks: Sequence[Task]) -> None:
        """Read what the shop holds now where the writing starts from that."""
        self._read_now([task for task in tasks if inputs.needs_now(task)])

    def _read_now(self, tasks: Sequence[Task]) -> None:
        for kind in sorted({task.desired.object_type for task in tasks}):
            same = [task for task in tasks if task.desired.object_type == kind]
            found = {one.external_id: one.body for one in self._reader.fetch(kind, [task.id for task in same])}
            for task in same:
                task.now = found.get(task.id, {})
                if not task.now:
                    task.error = Gone(f"{task.what} no longer exists in the shop.")

    def _customers(self, tasks: Sequence[Task]) -> None:
        self._find([task for task in tasks if not task.id])
        again: list[Task] = []

        def spare(step: Step, errors: UserErrors) -> ConnectorError | None:
            """A phone is one customer's in a shop, and so is an e-mail: a shared one stays with who has it. Only a new
            customer is not made without its e-mail, since it may be the one who has it already."""
            taken = refusals.all_taken(errors)
            if not taken or not taken <= ({"phone", "email"} if step.task.id else {"phone"}):
                return refusals.refusal(step.task.what, errors)
            step.task.spared |= taken
            again.append(step.task)
            return None

        work = _good(tasks)
        while work:
            for step, answer in run(self._shop, steps(work, inputs.customer_set), spare):
                step.task.got(dig(answer, "customer.id"))
            work, again = _good(again), []
        left = _good(tasks)
        run(self._shop, steps(left, inputs.tag))
        run(self._shop, steps(left, inputs.consent), _without_email)
        self._metafields(_good(left))

    def _find(self, fresh: Sequence[Task]) -> None:
        """Whether customers to be made exist already, from an earlier try: then theirs are updates, which keep the
        addresses a shopper has added meanwhile. Those that do not are still made by their key, lest two of us make one.
        """
        calls = [Call(doc.CUSTOMER_BY_KEY, {"identifier": {"customId": inputs.custom_id(task)}}) for task in fresh]
        answer = self._shop.run(calls, correlation_id=fresh[0].desired.correlation_id) if calls else Answer({})
        for error in answer.errors.values():
            raise error
        for index, task in enumerate(fresh):
            task.id = str(dig(answer.data, f"c{index}.id") or "")
        self._look(fresh)

    def _companies(self, tasks: Sequence[Task]) -> None:
        fresh = [task for task in tasks if not task.id]
        for step, answer in run(self._shop, steps(fresh, inputs.company_create), self._same_company):
            step.task.got(dig(answer, "company.id"))
        self._look([task for task in _good(fresh) if not task.created])
        old = [task for task in _good(tasks) if not task.created]
        astray: dict[int, Task] = {}

        def strays(step: Step, errors: UserErrors) -> ConnectorError | None:
            """The location known from before is gone: the company is read, and written once more."""
            if step.task.now or not _location_gone(step, errors):
                return _same_location(step, errors)
            astray[id(step.task)] = step.task
            return None

        run(self._shop, several(old, inputs.company_update), strays)
        self._read_now(_good([*astray.values()]))
        run(self._shop, several(_good([*astray.values()]), inputs.company_update), _same_location)
        self._metafields(_good(tasks))

    def _contacts(self, tasks: Sequence[Task]) -> None:
        fresh = [task for task in tasks if not task.id]
        made = run(self._shop, steps(fresh, inputs.contact_assign), self._same_contact)
        for step, answer in made:
            step.task.got(dig(answer, "companyContact.id"))
        for step, answer in [*made, *run(self._shop, steps(_good(tasks), inputs.contact_update))]:
            node = answer.get("companyContact")
            if isinstance(node, Mapping):
                step.task.moves(COMPANY, node.get("company"))
                step.task.answer = {**node, "company": {"id": dig(node, "company.id")}}

    def _variants(self, tasks: Sequence[Task]) -> None:
        self._goods.write(tasks)
        self._metafields(_good(tasks))

    def _same_company(self, step: Step, errors: UserErrors) -> ConnectorError | None:
        """A taken externalId is ours, from an earlier try whose reply was lost: go on as an update."""
        if not refusals.taken(errors, "externalId"):
            return refusals.refusal(step.task.what, errors)
        key = step.task.desired.crosswalk_key
        data = self._shop.read(doc.COMPANY_BY_KEY, {"query": f"external_id:{quoted(key)}"})
        nodes = dig(data, "companies.nodes") or ()
        step.task.id = next((str(node["id"]) for node in nodes if node["externalId"] == key), "")
        if not step.task.id:  # Shopify's search trails behind its records
            return Retriable(f"{step.task.what} exists in the shop but is not found yet; it is tried again later.")
        return None

    def _same_contact(self, step: Step, errors: UserErrors) -> ConnectorError | None:
        """The person is a contact of this company already: that is the one meant."""
        if not any(refusals.ALREADY_CONTACT in str(error.get("message")) for error in errors):
            return refusals.refusal(step.task.what, errors)
        company = step.task.desired.refs["organisation"]
        data = self._shop.read(doc.PROFILES, {"id": step.task.desired.refs["person"]})
        profiles = dig(data, "customer.companyContactProfiles") or ()
        step.task.id = next((str(one["id"]) for one in profiles if dig(one, "company.id") == company), "")
        return None if step.task.id else refusals.refusal(step.task.what, errors)

    # ---- metafields -----------------------------------------------------------------------------------------------

    def _metafields(self, tasks: Sequence[Task]) -> None:
        """Set and delete what is due. Several records share a call, which is all or nothing, so a refused one is sent
        again record by record, with the types the shop defines instead of ours."""
        plans = [(task, *self._metafields_due(task)) for task in tasks]
        refused: list[Task] = []

        def again(step: Step, errors: UserErrors) -> None:
            refused.extend(step.tasks)

        run(self._shop, _packed([(task, fresh) for task, fresh, _ in plans if fresh]), again)
        if refused:
            types = {kind: self._types(kind) for kind in {task.desired.object_type for task in refused}}
            run(self._shop, [self._alone(task, types) for task in refused], _of_metafield)
        for task, fresh, _ in plans:
            if fresh and not any(other is task for other in refused):  # what was refused went with another type
                task.given = inputs.own(fresh)
        gone = [(task, deleted) for task, _, deleted in plans if deleted and not task.error]
        run(self._shop, [Step((task,), Call(doc.METAFIELDS_DELETE, {"metafields": names})) for task, names in gone])

    def _metafields_due(self, task: Task) -> tuple[list[Json], list[Json]]:
        fresh, gone = inputs.metafields_due(task, self._access.fields, {})
        return ([] if task.set else fresh), gone

    def _alone(self, task: Task, types: Mapping[str, Mapping[str, str]]) -> Step:
        fresh, _ = inputs.metafields_due(task, self._access.fields, types[task.desired.object_type])
        return Step((task,), Call(doc.METAFIELDS_SET, {"metafields": fresh}))

    # ---- reading back ---------------------------------------------------------------------------------------------

    def _read_back(self, tasks: Sequence[Task], since: datetime | None) -> dict[str, Payload]:
        """What the shop now holds of all that went well; where it cannot be read, the tasks are to be tried again."""
        good = [task for task in _good(tasks) if task.id]
        found = {task.id: _as_payload(task) for task in good if task.answer}
        left = [task for task in good if task.id not in found]
        often = Counter(task.id for task in left)  # two tasks may turn out to be one record
        known = {task.id: task.given for task in left if often[task.id] == 1}
        try:
            for kind in sorted({task.desired.object_type for task in left}):
                numbers = [task.id for task in left if task.desired.object_type == kind]
                found |= {one.external_id: one for one in self._reader.read_back(kind, numbers, known, since)}
        except ConnectorError as error:
            for task in left:
                task.error = error
        return found


def _as_payload(task: Task) -> Payload:
    return Payload(
        object_type=task.desired.object_type, external_id=task.id, body=task.answer, observed_at=datetime.now(UTC)
    )


def _without_email(step: Step, errors: UserErrors) -> ConnectorError | None:
    """Consent to mail of a customer without an e-mail, because another holds it, has nowhere to stand: not taken."""
    nowhere = any("email address is required" in str(error.get("message")).lower() for error in errors)
    return None if nowhere and "email" in step.task.spared else refusals.refusal(step.task.what, errors)


def _same_location(step: Step, errors: UserErrors) -> ConnectorError | None:
    """A location whose externalId is taken was made by an earlier try of the same call."""
    if step.call.root is doc.LOCATION_CREATE and refusals.taken(errors, "externalId"):
        return None
    if _location_gone(step, errors):
        return Conflict(f"{step.task.what}: its location is no longer in the shop; it is read again and decided again.")
    return refusals.refusal(step.task.what, errors)


def _location_gone(step: Step, errors: UserErrors) -> bool:
    return step.call.root in OF_LOCATION and any(error.get("code") in refusals.MISSING for error in errors)


def _good(tasks: Sequence[Task]) -> list[Task]:
    return [task for task in tasks if not task.error]


def _packed(plans: Sequence[tuple[Task, list[Json]]]) -> list[Step]:
    """As few calls as Shopify's limit of metafields in one allows, a record's own never apart."""
    packs: list[tuple[list[Task], list[Json]]] = []
    for task, entries in plans:
        if not packs or len(packs[-1][1]) + len(entries) > METAFIELDS:
            packs.append(([], []))
        packs[-1][0].append(task)
        packs[-1][1].extend(entries)
    return [Step(tuple(tasks), Call(doc.METAFIELDS_SET, {"metafields": entries})) for tasks, entries in packs]


def _of_metafield(step: Step, errors: UserErrors) -> ConnectorError | None:
    """The refusal of one record's metafields, naming the one that was wrong."""
    error = refusals.refusal(step.task.what, errors)
    entries, at = step.call.values["metafields"], refusals.position(errors[0])
    if type(error) is not Permanent or at is None or not 0 <= at < len(entries):
        return error
    native = f"{entries[at]['namespace']}.{entries[at]['key']}"
    sentence = f"{step.task.what}: Shopify refuses the metafield {native}: {errors[0].get('message')}"
    return Permanent(sentence, detail=error.detail, field=native)


def quoted(text: str) -> str:
    """A value in Shopify's search syntax."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
