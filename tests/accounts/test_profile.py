"""The profile page, and what a person's settings do to every page."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from accounts.middleware import PersonalSettingsMiddleware
from accounts.models import User
from accounts.zones import zone_names

FORM = {"display_name": "Inés Robles", "language": "zh-hans", "theme": "dark", "time_zone": "Europe/Madrid",
        "direct_from": "rooms"}  # fmt: skip


def test_strangers_sign_in_first(client: Client, db: None) -> None:
    assert client.get("/profile/")["Location"] == "/accounts/login/?next=/profile/"


def test_what_one_sets_is_kept(as_ines: Client, ines: User) -> None:
    assert as_ines.post("/profile/", FORM)["Location"] == "/profile/"
    ines.refresh_from_db()
    assert {field: getattr(ines, field) for field in FORM} == FORM


def test_the_page_takes_the_persons_language_and_theme(as_ines: Client, ines: User) -> None:
    User.objects.update(language="zh-hans", theme="dark")
    page = as_ines.get("/profile/", headers={"accept-language": "en"})
    assert b'<html lang="zh-hans" dir="ltr" data-theme="dark">' in page.content
    assert page["Content-Language"] == "zh-hans"


def test_a_visitor_gets_what_the_browser_asks(client: Client, db: None) -> None:
    assert b'lang="zh-hans"' in client.get("/accounts/login/", headers={"accept-language": "zh-CN"}).content
    assert b'lang="en"' in client.get("/accounts/login/", headers={"accept-language": "xx"}).content


@pytest.mark.parametrize(
    ("zone", "kept", "shown"),
    [
        ("Asia/Tokyo", "Europe/Madrid", "Asia/Tokyo"),
        ("", "Europe/Madrid", "Europe/Madrid"),
        ("", "", "UTC"),
        ("Nowhere/Land", "../etc", "UTC"),
        ("../etc", "x" * 5000, "UTC"),
    ],
)
def test_a_request_runs_in_the_zone_of_person_or_browser_and_leaves_none_behind(
    zone: str, kept: str, shown: str
) -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    request = RequestFactory().get("/")
    request.COOKIES["zone"] = kept
    request.user = User(username="x", time_zone=zone, language="xx")
    with translation.override("en"):
        PersonalSettingsMiddleware(view)(request)
        assert translation.get_language() == "en"
    assert seen == [shown]
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize(
    ("field", "value"),
    [("display_name", "a\u202eb"), ("display_name", "\u200b"), ("display_name", "x" * 81), ("display_name", "a\x00"),
     ("language", "xx"), ("theme", "pink"), ("theme", ""), ("time_zone", "Nowhere/Land"), ("time_zone", "x" * 9999)],
)  # fmt: skip
def test_a_wrong_field_says_so_and_nothing_is_kept(as_ines: Client, ines: User, field: str, value: str) -> None:
    answer = as_ines.post("/profile/", FORM | {field: value})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["user"].display_name == ""
    ines.refresh_from_db()
    assert ines.display_name == ""


def test_nobody_makes_themselves_more_than_they_are(as_ines: Client, ines: User) -> None:
    as_ines.post("/profile/", FORM | {"is_staff": "on", "is_superuser": "on", "username": "owner1"})
    ines.refresh_from_db()
    assert (ines.is_staff, ines.is_superuser, ines.username) == (False, False, "Inés")


def test_a_zone_this_machine_forgot_can_stay(as_ines: Client, ines: User) -> None:
    User.objects.update(time_zone="Europe/Atlantis")
    assert as_ines.post("/profile/", FORM | {"time_zone": "Europe/Atlantis"}).status_code == 302


def test_zones_are_places() -> None:
    assert {"Europe/Madrid", "Asia/Shanghai", "America/Argentina/Buenos_Aires", "UTC"} <= zone_names()
    assert not {"EST5EDT", "posixrules", "Etc/GMT+3"} & zone_names()


@pytest.mark.parametrize(
    ("name", "initials"), [("Inés Robles", "IR"), ("bob", "B"), ("李 雷", "李雷"), ("a b c", "AC"), ("", "U")]
)
def test_initials(name: str, initials: str) -> None:
    assert User(username="u", display_name=name).initials == initials
