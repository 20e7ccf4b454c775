"""What can go wrong with a command: each error is one code of the protocol."""

from datetime import datetime
from typing import Any, ClassVar


class ChatError(Exception):
    """A refused command.

    `code` is the protocol's word, `detail` a sentence for a person, `field` the field that is wrong,
    `retry_after` seconds to wait, `until` when it ends by itself; `ref` and `room` are those of the command, where it
    was refused before it came to its room. Source: docs/protocol.md.
    """

    code: ClassVar[str] = "bad_request"

    def __init__(
        self,
        detail: str,
        *,
        field: str | None = None,
        retry_after: float | None = None,
        until: datetime | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.retry_after = retry_after
        self.until = until
        self.ref: str | None = None
        self.room: str | None = None


class BadRequest(ChatError):
    code = "bad_request"


class NotFound(ChatError):
    code = "not_found"


class Forbidden(ChatError):
    code = "forbidden"


class Muted(ChatError):
    code = "muted"


class Banned(ChatError):
    """`reason`: the moderator's words alone."""

    code = "banned"

    def __init__(self, detail: str, *, reason: str = "", **common: Any) -> None:
        super().__init__(detail, **common)
        self.reason = reason


class Locked(ChatError):
    code = "locked"


class Archived(ChatError):
    code = "archived"


class SlowMode(ChatError):
    code = "slow_mode"


class RateLimited(ChatError):
    code = "rate_limited"


class TooLong(ChatError):
    code = "too_long"


class TooLarge(ChatError):
    """A file. No command of the socket has one."""

    code = "too_large"


class Empty(ChatError):
    code = "empty"


class Conflict(ChatError):
    code = "conflict"


class Unavailable(ChatError):
    code = "unavailable"


class SearchTooSlow(ChatError):
    code = "search_too_slow"
