"""The seed: first rooms and the demo community, made once and never again."""

from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from chat.models import Message, Room
from tests.factories import make_room, make_user, post

TABLES = ("chat_room", "chat_membership", "chat_message", "chat_mention", "chat_revision", "chat_removedtext",
          "chat_auditentry", "accounts_user")  # fmt: skip


def seed(*options: str) -> str:
    out = StringIO()
    call_command("seed", *options, stdout=out)
    return out.getvalue()


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Each row of the site."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
    return found


@pytest.mark.django_db
def test_a_new_site_has_rooms_with_a_welcome() -> None:
    assert "lobby" in seed()
    assert set(Room.objects.values_list("slug", "icon", "is_default")) == {
        ("lobby", "👋", True),
        ("help", "🛟", False),
        ("sobremesa", "☕", False),
    }
    for message in Message.objects.select_related("author", "room"):
        assert message.seq == message.room.seq == 1
        assert message.author is not None
        assert (message.author.username, message.author.is_bot) == ("tertulia", True)
        assert not message.author.has_usable_password()
        assert message.html


@pytest.mark.django_db
def test_the_first_rooms_are_in_the_language_of_the_site(settings: LazySettings) -> None:
    settings.LANGUAGE_CODE = "zh-hans"
    seed()
    assert set(Room.objects.values_list("slug", "is_default")) == {("大厅", True), ("求助", False), ("茶余饭后", False)}
    assert "欢迎" in Message.objects.get(room__slug="大厅").body


@pytest.mark.django_db
@pytest.mark.parametrize("options", [[], ["--demo"]])
def test_a_second_run_changes_nothing(options: list[str]) -> None:
    seed(*options)
    before = everything()
    out = seed(*options)
    assert everything() == before
    assert "password" not in out


@pytest.mark.django_db
def test_rooms_of_other_people_stay_as_they_are(alice: User) -> None:
    room = make_room(alice, "help")
    post(alice, room, "mine")
    seed()
    room.refresh_from_db()
    assert (room.seq, room.topic) == (1, "")
    assert Room.objects.count() == 3


@pytest.mark.django_db
def test_nobody_is_spoken_for(alice: User) -> None:
    make_user(username="Tertulia")
    with pytest.raises(CommandError, match="belongs to a person"):
        seed()
    assert not Room.objects.exists()


@pytest.mark.django_db
def test_the_demo_refuses_names_that_are_taken() -> None:
    make_user(username="Lena", email="lena@example.org")
    with pytest.raises(CommandError, match="lena"):
        seed("--demo")
    assert not User.objects.filter(username="ines").exists()
    assert not Message.objects.filter(author__is_bot=False).exists()
