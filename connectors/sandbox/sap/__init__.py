"""A simulated SAP S/4HANA system: business partners, products and sales prices (OData v2)."""

from connectors.sandbox.sap.app import Sap

__all__ = ["Sap"]
