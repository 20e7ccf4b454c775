"""The hub as a state machine: whatever is written, lost, doubled, late or away, no reader sees a gap or an old text."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chat.access import Holder
from chat.errors import Unavailable
from chat.hub import Hub, Reader
from chat.protocol import Change
from chat.ring import Ring
from chat.selectors import Hole
from tests.live.site import Copy

ROOM, SLUG, EPOCH = 1, "lobby", "first"
CAPACITY, EARLY, FRAMES, READ, WARM = 6, 3, 2, 4, 4
TURNS = st.integers(0, 4)


class Shelf:
    """What a database would hold of the one room. Each change is announced by a bell, which it gives back."""

    def __init__(self) -> None:
        self.rev = 0
        self.state: dict[str, Any] = {"topic": "", "locked": None}
        self.state_rev = 0
        self.messages: dict[int, Change] = {}
        self.committed: set[str] = set()
        self.is_away = False

    def write(self, seq: int) -> dict[str, Any]:
        """Posts (`seq` past the newest), edits, or changes the room (0)."""
        self.rev += 1
        if seq == 0:
            self.state, self.state_rev = self.state | {"topic": f"as of {self.rev}"}, self.rev
            change = self._state_change()
        else:
            seq = min(seq, len(self.messages) + 1)
            text = json.dumps({"seq": seq, "rev": self.rev, "body": f"as of {self.rev}"})
            change = self.messages[seq] = Change(self.rev, seq, text)
            self.committed.add(text)
        return {"type": "bell", "room": ROOM, "prev": self.rev - 1, "rev": self.rev, "changes": [list(change)]}

    def _state_change(self) -> Change:
        return Change(self.state_rev, 0, json.dumps(self.state))

    def _hole(self, changes: list[Change], *, is_whole: bool, rev: int) -> Hole:
        room: Any = SimpleNamespace(pk=ROOM, slug=SLUG, epoch=EPOCH, rev=self.rev)
        return Hole(room, rev, changes, is_whole, self.state)

    def changes_after(self, room_id: int, cursor: int) -> Hole:
        found = sorted(change for change in self.messages.values() if change.rev > cursor)[:READ]
        is_whole = len(found) < READ
        rev = self.rev if is_whole else found[-1].rev
        state = [self._state_change()] if cursor < self.state_rev <= rev else []
        return self._hole(sorted(found + state), is_whole=is_whole, rev=rev)

    def newest_changes(self, room_id: int, count: int) -> Hole:
        newest = [self.messages[seq] for seq in sorted(self.messages)[-count:]]
        return self._hole(newest, is_whole=True, rev=self.rev)

    def numbers(self, room_ids: list[int]) -> dict[int, tuple[int, str]]:
        return dict.fromkeys(room_ids, (self.rev, EPOCH))

    def lapsed(self, holders: list[Holder]) -> dict[Holder, Any]:
        return {}

    def lost_rooms(self, seats: list[tuple[int, int]]) -> dict[tuple[int, int], str]:
        return {}

    def other_sight(self, seats: list[tuple[int, int, int]]) -> set[tuple[int, int, int]]:
        return set()

    async def query(self, function: Callable[..., Any], *args: Any) -> Any:
        """A read whose answer is some turns old when it arrives."""
        if self.is_away:
            raise Unavailable("The database is away.", retry_after=1)
        answer = getattr(self, function.__name__)(*args)
        for _ in range(3):
            await asyncio.sleep(0)
        return answer

    def page(self) -> dict[str, Any]:
        messages = [json.loads(self.messages[seq].text) for seq in sorted(self.messages)]
        place = {"room": SLUG, "epoch": EPOCH, "rev": self.rev, "reset": False, "state": self.state}
        return place | {"type": "subscribed", "messages": messages}


class Client:
    """One socket and what its client holds; while the gate is shut it takes nothing."""

    def __init__(self, shelf: Shelf, hub: Hub, *, does_take_at_once: bool) -> None:
        self.shelf, self.hub, self.does_take_at_once = shelf, hub, does_take_at_once
        self.gate = asyncio.Event()
        self.gate.set()
        self.frames: list[dict[str, Any]] = []
        self.copy: Copy | None = None
        self.reader = Reader(Holder(1, "password"), self._take, self._end, self._offer)
        hub.readers.setdefault(1, set()).add(self.reader)

    async def _take(self, text: str) -> None:
        await self.gate.wait()
        self.frames.append(json.loads(text))

    def _offer(self, text: str) -> bool:
        if self.does_take_at_once and self.gate.is_set():
            self.frames.append(json.loads(text))
            return True
        return False

    async def _end(self, code: int) -> None:
        raise AssertionError("no socket ends here")

    async def subscribe(self) -> None:
        membership: Any = SimpleNamespace(is_preview=False, first_seq=0)
        while True:
            page = self.shelf.page()
            room = await self.hub.open(ROOM)
            if self.hub.find(SLUG) is room:
                break
        subscription = self.reader.subscribe(room, membership, page["rev"])
        await self.reader.send(json.dumps(page))
        self.reader.release(subscription)

    def read(self) -> None:
        """Applies what came; Copy fails on a gap, an overlap or disorder."""
        frames, self.frames = self.frames, []
        for frame in frames:
            if frame["type"] == "subscribed":
                self.copy = Copy(frame)
            elif frame["type"] == "resync":
                self.copy = None
            elif self.copy is not None:
                self.copy.apply_events(frame)


class HubUnderFaults(RuleBasedStateMachine):
    """Two clients with a server that takes frames at once, and two without, in one room."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf, self.late = Shelf(), list[dict[str, Any]]()
        small: dict[str, Any] = {
            "Ring": partial(Ring, capacity=CAPACITY),
            "EARLY": EARLY,
            "FRAMES": FRAMES,
            "WARM": WARM,
        }
        self.patches = [
            patch.multiple("chat.hub.hub", query=self.shelf.query, BELL_SECONDS=0.002, IDLE_SECONDS=0),
            patch.multiple("chat.hub.ending", query=self.shelf.query),
            patch.multiple("chat.hub.room", query=self.shelf.query, **small),
        ]
        for one in self.patches:
            one.start()
        self.runner = asyncio.Runner()
        self.hub = Hub()
        self.clients: list[Client] = []

    def let(self, act: Callable[[], Any], turns: int) -> None:
        """Acts inside the loop, which then goes on for some turns; what takes longer waits for the next rule."""

        async def scene() -> None:
            act()
            for _ in range(turns):
                await asyncio.sleep(0)

        self.runner.run(scene())
        for client in self.clients:
            client.read()

    @initialize(seqs=st.lists(st.integers(0, 12), max_size=9))
    def begin(self, seqs: list[int]) -> None:
        for seq in seqs:
            self.shelf.write(seq)

        async def come() -> None:
            self.clients = [Client(self.shelf, self.hub, does_take_at_once=one) for one in (True, True, False, False)]
            for client in self.clients:
                await client.subscribe()

        self.runner.run(come())
        self.let(lambda: None, 0)

    @rule(
        seq=st.integers(0, 30),
        fate=st.sampled_from(["heard", "heard", "heard twice", "late", "late", "lost"]),
        turns=TURNS,
    )
    def write(self, seq: int, fate: str, turns: int) -> None:
        bell = self.shelf.write(seq)
        if fate == "late":
            self.late.append(bell)
        for _ in range({"heard": 1, "heard twice": 2}.get(fate, 0)):
            self.let(partial(self.hub.hear, bell), turns)

    @precondition(lambda self: self.late)
    @rule(data=st.data(), turns=TURNS)
    def hear_late(self, data: st.DataObject, turns: int) -> None:
        at = data.draw(st.integers(0, len(self.late) - 1))
        self.let(partial(self.hub.hear, self.late.pop(at)), turns)

    @rule(number=st.integers(0, 3), is_open=st.booleans(), turns=TURNS)
    def turn_gate(self, number: int, is_open: bool, turns: int) -> None:
        gate = self.clients[number].gate
        self.let(gate.set if is_open else gate.clear, turns)

    @rule(is_away=st.booleans())
    def database(self, is_away: bool) -> None:
        self.shelf.is_away = is_away

    @precondition(lambda self: not self.shelf.is_away)
    @rule(turns=TURNS)
    def check(self, turns: int) -> None:
        self.let(lambda: asyncio.ensure_future(self.hub.check()), turns)

    @precondition(lambda self: not self.shelf.is_away)
    @rule(number=st.integers(0, 3), turns=TURNS)
    def come_anew(self, number: int, turns: int) -> None:
        """Leaves (the last one out lets the room go cold) and comes back."""
        client = self.clients[number]
        if client.gate.is_set():
            client.reader.unsubscribe(SLUG)
            self.runner.run(client.subscribe())
            self.let(lambda: None, turns)

    @invariant()
    def nothing_is_told_that_was_not_written(self) -> None:
        for client in self.clients:
            told = client.copy.messages.values() if client.copy else ()
            assert all(json.dumps(message) in self.shelf.committed for message in told)

    @invariant()
    def memory_is_bounded(self) -> None:
        for room in self.hub.rooms.values():
            assert len(room.ring) <= CAPACITY
            assert len(room._frames) <= FRAMES
            assert len(room._early) <= EARLY

    def teardown(self) -> None:
        try:
            self.runner.run(self._come_to_rest())
            expected = self.shelf.page()
            for client in self.clients:
                client.read()
                assert client.copy is not None
                assert client.copy.messages == {message["seq"]: message for message in expected["messages"]}
                assert (client.copy.rev, client.copy.state) == (expected["rev"], expected["state"])
        finally:
            self.runner.close()
            for one in self.patches:
                one.stop()

    async def _come_to_rest(self) -> None:
        """One check with everything well again is enough; who was told to come anew does so."""
        self.shelf.is_away = False
        for client in self.clients:
            client.gate.set()
        await self._settle()
        await self.hub.check()
        await self._settle()
        for client in self.clients:
            client.read()
            if client.copy is None:
                await client.subscribe()
        await self._settle()

    async def _settle(self) -> None:
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)


TestHub = HubUnderFaults.TestCase
TestHub.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
