"""How the channel layer reaches Valkey or Redis."""

from typing import Any

from redis.asyncio.connection import Connection, parse_url
from redis.exceptions import ConnectionError as NoConnection


class NoticesItsEnd:
    """Takes a connection that the kernel has given up (ETIMEDOUT) for what it is.

    To redis-py that is a read that took too long, to be tried again; the channel layer then tries for ever without
    letting anything else run, and the whole process stands still.
    """

    async def read_response(self, *args: Any, **options: Any) -> Any:
        response = await super().read_response(*args, **options)  # type: ignore[misc]
        reader = getattr(self, "_reader", None)
        if response is None and reader is not None and (error := reader.exception()):
            await self.disconnect(nowait=True)  # type: ignore[attr-defined]
            raise NoConnection(str(error)) from error
        return response


def host(url: str) -> dict[str, Any]:
    """An element of the layer's `hosts`."""
    options: dict[str, Any] = dict(parse_url(url))
    base = options.get("connection_class", Connection)
    return options | {"connection_class": type("SiteConnection", (NoticesItsEnd, base), {})}
