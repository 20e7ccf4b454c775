"""Reactions. See docs/protocol.md, `react`."""

import json

import emoji
import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import selectors
from chat.errors import BadRequest, ChatError, Conflict, Forbidden, Muted, NotFound
from chat.hub import LiveRoom
from chat.models import Membership, Reaction, RemovedText, Room
from chat.protocol import REACTION_KINDS, REACTION_USERS
from chat.services import messages, moderation
from tests.chat.announcements import Announced
from tests.chat.test_messages import delete, numbers, restore, shown
from tests.chat.test_replay import react
from tests.factories import make_room, make_user, post, seat

EMOJI = [text for text, facts in emoji.EMOJI_DATA.items() if facts["status"] == emoji.STATUS["fully_qualified"]]


def test_reactions_in_order_of_first_use(lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(bob, lobby)
    for user, text in [(carol, "🎉"), (alice, "👍"), (bob, "🎉"), (alice, "🎉")]:
        react(user, lobby, 1, text)
    assert shown(bob, lobby)[0]["reactions"] == [
        {"emoji": "🎉", "count": 3, "users": [carol.pk, bob.pk, alice.pk]},
        {"emoji": "👍", "count": 1, "users": [alice.pk]},
    ]
    assert numbers(lobby) == (1, 5)
    react(carol, lobby, 1, "🎉", on=False)
    assert [one["emoji"] for one in shown(bob, lobby)[0]["reactions"]] == ["👍", "🎉"], "the first that still stands"


def test_the_bell_carries_them(lobby: Room, bob: User, announced: Announced) -> None:
    post(bob, lobby)
    reacted = announced(lambda: react(bob, lobby, 1, "👍"))
    (bell,) = announced.bells(lobby)
    fresh = selectors.newest(seat(bob, lobby), 1).changes
    assert (bell["prev"], bell["rev"], bell["changes"]) == (1, 2, [tuple(fresh[0])])
    assert (reacted.seq, reacted.rev) == (1, 2)


def test_one_form_of_each(lobby: Room, bob: User, announced: Announced) -> None:
    post(bob, lobby)
    react(bob, lobby, 1, "❤")
    assert shown(bob, lobby)[0]["reactions"][0]["emoji"] == "❤️"
    assert announced(lambda: react(bob, lobby, 1, "❤️")).rev == 2
    assert announced(lambda: react(bob, lobby, 1, "👍", on=False)).rev == 2
    assert announced.events == []
    assert react(bob, lobby, 1, "❤", on=False).rev == 3
    assert shown(bob, lobby)[0]["reactions"] == []
    with pytest.raises(BadRequest) as caught:
        react(bob, lobby, 1, "no")
    assert caught.value.field == "emoji"


def test_kinds_are_bounded(lobby: Room, alice: User, bob: User) -> None:
    post(bob, lobby)
    for text in EMOJI[:REACTION_KINDS]:
        react(alice, lobby, 1, text)
    with pytest.raises(Conflict):
        react(bob, lobby, 1, EMOJI[REACTION_KINDS])
    react(bob, lobby, 1, EMOJI[0])
    react(alice, lobby, 1, EMOJI[1], on=False)
    react(bob, lobby, 1, EMOJI[REACTION_KINDS])
    assert len(shown(bob, lobby)[0]["reactions"]) == REACTION_KINDS


def test_a_tombstone_has_none_and_restoring_brings_them_back(lobby: Room, alice: User, bob: User) -> None:
    post(bob, lobby)
    react(alice, lobby, 1, "👍")
    before = shown(bob, lobby)[0]
    delete(bob, lobby, 1)
    assert shown(bob, lobby)[0]["reactions"] == []
    for on in (True, False):
        with pytest.raises(Conflict):
            react(alice, lobby, 1, "👍", on=on)
    restore(alice, lobby, 1)
    assert shown(bob, lobby)[0] == before | {"rev": 4}


def test_the_purge_takes_them(lobby: Room, bob: User) -> None:
    post(bob, lobby)
    react(bob, lobby, 1, "👍")
    delete(bob, lobby, 1)
    messages.purge_removed_texts()
    assert Reaction.objects.exists()
    RemovedText.objects.update(removed_at="2020-01-01T00:00Z")
    messages.purge_removed_texts()
    assert not Reaction.objects.exists()


def test_the_order_of_the_contract(lobby: Room, alice: User, bob: User, mallory: User) -> None:
    post(bob, lobby)
    delete(bob, lobby, 1)
    mute = moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")

    def refused(seq: int = 1) -> type[ChatError]:
        with pytest.raises(ChatError) as caught:
            react(bob, lobby, seq, "👍")
        return type(caught.value)

    assert refused(9) is NotFound
    assert refused() is Muted
    moderation.lift_sanction(actor=alice, sanction=mute)
    assert refused() is Conflict
    for person in (mallory, make_user(username="guide", is_staff=True)):
        with pytest.raises(Forbidden):
            messages.set_reaction(membership=Membership(room=lobby, user=person, role=""), seq=1, emoji="👍", on=True)


def test_what_stands_is_acked_to_the_muted_too(lobby: Room, alice: User, bob: User) -> None:
    post(bob, lobby)
    react(bob, lobby, 1, "👍")
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")
    assert react(bob, lobby, 1, "👍").rev == 2
    with pytest.raises(Muted):
        react(bob, lobby, 1, "👍", on=False)


@pytest.mark.parametrize("count", [REACTION_USERS, REACTION_USERS + 1])
def test_a_cut_list_and_mine_beside_it(lobby: Room, alice: User, bob: User, count: int) -> None:
    post(alice, lobby, '"count":99')
    post(alice, lobby)
    people = [make_user() for _ in range(count - 1)]
    Reaction.objects.bulk_create(
        Reaction(message=lobby.messages.get(seq=2), user=user, emoji="👍") for user in [*people, bob]
    )
    react(bob, lobby, 2, "🎉")
    react(bob, lobby, 1, "🎉")
    snapshot = selectors.snapshot(seat(bob, lobby))
    reaction = snapshot["messages"][1]["reactions"][0]
    assert (reaction["count"], reaction["users"][:49]) == (count, [user.pk for user in people][:49])
    is_cut = count > REACTION_USERS
    assert len(reaction["users"]) == REACTION_USERS
    assert (bob.pk in reaction["users"]) is not is_cut
    mine = {"2": ["👍", "🎉"]} if is_cut else {}
    assert snapshot["mine"] == mine == selectors.history(seat(bob, lobby), around=2)["mine"]
    assert selectors.snapshot(seat(alice, lobby))["mine"] == {}

    hole = selectors.newest_changes(lobby.pk, 50)
    assert hole is not None
    live = LiveRoom(hole)
    for place in ({"since": None}, {"since": hole.rev}):
        served = live.subscribed_fields(seat(bob, lobby), backlog=50, epoch=None, **place)
        assert (served is None) is (is_cut and place["since"] is None), "the ring knows nobody's own reactions"
    resumed = selectors.subscribed_fields(seat(bob, lobby), since=2)
    assert resumed["mine"] == mine


def test_one_query_for_a_page(
    lobby: Room, alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for seq in range(1, 8):
        post(alice, lobby)
        react(bob, lobby, seq, "👍")
    membership = seat(alice, lobby)
    with django_assert_num_queries(1):
        assert [bool(json.loads(text)["reactions"]) for text in selectors.newest(membership, 50).texts] == [True] * 7


def test_reactions_stay_with_their_message(lobby: Room, alice: User, bob: User) -> None:
    other = make_room(alice, "Other")
    post(alice, lobby)
    post(alice, other)
    react(bob, lobby, 1, "👍")
    assert shown(alice, other)[0]["reactions"] == []
