"""System lines: what happens to a room, told in the room itself."""

from collections.abc import Collection
from datetime import timedelta
from html import escape
from typing import Any

from django.utils import timezone

from accounts.models import User
from chat import broadcast, encoding
from chat.models import Membership, Message, Room
from chat.services.messages.changing import save_change

# People who join within this time are named in one line, so many in each, so many by their names.
TOGETHER = timedelta(minutes=10)
JOINS_MOST = 50
NAMES_MOST = 5
# In plain English for readers that know nothing of `event`; the page words it anew from that.
SENTENCES = {
    "joined": "{names} joined.",
    "added": "{by} added {user[name]}.",
    "renamed": "{by} named the room “{name}”.",
    "topic": "{by} set the topic: {topic}",
    "topic_removed": "{by} took the topic away.",
    "pinned": "{by} pinned message {seq}.",
    "made_owner": "{by} made {user[name]} an owner.",
    "made_moderator": "{by} made {user[name]} a moderator.",
    "made_member": "{by} made {user[name]} a member like the others.",
    "handed_over": "{by} handed the room over to {user[name]}.",
    "made_public": "{by} made the room public.",
    "made_private": "{by} made the room private.",
}


def post_system_line(room: Room, by: User, event: str, /, **facts: object) -> Message:
    """A line in a locked room that says what `by` did: `event` is one of SENTENCES, `facts` what it speaks of.

    Who did it has read it, where they had read all before.
    """
    body = _sentence(event, by=by.name, **facts)
    prev = room.rev
    room.seq += 1
    room.rev += 1
    room.save(update_fields=["seq", "rev"])
    mine = Membership.objects.filter(room=room, user=by, read_seq=room.seq - 1).first()
    if mine is not None:
        mine.room, mine.read_seq = room, room.seq
        mine.save(update_fields=["read_seq"])
        broadcast.read_markers_moved([(mine, "")])
    message = Message.objects.create(
        room=room,
        seq=room.seq,
        rev=room.rev,
        kind=Message.Kind.SYSTEM,
        author=by,
        body=body,
        html=escape(body, quote=False),
        event={"type": event} | facts,
    )
    broadcast.room_changed(room, prev, [encoding.change(message, ())])
    return message


def say_who_came(room: Room, user: User, by: User) -> None:
    """Tells a locked room of a new member, who came by themselves or was added `by` somebody else.

    Who comes shortly after another, with nothing said in between, is named in the same line.
    """
    if by != user:
        post_system_line(room, by, "added", user=encoding.person(user))
    elif not _add_to_newest(room, encoding.person(user)):
        post_system_line(room, user, "joined", users=[encoding.person(user)])


def _add_to_newest(room: Room, person: dict[str, Any]) -> bool:
    """Names another person who joined, once, in the newest line of a locked room, if that is one of joins."""
    since = timezone.now() - TOGETHER
    joins = Message.objects.filter(event__type="joined", deleted_at=None, created_at__gt=since)
    line = joins.filter(room=room, seq=room.seq).first()
    users = line.event["users"] if line is not None and line.event else []
    if line is None or len(users) >= JOINS_MOST:
        return False
    if person["id"] not in [one["id"] for one in users]:
        users.append(person)
        line.room = room
        line.body = _sentence("joined", users=users)
        line.html = escape(line.body, quote=False)
        save_change(line, "event", "body", "html")
    return True


def _sentence(type: str, **facts: Any) -> str:  # noqa: A002 - the protocol's word
    names = [person["name"] for person in facts.get("users", ())]
    if len(names) > NAMES_MOST:
        names = [*names[: NAMES_MOST - 1], f"{len(names) - NAMES_MOST + 1} others"]
    listed = " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part) if names else ""
    return SENTENCES[type].format(names=listed, **facts)


def say_what_changed(room: Room, by: User, changed: Collection[str]) -> None:
    """Tells a locked room of its new name, topic and kind, where they are among `changed`."""
    if "name" in changed:
        post_system_line(room, by, "renamed", name=room.name)
    if "topic" in changed:
        if room.topic:
            post_system_line(room, by, "topic", topic=room.topic)
        else:
            post_system_line(room, by, "topic_removed")
    if "kind" in changed:
        post_system_line(room, by, f"made_{room.kind}")
