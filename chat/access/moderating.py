"""Doors for those who moderate, and for those who were moderated."""

from accounts.models import Rank, User
from chat import selectors
from chat.access.doors import enter_room, find_message
from chat.errors import Forbidden, NotFound
from chat.models import AuditEntry, Membership, Message, Report, Room, Sanction

RESTS = "Show your second factor first, at /accounts/2fa/reauthenticate/: until then your role on this site rests."


def forbidden(user: User, words: str) -> Forbidden:
    """What somebody is refused with who may not do it: that their role rests, else these words."""
    return Forbidden(RESTS if user.rests else words)


def enter_to_moderate(user: User, slug: str) -> Membership:
    """The membership of somebody who moderates the room. Raises NotFound, Forbidden, Banned."""
    membership = enter_room(user, slug)
    if not membership.is_moderator:
        raise forbidden(user, "That is for moderators.")
    return membership


def moderate_site(user: User) -> None:
    """Raises Forbidden for somebody who does not moderate the site."""
    if user.rank < Rank.SITE_MODERATOR:
        raise forbidden(user, "That is for site moderators.")


def moderate_somewhere(user: User) -> None:
    """Raises Forbidden for somebody who moderates neither the site nor a room."""
    if not selectors.moderates(user):
        raise forbidden(user, "That is for moderators.")


def find_sanction(membership: Membership, number: int) -> Sanction:
    """A mute or a ban in the room. Raises NotFound."""
    found = Sanction.objects.filter(room=membership.room, pk=number).first()
    if found is None:
        raise NotFound("There is no such sanction.", field="number")
    return found


def moderate_room(user: User, room: Room) -> Membership:
    """The door of the desk and the admin: moderators of the room, and those of the site in every room.

    Unsaved where the person is no member. Raises Forbidden.
    """
    membership = Membership.objects.filter(room=room, user=user).first() or Membership(role="")
    membership.room = room
    membership.user = user
    if not membership.is_moderator:
        raise forbidden(user, "That is for moderators.")
    return membership


def find_deleted(membership: Membership, seq: int) -> Message:
    """A tombstone whose text this person may see, who moderates the room. Raises NotFound, Forbidden."""
    message = find_message(membership, seq)
    if not membership.may_review:
        raise forbidden(membership.user, "That is for moderators.")
    if not message.is_deleted:
        raise NotFound("There is no such message.", field="seq")
    return message


def find_report(user: User, number: int) -> Report:
    """A case that this person may decide, with what is shown of it. Raises NotFound."""
    found = selectors.described_cases(selectors.cases(user)).filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such case.", field="number")
    return found


def find_entry(user: User, number: int) -> AuditEntry:
    """An entry of the audit log that this moderator may know of. Raises NotFound."""
    found = selectors.audit(user).filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such entry.", field="number")
    return found


def find_act_against(user: User, number: int) -> AuditEntry:
    """What moderation did to this person, to be appealed. Raises NotFound."""
    found = selectors.acts_against(user).filter(pk=number).first()
    if found is None:
        raise NotFound("There is nothing to appeal against.", field="number")
    return found
