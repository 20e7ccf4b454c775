"""What several services check: locks, sanctions, rates and texts. All run inside the caller's transaction."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import Rank, User
from chat import access, protocol
from chat.errors import Archived, Banned, Empty, Forbidden, Locked, Muted, NotFound, RateLimited, SlowMode, TooLong
from chat.models import Membership, Room, Sanction, SendAllowance


def hold(membership: Membership) -> Membership:
    """Locks the room's row and reads both anew, so that what was allowed a moment ago is still allowed.

    Raises NotFound, Banned or Forbidden for somebody who is no longer in the room. Site moderators need not be in it.
    """
    room = hold_room(membership.room_id)
    found = None if membership.is_preview else Membership.objects.with_users([membership.pk]).get(membership.pk)
    return seat(membership, room, found)


def hold_room(room_id: int) -> Room:
    """The room, locked until the transaction ends. Raises NotFound."""
    room = Room.objects.lock([room_id]).get(room_id)
    if room is None:
        raise NotFound("There is no such room.")
    return room


def hold_person(user_id: int | None) -> None:
    """Locks the row of somebody who is acted upon, after the room's; nobody's where the account has ended."""
    if user_id is not None:
        User.objects.select_for_update().filter(pk=user_id).first()


def hold_shared(membership: Membership) -> Membership:
    """`hold`, for what is done to a room and its members: a direct one belongs to all who are in it alike."""
    membership = hold(membership)
    refuse_direct(membership.room)
    return membership


def refuse_direct(room: Room) -> None:
    if room.is_direct:
        raise Forbidden("That is not for direct conversations.")


def seat(membership: Membership, room: Room, found: Membership | None) -> Membership:
    """`found`, the membership as it is now, with its locked room; else what stands for it."""
    if found is None:
        found = Membership.objects.select_related("user").filter(room=room, user=membership.user).first()
    if found is None:
        if not (membership.is_preview and membership.is_moderator):
            refuse_outsider(membership.user, room)
        found = membership
    found.user.rests = membership.user.rests
    found.room = room
    return found


def refuse_outsider(user: User, room: Room) -> None:
    """Raises what somebody who is not in the room is told: NotFound, Banned or Forbidden."""
    if not room.is_public:
        raise NotFound("There is no such room.")
    refuse_banned(user, room)
    raise Forbidden("Join the room first.")


def require_moderator(membership: Membership) -> None:
    if not membership.is_moderator:
        raise access.forbidden(membership.user, "That is for moderators.")


def require_owner(membership: Membership) -> None:
    if not membership.is_owner:
        raise access.forbidden(membership.user, "That is for owners of the room.")


# ---------- sanctions


def standing_sanctions(user_ids: Collection[int], room_ids: Collection[int]) -> dict[int, list[Sanction]]:
    """The sanctions in force against these people, on the site or in these rooms, by user id."""
    found: dict[int, list[Sanction]] = {}
    for sanction in Sanction.objects.against(user_ids, room_ids):
        found.setdefault(sanction.user_id, []).append(sanction)
    return found


def refuse_banned(user: User, room: Room) -> None:
    """Raises Banned for somebody who may not come into the room."""
    for sanction in standing_sanctions([user.pk], [room.pk]).get(user.pk, ()):
        if sanction.kind == Sanction.Kind.BAN:
            raise Banned(with_reason("You are banned", sanction.reason), until=sanction.ends_at)


def is_banned(user: User, room: Room) -> bool:
    try:
        refuse_banned(user, room)
    except Banned:
        return True
    return False


OUT_OF_REACH = "They can't be written to directly."


def refuse_reach(user: User, people: Collection[User]) -> None:
    """Raises Banned, Muted, NotFound or Forbidden where the person may not begin a conversation with these people.

    Why it is forbidden is not said: who is ignored is not told. Site moderators reach everybody.
    """
    refuse_silenced(user)
    if not all(person.is_active for person in people):
        raise NotFound("There is nobody of that name.", field="people")
    refuse_unwanted(user, people)
    others = User.objects.filter(pk__in=[person.pk for person in people], ignored__contains=[user.pk])
    if user.rank < Rank.SITE_MODERATOR and others.exists():
        raise Forbidden(OUT_OF_REACH, field="people")


def refuse_unwanted(user: User, people: Collection[User]) -> None:
    """Raises Forbidden where one of these people, or the site, does not let the person begin to write to them."""
    others = {person.pk for person in people if person != user}
    if not others <= within_reach(user, people):
        raise Forbidden(OUT_OF_REACH, field="people")


def within_reach(user: User, people: Collection[User]) -> set[int]:
    """The ids of those who, and with whom the site, let this person begin to write to them: all, those in a room with
    that one, nobody. Site moderators reach everybody."""
    if user.rank >= Rank.SITE_MODERATOR:
        return {person.pk for person in people}
    people = [person for person in people if person.direct_from != User.DirectFrom.NOBODY]
    near = [one.pk for one in people if one.direct_from == User.DirectFrom.ROOMS or not settings.DIRECT_TO_ALL]
    found = {person.pk for person in people}.difference(near)
    if near:
        rooms = Membership.objects.filter(user=user, room__deleted_at=None).exclude(room__kind=Room.Kind.DIRECT)
        together = Membership.objects.filter(room__in=rooms.values("room"), user__in=near)
        found.update(together.values_list("user", flat=True))
    return found


def refuse_silenced(user: User) -> None:
    """Raises Banned or Muted for somebody who is, on the whole site."""
    for sanction in standing_sanctions([user.pk], []).get(user.pk, ()):
        refused = Banned if sanction.kind == Sanction.Kind.BAN else Muted
        raise refused(with_reason(f"You are {refused.code}", sanction.reason), until=sanction.ends_at)


def refuse_sanctioned(membership: Membership, sanctions: Iterable[Sanction]) -> None:
    """Raises Banned, Muted, Archived or Locked where the person may not write in the room now."""
    here = [sanction for sanction in sanctions if sanction.room_id in (None, membership.room_id)]
    for sanction in here:
        if sanction.kind == Sanction.Kind.BAN:
            raise Banned(with_reason("You are banned", sanction.reason), until=sanction.ends_at)
    for sanction in here:
        if sanction.kind == Sanction.Kind.MUTE:
            raise Muted(with_reason("You are muted", sanction.reason), until=sanction.ends_at)
    room = membership.room
    if room.is_archived:
        raise Archived("This room is archived: it can be read, not written in.")
    if room.is_locked and not membership.is_moderator:
        raise Locked(with_reason("This room is locked", room.lock_reason), until=room.locked_until)


def require_voice(membership: Membership) -> None:
    """Raises what `refuse_sanctioned` does, by the sanctions that stand now."""
    sanctions = standing_sanctions([membership.user_id], [membership.room_id])
    refuse_sanctioned(membership, sanctions.get(membership.user_id, ()))


def with_reason(sentence: str, reason: str) -> str:
    return f"{sentence}: {reason}" if reason else f"{sentence}."


# ---------- rates


class Allowances:
    """How much each of these people may still send; locked by user id until the transaction ends.

    A person may send `burst` messages at once and regains one each `interval` seconds (settings.SEND_RATE).
    Kept as one moment a person: when the allowance is whole again.
    Source: the generic cell rate algorithm, ITU-T I.371.
    """

    def __init__(self, users: Collection[User]) -> None:
        self._rate = settings.SEND_RATE
        self._now = timezone.now()
        self._drawn: set[int] = set()
        self._whole_at: dict[int, datetime] = {}
        if self._rate is not None:
            self._whole_at = SendAllowance.objects.lock(user.pk for user in users)

    def check(self, user: User) -> None:
        """Raises RateLimited where nothing is left."""
        if self._rate is None:
            return
        burst, interval = self._rate
        wait = (self._from(user) - self._now).total_seconds() - (burst - 1) * interval
        if wait > 0:
            raise RateLimited("You are sending too fast.", retry_after=wait)

    def draw(self, user: User) -> None:
        """Takes one."""
        if self._rate is not None:
            self._whole_at[user.pk] = self._from(user) + timedelta(seconds=self._rate[1])
            self._drawn.add(user.pk)

    def save(self) -> None:
        SendAllowance.objects.store((pk, self._whole_at[pk]) for pk in sorted(self._drawn))

    def _from(self, user: User) -> datetime:
        return max(self._now, self._whole_at.get(user.pk, self._now))


def refuse_slow_mode(membership: Membership, now: datetime) -> None:
    """Raises SlowMode for a member who wrote in the room less than its slow mode ago."""
    seconds = membership.room.slow_mode_seconds
    if not seconds or membership.posted_at is None or membership.is_moderator:
        return
    wait = seconds - (now - membership.posted_at).total_seconds()
    if wait > 0:
        raise SlowMode(f"Slow mode: one message each {seconds} seconds.", retry_after=wait)


# ---------- texts


def check_body(body: str, *, has_files: bool = False) -> None:
    """Raises TooLong or Empty; with files there need be no text."""
    if len(body) > protocol.BODY_LENGTH:
        raise TooLong(f"A message has at most {protocol.BODY_LENGTH} characters.", field="body")
    if not has_files and protocol.is_blank(body):
        raise Empty("There is nothing to read in this message.", field="body")


def check_reason(reason: str) -> str:
    """The reason without white space around it. Raises TooLong."""
    if len(reason) > protocol.REASON_LENGTH:
        raise TooLong(f"A reason has at most {protocol.REASON_LENGTH} characters.", field="reason")
    return reason.strip()
