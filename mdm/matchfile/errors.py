"""The one error of this package."""


class Unusable(Exception):
    """A file or an option cannot be used; the message is one sentence that says what to do."""
