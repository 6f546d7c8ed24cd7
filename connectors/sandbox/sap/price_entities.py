"""The entity sets of API_SLSPRICINGCONDITIONRECORD_SRV this sandbox simulates (OData v2, "Condition Record (A2X)")."""

from __future__ import annotations

from connectors.sandbox.sap import price_fields as fields
from connectors.sandbox.sap.schema import PRICES, Entity, entity

RECORD, VALIDITY, SCALE = "A_SlsPrcgConditionRecord", "A_SlsPrcgCndnRecdValidity", "A_SlsPrcgCndnRecordScale"
RECORD_NAVIGATION = f"""
    to_SlsPrcgCndnRecdValidity -> {VALIDITY}
    to_SlsPrcgCndnRecordScale -> {SCALE}
"""

ENTITIES: tuple[Entity, ...] = (
    entity(RECORD, fields.SLS_PRCG_CONDITION_RECORD, RECORD_NAVIGATION, service=PRICES),
    entity(
        VALIDITY,
        fields.SLS_PRCG_CNDN_RECD_VALIDITY,
        f"to_SlsPrcgConditionRecord ^> {RECORD}",
        parent=RECORD,
        inherits={"ConditionRecord": "ConditionRecord"},
        indexed=("ConditionRecord", "Material"),
        creatable=False,
        deletable=False,
        service=PRICES,
        moves=("ConditionValidityEndDate",),
    ),
    entity(
        SCALE,
        fields.SLS_PRCG_CNDN_RECORD_SCALE,
        f"to_SlsPrcgConditionRecord ^> {RECORD}",
        parent=RECORD,
        inherits={
            "ConditionRecord": "ConditionRecord", "ConditionSequentialNumber": "ConditionSequentialNumber"
        },
        indexed=("ConditionRecord",),
        service=PRICES,
    ),
)
