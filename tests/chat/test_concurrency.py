"""Writers in parallel threads: dense numbers, one message for one client_id, no deadlock."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connections
from django.utils import timezone

from accounts.models import User
from chat import access
from chat.errors import ChatError, Conflict
from chat.models import Complaint, Membership, Message, Report, Room, Sanction
from chat.services import invites, members, messages, moderation, people
from chat.services.messages import Draft, Posted
from tests.chat.test_messages import shown
from tests.factories import make_room, make_user, post, seat

pytestmark = pytest.mark.django_db(transaction=True)


def in_parallel(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """All at once, each in a thread with a connection of its own; their results, or the first error."""

    def run(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_batches_for_several_rooms_at_once(lobby: Room, cellar: Room, alice: User, bob: User, carol: User) -> None:
    seats = [seat(user, room) for user in (alice, bob, carol) for room in (lobby, cellar)]

    def send(number: int) -> list[messages.Outcome]:
        chance = random.Random(number)
        drafts = [Draft(membership=chance.choice(seats), body=f"{number}-{n}", client_id=uuid4()) for n in range(30)]
        return messages.post_messages(drafts)

    outcomes = [one for batch in in_parallel([partial(send, n) for n in range(6)]) for one in batch]
    assert all(isinstance(one, Posted) for one in outcomes)
    for room in (lobby, cellar):
        rows = list(Message.objects.filter(room=room).order_by("seq").values_list("seq", "rev"))
        assert rows == [(n, n) for n in range(1, len(rows) + 1)]
        assert Room.objects.values_list("seq", "rev").get(pk=room.pk) == (len(rows), len(rows))
        for member in Membership.objects.filter(room=room):
            mine = Message.objects.filter(room=room, author=member.user).order_by("-seq").first()
            assert member.read_seq == (mine.seq if mine else 0)
    assert Message.objects.count() == 180


def test_one_client_id_from_everywhere(lobby: Room, alice: User) -> None:
    client_ids = [uuid4() for _ in range(5)]
    drafts = [Draft(membership=seat(alice, lobby), body="x", client_id=client_id) for client_id in client_ids]
    batches = in_parallel([partial(messages.post_messages, drafts[n:] + drafts[:n]) for n in range(5)])
    for client_id in client_ids:
        found = [one for batch in batches for one in batch if one.message.client_id == client_id]
        assert len({one.seq for one in found}) == 1
        assert [one.is_duplicate for one in found].count(False) == 1
    assert list(Message.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]


def test_all_kinds_of_writes_at_once(  # noqa: C901 - a list of acts
    lobby: Room, cellar: Room, alice: User, bob: User, carol: User
) -> None:
    """Posts, edits, deletions, markers, roles and sanctions cross each other and end in dense numbers."""
    for room in (lobby, cellar):
        for user in (bob, carol):
            post(user, room)
    seats = {(user.pk, room.pk): seat(user, room) for user in (alice, bob, carol) for room in (lobby, cellar)}

    def act(chance: random.Random, room: Room, other: Room) -> None:
        alices, bobs = seats[alice.pk, room.pk], seats[bob.pk, room.pk]
        body = f"{chance.random()} @carol"
        match chance.randrange(8):
            case 0:
                both = [bobs, seats[bob.pk, other.pk]]
                messages.post_messages([Draft(membership=one, body=body, client_id=uuid4()) for one in both])
            case 1:
                messages.edit_message(membership=bobs, seq=1, body=body)
            case 2:
                messages.delete_message(membership=alices, seq=2)
            case 3:
                messages.restore_message(membership=alices, seq=2)
            case 4:
                members.mark_read(membership=bobs, seq=chance.randrange(9), back=True)
            case 5:
                role = chance.choice(["member", "moderator"])
                members.set_role(membership=alices, user=carol, role=role)
            case 6:
                messages.set_reaction(membership=bobs, seq=1, emoji="👍", on=chance.random() < 0.5)
            case _:
                mute = moderation.mute_user(actor=alice, user=carol, room=room, reason="x")
                moderation.lift_sanction(actor=alice, sanction=mute)

    def work(number: int) -> int:
        chance = random.Random(number)
        for _ in range(15):
            act(chance, *chance.sample([lobby, cellar], 2))
        return number

    assert in_parallel([partial(work, n) for n in range(5)]) == [0, 1, 2, 3, 4]
    for room in (lobby, cellar):
        now = Room.objects.get(pk=room.pk)
        seqs = list(Message.objects.filter(room=room).order_by("seq").values_list("seq", flat=True))
        revs = list(Message.objects.filter(room=room).values_list("rev", flat=True))
        assert seqs == list(range(1, now.seq + 1))
        assert len(set(revs)) == len(revs)
        assert max(revs) == now.rev


def test_the_rate_holds_across_processes(lobby: Room, cellar: Room, bob: User, settings: LazySettings) -> None:
    settings.SEND_RATE = (5, 60.0)
    post(bob, lobby)

    def send(room: Room) -> str:
        try:
            post(bob, room)
        except ChatError as error:
            return error.code
        return "ok"

    codes = in_parallel([partial(send, room) for room in (lobby, cellar) * 4])
    assert sorted(codes) == ["ok"] * 4 + ["rate_limited"] * 4


def test_two_workers_sweep_while_people_say_something_new(alice: User) -> None:
    everyone = [alice, *(make_user() for _ in range(20))]
    over = timezone.now() - timedelta(seconds=1)
    User.objects.update(status_text="old", status_until=over, dnd_until=over)
    says = [partial(people.set_status, user=user, text="new", until=over + timedelta(hours=1)) for user in everyone]

    def say() -> int:
        for speak in says[::2]:
            speak()
        return 0

    swept = in_parallel([people.sweep_presence, say, people.sweep_presence])
    assert sum(swept) + people.sweep_presence() <= 2 * len(everyone), "nothing twice"
    texts = dict(User.objects.values_list("pk", "status_text"))
    assert [texts[user.pk] for user in everyone] == ["new", ""] * 10 + ["new"]
    assert not User.objects.filter(dnd_until__isnull=False).exists()


def test_a_level_and_the_rooms_one_comes_into_at_the_same_moment(alice: User, bob: User) -> None:
    """Whoever comes first, no seat is left with the level of before; nothing hangs."""
    for number in range(8):
        doors = [make_room(alice, f"Room {number} {n}") for n in range(3)]
        level = ("all", "nothing")[number % 2]
        works: list[Callable[[], Any]] = [partial(members.join_room, user=bob, room=room) for room in doors]
        works.insert(number % 4, partial(people.set_level, user=bob, notify=level))
        if number:
            mine = seat(bob, Room.objects.get(slug="room-0-0"))
            works.append(partial(members.set_room_settings, membership=mine, notify=Membership.AS_IN_SETTINGS))
        in_parallel(works)
        assert set(Membership.objects.filter(user=bob).values_list("notify", flat=True)) == {level}


def test_one_name_one_room(alice: User) -> None:
    def make(_: int) -> str:
        try:
            return make_room(alice, "Same").slug
        except Conflict as error:
            return error.code

    assert sorted(in_parallel([partial(make, n) for n in range(4)])) == ["conflict"] * 3 + ["same"]


def test_the_last_owners_do_not_both_leave(lobby: Room, alice: User, bob: User) -> None:
    members.set_role(membership=seat(alice, lobby), user=bob, role="owner")

    def leave(user: User) -> str:
        try:
            members.leave_room(membership=seat(user, lobby))
        except Conflict as error:
            return error.code
        return "left"

    assert sorted(in_parallel([partial(leave, alice), partial(leave, bob)])) == ["conflict", "left"]


def test_handing_over_against_leaving(lobby: Room, alice: User, bob: User) -> None:
    codes = in_parallel(
        [
            partial(code_of, partial(members.hand_over_room, membership=seat(alice, lobby), user=bob)),
            partial(code_of, partial(members.leave_room, membership=seat(bob, lobby))),
        ]
    )
    assert sorted(codes) in (["conflict", "ok"], ["not_found", "ok"])
    assert Membership.objects.filter(room=lobby, role="owner").count() == 1


def code_of(write: Callable[[], Any]) -> str:
    try:
        write()
    except ChatError as error:
        return error.code
    return "ok"


def test_a_ban_against_leaving_and_coming_back(lobby: Room, alice: User, bob: User) -> None:
    """Whoever comes first: the banned are out, stay out, and only what was done before the ban was done."""
    secret = invites.create_invite(membership=seat(alice, lobby))[1]
    works: list[Callable[[], Any]] = [
        lambda: [members.leave_room(membership=one) for one in Membership.objects.filter(room=lobby, user=bob)],
        lambda: members.join_room(user=bob, room=lobby),
        lambda: invites.use_invite(user=bob, secret=secret),
        lambda: members.add_member(membership=seat(alice, lobby), user=bob),
    ]
    for number in range(8):
        members.join_room(user=bob, room=lobby)
        ban: Callable[[], Any] = partial(moderation.ban_user, actor=alice, user=bob, room=lobby, reason="x")
        acts: list[Callable[[], Any]] = [*works[:3], ban, works[3]]
        codes = in_parallel([partial(code_of, act) for act in acts[number % 5 :] + acts[: number % 5]])
        assert set(codes) <= {"ok", "banned"}
        assert not Membership.objects.filter(room=lobby, user=bob).exists()
        (sanction,) = Sanction.objects.standing().filter(user=bob)
        assert [code_of(work) for work in works] == ["ok", "banned", "banned", "banned"]
        moderation.lift_sanction(actor=alice, sanction=sanction)


@pytest.mark.parametrize("act", ["edit", "react"])
def test_opposite_things_to_one_message(lobby: Room, alice: User, bob: User, act: str) -> None:
    """Whoever comes first: a tombstone shows nothing of it, and after restoring all that was accepted is there."""
    mine, theirs = seat(bob, lobby), seat(alice, lobby)
    works: dict[str, Callable[[int], Any]] = {
        "edit": lambda seq: messages.edit_message(membership=mine, seq=seq, body="other"),
        "react": lambda seq: messages.set_reaction(membership=mine, seq=seq, emoji="👍", on=True),
    }
    for seq in range(1, 11):
        post(bob, lobby)
        both = [partial(works[act], seq), partial(messages.delete_message, membership=theirs, seq=seq)]
        codes = in_parallel([partial(code_of, work) for work in (both if seq % 2 else both[::-1])])
        codes = codes if seq % 2 else codes[::-1]
        assert codes in (["ok", "ok"], ["conflict", "ok"])
        gone = shown(alice, lobby)[seq - 1]
        assert (gone["body"], gone["reactions"]) == ("", [])
        assert gone["deleted"] is not None
        messages.restore_message(membership=theirs, seq=seq)
        back = shown(alice, lobby)[seq - 1]
        is_done = back["body"] == "other" if act == "edit" else bool(back["reactions"])
        assert is_done is (codes[0] == "ok")
        assert back["rev"] == Room.objects.get(pk=lobby.pk).rev


def test_moderators_decide_while_others_report(lobby: Room, alice: User, bob: User, carol: User, boss: User) -> None:
    """One decision comes first; whoever reports too late for it opens the next case, and nothing hangs."""
    post(bob, lobby)
    reporters = [make_user() for _ in range(4)]

    def report(user: User) -> Report:
        key = access.read_room(user, "lobby")
        return moderation.report_message(membership=key, seq=1, kind="spam").report

    case = report(reporters[0])

    def decide(actor: User, outcome: str) -> str:
        try:
            moderation.resolve_report(actor=actor, report=case, outcome=outcome, reason="x")
        except Conflict as error:
            return error.code
        return outcome

    outcomes = [(alice, "dismissed"), (carol, "muted"), (boss, "banned"), (alice, "muted")]
    results = in_parallel(
        [partial(decide, *one) for one in outcomes] + [partial(report, reporter) for reporter in reporters[1:]]
    )
    case.refresh_from_db()
    assert sorted(results[:4]) == sorted([case.outcome] + ["conflict"] * 3)
    assert Sanction.objects.count() == (case.outcome != "dismissed")
    assert Complaint.objects.count() == 4
    assert Report.objects.filter(resolved_at=None).count() <= 1
