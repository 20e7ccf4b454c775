"""People and rooms for tests. Rows of the chat are made through the services, as everywhere."""

from typing import Any, cast
from uuid import uuid4

import factory

from accounts.models import User
from chat.models import Membership, Message, Room, Sanction
from chat.services import members, messages, rooms


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    display_name = factory.LazyAttribute(lambda user: user.username.title())
    password = factory.django.Password("a long enough secret")


def make_user(**fields: Any) -> User:
    return cast("User", UserFactory(**fields))


def make_room(owner: User, name: str, *people: User, **fields: Any) -> Room:
    """A room with these members; `fields` as for `create_room`."""
    room = rooms.create_room(owner=owner, name=name, **fields).room
    for person in people:
        Membership.objects.create(room=room, user=person)
    return room


def seat(user: User, room: Room) -> Membership:
    """The membership of somebody who is in the room."""
    return Membership.objects.select_related("room", "user").get(room=room, user=user)


def post(user: User, room: Room, body: str = "hello", **fields: Any) -> messages.Posted:
    """One message by a member."""
    return messages.post_message(
        membership=seat(user, room), body=body, client_id=fields.pop("client_id", uuid4()), **fields
    )


def posted_row(user: User, room: Room, body: str = "hello") -> Message:
    """One message by a member, as it stands in the database."""
    return Message.objects.get(room=room, seq=post(user, room, body).seq)


def quietly_muted(user: User, by: User, room: Room) -> None:
    """A mute of which no page has heard: what somebody does in that moment is refused."""
    Sanction.objects.create(user=user, by=by, room=room, kind=Sanction.Kind.MUTE, reason="cool down")


def make_moderator(user: User, room: Room, by: User) -> None:
    members.set_role(membership=seat(by, room), user=user, role=Membership.Role.MODERATOR, is_quiet=True)
