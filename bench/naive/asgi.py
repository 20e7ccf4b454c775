"""The naive site as an ASGI application."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.naive.settings")
pages = get_asgi_application()

from bench.naive.chat.consumers import ChatConsumer  # noqa: E402 - models need Django set up

application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter([path("ws/chat/<room>/", ChatConsumer.as_asgi())]))
        ),
    }
)
