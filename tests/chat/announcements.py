"""What services announce, caught between the commit and the carriage."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import TestCase

from accounts.models import User
from chat import broadcast
from chat.broadcast import Event
from chat.models import Room


class Announced:
    """Runs a write and keeps what it announces on commit; whatever it announces earlier is a failure."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._is_committing = False

    def hear(self, event: dict[str, Any]) -> None:
        assert self._is_committing, "announced before the commit"
        json.dumps(event)
        self.events.append(event)

    def __call__[T](self, write: Callable[[], T]) -> T:
        self.events = []
        with TestCase.captureOnCommitCallbacks() as callbacks:
            result = write()
        self._is_committing = True
        for callback in callbacks:
            callback()
        self._is_committing = False
        return result

    def bells(self, room: Room) -> list[Event]:
        return [event for event in self.events if event["type"] == "bell" and event["room"] == room.pk]

    def frames_to(self, user: User) -> list[dict[str, Any]]:
        told = [json.loads(event["text"]) for event in self.events if event.get("user") == user.pk and "text" in event]
        told += [
            {"type": "notice"} | event["notice"]
            for event in self.events
            if event["type"] == "notice" and event["user"] == user.pk
        ]
        return told + [
            {"type": "read", "room": slug, "seq": seq} for pk, slug, seq, _ in self.markers() if pk == user.pk
        ]

    def markers(self) -> list[tuple[int, str, int, str]]:
        """Read markers that moved: whose, in which room, to where, and by which socket."""
        return [marker for event in self.events if event["type"] == "read" for marker in event["markers"]]

    def kinds_to(self, user: User) -> list[str]:
        return [frame["type"] for frame in self.frames_to(user)]


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> Announced:
    catcher = Announced()
    monkeypatch.setattr(broadcast.carrier, "carry", catcher.hear)
    return catcher
