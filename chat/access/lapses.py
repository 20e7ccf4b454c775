"""Access that has ended: asked for everyone who has a socket open."""

from collections.abc import Collection
from dataclasses import astuple, dataclass
from typing import Any, NamedTuple, Self

from accounts.models import Rank, User
from chat import encoding
from chat.models import Room, Sanction, sql
from chat.protocol import Close


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a socket, and with what: a session's key or a token's digest.

    As they were at that time: the hash of their password, whether they moderate the site, and whether they came with a
    second factor.
    """

    user_id: int
    password: str
    session: str = ""
    token: str = ""
    moderates: bool = False
    has_proven: bool = True

    @classmethod
    def of(cls, user: User, *, session: str = "", token: str = "") -> Self:
        return cls(user.pk, user.password, session, token, user.rank >= Rank.SITE_MODERATOR, user.has_proven)


class Lapse(NamedTuple):
    """Why a socket ends: its close code, and the fields of the `notice` to tell first."""

    code: Close
    notice: dict[str, Any] | None = None


# Every few seconds, of all who have a socket open: the answer names only those whose access has ended (`is_out`), or
# who moderate the site since then or no longer: a socket knows its person, and what they may see, as of its beginning.
LAPSED = """
SELECT place, is_out FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::boolean[])
    WITH ORDINALITY AS h(user_id, password, session, token, moderates, has_proven, place)
LEFT JOIN accounts_user u ON u.id = h.user_id AND u.is_active AND u.password = h.password
CROSS JOIN LATERAL (SELECT u.id IS NULL
    OR NOT EXISTS (SELECT FROM django_session WHERE session_key = h.session AND expire_date > now())
   AND NOT EXISTS (SELECT FROM accounts_apitoken WHERE digest = h.token AND revoked_at IS NULL
                      AND (expires_at IS NULL OR expires_at > now())) AS is_out) o
WHERE is_out OR h.moderates <> ((u.is_staff OR u.is_superuser) AND (h.has_proven OR NOT EXISTS (
    SELECT FROM mfa_authenticator WHERE user_id = u.id AND type IN ('totp', 'webauthn'))))
"""
NOT_MEMBERS = """
SELECT h.user_id, h.room_id, r.kind FROM unnest(%s::bigint[], %s::bigint[]) AS h(user_id, room_id)
LEFT JOIN chat_room r ON r.id = h.room_id AND r.deleted_at IS NULL
WHERE r.id IS NULL OR NOT EXISTS (SELECT FROM chat_membership m WHERE m.room_id = r.id AND m.user_id = h.user_id)
"""

# The same as `Membership.first_seq`; hardly anybody has a `from_seq`, and those who have are in an index of their own.
OTHER_SIGHT = """
SELECT h.user_id, h.room_id, h.first_seq
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS h(user_id, room_id, first_seq)
WHERE h.first_seq <> coalesce((
    SELECT m.from_seq FROM chat_membership m JOIN accounts_user u ON u.id = m.user_id
    WHERE m.room_id = h.room_id AND m.user_id = h.user_id AND m.from_seq > 0
      AND m.role = 'member' AND NOT u.is_staff AND NOT u.is_superuser
), 0)
"""


def lapsed(holders: Collection[Holder]) -> dict[Holder, Lapse]:
    """Those who are banned, deactivated or signed out by now, or whose password or standing on the site is another."""
    everyone = list(holders)
    columns = zip(*map(astuple, everyone), strict=True)
    rows = sql.fetch(LAPSED, [list(column) for column in columns]) if everyone else ()
    found = {everyone[place - 1]: Lapse(Close.SIGNED_OUT if is_out else Close.RESTART) for place, is_out in rows}
    against = Sanction.objects.against({one.user_id for one in everyone}, ())
    banned = {ban.user_id: ban for ban in against if ban.kind == Sanction.Kind.BAN}
    for one in everyone if banned else ():
        if one.user_id in banned:
            found[one] = Lapse(Close.BANNED, encoding.notice("banned", banned[one.user_id]))
    return found


def lost_rooms(seats: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Of these (user id, room id), those who may not read the room any more, with the reason for `room_left`."""
    rows = sql.fetch(NOT_MEMBERS, [sql.array(column) for column in zip(*seats, strict=True)]) if seats else []
    kinds = {(user_id, room_id): kind for user_id, room_id, kind in rows}
    against = Sanction.objects.against({seat[0] for seat in kinds}, {seat[1] for seat in kinds}) if kinds else ()
    banned = {(ban.user_id, ban.room_id) for ban in against if ban.kind == Sanction.Kind.BAN}
    lost = {}
    for seat, kind in kinds.items():
        if kind is None:
            lost[seat] = "deleted"
        elif seat in banned:
            lost[seat] = "banned"
        elif kind != Room.Kind.PUBLIC:
            lost[seat] = "removed"
    return lost


def other_sight(seats: Collection[tuple[int, int, int]]) -> set[tuple[int, int, int]]:
    """Of these (user id, room id, first message seen), those who see more or less of the room by now."""
    rows = sql.fetch(OTHER_SIGHT, [sql.array(column) for column in zip(*seats, strict=True)]) if seats else []
    return {(user_id, room_id, first_seq) for user_id, room_id, first_seq in rows}
