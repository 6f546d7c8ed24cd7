"""Each test leaves the systems well and nothing dead behind."""

from tests.live.fixtures import left_well  # noqa: F401
