"""Invite links: who makes them, who comes by them, and when they are over."""

from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from chat import access, selectors
from chat.errors import Archived, BadRequest, Banned, ChatError, Conflict, Forbidden, NotFound
from chat.models import AuditEntry, InviteLink, InviteUse, Membership, Room
from chat.services import invites, members, moderation, rooms
from tests.chat.announcements import Announced
from tests.chat.test_concurrency import in_parallel
from tests.factories import make_user, seat

DAY = timedelta(days=1)


def link_to(room: Room, by: User, *, uses_most: int | None = None) -> str:
    return invites.create_invite(membership=seat(by, room), uses_most=uses_most)[1]


def test_a_link_takes_people_in_and_knows_who_came(
    cellar: Room, carol: User, mallory: User, announced: Announced
) -> None:
    link, secret = invites.create_invite(membership=seat(carol, cellar), expires_at=timezone.now() + DAY, uses_most=2)
    assert secret not in str(InviteLink.objects.values().get())
    assert access.open_invite(secret) == link
    membership = announced(lambda: invites.use_invite(user=mallory, secret=secret))
    assert membership == seat(mallory, cellar)
    assert announced.kinds_to(mallory) == ["room_joined", "me"]
    assert announced(lambda: invites.use_invite(user=mallory, secret=secret)) == membership
    assert announced.events == []
    (shown,) = selectors.invites(cellar)
    assert (shown.by, shown.use_count) == (carol, 1)  # type: ignore[attr-defined]
    assert [use.user for use in selectors.invite_uses(link)] == [mallory]
    assert list(selectors.invites(None)) == []
    entry = AuditEntry.objects.get(action="invite.create")
    assert (entry.actor, entry.room, entry.after["uses_most"]) == (carol, cellar, 2)


@pytest.mark.parametrize("end", ["revoked", "expired", "used up", "maker gone", "maker removed", "maker banned"])
def test_when_a_link_is_over(cellar: Room, alice: User, bob: User, carol: User, mallory: User, end: str) -> None:
    link, secret = invites.create_invite(membership=seat(carol, cellar), uses_most=1)
    match end:
        case "revoked":
            invites.revoke_invite(actor=alice, link=link)
        case "expired":
            InviteLink.objects.update(expires_at=timezone.now())
        case "used up":
            invites.use_invite(user=make_user(), secret=secret)
        case "maker gone":
            User.objects.filter(pk=carol.pk).update(is_active=False)
        case "maker removed":
            members.remove_member(membership=seat(alice, cellar), user=carol)
        case _:
            moderation.ban_user(actor=alice, user=carol, room=cellar, reason="x")
    with pytest.raises(NotFound):
        access.open_invite(secret)
    with pytest.raises(NotFound):
        invites.use_invite(user=mallory, secret=secret)
    assert not Membership.objects.filter(user=mallory).exists()
    assert list(selectors.invites(cellar)) == []


@pytest.mark.parametrize("secret", ["", "x", "\0", "\ud800", "x" * 100_000])
def test_secrets_that_are_none(db: None, secret: str, mallory: User) -> None:
    with pytest.raises(NotFound):
        invites.use_invite(user=mallory, secret=secret)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"uses_most": 0}, "uses_most"),
        ({"uses_most": 1001}, "uses_most"),
        ({"expires_at": timezone.now()}, "expires_at"),
        ({"expires_at": timezone.now() + timedelta(days=367)}, "expires_at"),
    ],
)
def test_limits_that_are_refused(lobby: Room, alice: User, fields: dict[str, int], field: str) -> None:
    with pytest.raises(BadRequest) as caught:
        invites.create_invite(membership=seat(alice, lobby), **fields)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_limits_that_are_not(lobby: Room, alice: User) -> None:
    year = timezone.now() + timedelta(days=365)
    for uses in (1, 1000, None):
        assert (
            invites.create_invite(membership=seat(alice, lobby), expires_at=year, uses_most=uses)[0].uses_most == uses
        )


def test_at_most_fifty_live_links(lobby: Room, cellar: Room, alice: User) -> None:
    InviteLink.objects.bulk_create(InviteLink(room=lobby, by=alice, digest=str(n)) for n in range(49))
    link, _ = invites.create_invite(membership=seat(alice, lobby))
    with pytest.raises(Conflict):
        link_to(lobby, alice)
    assert link_to(cellar, alice)
    invites.revoke_invite(actor=alice, link=link)
    assert link_to(lobby, alice)


def test_who_makes_links(cellar: Room, alice: User, bob: User, steward: User) -> None:
    with pytest.raises(Forbidden):
        link_to(cellar, bob)
    rooms.update_room(membership=seat(alice, cellar), inviting="everyone")
    assert link_to(cellar, bob)
    with pytest.raises(Forbidden):
        invites.create_invite(membership=rooms.open_direct_room(user=bob, people=[alice]))
    with pytest.raises(Forbidden):
        invites.create_site_invite(actor=alice)
    assert invites.create_site_invite(actor=steward)[0].room is None
    rooms.archive_room(membership=seat(alice, cellar))
    with pytest.raises(Archived):
        link_to(cellar, alice)


def test_who_revokes_links(cellar: Room, alice: User, bob: User, carol: User, mallory: User, steward: User) -> None:
    rooms.update_room(membership=seat(alice, cellar), inviting="everyone")
    link, _ = invites.create_invite(membership=seat(bob, cellar))
    with pytest.raises(Forbidden):
        invites.revoke_invite(actor=mallory, link=link)
    for actor in (bob, carol, steward):
        InviteLink.objects.update(revoked_at=None)
        assert invites.revoke_invite(actor=actor, link=link).revoked_by == actor
    assert invites.revoke_invite(actor=alice, link=link).revoked_by == steward
    site, _ = invites.create_site_invite(actor=steward)
    with pytest.raises(Forbidden):
        invites.revoke_invite(actor=alice, link=site)


def test_a_ban_and_an_archive_hold(cellar: Room, alice: User, mallory: User) -> None:
    secret = link_to(cellar, alice, uses_most=1)
    moderation.ban_user(actor=alice, user=mallory, room=cellar, reason="x")
    with pytest.raises(Banned):
        invites.use_invite(user=mallory, secret=secret)
    rooms.archive_room(membership=seat(alice, cellar))
    with pytest.raises(Archived):
        invites.use_invite(user=make_user(), secret=secret)
    assert not InviteUse.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_more_people_at_once_than_it_is_for(cellar: Room, alice: User) -> None:
    secret = link_to(cellar, alice, uses_most=2)

    def come(user: User) -> str:
        try:
            invites.use_invite(user=user, secret=secret)
        except ChatError as error:
            return error.code
        return "in"

    came = in_parallel([partial(come, make_user()) for _ in range(5)])
    assert sorted(came) == ["in"] * 2 + ["not_found"] * 3
    assert (InviteUse.objects.count(), cellar.memberships.count()) == (2, 5)


# ---------- the page

NEW = {"username": "newcomer", "email": "", "password1": "quiet tables by the window"}


def test_who_is_signed_in_says_yes_and_is_in(cellar: Room, alice: User, mallory: User, client: Client) -> None:
    path = f"/invite/{link_to(cellar, alice)}/"
    client.force_login(mallory)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Alice invites you." in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert not Membership.objects.filter(user=mallory).exists()
    assert client.post(path)["Location"] == "/chat/cellar/"
    assert Membership.objects.filter(user=mallory).exists()
    assert client.get(path)["Location"] == "/chat/cellar/"


def test_a_banned_person_reads_why(cellar: Room, alice: User, mallory: User, client: Client) -> None:
    path = f"/invite/{link_to(cellar, alice)}/"
    moderation.ban_user(actor=alice, user=mallory, room=cellar, reason="spam")
    client.force_login(mallory)
    answer = client.post(path)
    assert (answer.status_code, "spam" in answer.content.decode()) == (403, True)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_newcomer_by_a_link_of_the_site(
    lobby: Room, steward: User, client: Client, settings: LazySettings, is_open: bool
) -> None:
    Room.objects.update(is_default=True)
    settings.SIGNUP_OPEN = is_open
    path = f"/invite/{invites.create_site_invite(actor=steward, uses_most=1)[1]}/"
    assert "Make an account" in client.get(path).content.decode()
    assert not client.session.get("invite")
    answer = client.post(path)
    assert answer["Location"] == "/accounts/signup/?next=%2F"
    assert client.get(answer["Location"]).status_code == 200
    client.post(answer["Location"], NEW)
    newcomer = User.objects.get(username="newcomer")
    assert InviteUse.objects.get().user == newcomer
    assert Membership.objects.filter(user=newcomer, room=lobby).exists()
    assert Client().get(path).status_code == 404


def test_a_newcomer_by_a_link_of_a_room(cellar: Room, alice: User, client: Client) -> None:
    answer = client.post(f"/invite/{link_to(cellar, alice, uses_most=1)}/")
    assert answer["Location"] == "/accounts/signup/?next=%2Fchat%2Fcellar%2F"
    answer = client.post("/accounts/signup/", NEW | {"next": "/chat/cellar/"})
    assert answer["Location"] == "/chat/cellar/"
    assert client.get("/chat/cellar/").status_code == 200


def test_a_link_of_a_room_does_not_open_a_closed_house(
    cellar: Room, alice: User, client: Client, settings: LazySettings
) -> None:
    settings.SIGNUP_OPEN = False
    path = f"/invite/{link_to(cellar, alice)}/"
    for answer in (client.get(path), client.post(path)):
        assert "Make an account" not in answer.content.decode()
        assert f"/accounts/login/?next=%2Finvite%2F{path.split('/')[2]}%2F" in answer.content.decode()
    session = client.session
    session["invite"] = path.split("/")[2]
    session.save()
    client.post("/accounts/signup/", NEW)
    assert not User.objects.filter(username="newcomer").exists()


def test_a_link_that_ended_between_page_and_form(steward: User, client: Client, settings: LazySettings) -> None:
    """Nobody slips in when the last chair was taken after the door was looked at."""
    settings.SIGNUP_OPEN = False
    secret = invites.create_site_invite(actor=steward, uses_most=1)[1]
    client.post(f"/invite/{secret}/")

    def is_open(request: object) -> bool:
        invites.use_invite(user=make_user(), secret=secret, is_new=True)
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("accounts.adapter.is_let_in", is_open)
        answer = client.post("/accounts/signup/", NEW)
    assert answer["Location"] == "/accounts/signup/"
    assert not User.objects.filter(username="newcomer").exists()
    assert "full for now" in client.get("/accounts/signup/").content.decode()


def test_an_ended_link_harms_no_open_sign_up(cellar: Room, alice: User, client: Client) -> None:
    link, secret = invites.create_invite(membership=seat(alice, cellar))
    client.post(f"/invite/{secret}/")
    invites.revoke_invite(actor=alice, link=link)
    client.post("/accounts/signup/", NEW)
    assert not Membership.objects.filter(user__username="newcomer").exists()


@pytest.mark.parametrize("secret", ["x", "%00", "%FF", "%ED%A0%80", "x" * 3000])
def test_links_that_are_none(client: Client, mallory: User, secret: str) -> None:
    for _ in range(2):
        for answer in (client.get(f"/invite/{secret}/"), client.post(f"/invite/{secret}/")):
            assert answer.status_code == 404
            assert "not good any more" in answer.content.decode()
        client.force_login(mallory)


def test_the_command_prints_a_link(steward: User, mallory: User, client: Client) -> None:
    out = StringIO()
    call_command("invite", "steward", "--days", "1", "--people", "3", stdout=out)
    assert client.get(out.getvalue().strip()).status_code == 200
    for arguments in (["nobody"], ["mallory"], ["steward", "--people", "0"], ["steward", "--days", "-1"]):
        with pytest.raises(CommandError):
            call_command("invite", *arguments)
