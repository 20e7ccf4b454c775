"""The list of one's sessions, and ending some of them."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.browsers import browser_words
from accounts.models import User
from accounts.signals import access_revoked
from tests.accounts.conftest import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"


def signed_in(user_agent: str) -> Client:
    """Another device of Inés."""
    client = Client(headers={"user-agent": user_agent})
    client.post("/accounts/login/", {"login": "Inés", "password": PASSWORD, "remember": "on"})
    return client


def browsers(client: Client) -> list[str]:
    return [place["browser"] for place in client.get("/profile/sessions/").context["places"]]


def test_each_device_is_named_and_this_one_is_first(ines: User) -> None:
    firefox, phone = signed_in(FIREFOX), signed_in(CHROME)
    assert browsers(firefox) == ["Firefox · Linux", "Chrome · Android"]
    assert browsers(phone) == ["Chrome · Android", "Firefox · Linux"]
    assert firefox.get("/profile/sessions/").content.count(b"This one, now") == 1


def test_one_of_them_is_ended_and_its_sockets_with_it(ines: User, django_capture_on_commit_callbacks: Any) -> None:
    firefox, phone, tablet = signed_in(FIREFOX), signed_in(CHROME), signed_in(SAFARI)
    places = firefox.get("/profile/sessions/").context["places"]
    chosen = next(place["session"].pk for place in places if "Android" in place["browser"])
    told: list[User] = []

    def hear(user: User, **_: Any) -> None:
        told.append(user)

    access_revoked.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        firefox.post("/profile/sessions/", {"session": chosen})
    assert told == [ines]
    assert phone.get("/profile/").status_code == 302
    assert tablet.get("/profile/").status_code == 200
    assert browsers(firefox) == ["Firefox · Linux", "Safari · iPhone"]


def test_all_others_are_ended(ines: User) -> None:
    firefox, phone, tablet = signed_in(FIREFOX), signed_in(CHROME), signed_in(SAFARI)
    firefox.post("/profile/sessions/")
    assert [client.get("/profile/").status_code for client in (firefox, phone, tablet)] == [200, 302, 302]


@pytest.mark.parametrize("chosen", ["mine", "somebody else's", "x", "0"])
def test_neither_this_one_nor_somebody_elses(ines: User, chosen: str) -> None:
    firefox, bob = signed_in(FIREFOX), Client()
    bob.force_login(User.objects.create_user("bob", "", PASSWORD))
    keys = {name: client.get("/profile/sessions/").context["places"][0]["session"].pk
            for name, client in (("mine", firefox), ("somebody else's", bob))}  # fmt: skip
    firefox.post("/profile/sessions/", {"session": keys.get(chosen, chosen)})
    assert [client.get("/profile/").status_code for client in (firefox, bob)] == [200, 200]


def test_a_session_from_before_they_were_listed_is_there(as_ines: Client, ines: User) -> None:
    UserSession.objects.all().delete()
    assert len(browsers(as_ines)) == 1


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox · Linux"),
        (SAFARI, "Safari · iPhone"),
        (EDGE, "Edge · Windows"),
        ("curl/8.1", "curl"),
        ("", ""),
    ],
)
def test_browsers_have_names(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words
