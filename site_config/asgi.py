"""The site as one ASGI application: pages by Django, sockets by the consumer with this process's hub and writer."""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from chat.hub import Hub  # noqa: E402 - models need Django set up
from chat.routing import websocket_routes  # noqa: E402
from chat.writer import Writer  # noqa: E402
from site_config.origins import OriginValidator  # noqa: E402


class DirectSend:
    """Leaves the server's own `send` in the scope, for the consumer.

    The session middleware wraps `send` to save a changed session. A socket changes none, and that wrapper was a third
    of the work of telling a message to a thousand readers.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        return await self.application(scope | {"direct_send": send}, receive, send)


hub = Hub()
writer = Writer()

application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": DirectSend(
            OriginValidator(AuthMiddlewareStack(URLRouter(websocket_routes(hub, writer))), settings.ALLOWED_ORIGINS)
        ),
    }
)


async def shutdown() -> None:
    """Finishes and answers what was accepted, then tells every client to come back. Called before the server stops."""
    await hub.under_way.end()
    await writer.close()
    await hub.stop()
