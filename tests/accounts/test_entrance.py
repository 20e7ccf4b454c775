"""Sign up, sign in, sign out."""

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from accounts.signals import access_revoked
from tests.accounts.conftest import PASSWORD

NEW = {"username": "Tomás", "email": "", "password1": PASSWORD}


def who(client: Client) -> str | None:
    """Whose session this is."""
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).username if key else None


def test_sign_up_needs_a_name_and_a_password(client: Client, db: None) -> None:
    answer = client.post("/accounts/signup/", NEW)
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert who(client) == "Tomás"


def test_sign_up_keeps_one_form_of_the_name(client: Client, db: None) -> None:
    client.post("/accounts/signup/", NEW | {"username": "\uff34oma\u0301s"})
    assert User.objects.get().username == "Tomás"


@pytest.mark.parametrize("name", ["INÉS", "ine\u0301s", "\uff49nés"])
def test_sign_up_refuses_a_name_that_is_taken_in_any_case(client: Client, ines: User, name: str) -> None:
    answer = client.post("/accounts/signup/", NEW | {"username": name})
    assert "username" in answer.context["form"].errors
    assert User.objects.count() == 1


def test_sign_up_refuses_an_address_that_is_taken(client: Client, ines: User) -> None:
    answer = client.post("/accounts/signup/", NEW | {"email": "INES@example.org"})
    assert "email" in answer.context["form"].errors


def test_a_name_taken_a_moment_ago_is_a_message(client: Client, ines: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.adapter.AccountAdapter.clean_username", lambda self, name, shallow=False: name)
    answer = client.post("/accounts/signup/", NEW | {"username": "Inés"}, follow=True)
    assert answer.status_code == 200
    assert b"a moment ago" in answer.content
    assert who(client) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("username", "admin"), ("username", "a\x00b"), ("username", "x" * 33), ("username", ""), ("email", "no"),
     ("email", "x" * 300 + "@example.org"), ("password1", "short"), ("password1", "x" * 300), ("password1", "")],
)  # fmt: skip
def test_a_wrong_field_says_so_beside_it(client: Client, db: None, field: str, value: str) -> None:
    answer = client.post("/accounts/signup/", NEW | {field: value})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert f'id="id_{field}_error"'.encode() in answer.content
    assert User.objects.count() == 0


def test_a_closed_house_takes_nobody_in(client: Client, db: None, settings: LazySettings) -> None:
    settings.SIGNUP_OPEN = False
    assert b"full for now" in client.get("/accounts/signup/").content
    client.post("/accounts/signup/", NEW)
    assert User.objects.count() == 0


@pytest.mark.parametrize("login", ["Inés", "inés", " Inés ", "ine\u0301s", "ines@example.org", "Ines@Example.org"])
def test_sign_in_by_name_or_address(client: Client, ines: User, login: str) -> None:
    answer = client.post("/accounts/login/", {"login": login, "password": PASSWORD})
    assert answer.status_code == 302
    assert who(client) == "Inés"


@pytest.mark.parametrize("login", ["Inés", "ines@example.org", "nobody", "nobody@example.org", "a\u202e", "x" * 10**5])
def test_a_wrong_sign_in_says_no_more_than_that(client: Client, ines: User, login: str) -> None:
    answer = client.post("/accounts/login/", {"login": login, "password": "wrong"})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert who(client) is None


def test_a_closed_account_is_told_so(client: Client, ines: User) -> None:
    User.objects.update(is_active=False)
    answer = client.post("/accounts/login/", {"login": "Inés", "password": PASSWORD}, follow=True)
    assert b"This account is closed" in answer.content
    assert who(client) is None


@pytest.mark.parametrize(("remember", "ends"), [({"remember": "on"}, False), ({}, True)])
def test_staying_signed_in_is_a_choice(client: Client, ines: User, remember: dict[str, str], ends: bool) -> None:
    client.post("/accounts/login/", {"login": "Inés", "password": PASSWORD} | remember)
    assert client.session.get_expire_at_browser_close() is ends


def test_sign_in_goes_on_to_where_one_was_going_but_not_elsewhere(client: Client, ines: User) -> None:
    form = {"login": "Inés", "password": PASSWORD}
    assert client.post("/accounts/login/", form | {"next": "/profile/"})["Location"] == "/profile/"
    client.logout()
    assert client.post("/accounts/login/", form | {"next": "//evil.example/"})["Location"] == "/"


@pytest.mark.django_db(transaction=True)
def test_sign_out_ends_the_session_before_anyone_is_told(client: Client) -> None:
    ines = User.objects.create_user("Inés", "", PASSWORD)
    client.post("/accounts/login/", {"login": "Inés", "password": PASSWORD})
    session, seen = client.session, []

    def look(user: User, **kwargs: object) -> None:
        seen.append((user.pk, session.exists(str(session.session_key))))

    access_revoked.connect(look)
    try:
        client.post("/accounts/logout/")
    finally:
        access_revoked.disconnect(look)
    assert seen == [(ines.pk, False)]
    assert who(client) is None


def test_too_many_tries_are_asked_to_wait(client: Client, db: None, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    answers = [
        client.post("/accounts/login/", {"login": "x", "password": "y"}, REMOTE_ADDR="192.0.2.77") for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert b"A little slower" in answers[-1].content


def test_admin_has_no_door_of_its_own(client: Client, ines: User) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    client.force_login(ines)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert b"This table is reserved" in answer.content
    assert client.get("/admin/login/?next=//evil.example/").status_code == 403
    User.objects.update(is_staff=True)
    assert client.get("/admin/login/?next=//evil.example/")["Location"] == "/admin/"
