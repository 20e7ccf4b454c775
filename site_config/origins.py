"""Which pages may open a socket here."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier

PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class OriginValidator:
    """Refuses (403) a handshake whose Origin is neither the requested host nor in `allowed`.

    Host and port must be the same; an absent port is the scheme's own, and the scheme itself does not count. A
    client that names no Origin is no browser and passes: it has no cookie to abuse (see the consumer).
    """

    def __init__(self, application: Any, allowed: Collection[str]) -> None:
        self.application = application
        self.allowed = frozenset(origin.lower().rstrip("/") for origin in allowed)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        if self.is_allowed([(name.lower(), value) for name, value in scope["headers"]]):
            return await self.application(scope, receive, send)
        return await WebsocketDenier()(scope, receive, send)

    def is_allowed(self, headers: Collection[tuple[bytes, bytes]]) -> bool:
        origins = [value.decode("latin1").strip().lower() for name, value in headers if name == b"origin"]
        if not origins:
            return True
        if len(origins) > 1:
            return False
        origin = origins[0]
        if origin.rstrip("/") in self.allowed:
            return True
        hosts = [value.decode("latin1").strip().lower() for name, value in headers if name == b"host"]
        place = self._place(origin)
        return len(hosts) == 1 and place is not None and place == self._place(f"{origin.split('://')[0]}://{hosts[0]}")

    @staticmethod
    def _place(address: str) -> tuple[str, int] | None:
        """Host and port, or None for what is no address."""
        try:
            parts = urlsplit(address)
            port = parts.port or PORTS.get(parts.scheme)
        except ValueError:
            return None
        if parts.scheme not in PORTS or not parts.hostname or port is None:
            return None
        return parts.hostname, port
