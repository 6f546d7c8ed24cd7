"""Shared by the tests of all connectors."""

import pytest

pytest.register_assert_rewrite("tests.connectors.contract")
