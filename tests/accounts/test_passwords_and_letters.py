"""Changing and resetting the password, changing the address, and the letters that go with it."""

import re
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from accounts.models import Site, User
from accounts.signals import access_revoked
from tests.accounts.conftest import PASSWORD

NEW = "another chair by the door"


def link() -> str:
    """The path of the link in the last letter."""
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def can_sign_in(login: str, password: str) -> bool:
    browser = Client()
    browser.post("/accounts/login/", {"login": login, "password": password})
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize(
    ("password", "is_good"),
    [("八个字就是一句话", True), ("七个字还差一个", False), ("three or four words", True), ("password1", False)],
)
def test_what_the_hint_promises_is_taken(client: Client, db: None, password: str, is_good: bool) -> None:
    page = client.get("/accounts/signup/", headers={"accept-language": "zh-CN"}).content.decode()
    assert "至少八个字符，汉字也算；不要用常见的密码。" in page
    answer = client.post("/accounts/signup/", {"username": "new", "email": "", "password1": password})
    assert (answer.status_code == 302) is is_good


def test_a_forgotten_password_is_set_by_a_letter(client: Client, ines: User) -> None:
    Site.objects.create(pk=1, name="Café Gijón")
    answer = client.post("/accounts/password/reset/", {"email": "INES@example.org"}, follow=True)
    assert b"Look in your letters" in answer.content
    assert mail.outbox[-1].subject == "A new password at Café Gijón"
    assert "Inés" in str(mail.outbox[-1].body)
    page = client.get(link(), follow=True)
    form_path = page.redirect_chain[-1][0]
    assert b"A new password." in page.content
    assert client.post(form_path, {"password1": "short", "password2": "short"}).context["form"].errors
    answer = client.post(form_path, {"password1": NEW, "password2": NEW}, follow=True)
    assert b"That is done" in answer.content
    assert can_sign_in("Inés", NEW)
    assert not can_sign_in("Inés", PASSWORD)
    assert b"This link is spent" in Client().get(link(), follow=True).content


def test_an_unknown_address_looks_the_same(client: Client, db: None) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert b"Look in your letters" in answer.content
    assert "no account there" in str(mail.outbox[-1].body)


@pytest.mark.parametrize("path", ["1-abc", "zzzzzzzzzzzzz-x", "0-set-password", "x" * 500 + "-y", "1-%00", "1-%ff"])
def test_a_made_up_reset_link_is_spent(client: Client, ines: User, path: str) -> None:
    answer = client.get(f"/accounts/password/reset/key/{path}/")
    assert b"This link is spent" in answer.content


@pytest.mark.django_db(transaction=True)
def test_a_new_password_ends_every_other_session_and_says_so() -> None:
    ines = User.objects.create_user("Inés", "", PASSWORD)
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post("/accounts/login/", {"login": "Inés", "password": PASSWORD})
    seen: list[int] = []

    def note(user: User, **kwargs: object) -> None:
        seen.append(user.pk)

    access_revoked.connect(note)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    try:
        assert here.post("/accounts/password/change/", form)["Location"] == "/profile/"
    finally:
        access_revoked.disconnect(note)
    assert seen == [ines.pk]
    assert here.get("/profile/").status_code == 200
    assert there.get("/profile/").status_code == 302


@pytest.mark.parametrize(
    ("form", "wrong"),
    [({"oldpassword": "no"}, "oldpassword"), ({"password1": "short"}, "password1"), ({"password2": "x"}, "password2")],
)
def test_a_wrong_change_says_where(as_ines: Client, form: dict[str, str], wrong: str) -> None:
    answer = as_ines.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW} | form
    )
    assert wrong in answer.context["form"].errors
    assert can_sign_in("Inés", PASSWORD)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", ["password", "is_active"])
def test_every_way_to_end_access_says_so_once_and_nothing_else_does(door: str) -> None:
    seen: list[int] = []

    def note(user: User, **kwargs: object) -> None:
        seen.append(user.pk)

    access_revoked.connect(note)
    try:
        user = User.objects.create_user("Inés", "", PASSWORD)
        user = User.objects.get(pk=user.pk)
        user.display_name = "I."
        user.save()
        assert seen == []
        if door == "password":
            user.set_password(NEW)
        else:
            user.is_active = False
        user.save()
        user.save()
    finally:
        access_revoked.disconnect(note)
    assert seen == [user.pk]


def test_a_receiver_that_fails_stops_nobody(
    as_ines: Client, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(user: User, **kwargs: object) -> None:
        raise ConnectionError("no broker")

    access_revoked.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert as_ines.post("/accounts/logout/").status_code == 302
    finally:
        access_revoked.disconnect(fail)
    assert "_auth_user_id" not in as_ines.session
    assert "failed to end the access" in caplog.text


def prove(browser: Client) -> None:
    """Types the password once more."""
    assert browser.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def test_an_address_changes_once_its_letter_is_opened(as_ines: Client, ines: User) -> None:
    form = {"email": "new@example.org", "action_add": ""}
    assert as_ines.post("/accounts/email/", form)["Location"].startswith("/accounts/reauthenticate/")
    prove(as_ines)
    as_ines.post("/accounts/email/", form)
    assert mail.outbox[-1].to == ["new@example.org"]
    assert b"Is this yours?" in as_ines.get(link()).content
    as_ines.post(link())
    ines.refresh_from_db()
    assert ines.email == "new@example.org"
    assert can_sign_in("new@example.org", PASSWORD)
    assert b"This link is spent" in as_ines.get("/accounts/confirm-email/made:up/").content


def test_who_opens_the_letter_owns_the_address(as_ines: Client, ines: User) -> None:
    squatter = User.objects.create_user("mallory", "new@example.org", PASSWORD)
    EmailAddress.objects.create(user=squatter, email="new@example.org", primary=True)
    prove(as_ines)
    as_ines.post("/accounts/email/", {"email": "other@example.org", "action_add": ""})
    EmailAddress.objects.filter(email="other@example.org").update(email="new@example.org")
    as_ines.post("/accounts/email/", {"email": "new@example.org", "action_send": ""})
    as_ines.post(link())
    ines.refresh_from_db()
    squatter.refresh_from_db()
    assert (ines.email, squatter.email) == ("new@example.org", "")


def test_with_mail_an_address_is_proven_before_one_comes_in(client: Client, db: None, settings: LazySettings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    form = {"username": "tomás", "email": "tomas@example.org", "password1": PASSWORD}
    answer = client.post("/accounts/signup/", form, follow=True)
    assert b"Look in your letters" in answer.content
    assert client.get("/profile/").status_code == 302
    assert mail.outbox[-1].subject.startswith("Welcome to Tertulia")
    client.post(link())
    assert client.get("/profile/").status_code == 200


def test_a_mail_server_out_of_reach_breaks_no_page(
    client: Client, ines: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: object, *args: object, **kwargs: object) -> int:
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    answer = client.post("/accounts/password/reset/", {"email": "ines@example.org"}, follow=True)
    assert answer.status_code == 200
    assert "could not be sent" in caplog.text
