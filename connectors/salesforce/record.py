"""What all records of Salesforce have in common: the hub's keys on them, their stamp, their changes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from connectors.base import Payload
from connectors.errors import Permanent
from connectors.mapping import Field, Row, required, stamp
from mdm.contracts import ChangeKind, Ref, SourceChange
from mdm.engine.values import Json

KEY = "MDM_Key__c"
ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
IDS_PER_QUERY = 100  # a query travels in the address, which is limited to about 16,000 characters
ALWAYS = ("Id", "SystemModstamp", KEY)
GONE = {"_deleted_at", "_merged_into"}  # all that is left of a deleted record
IDS: tuple[Row, ...] = (
    Field("MDM_Id__c", "ids|golden", max_length=64),
    Field("SAP_Id__c", "ids|erp", max_length=40),
    Field("Store_Id__c", "ids|store", max_length=80),
)


class Seen:
    """One payload, and the parts all its changes have in common."""

    def __init__(self, connection: str, payload: Payload) -> None:
        self.connection, self.payload, self.body = connection, payload, payload.body
        self.what = f"{payload.object_type} {payload.external_id}"

    def change(
        self,
        object_type: str,
        entity: str,
        at: datetime,
        kind: ChangeKind = "snapshot",
        *,
        attributes: Mapping[str, Json] | None = None,
        refs: Mapping[str, Ref | None] | None = None,
        merged_into: str = "",
        crosswalk_key: str = "",
    ) -> SourceChange:
        """A change of the record, or of a part of it."""
        return SourceChange(
            connection=self.connection, object_type=object_type, external_id=self.payload.external_id, entity=entity,
            kind=kind, source_time=at, observed_at=self.payload.observed_at, attributes=attributes or {},
            refs=refs or {}, merged_into=merged_into, crosswalk_key=crosswalk_key, raw=self.body,
        )


def checked(seen: Seen) -> datetime:
    """The stamp of a record that is the one we were told of; raises Permanent."""
    if required(seen.body, "Id", seen.what) != seen.payload.external_id:
        raise Permanent(f"{seen.what}: field 'Id' names another record.", field="Id")
    return stamp(seen.body, "SystemModstamp", seen.what)
