"""The page that finds messages."""

from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import User
from chat.models import Room
from tests.factories import make_room, post

pytestmark = pytest.mark.django_db


def test_strangers_sign_in_first(client: Client) -> None:
    assert client.get("/search/?q=kettle")["Location"].startswith("/accounts/login/")


def test_it_finds_what_was_said_in_ones_own_rooms(as_bob: Client, lobby: Room, alice: User, mallory: User) -> None:
    post(alice, lobby, "the <b>kettle</b> sings")
    post(mallory, make_room(mallory, "Den", kind="private"), "a kettle of her own")
    answer = as_bob.get("/search/", {"q": "kettle"})
    assert [one["message"].seq for one in answer.context["results"]] == [1]
    text = answer.content.decode()
    assert "the &lt;b&gt;<mark>kettle</mark>&lt;/b&gt; sings" in text
    assert 'href="/chat/lobby/1/"' in text
    assert "of her own" not in text


def test_facets_are_put_in_and_taken_out(as_bob: Client, lobby: Room) -> None:
    page = as_bob.get("/search/", {"q": "kettle", "sort": "newest"}).content.decode()
    assert 'href="?q=kettle+from%3Ame&amp;sort=newest"' in page
    page = as_bob.get("/search/", {"q": "kettle from:me"}).content.decode()
    assert 'class="facet" href="?q=kettle" aria-current="true"' in page


def test_the_next_page_goes_on(as_bob: Client, lobby: Room, bob: User) -> None:
    for number in range(25):
        post(bob, lobby, f"kettle {number}")
    first = as_bob.get("/search/", {"q": "kettle", "sort": "newest"})
    second = as_bob.get("/search/" + first.context["more"])
    seqs = [one["message"].seq for answer in (first, second) for one in answer.context["results"]]
    assert seqs == list(range(25, 0, -1))
    assert second.context["more"] == ""


@pytest.mark.parametrize(
    "query",
    ["in:nowhere", "from:nobody", "before:tomorrowish", "x" * 401, "a\0b", " ".join("abcdefghijklmnopqrstuvwxyz")],
)
def test_what_can_not_be_asked_says_why(as_bob: Client, lobby: Room, query: str) -> None:
    answer = as_bob.get("/search/", {"q": query})
    assert answer.status_code == 200
    assert answer.context["problem"]
    assert b'role="alert"' in answer.content


@pytest.mark.parametrize(
    "more", [{"cursor": "zz"}, {"cursor": "\0"}, {"sort": "backwards"}, {"q": '"'}, {"q": "zebra"}, {}]
)
def test_odd_questions_get_a_page(as_bob: Client, lobby: Room, more: dict[str, str]) -> None:
    assert as_bob.get("/search/", {"q": "kettle"} | more).status_code == 200


def test_who_asks_too_often_is_told(as_bob: Client, lobby: Room, settings: object) -> None:
    settings.SEARCH_RATE = 1  # type: ignore[attr-defined]
    as_bob.get("/search/", {"q": "kettle"})
    assert "too often" in as_bob.get("/search/", {"q": "kettle"}).context["problem"]


def test_the_examples_are_good_ones(as_bob: Client, lobby: Room) -> None:
    for text, _, address in as_bob.get("/search/").context["examples"]:
        assert address == f"?q={quote(text, safe='').replace('%20', '+')}"
        problem = as_bob.get("/search/" + address).context["problem"]
        assert problem == "" or "nobody" in problem
