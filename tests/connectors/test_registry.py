"""The registry finds every connector by its folder."""

import sys
import tomllib
from types import ModuleType

import pytest

from connectors import registry
from connectors.errors import Misconfigured
from tests.conftest import PROJECT


@pytest.mark.parametrize("kind", ["salesforce", "sap", "shopify"])
def test_each_kind_has_its_connector(kind):
    found = registry.connector_class(kind)
    assert (found.kind, found.__module__) == (kind, f"connectors.{kind}.connector")


def test_only_folders_with_a_connector_count():
    assert {"salesforce", "sap", "shopify"} <= registry.CONNECTORS
    assert not registry.CONNECTORS & {"sandbox", "demo", "management"}


def test_every_connector_is_held_to_its_room():
    """A folder left out of this contract would be checked by nobody."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (rooms,) = (contract["sources"] for contract in contracts if contract["id"] == "rooms")
    assert set(rooms) == {f"connectors.{kind}" for kind in registry.CONNECTORS}


def test_an_unknown_kind_is_told_what_there_is():
    known = ", ".join(sorted(registry.CONNECTORS))
    with pytest.raises(Misconfigured, match=f"no connector for 'oracle'; choose one of {known}"):
        registry.connector_class("oracle")


def test_a_folder_without_its_connector_is_told(monkeypatch):
    monkeypatch.setattr(registry, "CONNECTORS", {"empty"})
    monkeypatch.setitem(sys.modules, "connectors.empty", ModuleType("connectors.empty"))
    monkeypatch.setitem(sys.modules, "connectors.empty.connector", ModuleType("connectors.empty.connector"))
    with pytest.raises(Misconfigured, match="no Connector of kind 'empty'"):
        registry.connector_class("empty")
