"""A simulated SAP S/4HANA system: the business partner service API_BUSINESS_PARTNER (OData v2)."""

from connectors.sandbox.sap.app import Sap

__all__ = ["Sap"]
