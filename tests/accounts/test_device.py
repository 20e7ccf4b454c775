"""How a person likes the site on one device: a cookie that a plain form sets."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts.device import COOKIE, DEFAULT, Device, device_of, keep

CHOSEN: Device = {"enter": "breaks", "clock": "h12", "notify": False, "sound": True}


def of(cookie: str | None) -> Device:
    request = RequestFactory().get("/")
    if cookie is not None:
        request.COOKIES[COOKIE] = cookie
    return device_of(request)


@pytest.mark.parametrize("device", [DEFAULT, CHOSEN, {"enter": "", "clock": "", "notify": False, "sound": False}])
def test_what_is_kept_comes_back(device: Device) -> None:
    answer = HttpResponse()
    keep(answer, device)
    assert of(answer.cookies[COOKIE].value) == device


@pytest.mark.parametrize("cookie", [None, "", "enter=jumps", "clock=h11&sound=on", "=" * 5000, "\x00"])
def test_what_says_something_else_counts_as_none(cookie: str | None) -> None:
    assert of(cookie) == DEFAULT


def test_the_form_of_the_profile_sets_it(as_ines: Client) -> None:
    answer = as_ines.post("/profile/device/", {"enter": "breaks", "clock": "h12", "sound": "on"}, follow=True)
    assert b"Saved for this device." in answer.content
    assert of(as_ines.cookies[COOKIE].value) == CHOSEN
    assert answer.context["device_form"].initial == CHOSEN
    assert as_ines.cookies[COOKIE]["httponly"]


def test_a_wrong_form_changes_nothing(as_ines: Client) -> None:
    as_ines.post("/profile/device/", {"enter": "jumps"})
    assert COOKIE not in as_ines.cookies


def test_strangers_have_none_to_set(client: Client, db: None) -> None:
    assert client.post("/profile/device/", {"enter": "breaks"}).status_code == 302
    assert COOKIE not in client.cookies
