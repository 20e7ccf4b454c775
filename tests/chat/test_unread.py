"""Unread marks: whatever happens, on two devices, the counts are what one would count by hand."""

import random
from dataclasses import dataclass, field

import pytest

from accounts.models import User
from chat import selectors
from chat.models import Room
from chat.services import members, people, rooms
from tests.chat.announcements import Announced
from tests.chat.test_messages import delete, edit, restore
from tests.factories import post, seat

STEPS = 60
ACTS = (
    ["post"] * 3
    + ["read"] * 2
    + ["answer", "edit", "delete", "restore", "back", "go", "topic", "device", "mute", "level"]
)
TEXTS = ("plain", "@bob", "@room", "@here", "@bob and @room", "@bob and @here")


@dataclass
class Line:
    """A message as one remembers it."""

    author: User
    text: str = ""
    names_bob: bool = False
    calls_bob: bool = False
    is_deleted: bool = False
    is_text: bool = True

    def means(self, bob: User) -> bool:
        return self.author != bob and (self.names_bob or self.calls_bob or "@room" in self.text)


@dataclass
class ByHand:
    """What bob counts."""

    lines: list[Line] = field(default_factory=list)
    read: int | None = 0  # None: he is not in the room
    is_online: bool = False

    def say(self, author: User, bob: User, text: str = "", *, is_text: bool = True) -> None:
        self.lines.append(Line(author, is_text=is_text))
        self.word(self.lines[-1], text)
        if author == bob:
            self.read = len(self.lines)

    def word(self, line: Line, text: str) -> None:
        """Whom `@here` has called stays called while it stands there."""
        is_there = self.read is not None
        is_called_now = line.calls_bob if "@here" in line.text else self.is_online and is_there
        line.text, line.names_bob, line.calls_bob = text, "@bob" in text and is_there, "@here" in text and is_called_now

    def come(self, bob: User) -> None:
        """Whose coming the last line tells of already is not told of again."""
        last = self.lines[-1] if self.lines else None
        if last is None or last.author != bob or last.is_text or last.is_deleted:
            self.say(bob, bob, is_text=False)
        self.read = len(self.lines)

    def unread(self) -> list[Line]:
        return self.lines[self.read or 0 :]

    def mentions(self, bob: User) -> int:
        return sum(line.means(bob) and not line.is_deleted for line in self.unread())


def step(chance: random.Random, room: Room, alice: User, bob: User, hand: ByHand) -> None:
    number = chance.randrange(len(hand.lines)) if hand.lines else None
    line = hand.lines[number] if number is not None else None
    text = chance.choice(TEXTS)
    act = chance.choice(ACTS)
    if act == "post":
        post(alice, room, text, online=lambda: {bob.pk} if hand.is_online else ())
        hand.say(alice, bob, text)
    elif act == "answer" and hand.read is not None:
        post(bob, room, "plain")
        hand.say(bob, bob)
    elif act == "device":
        hand.is_online = not hand.is_online
    elif act == "mute" and hand.read is not None:
        members.set_room_settings(membership=seat(bob, room), is_muted=chance.random() < 0.5)
    elif act == "level":
        people.set_level(user=bob, notify=chance.choice(["all", "mentions", "nothing"]))
    elif act == "topic":
        rooms.update_room(membership=seat(alice, room), topic=f"topic {chance.random()}")
        hand.say(alice, bob, is_text=False)
    elif act in {"read", "back"} and hand.read is not None:
        seq, device = chance.randrange(len(hand.lines) + 3), chance.choice(["phone", "desk"])
        members.mark_read(membership=seat(bob, room), seq=seq, back=act == "back", origin=device)
        there = min(seq, len(hand.lines))
        hand.read = there if act == "back" else max(hand.read, there)
    elif act == "go":
        if hand.read is None:
            members.join_room(user=bob, room=room)
            hand.come(bob)
        else:
            members.leave_room(membership=seat(bob, room))
            hand.read = None
    elif line is not None and number is not None:
        change(act, room, number + 1, line, text, alice, bob, hand)


def change(act: str, room: Room, seq: int, line: Line, text: str, alice: User, bob: User, hand: ByHand) -> None:
    if act == "delete":
        delete(alice, room, seq)
        line.is_deleted = True
    elif act == "restore":
        restore(alice, room, seq)
        line.is_deleted = False
    elif act == "edit" and line.author == alice and line.is_text and not line.is_deleted:
        edit(alice, room, seq, text, online=lambda: {bob.pk} if hand.is_online else ())
        if line.text != text:
            hand.word(line, text)


@pytest.mark.parametrize("seed", range(8))
def test_counts_are_those_by_hand(lobby: Room, alice: User, bob: User, announced: Announced, seed: int) -> None:
    chance, hand = random.Random(seed), ByHand()
    for _ in range(STEPS):
        before = hand.read
        announced(lambda: step(chance, lobby, alice, bob, hand))
        told = [frame["seq"] for frame in announced.frames_to(bob) if frame["type"] == "read"]
        entries = {entry["slug"]: entry for entry in selectors.sidebar(bob)}
        assert ("lobby" in entries) is (hand.read is not None)
        if hand.read is None:
            continue
        entry = entries["lobby"]
        assert (entry["seq"], entry["seq"] - entry["read_seq"]) == (len(hand.lines), len(hand.unread()))
        assert entry["mentions"] == hand.mentions(bob)
        snapshot = selectors.snapshot(seat(bob, lobby), backlog=200)
        first = next((one["seq"] for one in snapshot["messages"] if one["seq"] > snapshot["me"]["read_seq"]), None)
        assert first == (hand.read + 1 if hand.unread() else None)
        if before is not None and hand.read != before:
            assert told == [hand.read], "the other device hears of every move"
