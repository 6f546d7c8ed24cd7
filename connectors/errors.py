"""What went wrong at the edge, sorted by what to do next. A message is a sentence for a person, without secrets."""

from __future__ import annotations


class ConnectorError(Exception):
    """Base of all edge errors; `detail` is for the log only and is redacted like the message."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class Retriable(ConnectorError):
    """Nothing is wrong with the request: try again, after `after` seconds where the system said so."""

    def __init__(self, message: str, *, detail: str = "", after: float | None = None) -> None:
        super().__init__(message, detail=detail)
        self.after = after


class Conflict(Retriable):
    """The record moved under us (412, stale version): read it again and decide again, never overwrite."""


class Permanent(ConnectorError):
    """The system refuses this record as it is; a person must change the record or a rule."""

    def __init__(self, message: str, *, detail: str = "", field: str = "") -> None:
        super().__init__(message, detail=detail)
        self.field = field


class Duplicate(Permanent):
    """Another record of the system holds a value (`field`, a canonical key) that must be unique there: perhaps the
    same party, which a steward decides."""


class Gone(Permanent):
    """The record no longer exists there; it is never created again without a steward."""


class Misconfigured(ConnectorError):
    """Credentials, address or set-up are wrong: nothing of this connection can work until an admin acts."""


class Rejected(ConnectorError):
    """Input from outside that is not to be trusted or not understood; `status` is the HTTP answer it deserves."""

    def __init__(self, message: str, *, detail: str = "", status: int = 400) -> None:
        super().__init__(message, detail=detail)
        self.status = status
