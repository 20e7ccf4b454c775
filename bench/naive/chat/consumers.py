"""A consumer for each socket, a group for each room: the way of every tutorial."""

import json
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from bench.naive.chat.models import Message, Room

# Its models belong to other settings than those that mypy reads.
# mypy: ignore-errors

BACKLOG = 50


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        self.room = await self.find_room(self.scope["url_route"]["kwargs"]["room"])
        self.group = f"chat_{self.room.pk}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send(json.dumps({"type": "history", "messages": await self.last_messages()}))

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "group"):
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        message = await self.save(json.loads(text_data or "")["body"])
        await self.channel_layer.group_send(self.group, {"type": "chat.message", "message": as_json(message)})

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send(json.dumps({"type": "message"} | event["message"]))

    @database_sync_to_async
    def find_room(self, name: str) -> Room:
        return Room.objects.get(name=name)

    @database_sync_to_async
    def last_messages(self) -> list[dict[str, Any]]:
        newest = Message.objects.filter(room=self.room).select_related("author").order_by("-id")[:BACKLOG]
        return [as_json(message) for message in reversed(newest)]

    @database_sync_to_async
    def save(self, body: str) -> Message:
        return Message.objects.create(room=self.room, author=self.scope["user"], body=body)


def as_json(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "author": message.author.username,
        "body": message.body,
        "created_at": message.created_at.isoformat(),
    }
