"""Edits, deletions and their undoing; mentions; messages brought in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.models import User
from chat import access, selectors
from chat.errors import Archived, Conflict, Forbidden, NotFound, TooLong
from chat.models import AuditEntry, Membership, Mention, Message, RemovedText, Revision, Room
from chat.protocol import SMALL_ROOM
from chat.services import members, messages, rooms
from tests.chat.announcements import Announced
from tests.chat.test_messages import delete, edit, numbers, restore, shown
from tests.factories import make_moderator, make_room, make_user, post, seat


def test_an_edit_keeps_the_earlier_text(lobby: Room, bob: User, announced: Announced) -> None:
    post(bob, lobby, "one")
    edited = announced(lambda: edit(bob, lobby, 1, "**two**", if_rev=1))
    assert (edited.seq, edited.rev, numbers(lobby)) == (1, 2, (1, 2))
    assert [bell["prev"] for bell in announced.bells(lobby)] == [1]
    (message,) = shown(bob, lobby)
    assert (message["body"], message["html"]) == ("**two**", "<strong>two</strong>")
    assert message["edited_at"] is not None
    assert Revision.objects.get().body == "one"
    with pytest.raises(Conflict) as caught:
        edit(bob, lobby, 1, "three", if_rev=1)
    assert caught.value.field == "if_rev"


def test_what_changes_nothing_takes_no_rev(lobby: Room, alice: User, bob: User, announced: Announced) -> None:
    post(bob, lobby, "one")
    assert announced(lambda: edit(bob, lobby, 1, "one", if_rev=999)).rev == 1
    assert announced.events == []
    delete(bob, lobby, 1)
    assert announced(lambda: delete(bob, lobby, 1)).rev == 2
    assert announced(lambda: delete(alice, lobby, 1, "again")).rev == 2
    assert announced.events == []
    restore(alice, lobby, 1)
    assert announced(lambda: restore(alice, lobby, 1)).rev == 3
    assert announced.events == []
    assert numbers(lobby) == (1, 3)
    assert list(AuditEntry.objects.values_list("action", flat=True)[:2]) == ["message.restore", "member.role"]


def test_only_the_author_edits(lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(bob, lobby)
    for person in (alice, carol):
        with pytest.raises(Forbidden):
            edit(person, lobby, 1, "mine")
        with pytest.raises(NotFound):
            edit(person, lobby, 2, "mine")


@pytest.mark.parametrize("hours", [24, 2, 0])
def test_the_time_for_edits(lobby: Room, alice: User, bob: User, settings: LazySettings, hours: int) -> None:
    settings.EDIT_HOURS = hours
    now = timezone.now()
    for user in (bob, alice):
        post(user, lobby, "old", created_at=now - timedelta(hours=hours or 999, seconds=1))
        post(user, lobby, "young", created_at=now - timedelta(hours=hours or 999) + timedelta(minutes=1))
    for user, old, young in ((bob, 1, 2), (alice, 3, 4)):
        assert edit(user, lobby, young, "x").body == "x"
        assert edit(user, lobby, old, "old").rev == old, "what stands is acked"
        if hours:
            with pytest.raises(Forbidden):
                edit(user, lobby, old, "x")
        else:
            edit(user, lobby, old, "x")


def test_no_edits_by_members_where_only_moderators_post(lobby: Room, alice: User, bob: User) -> None:
    post(bob, lobby)
    post(alice, lobby)
    rooms.update_room(membership=seat(alice, lobby), posting="moderators")
    with pytest.raises(Forbidden):
        edit(bob, lobby, 1, "x")
    assert edit(alice, lobby, 2, "x").body == "x"
    delete(bob, lobby, 1)


def test_earlier_versions(lobby: Room, alice: User, bob: User, carol: User, settings: LazySettings) -> None:
    post(bob, lobby, "one")
    edit(bob, lobby, 1, "two")
    edit(bob, lobby, 1, "three")

    def seen(user: User) -> list[str]:
        return [version["body"] for version in selectors.revisions(access.find_edited(seat(user, lobby), 1))]

    assert seen(alice) == seen(bob) == ["one", "two"]
    settings.EDIT_HISTORY = False
    with pytest.raises(Forbidden):
        seen(bob)
    assert seen(carol) == ["one", "two"]
    settings.EDIT_HISTORY = True
    delete(bob, lobby, 1)
    with pytest.raises(Forbidden):
        seen(bob)
    assert seen(carol) == ["one", "two"]
    with pytest.raises(NotFound):
        access.find_edited(seat(carol, lobby), 9)


RANKS = ["member", "moderator", "owner", "site moderator", "site owner"]


@pytest.mark.parametrize("author", RANKS)
@pytest.mark.parametrize("actor", RANKS)
def test_who_deletes_and_restores_whose(lobby: Room, alice: User, carol: User, actor: str, author: str) -> None:
    def person_of(rank: str, name: str) -> User:
        user = make_user(username=name, is_staff=rank == "site moderator", is_superuser=rank == "site owner")
        membership = members.join_room(user=user, room=lobby, is_quiet=True)
        membership.role = rank if " " not in rank else "member"
        membership.save()
        return user

    one, other = person_of(actor, "one"), person_of(author, "other")
    post(other, lobby, "text")
    if RANKS.index(actor) >= 1 and RANKS.index(actor) > RANKS.index(author):
        assert delete(one, lobby, 1, " why ").delete_reason == "why"
        if RANKS.index(author) >= 1:
            with pytest.raises(Forbidden):
                restore(other, lobby, 1)
        assert restore(one, lobby, 1).body == "text"
        assert AuditEntry.objects.filter(actor=one, user=other, seq=1).count() == 2
    else:
        with pytest.raises(Forbidden):
            delete(one, lobby, 1, "why")
        assert numbers(lobby) == (1, 1)


def test_a_tombstone(lobby: Room, alice: User, bob: User, carol: User) -> None:
    client_id = str(post(bob, lobby, "first").message.client_id)
    post(bob, lobby, "hi @carol", reply_to=1)
    edit(bob, lobby, 2, "secret @carol")
    before = shown(alice, lobby)[1]
    delete(carol, lobby, 2, "personal")
    gone = shown(alice, lobby)[1]
    emptied: dict[str, object] = {
        "body": "",
        "html": "",
        "mentions": [],
        "mentions_all": None,
        "edited_at": None,
        "pinned": False,
    }
    assert gone == before | emptied | {"rev": 4, "deleted": {"by": "moderator", "reason": "personal"}}
    assert shown(alice, lobby)[0]["client_id"] == client_id
    assert Message.objects.get(seq=2).body == ""
    assert RemovedText.objects.get().body == "secret @carol"
    with pytest.raises(Conflict):
        edit(bob, lobby, 2, "back")
    restore(carol, lobby, 2)
    assert shown(alice, lobby)[1] == before | {"rev": 5}
    assert not RemovedText.objects.exists()


def test_the_author_gives_no_reason(lobby: Room, alice: User) -> None:
    post(alice, lobby)
    with pytest.raises(TooLong) as caught:
        delete(alice, lobby, 1, "x" * 201)
    assert caught.value.field == "reason"
    delete(alice, lobby, 1, "x" * 200)
    assert shown(alice, lobby)[0]["deleted"] == {"by": "author", "reason": ""}
    assert not AuditEntry.objects.filter(action="message.delete").exists()


def test_members_restore_nothing_of_others_and_a_purged_text_is_gone(
    lobby: Room, alice: User, bob: User, mallory: User
) -> None:
    members.join_room(user=mallory, room=lobby, is_quiet=True)
    post(bob, lobby)
    delete(bob, lobby, 1)
    with pytest.raises(Forbidden):
        restore(mallory, lobby, 1)
    RemovedText.objects.all().delete()
    with pytest.raises(Conflict):
        restore(alice, lobby, 1)
    assert numbers(lobby) == (1, 2)


def test_an_archived_room_stands_still_for_members(lobby: Room, alice: User, bob: User) -> None:
    post(bob, lobby)
    rooms.archive_room(membership=seat(alice, lobby))
    with pytest.raises(Archived):
        delete(bob, lobby, 1)
    with pytest.raises(Archived):
        edit(bob, lobby, 1, "x")
    assert delete(alice, lobby, 1).is_deleted


# ---------- mentions


def mentions(user: User, room: Room) -> int:
    (entry,) = [entry for entry in selectors.sidebar(user) if entry["slug"] == room.slug]
    return int(entry["mentions"])


def test_mentions_are_of_members_and_follow_the_text(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User
) -> None:
    post(alice, lobby, "@BOB @bob @mallory @nobody `@carol`")
    assert shown(alice, lobby)[0]["mentions"] == [bob.pk]
    assert mentions(bob, lobby) == 1
    edit(alice, lobby, 1, "@carol")
    assert shown(alice, lobby)[0]["mentions"] == [carol.pk]
    assert (mentions(bob, lobby), mentions(carol, lobby)) == (0, 1)
    delete(alice, lobby, 1)
    assert mentions(carol, lobby) == 0
    restore(alice, lobby, 1)
    assert mentions(carol, lobby) == 1
    members.mark_read(membership=seat(carol, lobby), seq=1)
    assert mentions(carol, lobby) == 0
    members.mark_read(membership=seat(carol, lobby), seq=0, back=True)
    assert mentions(carol, lobby) == 1
    assert Mention.objects.count() == 1


def test_only_moderators_mean_everyone_where_the_room_says_so(lobby: Room, alice: User, bob: User) -> None:
    rooms.update_room(membership=seat(alice, lobby), mention_all="moderators")
    stale = seat(bob, lobby)
    post(bob, lobby, "@room")
    post(alice, lobby, "@room @here")
    post(alice, lobby, "@here")
    assert [message["mentions_all"] for message in shown(alice, lobby)] == [None, "room", "here"]
    assert (mentions(bob, lobby), mentions(alice, lobby)) == (1, 0)
    make_moderator(bob, lobby, alice)
    messages.post_message(membership=stale, body="@room", client_id=uuid4())
    stale = seat(bob, lobby)
    members.set_role(membership=seat(alice, lobby), user=bob, role="member", is_quiet=True)
    messages.post_message(membership=stale, body="@room", client_id=uuid4())
    assert [message["mentions_all"] for message in shown(alice, lobby)][-2:] == ["room", None]


@pytest.mark.parametrize("people", [SMALL_ROOM, SMALL_ROOM + 1])
@pytest.mark.parametrize("choice", ["by_size", "everyone"])
def test_everyone_means_everyone_in_a_small_room(lobby: Room, alice: User, bob: User, people: int, choice: str) -> None:
    for _ in range(people - 3):
        Membership.objects.create(room=lobby, user=make_user())
    rooms.update_room(membership=seat(alice, lobby), mention_all=choice)
    is_allowed = people <= SMALL_ROOM or choice == "everyone"
    assert ("mention_all" in seat(bob, lobby).can()) is is_allowed
    assert ("mention_all" in access.see_room(bob, "lobby").can()) is is_allowed
    assert "mention_all" in seat(alice, lobby).can()
    post(bob, lobby, "@room")
    assert (shown(alice, lobby)[-1]["mentions_all"] == "room") is is_allowed
    assert ("mention--all" in shown(alice, lobby)[-1]["html"]) is is_allowed


def test_mentions_stay_in_their_room(lobby: Room, alice: User, bob: User) -> None:
    other = make_room(alice, "Other")
    post(alice, other, "@bob")
    assert shown(alice, other)[0]["mentions"] == []


# ---------- history from elsewhere


def test_messages_brought_in_keep_their_time(lobby: Room, alice: User) -> None:
    moment = timezone.now() - timedelta(days=3)
    assert post(alice, lobby, created_at=moment).message.created_at == moment
    assert shown(alice, lobby)[0]["created_at"].startswith(f"{moment:%Y-%m-%dT%H:%M:%S}")
