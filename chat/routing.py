"""Where sockets live."""

from django.urls import URLPattern, re_path

from chat.consumers import ChatConsumer, NoSuchSocket
from chat.consumers.reception import Reception
from chat.hub import Hub
from chat.writer import Writer


def websocket_routes(hub: Hub, writer: Writer) -> list[URLPattern]:
    """The socket for all of a person's rooms, and the same with one room subscribed at once."""
    consumer = ChatConsumer.as_asgi(hub=hub, writer=writer, reception=Reception())
    return [
        re_path(r"^ws/chat/$", consumer),
        re_path(r"^ws/chat/(?P<slug>[^/]+)/$", consumer),
        re_path(r"", NoSuchSocket.as_asgi()),
    ]
