"""Rooms: their names and addresses, their settings, who may change them."""

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from chat.errors import Archived, BadRequest, ChatError, Conflict, Forbidden, Locked, TooLong
from chat.models import AuditEntry, Membership, Message, Room
from chat.protocol import is_blank
from chat.services import rooms
from tests.chat.announcements import Announced
from tests.factories import make_room, post, seat


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Lobby", "lobby"),
        ("大厅", "大厅"),
        ("Café del Mar", "café-del-mar"),
        ("Cafe\u0301", "café"),
        ("STRASSE Straße", "strasse-strasse"),
        ("Привет, мир!", "привет-мир"),
        ("สวัสดี", "สวัสดี"),
        ("हिन्दी चर्चा", "हिन्दी-चर्चा"),
        ("می\u200cخواهم", "می-خواهم"),
        ("한국어 방", "한국어-방"),
        ("ΟΔΟΣ", "οδοσ"),
        ("İstanbul", "i\u0307stanbul"),
        ("C++ & C#", "c-c"),
        ("v2.0", "v2.0"),
        ("--a--b--", "a-b"),
        ("...x...", "x"),
        ("❤️ club ❤️", "club"),
        ("a/b", "a-b"),
        ("42", "42"),
        ("𝔊othic", "𝔊othic"),
    ],
)
def test_a_name_gives_an_address_in_its_language(name: str, slug: str) -> None:
    assert rooms.slug_of(name) == unicodedata.normalize("NFC", slug)


@pytest.mark.parametrize(
    "name", ["", "   ", "!!!", "❤️", "🎉🎉", "-", "..", ".", "/", "€\u0301", "\u3164", "\ufe0f", "_\u0301"]
)
def test_a_name_without_letter_or_digit(name: str) -> None:
    with pytest.raises(BadRequest) as caught:
        rooms.slug_of(name)
    assert caught.value.field == "name"


@pytest.mark.parametrize("name", ["new", "NEW", "Search!", "ws", "people", "\u3164new\ufe0f"])
def test_reserved_addresses(name: str) -> None:
    with pytest.raises(BadRequest):
        rooms.slug_of(name)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_address_is_clean(name: str) -> None:
    try:
        slug = rooms.slug_of(name)
    except BadRequest:
        return
    assert 1 <= len(slug) <= 80
    assert slug == unicodedata.normalize("NFC", slug)
    assert not any(unicodedata.category(char)[0] in "CZ" or char in "/?#%\\" or is_blank(char) for char in slug)
    assert rooms.slug_of(slug) == slug


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"name": "x" * 81}, TooLong, "name"),
        ({"name": ""}, BadRequest, "name"),
        ({"name": "evil\u202eroom"}, BadRequest, "name"),
        ({"name": "a\u200bb"}, BadRequest, "name"),
        ({"name": "a\0b"}, BadRequest, "name"),
        ({"name": "a\nb"}, BadRequest, "name"),
        ({"name": "\ud800x"}, BadRequest, "name"),
        ({"name": "z" + "\u0301" * 9}, BadRequest, "name"),
        ({"name": "ok", "topic": "x" * 251}, TooLong, "topic"),
        ({"name": "ok", "topic": "a\u202eb"}, BadRequest, "topic"),
        ({"name": "ok", "kind": "direct"}, BadRequest, "kind"),
        ({"name": "ok", "kind": "secret"}, BadRequest, "kind"),
    ],
)
def test_hostile_rooms_are_refused(alice: User, fields: dict[str, Any], error: type[ChatError], field: str) -> None:
    with pytest.raises(error) as caught:
        rooms.create_room(owner=alice, **fields)
    assert caught.value.field == field
    assert not Room.objects.exists()


def test_a_new_room(alice: User, announced: Announced) -> None:
    membership = announced(lambda: rooms.create_room(owner=alice, name="  Café   Olé ", topic=" hi ", kind="private"))
    room = membership.room
    assert (room.slug, room.name, room.topic, room.kind) == ("café-olé", "Café Olé", "hi", "private")
    assert (room.seq, room.rev, membership.role, room.created_by) == (0, 0, "owner", alice)
    (frame,) = announced.frames_to(alice)
    assert frame["type"] == "room_joined"
    assert frame["entry"]["slug"] == "café-olé"
    for name in ("CAFÉ OLÉ", "cafe\u0301 ole\u0301", "Café-Olé!"):
        with pytest.raises(Conflict):
            rooms.create_room(owner=alice, name=name)


CHANGES: dict[str, Any] = {
    "name": "Hall",
    "topic": "news",
    "description": "House rules:\n\n- be kind",
    "icon": "\u2615",
    "posting": "moderators",
    "inviting": "everyone",
    "pinning": "everyone",
    "mention_all": "moderators",
    "slow_mode_seconds": 30,
}


@pytest.mark.parametrize("field", CHANGES)
def test_a_change_takes_one_rev_and_no_change_none(lobby: Room, alice: User, announced: Announced, field: str) -> None:
    post(alice, lobby)
    before = Room.objects.get()
    room = announced(lambda: rooms.update_room(membership=seat(alice, lobby), **{field: CHANGES[field]}))
    lines = 1 if field in {"name", "topic"} else 0
    assert (room.rev, room.state_rev, room.seq) == (before.rev + 1 + lines, before.rev + 1, before.seq + lines)
    bell, *of_lines = announced.bells(lobby)
    assert [one["prev"] for one in of_lines] == [2] * lines
    assert (bell["prev"], bell["rev"], [change[:2] for change in bell["changes"]]) == (1, 2, [(2, 0)])
    entry = AuditEntry.objects.get(action="room.update")
    word = "slow_mode" if field == "slow_mode_seconds" else field
    assert entry.after == {word: CHANGES[field]}
    assert set(entry.before) == {word}
    again = announced(lambda: rooms.update_room(membership=seat(alice, lobby), **{field: CHANGES[field]}))
    assert again.rev == room.rev
    assert announced.events == []
    assert AuditEntry.objects.filter(action="room.update").count() == 1
    assert Room.objects.get().slug == "lobby"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, BadRequest),
        ({"name": "x" * 81}, TooLong),
        ({"topic": "x" * 251}, TooLong),
        ({"posting": "nobody"}, BadRequest),
        ({"inviting": "nobody"}, BadRequest),
        ({"pinning": "nobody"}, BadRequest),
        ({"mention_all": "nobody"}, BadRequest),
        ({"description": "x" * 2001}, TooLong),
        ({"description": "a\0b"}, BadRequest),
        ({"description": "one\na\u202eb"}, BadRequest),
        ({"icon": "x"}, BadRequest),
        ({"icon": "\u2615\u2615"}, BadRequest),
        ({"slow_mode_seconds": -1}, BadRequest),
        ({"slow_mode_seconds": 21_601}, BadRequest),
    ],
)
def test_a_wrong_setting_changes_nothing(
    lobby: Room, alice: User, fields: dict[str, Any], error: type[ChatError]
) -> None:
    with pytest.raises(error):
        rooms.update_room(membership=seat(alice, lobby), topic=fields.pop("topic", "new"), **fields)
    assert Room.objects.values("name", "topic", "rev").get() == {"name": "Lobby", "topic": "", "rev": 0}


def test_settings_at_their_limits(lobby: Room, alice: User) -> None:
    room = rooms.update_room(
        membership=seat(alice, lobby),
        name="x" * 80,
        topic="y" * 250,
        description="z" * 2000,
        slow_mode_seconds=21_600,
        is_listed=True,
    )
    assert (len(room.description), room.icon) == (2000, "")
    rooms.update_room(membership=seat(alice, lobby), icon="\u2615", description="  a \r\n\r\n b  \n\n")
    assert Room.objects.values_list("icon", "description").get() == ("\u2615", "a\n\nb")
    rooms.update_room(membership=seat(alice, lobby), icon="", description="", topic="  ")
    assert Room.objects.values_list("icon", "description", "topic").get() == ("", "", "")


def test_a_lock_and_its_end(lobby: Room, alice: User, bob: User, carol: User, announced: Announced) -> None:
    until = timezone.now() + timedelta(hours=1)
    room = announced(lambda: rooms.lock_room(membership=seat(carol, lobby), reason=" calm down ", until=until))
    assert (room.is_locked, room.rev) == (True, 1)
    with pytest.raises(Locked) as caught:
        post(bob, lobby)
    assert caught.value.until == until
    post(carol, lobby)
    assert rooms.lock_room(membership=seat(carol, lobby), reason="calm down", until=until).rev == 2
    assert rooms.unlock_room(membership=seat(carol, lobby)).rev == 3
    assert rooms.unlock_room(membership=seat(carol, lobby)).rev == 3
    post(bob, lobby)
    assert list(AuditEntry.objects.values_list("action", flat=True)[:2]) == ["room.unlock", "room.lock"]


def test_a_lock_runs_out_by_itself(lobby: Room, alice: User, bob: User) -> None:
    with pytest.raises(BadRequest) as caught:
        rooms.lock_room(membership=seat(alice, lobby), reason="x", until=timezone.now())
    assert caught.value.field == "until"
    rooms.lock_room(membership=seat(alice, lobby), reason="x", until=timezone.now() + timedelta(hours=1))
    Room.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert post(bob, lobby).rev == 2
    assert rooms.unlock_room(membership=seat(alice, lobby)).rev == 2


def test_an_archived_room_is_read_only_and_comes_back(
    lobby: Room, alice: User, bob: User, announced: Announced
) -> None:
    assert announced(lambda: rooms.archive_room(membership=seat(alice, lobby), reason="done")).is_archived
    assert announced.kinds_to(bob) == ["me"]
    assert "send" not in announced.frames_to(bob)[0]["can"]
    assert rooms.archive_room(membership=seat(alice, lobby)).rev == 1
    for person in (alice, bob):
        with pytest.raises(Archived):
            post(person, lobby)
    with pytest.raises(Archived):
        rooms.update_room(membership=seat(alice, lobby), topic="x")
    assert not rooms.restore_room(membership=seat(alice, lobby)).is_archived
    assert post(bob, lobby).rev == 3


@pytest.mark.parametrize(
    ("act", "least"),
    [
        (lambda me: rooms.update_room(membership=me, topic="x"), "owner"),
        (lambda me: rooms.archive_room(membership=me), "owner"),
        (lambda me: rooms.restore_room(membership=me), "owner"),
        (lambda me: rooms.lock_room(membership=me, reason="x"), "moderator"),
        (lambda me: rooms.unlock_room(membership=me), "moderator"),
    ],
)
@pytest.mark.parametrize("role", ["member", "moderator", "owner"])
def test_who_may_change_a_room(alice: User, bob: User, act: Any, least: str, role: str) -> None:
    room = make_room(alice, "Any", bob)
    Membership.objects.filter(user=bob).update(role=role)
    if role == "owner" or role == least:
        act(seat(bob, room))
    else:
        with pytest.raises(Forbidden):
            act(seat(bob, room))


@pytest.mark.parametrize("kind", ["private", "public"])
def test_a_room_changes_its_kind(lobby: Room, cellar: Room, alice: User, announced: Announced, kind: str) -> None:
    room = lobby if kind == "private" else cellar
    Room.objects.filter(pk=lobby.pk).update(is_default=True)
    changed = announced(lambda: rooms.convert_room(membership=seat(alice, room), kind=kind, reason="x"))
    assert (changed.kind, changed.is_default) == (kind, False)
    assert "narrowed" in [event["type"] for event in announced.events] or kind == "public"
    assert AuditEntry.objects.get(action="room.convert").after["kind"] == kind
    told = Message.objects.get(room=room, kind="system")
    assert (told.body, told.event) == (f"Alice made the room {kind}.", {"type": f"made_{kind}"})
    rev = Room.objects.get(pk=room.pk).rev
    rooms.convert_room(membership=seat(alice, room), kind=kind)
    assert Room.objects.get(pk=room.pk).rev == rev


@pytest.mark.parametrize("kind", ["direct", "secret", ""])
def test_kinds_that_a_room_does_not_become(lobby: Room, alice: User, kind: str) -> None:
    with pytest.raises(BadRequest) as caught:
        rooms.convert_room(membership=seat(alice, lobby), kind=kind)
    assert caught.value.field == "kind"


def test_where_a_room_keeps_its_kind(lobby: Room, alice: User, carol: User) -> None:
    with pytest.raises(Forbidden):
        rooms.convert_room(membership=seat(carol, lobby), kind="private")
    rooms.archive_room(membership=seat(alice, lobby))
    with pytest.raises(Archived):
        rooms.convert_room(membership=seat(alice, lobby), kind="private")


def test_site_moderators_say_where_newcomers_go(lobby: Room, cellar: Room, alice: User, steward: User) -> None:
    assert rooms.set_default_room(actor=steward, room=lobby, is_default=True).is_default
    rooms.set_default_room(actor=steward, room=lobby, is_default=True)
    assert AuditEntry.objects.filter(action="room.default").count() == 1
    with pytest.raises(Conflict):
        rooms.set_default_room(actor=steward, room=cellar, is_default=True)
    with pytest.raises(Forbidden):
        rooms.set_default_room(actor=alice, room=lobby, is_default=False)
    assert not rooms.set_default_room(actor=steward, room=lobby, is_default=False).is_default
