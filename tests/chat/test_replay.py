"""An old snapshot and what came after make the new snapshot, whatever was written by whichever service."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from inspect import getmembers, isfunction, unwrap
from pkgutil import iter_modules
from types import FrameType
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat import selectors, services
from chat.models import AuditEntry, Message, Report, Room
from chat.protocol import events_frame
from chat.services import invites, members, messages, moderation, people, rooms
from tests.factories import make_user, post, seat
from tests.uploads import picture, upload


def let_in(room: Room, alice: User, bob: User) -> None:
    rooms.convert_room(membership=seat(alice, room), kind="private")
    rooms.update_room(membership=seat(alice, room), is_listed=True)
    request = members.ask_to_join(user=make_user(), room=room)
    members.answer_join_request(membership=seat(alice, room), request=request, accept=True)


WRITES: dict[str, Callable[[Room, User, User], Any]] = {
    "post": lambda room, alice, bob: post(bob, room, "new @alice @room"),
    "reply": lambda room, alice, bob: post(alice, room, "@room", reply_to=1),
    "edit": lambda room, alice, bob: messages.edit_message(membership=seat(bob, room), seq=2, body="other @alice"),
    "edit twice": lambda room, alice, bob: [
        messages.edit_message(membership=seat(bob, room), seq=2, body=body) for body in ("one", "two")
    ],
    "delete": lambda room, alice, bob: messages.delete_message(membership=seat(bob, room), seq=2),
    "remove": lambda room, alice, bob: messages.delete_message(membership=seat(alice, room), seq=2, reason="x"),
    "restore": lambda room, alice, bob: [
        messages.delete_message(membership=seat(alice, room), seq=4),
        messages.restore_message(membership=seat(alice, room), seq=4),
    ],
    "react": lambda room, alice, bob: [
        react(bob, room, 2, "👍"),
        react(alice, room, 2, "👍"),
        react(bob, room, 2, "🎉"),
    ],
    "react and take back": lambda room, alice, bob: [react(bob, room, 3, "👍"), react(bob, room, 3, "👍", on=False)],
    "react, delete, restore": lambda room, alice, bob: [react(bob, room, 4, "👍"), WRITES["restore"](room, alice, bob)],
    "pin": lambda room, alice, bob: [pin(alice, room, 2), pin(alice, room, 3), pin(alice, room, 2, on=False)],
    "pin, delete, restore": lambda room, alice, bob: [pin(alice, room, 4), WRITES["restore"](room, alice, bob)],
    "join and line": lambda room, alice, bob: [
        WRITES["join"](room, alice, bob),
        members.join_room(user=bob, room=room),
    ],
    "files": lambda room, alice, bob: post(bob, room, "", uploads=[upload(bob, picture(size=(600, 9))).pk]),
    "files, edit, delete, restore": lambda room, alice, bob: [
        WRITES["files"](room, alice, bob),
        messages.edit_message(membership=seat(bob, room), seq=6, body="other"),
        messages.delete_message(membership=seat(bob, room), seq=6),
        messages.restore_message(membership=seat(alice, room), seq=6),
    ],
    "rename": lambda room, alice, bob: rooms.update_room(membership=seat(alice, room), name="Hall", topic="x"),
    "slow": lambda room, alice, bob: rooms.update_room(
        membership=seat(alice, room), slow_mode_seconds=9, posting="moderators"
    ),
    "lock": lambda room, alice, bob: rooms.lock_room(
        membership=seat(alice, room), reason="x", until=timezone.now() + timedelta(days=1)
    ),
    "hide history": lambda room, alice, bob: [
        rooms.convert_room(membership=seat(alice, room), kind="private"),
        rooms.update_room(membership=seat(alice, room), history_for_newcomers=False),
    ],
    "describe": lambda room, alice, bob: rooms.update_room(
        membership=seat(alice, room), description="a\nb", icon="☕", inviting="everyone", is_listed=True
    ),
    "convert": lambda room, alice, bob: rooms.convert_room(membership=seat(alice, room), kind="private"),
    "delete and restore": lambda room, alice, bob: [
        rooms.delete_room(membership=seat(alice, room), confirmation=room.slug),
        rooms.restore_deleted_room(actor=alice, room=room),
    ],
    "archive": lambda room, alice, bob: rooms.archive_room(membership=seat(alice, room)),
    "archive and restore": lambda room, alice, bob: [
        rooms.archive_room(membership=seat(alice, room)),
        rooms.restore_room(membership=seat(alice, room)),
    ],
    "lock and unlock": lambda room, alice, bob: [
        WRITES["lock"](room, alice, bob),
        rooms.unlock_room(membership=seat(alice, room)),
    ],
    "forward": lambda room, alice, bob: messages.forward_message(
        membership=seat(bob, room), seq=1, to=seat(bob, room), client_id=uuid4()
    ),
    "add": lambda room, alice, bob: members.add_member(membership=seat(alice, room), user=make_user()),
    "invite": lambda room, alice, bob: invites.use_invite(
        user=make_user(), secret=invites.create_invite(membership=seat(alice, room))[1]
    ),
    "let in": let_in,
    "remove a member": lambda room, alice, bob: members.remove_member(membership=seat(alice, room), user=bob),
    "mute and lift": lambda room, alice, bob: moderation.lift_sanction(
        actor=alice, sanction=moderation.mute_user(actor=alice, user=bob, room=room, reason="x")
    ),
    "ignore": lambda room, alice, bob: people.set_ignored(user=alice, person=bob, on=True),
    "call": lambda room, alice, bob: [
        post(bob, room, "@here", online=lambda: {alice.pk}),
        messages.edit_message(membership=seat(bob, room), seq=6, body="@here @alice", online=lambda: {alice.pk}),
    ],
    "join": lambda room, alice, bob: members.leave_room(membership=seat(bob, room)),
    "ban": lambda room, alice, bob: moderation.ban_user(actor=alice, user=bob, room=room, reason="x"),
    "case": lambda room, alice, bob: [
        decide(room, alice, seq=2),
        moderation.undo_act(actor=alice, entry=AuditEntry.objects.get(action="message.delete")),
    ],
    "case, decided": lambda room, alice, bob: decide(room, alice, seq=4),
    "role": lambda room, alice, bob: members.set_role(membership=seat(alice, room), user=bob, role="moderator"),
    "hand over": lambda room, alice, bob: [
        members.hand_over_room(membership=seat(alice, room), user=bob),
        members.hand_over_room(membership=seat(bob, room), user=alice),
    ],
    "read": lambda room, alice, bob: members.mark_read(membership=seat(bob, room), seq=1, back=True),
    "everything": lambda room, alice, bob: [
        WRITES[name](room, alice, bob)
        for name in ("post", "edit", "react", "pin", "rename", "restore", "remove", "post", "lock")
    ],
}


def react(user: User, room: Room, seq: int, emoji: str, *, on: bool = True) -> Message:
    return messages.set_reaction(membership=seat(user, room), seq=seq, emoji=emoji, on=on)


def pin(user: User, room: Room, seq: int, *, on: bool = True) -> Message:
    return messages.set_pin(membership=seat(user, room), seq=seq, on=on)


def decide(room: Room, moderator: User, seq: int) -> Report:
    """Removes a message because somebody reported it."""
    case = moderation.report_message(membership=seat(moderator, room), seq=seq, kind="spam").report
    return moderation.resolve_report(actor=moderator, report=case, outcome="removed", reason="spam")


def by_seq(texts: list[str]) -> dict[int, dict[str, Any]]:
    return {message["seq"]: message for message in map(json.loads, texts)}


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("write", WRITES)
def test_old_snapshot_and_changes_make_the_new_snapshot(lobby: Room, alice: User, bob: User, write: str) -> None:
    for n in range(1, 6):
        post(bob if n % 2 == 0 else alice, lobby, f"message {n}")
    old = selectors.subscribed_fields(seat(alice, lobby))
    WRITES[write](lobby, alice, bob)
    new = selectors.subscribed_fields(seat(alice, lobby))

    resumed = selectors.subscribed_fields(seat(alice, lobby), since=old["rev"], epoch=old["epoch"])
    assert by_seq(old["messages"]) | by_seq(resumed["messages"]) == by_seq(new["messages"])
    same = ("seq", "rev", "state", "me", "epoch", "reset")
    assert {key: resumed[key] for key in same} == {key: new[key] for key in same}

    hole = selectors.changes_after(lobby.pk, old["rev"])
    assert hole is not None
    text, rev = events_frame("lobby", old["rev"], hole.rev, hole.changes)
    events = json.loads(text)
    assert rev == new["rev"]
    assert by_seq(old["messages"]) | {one["seq"]: one for one in events["messages"]} == by_seq(new["messages"])
    assert events.get("state", old["state"]) == new["state"]


# Services that change nothing that readers of a room hold: what one keeps for oneself, what is not (yet) in a room,
# cases before they are decided, the keeping of the site.
UNSEEN = {
    *("members.order_rooms", "members.set_room_settings", "members.withdraw_join_request"),
    *("messages.save_message", "messages.unsave_message", "messages.remind", "messages.may_restore"),
    *("people.set_do_not_disturb", "people.set_invisible", "people.set_level", "people.set_status"),
    "people.sweep_presence",
    *("rooms.create_room", "rooms.open_direct_room", "rooms.set_default_room", "rooms.slug_of", "rooms.reachable"),
    *("members.join_default_rooms", "invites.create_site_invite", "invites.revoke_invite"),
    *("moderation.appeal_act", "moderation.can_undo", "moderation.claim_report", "moderation.release_report"),
    *("moderation.report_person", "moderation.set_site_moderator"),
    *("uploads.copy", "uploads.describe", "uploads.discard", "uploads.expire", "uploads.remove", "uploads.store"),
    *("uploads.sweep", "messages.purge_removed_texts", "rooms.purge_deleted_rooms"),
    *("searching.search_messages", "indexing.index_messages", "indexing.forget_all"),
}
# Those of the queue; and what is no service: what they check, and how they render.
OTHERS = {"jobs", "rules", "text"}


def every_service() -> Iterator[tuple[str, Any]]:
    """By `module.name`, each with its code."""
    for found in iter_modules(services.__path__):
        if found.name in OTHERS:
            continue
        module = import_module(f"chat.services.{found.name}")
        for name, function in getmembers(module, isfunction):
            is_ours = name in getattr(module, "__all__", ()) or unwrap(function).__module__ == module.__name__
            if is_ours and not name.startswith("_"):
                yield f"{found.name}.{name}", unwrap(function).__code__


@pytest.mark.usefixtures("files")
def test_every_service_is_among_the_writes(lobby: Room, alice: User, bob: User) -> None:
    """A new one has to be put there, or among those that readers see nothing of."""
    for n in range(1, 6):
        post(bob if n % 2 == 0 else alice, lobby, f"message {n}")
    called: set[Any] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            called.add(frame.f_code)

    for write in WRITES.values():
        with transaction.atomic():
            sys.setprofile(note)
            try:
                write(lobby, alice, bob)
            finally:
                sys.setprofile(None)
            transaction.set_rollback(True)
    found = dict(every_service())
    assert {name for name, code in found.items() if code not in called} - UNSEEN == set()
    assert found.keys() >= UNSEEN
