"""The first run: the one-time link."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.account.signals import user_signed_up
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import setup
from accounts.models import Rank, Site, User
from accounts.site import site_name
from tests.accounts.conftest import PASSWORD

FORM = {"site_name": "Café Gijón", "username": "Inés", "email": "", "password": PASSWORD}


@pytest.fixture
def path(db: None) -> str:
    return setup.new_setup_path()


def test_the_first_visitor_names_the_house_and_owns_it(client: Client, path: str) -> None:
    assert setup.needs_setup()
    assert client.get(path).status_code == 200
    answer = client.post(path, FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    owner = User.objects.get()
    assert client.session["_auth_user_id"] == str(owner.pk)
    assert (owner.username, owner.rank, owner.is_staff) == ("Inés", Rank.SITE_OWNER, True)
    assert site_name() == "Café Gijón"
    assert not setup.needs_setup()


def test_the_owner_is_a_newcomer_as_others_are(client: Client, path: str) -> None:
    seen: list[str] = []

    def note(user: User, **kwargs: object) -> None:
        seen.append(user.username)

    user_signed_up.connect(note)
    try:
        client.post(path, FORM)
    finally:
        user_signed_up.disconnect(note)
    assert seen == ["Inés"]


def test_a_used_link_is_gone(client: Client, path: str) -> None:
    client.post(path, FORM)
    for answer in (Client().get(path), Client().post(path, FORM | {"username": "Tomás"})):
        assert answer.status_code == 404
        assert b"This door is closed" in answer.content
    assert User.objects.count() == 1


def test_an_old_link_is_gone(client: Client, path: str) -> None:
    Site.objects.update(setup_expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(path).status_code == 404
    assert client.post(path, FORM).status_code == 404
    assert User.objects.count() == 0


def test_a_new_link_ends_the_one_before(client: Client, path: str) -> None:
    newer = setup.new_setup_path()
    assert client.get(path).status_code == 404
    assert client.get(newer).status_code == 200


def test_a_site_with_an_owner_takes_no_link(client: Client, path: str) -> None:
    User.objects.create_superuser("owner1", "", PASSWORD)
    assert client.get(path).status_code == 404
    assert client.get(setup.new_setup_path()).status_code == 404


def test_a_new_name_of_the_site_shows_at_once(path: str) -> None:
    assert site_name() == "Tertulia"
    site = Site.objects.get()
    site.name = "Café Gijón"
    site.save()
    assert site_name() == "Café Gijón"


@pytest.mark.parametrize("token", ["x", "x" * 5000, "\u202e", "%00", "%ff%fe"])
def test_a_made_up_link_is_not_found(client: Client, path: str, token: str) -> None:
    assert client.get(f"/setup/{token}/").status_code == 404


def test_the_database_does_not_hold_the_link(path: str) -> None:
    token = path.split("/")[2]
    assert len(token) >= 32
    assert token not in str(Site.objects.values().get())


@pytest.mark.parametrize(
    ("field", "value"),
    [("site_name", ""), ("site_name", "a\u202eb"), ("site_name", "x" * 61), ("username", "admin"), ("username", "a b"),
     ("username", "Tomás"), ("email", "no"), ("password", "short"), ("password", "x" * 300), ("password", "")],
)  # fmt: skip
def test_a_wrong_field_says_so_and_the_link_stays(client: Client, path: str, field: str, value: str) -> None:
    User.objects.create_user("Tomás", "", PASSWORD)
    answer = client.post(path, FORM | {field: value})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert setup.needs_setup()
    assert client.post(path, FORM).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_visitors_at_once_one_passes() -> None:
    token = setup.new_setup_path().split("/")[2]
    start, ends = Barrier(2), []

    def visit(username: str) -> None:
        start.wait(5)
        try:
            setup.create_owner(token=token, site_name="Gijón", username=username, email="", password=PASSWORD)
            ends.append("made")
        except setup.SetupClosedError:
            ends.append("closed")
        finally:
            connection.close()

    visitors = [Thread(target=visit, args=(name,)) for name in ("Inés", "Tomás")]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(10)
    assert sorted(ends) == ["closed", "made"]
    assert User.objects.filter(is_superuser=True).count() == 1


def test_a_name_taken_between_check_and_save_is_a_form_error(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.create_user("INÉS", "", PASSWORD)
    monkeypatch.setattr("accounts.adapter.AccountAdapter.clean_username", lambda self, name, shallow=False: name)
    answer = client.post(path, FORM)
    assert list(answer.context["form"].errors) == ["username"]
    assert setup.needs_setup()
