"""One worker: daphne serving the site on a socket that the supervisor has opened.

    python -m site_config.server LISTENING_FD READY_FD

Daphne's protocol and server are adapted in this file and nowhere else.
"""

import asyncio
import importlib
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import daphne.server as daphne_server  # first of all: it installs Twisted's reactor
import django
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer, reactor

logger = logging.getLogger(__name__)

# A little above the protocol's own limit, so that the application sees such a frame and can say why it closes.
MESSAGE_BYTES = 72 * 1024
PING_SECONDS = 20
CONNECT_SECONDS = 20
REQUEST_SECONDS = 120
SAY_GOODBYE_SECONDS = 5
RESTARTING = 1012


class Server(daphne_server.Server):
    """Daphne's server with the site's limits; on SIGTERM it tells every socket that the server restarts."""

    def __init__(self, application: Any, *, fd: int, ready: Callable[[], None], **options: Any) -> None:
        self.before_closing: Callable[[], Awaitable[None]] | None = None
        self.ready = ready
        super().__init__(
            application,
            endpoints=[f"fd:fileno={fd}"],
            http_timeout=REQUEST_SECONDS,
            websocket_timeout=-1,
            websocket_connect_timeout=CONNECT_SECONDS,
            websocket_handshake_timeout=CONNECT_SECONDS,
            websocket_max_message_size=MESSAGE_BYTES,
            websocket_max_frame_size=MESSAGE_BYTES,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            ready_callable=self.prepare,
            server_name="tertulia",
            **options,
        )

    def prepare(self) -> None:
        """Set what daphne gives no option for; called when all is built and nothing runs yet."""
        # What is larger still ends in a close frame with 1009, not in a dropped connection.
        self.ws_factory.setProtocolOptions(failByDrop=False)
        reactor.callWhenRunning(self.ready)

    def kill_all_applications(self) -> Any:
        """Before the reactor stops: leave in good order."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self.leave()))

    async def leave(self) -> None:
        """Take no more connections, finish what was accepted, close the sockets, end what is left."""
        for listener in self.listeners:
            listener.addCallback(lambda port: port.stopListening())
        if self.before_closing:
            try:
                await asyncio.wait_for(self.before_closing(), SAY_GOODBYE_SECONDS)
            except Exception:
                logger.exception("Could not finish what was accepted.")
        for protocol in list(self.connections):
            if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
                protocol.sendClose(code=RESTARTING)
        running = [details.get("application_instance") for details in self.connections.values()]
        running = [task for task in running if task and not task.done()]
        if running:
            await asyncio.wait(running, timeout=SAY_GOODBYE_SECONDS)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def proxy_options() -> dict[str, str]:
    """Where a proxy in front tells the visitor's address, if there is one."""
    from site_config import env

    if not env.boolean("TERTULIA_BEHIND_PROXY"):
        return {}
    return {
        "proxy_forwarded_address_header": "X-Forwarded-For",
        "proxy_forwarded_proto_header": "X-Forwarded-Proto",
    }


def main() -> None:
    fd, ready_fd = (int(argument) for argument in sys.argv[1:3])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    django.setup()
    asgi = importlib.import_module("site_config.asgi")

    def ready() -> None:
        os.write(ready_fd, b"1")
        os.close(ready_fd)

    server = Server(asgi.application, fd=fd, ready=ready, **proxy_options())
    server.before_closing = getattr(asgi, "shutdown", None)
    server.run()


if __name__ == "__main__":
    main()
