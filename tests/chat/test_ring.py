"""The ring against a plain list that never forgets."""

from sys import getsizeof

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chat.protocol import Change
from chat.ring import Ring

CAPACITY = 8
SIZE = 900


class RingAgainstList(RuleBasedStateMachine):
    """`history` keeps every change; what the ring says must follow from it."""

    @initialize(count=st.integers(0, 12), is_known=st.booleans())
    def begin(self, count: int, is_known: bool) -> None:
        self.history = [Change(n, n, f"message {n}") for n in range(1, count + 1)]
        self.rev = self.seq = count
        known = reversed(self.history[-5:]) if is_known or not count else [self.history[-1]]
        self.ring = Ring(count, known, capacity=CAPACITY, size=SIZE)
        assert self.ring.floor == count

    @rule(steps=st.lists(st.tuples(st.integers(0, 14), st.integers(0, 160)), min_size=1, max_size=12))
    def change(self, steps: list[tuple[int, int]]) -> None:
        """Each step posts (`seq` above the last one), edits that message, or changes the room (0)."""
        changes: dict[int, Change] = {}
        prev = self.rev
        for seq, length in steps:
            self.rev += 1
            seq = min(seq, self.seq + 1)
            self.seq = max(self.seq, seq)
            change = Change(self.rev, seq, f"{seq} as of {self.rev} " + "x" * length)
            self.history.append(change)
            changes.pop(seq, None)
            changes[seq] = change
        assert self.ring.append(prev, self.rev, changes.values())

    @rule(gap=st.integers(-3, 3).filter(bool))
    def misfit(self, gap: int) -> None:
        before = list(self.ring), self.ring.rev, self.ring.floor
        assert not self.ring.append(self.rev + gap, self.rev + gap + 1, [Change(self.rev + gap + 1, 1, "never seen")])
        assert (list(self.ring), self.ring.rev, self.ring.floor) == before

    def current(self) -> dict[int, Change]:
        return {change.seq: change for change in self.history}

    @invariant()
    def every_cursor_gets_what_stands_or_nothing(self) -> None:
        current = sorted(self.current().values())
        for cursor in range(max(0, self.ring.floor - 2), self.rev + 2):
            expected = [change for change in current if change.rev > cursor]
            assert self.ring.after(cursor) == (expected if cursor >= self.ring.floor else None)

    @invariant()
    def it_is_bounded_and_holds_each_message_once_as_it_stands(self) -> None:
        held = list(self.ring)
        assert len(held) == len(self.ring) <= CAPACITY
        assert self.ring.bytes == sum(getsizeof(change.text) for change in held) <= SIZE
        assert held == sorted(held)
        current = self.current()
        assert all(current[change.seq] == change for change in held)

    @invariant()
    def a_page_is_whole_or_none(self) -> None:
        if self.seq == 0:
            return
        held, current = {change.seq for change in self.ring}, self.current()
        for count in range(1, CAPACITY + 2):
            wanted = range(max(1, self.seq - count + 1), self.seq + 1)
            expected = [current[seq].text for seq in wanted]
            assert self.ring.page(count) == (expected if held.issuperset(wanted) else None)


TestRing = RingAgainstList.TestCase
TestRing.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)


def test_a_deleted_text_is_nowhere_in_the_ring() -> None:
    ring = Ring(0)
    ring.append(0, 2, [Change(1, 1, "secret"), Change(2, 2, "other")])
    ring.append(2, 3, [Change(3, 1, "")])
    assert [change.text for change in ring] == ["other", ""]
    assert ring.after(0) == [Change(2, 2, "other"), Change(3, 1, "")]


def test_a_change_too_large_for_it_is_not_kept_and_lifts_the_floor() -> None:
    ring = Ring(0, size=200)
    assert ring.append(0, 1, [Change(1, 1, "x" * 500)])
    assert (len(ring), ring.bytes, ring.floor, ring.rev) == (0, 0, 1, 1)
    assert ring.after(0) is None
    assert ring.after(1) == []


def test_the_floor_moves_with_the_oldest() -> None:
    ring = Ring(0, capacity=3)
    ring.append(0, 5, [Change(n, n, str(n)) for n in range(1, 6)])
    assert ring.floor == 2
    assert ring.after(1) is None
    assert ring.after(2) == [Change(n, n, str(n)) for n in (3, 4, 5)]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_page_of_an_empty_room(count: int) -> None:
    assert Ring(0).page(count) == []


def test_nothing_is_forgotten_while_there_is_room() -> None:
    ring = Ring(0, capacity=3)
    for rev in range(1, 50):
        ring.append(rev - 1, rev, [Change(rev, rev % 3, str(rev))])
        assert ring.floor == 0
    assert [change.text for change in ring.after(0) or []] == ["47", "48", "49"]
