"""The socket door: who comes in, a person's open socket, and what each of its commands does."""

from chat.consumers.door import ChatConsumer, NoSuchSocket

__all__ = ["ChatConsumer", "NoSuchSocket"]
