"""The socket door: a person's socket, and what each of its commands does."""

from chat.consumers.socket import ChatConsumer, NoSuchSocket

__all__ = ["ChatConsumer", "NoSuchSocket"]
