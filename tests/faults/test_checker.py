"""The checker itself: a clean run passes, and each kind of damage is found."""

from collections.abc import Callable
from typing import Any

import pytest

from chaos.checker import check
from chaos.record import Ack, Change, Evidence, Frame, RoomNow, Seen, Sent, Witness

ALICE, BOB = 1, 2


def message(seq: int, rev: int, body: str = "", author: int = ALICE) -> Seen:
    """Message `seq`; without a body a tombstone."""
    return Seen(seq, rev, f"id-{seq}", author, body, not body)


def sent(seq: int, author: int, *texts: str, changes: tuple[Change, ...] = ()) -> Sent:
    return Sent(f"id-{seq}", "lobby", author, list(texts), [Ack(1, seq, seq, seq, False)], list(changes))


def a_clean_run() -> Evidence:
    """Four messages; the second is edited, the third deleted, while bob is away once and carol comes late."""
    rows = [message(1, 1, "one"), message(2, 5, "two!"), message(3, 6), message(4, 4, "four", BOB)]
    room = RoomNow(4, 6, "e", rows, list(rows))
    two, three = Change("two!", 5), Change(None, 6)
    alice = Witness(
        "alice",
        [sent(1, ALICE, "one"), sent(2, ALICE, "two", "two!", changes=(two,)), sent(3, ALICE, "3", changes=(three,))],
        [
            Frame("opened", 1),
            Frame("subscribed", 1, "lobby", epoch="e", has_before=False),
            Frame("events", 1, "lobby", (message(1, 1, "one"),), 0, 1),
            Frame("events", 1, "lobby", (message(2, 2, "two"), message(3, 3, "3")), 1, 3),
            Frame("events", 1, "lobby", (message(4, 4, "four", BOB), message(2, 5, "two!")), 3, 5),
            Frame("events", 1, "lobby", (message(3, 6),), 5, 6),
        ],
    )
    bob = Witness(
        "bob",
        [sent(4, BOB, "four")],
        [
            Frame("opened", 1),
            Frame("subscribed", 1, "lobby", (message(1, 1, "one"),), rev=1, epoch="e", seq=1, has_before=False),
            Frame("events", 1, "lobby", (message(2, 2, "two"),), 1, 2),
            Frame("opened", 2),
            Frame("subscribed", 2, "lobby", (message(3, 3, "3"),), rev=3, since=2, epoch="e", seq=3),
            Frame("events", 2, "lobby", (message(4, 4, "four", BOB), message(2, 5, "two!"), message(3, 6)), 3, 6),
        ],
    )
    newest = Frame("subscribed", 1, "lobby", (rows[2], rows[3]), rev=6, epoch="e", seq=4, has_before=True)
    return Evidence([alice, bob, Witness("carol", [], [Frame("opened", 1), newest])], {"lobby": room})


def change_rows(evidence: Evidence, rows: list[Seen], **numbers: Any) -> None:
    """Other rows, with a history that agrees."""
    evidence.rooms["lobby"] = evidence.rooms["lobby"]._replace(rows=rows, history=list(rows), **numbers)


def change_frame(evidence: Evidence, person: int, at: int, **fields: object) -> None:
    frames = evidence.people[person].frames
    frames[at] = frames[at]._replace(**fields)  # type: ignore[arg-type]


def lose_a_row(evidence: Evidence) -> None:
    change_rows(evidence, evidence.rooms["lobby"].rows[:3], seq=3)


def leave_a_hole(evidence: Evidence) -> None:
    rows = evidence.rooms["lobby"].rows
    change_rows(evidence, [rows[0], rows[2], rows[3]])


def store_twice(evidence: Evidence) -> None:
    rows = evidence.rooms["lobby"].rows
    change_rows(evidence, [*rows, rows[3]._replace(seq=5, rev=7)], seq=5, rev=7)


def number_two_changes_alike(evidence: Evidence) -> None:
    rows = evidence.rooms["lobby"].rows
    change_rows(evidence, [rows[0]._replace(rev=4), *rows[1:]])


def store_what_nobody_sent(evidence: Evidence) -> None:
    rows = evidence.rooms["lobby"].rows
    change_rows(evidence, [*rows, Seen(5, 7, "id-5", ALICE, "boo", False)], seq=5, rev=7)


def store_another_text(evidence: Evidence) -> None:
    rows = evidence.rooms["lobby"].rows
    change_rows(evidence, [rows[0]._replace(body="won"), *rows[1:]])


def undo_an_edit(evidence: Evidence) -> None:
    rows = evidence.rooms["lobby"].rows
    change_rows(evidence, [rows[0], rows[1]._replace(body="two"), *rows[2:]])


def undo_a_deletion(evidence: Evidence) -> None:
    rows = evidence.rooms["lobby"].rows
    change_rows(evidence, [*rows[:2], rows[2]._replace(body="3", is_deleted=False), rows[3]])


def forget_in_history(evidence: Evidence) -> None:
    del evidence.rooms["lobby"].history[1]


def acknowledge_elsewhere(evidence: Evidence) -> None:
    evidence.people[1].sent[0].acks.append(Ack(2, 2, 3, 3, True))


def answer_in_another_order(evidence: Evidence) -> None:
    acks = [person.acks for person in evidence.people[0].sent]
    acks[0][0] = acks[0][0]._replace(attempt=9)


def lose_an_event(evidence: Evidence) -> None:
    del evidence.people[0].frames[3]


def leave_out_a_message(evidence: Evidence) -> None:
    change_frame(evidence, 0, 2, messages=())


def double_an_event(evidence: Evidence) -> None:
    evidence.people[0].frames.insert(3, evidence.people[0].frames[3])


def swap_events(evidence: Evidence) -> None:
    frames = evidence.people[0].frames
    frames[3], frames[4] = frames[4], frames[3]


def swap_messages(evidence: Evidence) -> None:
    frame = evidence.people[0].frames[3]
    change_frame(evidence, 0, 3, messages=frame.messages[::-1])


def resume_with_a_gap(evidence: Evidence) -> None:
    change_frame(evidence, 1, 4, messages=())


def resume_after_more_than_was_held(evidence: Evidence) -> None:
    change_frame(evidence, 1, 4, since=3, messages=())


def talk_without_subscription(evidence: Evidence) -> None:
    del evidence.people[1].frames[4]


def stop_early(evidence: Evidence) -> None:
    del evidence.people[0].frames[-1]


def deliver_a_deleted_text(evidence: Evidence) -> None:
    change_frame(evidence, 2, 1, messages=(message(3, 3, "3"), message(4, 4, "four", BOB)))


def deliver_an_edited_text(evidence: Evidence) -> None:
    change_frame(evidence, 1, 4, rev=5, messages=(message(2, 2, "two"), message(3, 3, "3")))


def deliver_a_phantom(evidence: Evidence) -> None:
    frame = Frame("events", 1, "lobby", (message(5, 7, "boo"),), 6, 7)
    for person in evidence.people:
        person.frames.append(frame)


def deliver_an_uncommitted_text(evidence: Evidence) -> None:
    change_frame(evidence, 0, 2, messages=(message(1, 1, "won"),))


def deliver_as_somebody_else(evidence: Evidence) -> None:
    change_frame(evidence, 0, 2, messages=(message(1, 1, "one", BOB),))


def show_the_text_of_a_tombstone(evidence: Evidence) -> None:
    change_frame(evidence, 0, 5, messages=(message(3, 6)._replace(body="3"),))


def start_with_a_hole(evidence: Evidence) -> None:
    change_frame(evidence, 2, 1, messages=(message(2, 5, "two!"), message(4, 4, "four", BOB)))


DAMAGE: dict[Callable[[Evidence], None], str] = {
    lose_a_row: "was acknowledged as 4",
    leave_a_hole: "its seqs are not 1 … 4",
    store_twice: "stands 2 times",
    number_two_changes_alike: "rev 4 stands 2 times",
    store_what_nobody_sent: "nobody sent the message id-5",
    store_another_text: "holds a text that was never sent",
    undo_an_edit: "lost its acknowledged edit",
    undo_a_deletion: "was deleted and stands",
    forget_in_history: "history gives 3 messages, rows are 4",
    acknowledge_elsewhere: "was acknowledged as 3",
    answer_in_another_order: "sent in another order",
    lose_an_event: "expected prev 1, got 3",
    leave_out_a_message: "alice holds another lobby than the database: messages [1]",
    double_an_event: "expected prev 3, got 1",
    swap_events: "expected prev 1, got 3",
    swap_messages: "messages not in order of rev",
    resume_with_a_gap: "bob was not told of rev 3 of lobby 3 in a frame up to 3",
    resume_after_more_than_was_held: "resumed at 3 while holding 2",
    talk_without_subscription: "events without a subscription",
    stop_early: "alice holds lobby at rev 5",
    deliver_a_deleted_text: "carol got a stale text: lobby 3 of rev 3 in a frame up to 6",
    deliver_an_edited_text: "bob got a stale text: lobby 2 of rev 2 in a frame up to 5",
    deliver_a_phantom: "saw in lobby what is not in the database",
    deliver_an_uncommitted_text: "a text that was never sent",
    deliver_as_somebody_else: "saw in lobby what is not in the database",
    show_the_text_of_a_tombstone: "the text of a tombstone",
    start_with_a_hole: "the backlog has a hole",
}


def test_a_clean_run_is_proven() -> None:
    assert check(a_clean_run()) == []


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_damage_is_found(damage: Callable[[Evidence], None]) -> None:
    evidence = a_clean_run()
    damage(evidence)
    complaints = check(evidence)
    assert any(DAMAGE[damage] in complaint for complaint in complaints), complaints
