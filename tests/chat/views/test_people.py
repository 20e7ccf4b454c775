"""People to find, one of them, and those whom one ignores."""

from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from chat.models import Room
from chat.services import people
from tests.factories import make_room, make_user

pytestmark = pytest.mark.django_db


def test_strangers_sign_in_first(client: Client) -> None:
    for path in ("/people/", "/people/alice/"):
        assert client.get(path)["Location"].startswith("/accounts/login/")


def test_people_are_found_by_a_part_of_their_names_and_shown_without_addresses(as_bob: Client, alice: User) -> None:
    make_user(username="zoe", display_name="Zoë Ålund", email="zoe@example.org")
    page = as_bob.get("/people/", {"q": "ALUND"})
    assert [one.username for one in page.context["found"]] == ["zoe"]
    assert b"example.org" not in page.content + as_bob.get("/people/zoe/").content
    assert "Nobody has “zebra” in their name." in as_bob.get("/people/", {"q": "zebra"}).content.decode()


def test_pages_go_on_where_the_last_one_ended(as_bob: Client, bob: User) -> None:
    for number in range(45):
        make_user(username=f"p{number:02}")
    first = as_bob.get("/people/")
    second = as_bob.get("/people/", {"after": first.context["after"]})
    names = [one.username for page in (first, second) for one in page.context["found"]]
    assert names == ["bob", *(f"p{number:02}" for number in range(45))]
    assert second.context["after"] == ""


@pytest.mark.parametrize(
    "query", [{"q": "\0"}, {"q": "x" * 9000}, {"tab": "zebra"}, {"after": "x" * 500}, {"after": "%_\\"}]
)
def test_odd_questions_get_the_list(as_bob: Client, query: dict[str, str]) -> None:
    assert as_bob.get("/people/", query).status_code == 200


def test_a_list_takes_few_queries(as_bob: Client, django_assert_max_num_queries: object) -> None:
    for number in range(40):
        make_user(username=f"p{number:02}", avatar="ab" * 16)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        as_bob.get("/people/")


def test_a_person_and_the_rooms_one_shares(as_bob: Client, alice: User, bob: User, lobby: Room) -> None:
    make_room(alice, "Secret", kind="private")
    page = as_bob.get("/people/ALICE/")
    assert [room.name for room in page.context["together"]] == ["Lobby"]
    assert b"Secret" not in page.content
    assert b"/people/alice/ignore/" in page.content
    assert b"/people/bob/ignore/" not in as_bob.get("/people/bob/").content


@pytest.mark.parametrize("name", ["nobody-here", "\0", "a\u202eb", "ended", "x" * 300])
def test_who_is_not_there(as_bob: Client, name: str) -> None:
    make_user(username="ended", is_active=False)
    assert as_bob.get(f"/people/{quote(name)}/").status_code == 404
    assert as_bob.post(f"/people/{quote(name)}/message/").status_code == 404
    assert as_bob.post(f"/people/{quote(name)}/ignore/").status_code == 404


def test_writing_to_somebody_opens_their_conversation(as_bob: Client, alice: User) -> None:
    address = as_bob.post("/people/alice/message/")["Location"]
    assert as_bob.post("/people/alice/message/")["Location"] == address
    assert as_bob.get(address).status_code == 200


def test_who_is_out_of_reach_can_not_be_written_to(as_bob: Client, settings: LazySettings) -> None:
    make_user(username="far")
    for path in ("/people/", "/people/far/"):
        assert "/people/far/message/" in as_bob.get(path).content.decode()
    settings.DIRECT_TO_ALL = False
    for path in ("/people/", "/people/far/"):
        assert "/people/far/message/" not in as_bob.get(path).content.decode()
    assert "They can't be written to directly." in as_bob.get("/people/far/").content.decode()
    answer = as_bob.post("/people/far/message/")
    assert answer.status_code == 403
    assert not Room.objects.filter(kind="direct").exists()


def test_ignoring_and_hearing_again(as_bob: Client, alice: User, bob: User) -> None:
    page = as_bob.post("/people/alice/ignore/", follow=True)
    assert b"/people/alice/hear/" in page.content
    assert b"/people/alice/message/" not in page.content
    bob.refresh_from_db()
    assert bob.ignored == [alice.pk]
    page = as_bob.get("/people/", {"tab": "ignored"})
    assert page.context["found"] == [alice]
    assert as_bob.post("/people/alice/hear/")["Location"] == "/people/?tab=ignored"
    bob.refresh_from_db()
    assert bob.ignored == []


def test_one_can_not_ignore_oneself(as_bob: Client, bob: User) -> None:
    assert as_bob.post("/people/bob/ignore/").status_code == 409


def test_whose_account_has_ended_can_be_heard_again(as_bob: Client, bob: User) -> None:
    ended = make_user(username="ended")
    people.set_ignored(user=bob, person=ended, on=True)
    User.objects.filter(pk=ended.pk).update(is_active=False)
    assert b"/people/ended/hear/" in as_bob.get("/people/", {"tab": "ignored"}).content
    as_bob.post("/people/ended/hear/")
    bob.refresh_from_db()
    assert bob.ignored == []
