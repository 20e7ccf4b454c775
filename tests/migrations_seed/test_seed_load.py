"""A load: dense numbers, the right people in the right rooms, sessions that are signed in."""

import json
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db.models import Count, Max, Min
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from chat.markdown import render
from chat.models import Membership, Message, Room
from migrations_seed import load_messages
from migrations_seed.load_plan import Plan
from tests.factories import post, seat

pytestmark = pytest.mark.django_db


def run(file: Path, **numbers: int | bool) -> list[dict[str, Any]]:
    options = {"users": 8, "rooms": 4, "members": 6, "messages": 25} | numbers
    call_command("seed_load", **options, sessions=file, stdout=StringIO())
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_rooms_are_numbered_densely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_messages, "CHUNK", 10)
    run(tmp_path / "s")
    now = timezone.now()
    assert Room.objects.count() == 4
    for room in Room.objects.all():
        facts = Message.objects.filter(room=room).aggregate(
            n=Count("pk"), low=Min("seq"), high=Max("seq"), revs=Count("rev", distinct=True), last=Max("created_at")
        )
        assert (facts["n"], facts["low"], facts["high"], facts["revs"]) == (25, 1, 25, 25)
        assert (room.seq, room.rev) == (25, 25)
        assert room.active_at == facts["last"]
        assert facts["last"] <= now
        members = set(Membership.objects.filter(room=room).values_list("user", flat=True))
        assert set(Message.objects.filter(room=room).values_list("author", flat=True)) <= members
        assert all(0 <= key.read_seq <= 25 for key in Membership.objects.filter(room=room))
    for message in Message.objects.all()[:40]:
        assert message.html == render(message.body, {})


def test_who_is_where(tmp_path: Path) -> None:
    lines = run(tmp_path / "s")
    rooms = list(Room.objects.order_by("slug"))
    assert [room.kind for room in rooms] == ["public", "public", "public", "private"]
    assert [Membership.objects.filter(room=room).count() for room in rooms] == [6, 6, 4, 6]
    for line in lines:
        user = User.objects.get(username=line["username"])
        keys = Membership.objects.filter(user=user)
        assert sorted(line["rooms"]) == sorted(keys.values_list("room__slug", flat=True))
        assert sorted(line["moderates"]) == sorted(keys.exclude(role="member").values_list("room__slug", flat=True))
        assert not user.has_usable_password()
    assert sorted(slug for line in lines for slug in line["moderates"]) == [room.slug for room in rooms]


def test_sessions_are_signed_in(tmp_path: Path) -> None:
    lines = run(tmp_path / "s")
    assert Session.objects.count() == 8
    for line in lines[:3]:
        client = Client()
        client.cookies["sessionid"] = line["sessionid"]
        response = client.get("/profile/")
        assert response.status_code == 200
        assert line["username"] in response.content.decode()


def test_the_room_goes_on_where_the_load_ends(tmp_path: Path) -> None:
    line = next(line for line in run(tmp_path / "s") if line["moderates"])
    room = Room.objects.get(slug=line["moderates"][0])
    posted = post(User.objects.get(username=line["username"]), room)
    assert (posted.seq, posted.rev) == (26, 26)
    assert seat(User.objects.get(username=line["username"]), room).read_seq == 26


def test_a_second_load_stands_beside_the_first(tmp_path: Path) -> None:
    first, second = run(tmp_path / "s"), run(tmp_path / "s")
    assert not {line["username"] for line in first} & {line["username"] for line in second}
    assert (Room.objects.count(), User.objects.count(), Message.objects.count()) == (8, 16, 200)


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "s"
    run(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    with pytest.raises(CommandError, match="open to others"):
        run(file)
    assert Room.objects.count() == 4
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for path in (tmp_path, tmp_path / "none" / "s", tmp_path / "link"):
        with pytest.raises(CommandError, match="Can't write"):
            run(path)
    assert Room.objects.count() == 4


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"users": 0}, "at least one"),
        ({"rooms": -1}, "at least one"),
        ({"members": 0}, "at least one"),
        ({"messages": -1}, "fewer than no"),
        ({"members": 9}, "9 members when there are 8 users"),
        ({"home": 5}, "can't be in 5 rooms when there are 4"),
        ({"home": -1}, "can't be in -1 rooms"),
        ({"users": 10**7}, "users are too many"),
        ({"rooms": 10**6}, "rooms are too many"),
        ({"messages": 10**9}, "messages are too many"),
    ],
)
def test_nonsense_is_refused(tmp_path: Path, numbers: dict[str, int], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(tmp_path / "s", **numbers)
    assert not (tmp_path / "s").exists()
    assert not User.objects.exists()


def test_somebody_at_home_and_rooms_of_all_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_messages, "CHUNK", 30)
    lines = run(tmp_path / "s", rooms=20, members=2, messages=10, home=12, uneven=True)
    assert lines[0]["rooms"][:12] == [f"load1-r{number:02}" for number in range(1, 13)]
    assert len(lines[1]["rooms"]) < 12
    sizes = list(Room.objects.order_by("slug").values_list("seq", flat=True))
    assert sum(sizes) == 200 == Message.objects.count()
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 3 * sizes[9] > 0


@pytest.mark.parametrize("numbers", [
    {"users": 1, "rooms": 1, "members": 1, "messages": 0}, {"users": 1, "rooms": 3, "members": 1, "messages": 1},
    {"users": 2, "rooms": 2, "members": 2, "messages": 3}, {"users": 5, "rooms": 1, "members": 5, "messages": 2},
])  # fmt: skip
def test_small_loads(tmp_path: Path, numbers: dict[str, int]) -> None:
    lines = run(tmp_path / "s", **numbers)
    assert len(lines) == numbers["users"]
    assert Message.objects.count() == numbers["rooms"] * numbers["messages"]


@given(st.integers(1, 40), st.integers(1, 12), st.data())
def test_a_plan_keeps_its_word(users: int, rooms: int, data: st.DataObject) -> None:
    members = data.draw(st.integers(1, users))
    plan = Plan(users=users, rooms=rooms, members=members, messages=1)
    assert plan.complaint() == ""
    for room in range(rooms):
        people = plan.members_of(room)
        assert len(set(people)) == len(people)
        assert set(people) <= set(range(users))
        assert not (plan.is_private(room) and plan.is_half(room))
        if plan.is_half(room):
            assert len(people) <= max(1, users // 2)
        else:
            assert len(people) == members
    counts = Plan(users=users, rooms=rooms, members=members, messages=7, is_uneven=True).messages_in()
    assert sum(counts) == 7 * rooms
    assert min(counts) >= 0
    assert (
        sum(plan.is_private(room) for room in range(rooms))
        == sum(plan.is_half(room) for room in range(rooms))
        == (rooms > 1)
    )
