"""The site as one ASGI application: pages by Django, sockets by the consumer with this process's hub and writer."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
pages = get_asgi_application()

from chat.api.deadline import Deadline  # noqa: E402 - models need Django set up
from chat.hub import Hub  # noqa: E402
from chat.modules import read_all  # noqa: E402
from chat.routing import websocket_routes  # noqa: E402
from chat.writer import Writer  # noqa: E402
from site_config.hand_over import HandOver  # noqa: E402
from site_config.identity import AuthMiddlewareStack  # noqa: E402
from site_config.origins import OriginValidator  # noqa: E402

read_all()
hub = Hub()
writer = Writer()

serve_page = Deadline(pages)


async def serve_http(scope: Any, receive: Any, send: Any) -> None:
    """The hub runs from the first request on, so that a process knows who is here before it has a socket."""
    hub.start()
    await serve_page(scope, receive, send)


application = HandOver(
    ProtocolTypeRouter(
        {
            "http": serve_http,
            "websocket": OriginValidator(
                AuthMiddlewareStack(URLRouter(websocket_routes(hub, writer))), settings.ALLOWED_ORIGINS
            ),
        }
    )
)


async def shutdown() -> None:
    """Finishes and answers what was accepted, then tells every client to come back. Called before the server stops."""
    await hub.under_way.end()
    await writer.close()
    await hub.stop()
