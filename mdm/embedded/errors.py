"""The one error of this package."""


class EmbeddedError(Exception):
    """An embedded server cannot run here; the message says why and what to do."""
