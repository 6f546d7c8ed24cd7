"""A simulated Salesforce organisation, spoken to by its REST API."""

from connectors.sandbox.salesforce.app import Salesforce

__all__ = ["Salesforce"]
