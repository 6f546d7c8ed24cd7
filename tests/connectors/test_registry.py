"""The registry finds every connector by its folder."""

import sys
from types import ModuleType

import pytest

from connectors import registry
from connectors.errors import Misconfigured


@pytest.mark.parametrize("kind", ["salesforce", "sap", "shopify"])
def test_each_kind_has_its_connector(kind):
    found = registry.connector_class(kind)
    assert (found.kind, found.__module__) == (kind, f"connectors.{kind}.connector")


def test_only_folders_with_a_connector_count():
    assert {"salesforce", "sap", "shopify"} <= registry.CONNECTORS
    assert not registry.CONNECTORS & {"sandbox", "demo", "management"}


def test_an_unknown_kind_is_told_what_there_is():
    with pytest.raises(Misconfigured, match="no connector for 'oracle'; choose one of salesforce, sap, shopify"):
        registry.connector_class("oracle")


def test_a_folder_without_its_connector_is_told(monkeypatch):
    monkeypatch.setattr(registry, "CONNECTORS", {"empty"})
    monkeypatch.setitem(sys.modules, "connectors.empty", ModuleType("connectors.empty"))
    monkeypatch.setitem(sys.modules, "connectors.empty.connector", ModuleType("connectors.empty.connector"))
    with pytest.raises(Misconfigured, match="no Connector of kind 'empty'"):
        registry.connector_class("empty")
