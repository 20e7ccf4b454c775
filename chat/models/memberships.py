"""Who belongs to a room, and what they may do in it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Rank, User
from chat.models import sql
from chat.models.rooms import Room
from chat.protocol import SMALL_ROOM

# Whether a room `r` is small, for `with_rooms`; it counts no further than it must.
IS_SMALL = (
    "(SELECT count(*) FROM (SELECT FROM chat_membership o WHERE o.room_id = r.id"  # noqa: S608 - our own numbers
    f" LIMIT {SMALL_ROOM + 1}) few) <= {SMALL_ROOM}"
)

# Whether somebody else in the room of a membership `m` wants to hear of every message.
HAS_LISTENERS = (
    "EXISTS (SELECT FROM chat_membership o WHERE o.room_id = m.room_id AND o.notify = 'all' AND o.user_id <> m.user_id)"
)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def with_rooms(
        self, condition: str, values: Sequence[Any], *, count: str = "0", is_small: str = "NULL"
    ) -> "list[Membership]":
        """Memberships (`m` in the SQL) with their rooms (`r`), `count` as `mention_count` and the room's `is_small`.

        Those of deleted rooms are left out. Every connection asks this, and to build the same ORM query anew costs
        many times what its answer does.
        """
        rows = sql.fetch(
            f"SELECT {sql.columns(('m', Membership), ('r', Room))}, {count}, {is_small}"  # noqa: S608 - our own words
            f" FROM chat_membership m JOIN chat_room r ON r.id = m.room_id WHERE r.deleted_at IS NULL AND {condition}",
            values,
        )
        found = []
        for row in rows:
            membership, room = sql.instances((Membership, Room), row)
            sql.relate(membership, room=room)
            membership.mention_count = row[-2]
            if row[-1] is not None:
                room.is_small = row[-1]
            found.append(membership)
        return found

    def with_users(self, ids: Iterable[int]) -> "dict[int, Membership]":
        """These memberships with their people and `has_listeners`, by id."""
        rows = sql.fetch(
            f"SELECT {sql.columns(('m', Membership), ('u', User))}, {HAS_LISTENERS}"  # noqa: S608 - our own words
            " FROM chat_membership m JOIN accounts_user u ON u.id = m.user_id WHERE m.id = ANY(%s::bigint[])",
            [sql.array(ids)],
        )
        found = {}
        for row in rows:
            membership, user = sql.instances((Membership, User), row)
            sql.relate(membership, user=user)
            membership.has_listeners = row[-1]
            found[membership.pk] = membership
        return found

    def seeing(self, seq: Any) -> "MembershipQuerySet":
        """Those who see message `seq` (a number or an expression) of their room: `Membership.sees` in SQL."""
        moderates = ~Q(role=Membership.Role.MEMBER) | Q(user__is_staff=True) | Q(user__is_superuser=True)
        return self.filter(Q(from_seq__lte=seq) | moderates)

    def mark_posted(self, rows: Iterable[tuple[int, int, datetime]]) -> None:
        """Moves read markers on and notes the last post, for (membership id, seq, time), in one statement."""
        sql.execute(
            "UPDATE chat_membership SET read_seq = GREATEST(read_seq, v.seq), posted_at = v.at"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS v(id, seq, at)"
            " WHERE chat_membership.id = v.id",
            rows,
        )


class Membership(models.Model):
    """A person's key to a room. Unsaved, it stands for somebody who sees the room without being in it.

    `from_seq`: the first message that a newcomer sees, where the room hid what was said before they came.
    `notify` is what they are told of there: the person's level for all rooms, repeated here, unless `has_own_level`.
    `place` is the room's in the person's own order, if they gave it one. A direct room is out of their list while
    nothing comes after `hidden_seq`.
    """

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MODERATOR = "moderator", _("Moderator")
        MEMBER = "member", _("Member")

    Notify = User.Notify
    AS_IN_SETTINGS = "default"

    RANKS: ClassVar[dict[str, Rank]] = {
        Role.OWNER: Rank.ROOM_OWNER,
        Role.MODERATOR: Rank.ROOM_MODERATOR,
        Role.MEMBER: Rank.MEMBER,
    }

    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=9, choices=Role, default=Role.MEMBER)
    from_seq = models.BigIntegerField(default=0, db_default=0, editable=False)
    read_seq = models.BigIntegerField(default=0, editable=False)
    notify = models.CharField(_("notify"), max_length=8, choices=Notify, default=Notify.MENTIONS)
    has_own_level = models.BooleanField(_("level of its own"), default=False, db_default=False, editable=False)
    is_muted = models.BooleanField(_("muted"), default=False)
    is_favourite = models.BooleanField(_("favourite"), default=False)
    place = models.PositiveIntegerField(null=True, editable=False)
    hidden_seq = models.BigIntegerField(null=True, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    posted_at = models.DateTimeField(null=True, editable=False)
    has_listeners = False  # somebody else there wants to hear of every message, where `with_users` has looked
    mention_count = 0  # unread mentions, where `with_rooms` has counted them
    others: Sequence[User] = ()  # the other people of a direct room, where `selectors.seats` has found them

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (models.UniqueConstraint(fields=["room", "user"], name="membership_once"),)
        indexes: ClassVar = [
            models.Index(fields=["room", "user"], name="membership_clipped", condition=Q(from_seq__gt=0)),
            models.Index(fields=["room", "user"], name="membership_listening", condition=Q(notify="all")),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.room}"

    @property
    def is_preview(self) -> bool:
        """Sees a public room without being a member."""
        return self.pk is None

    @property
    def rank(self) -> Rank:
        """Standing in this room: the role's, or the person's on the whole site where that is higher."""
        return max(self.user.rank, self.RANKS.get(self.role, Rank.MEMBER))

    @property
    def is_moderator(self) -> bool:
        return self.rank >= Rank.ROOM_MODERATOR

    @property
    def may_review(self) -> bool:
        """Sees what deleted messages said and brought; between people who write to each other nobody does."""
        return self.is_moderator and not self.room.is_direct

    @property
    def is_owner(self) -> bool:
        return self.rank >= Rank.ROOM_OWNER

    @property
    def first_seq(self) -> int:
        """The first message of the room that this person may see. Moderators see all.

        Also where a site role rests: what one sees of a room is the same in all of one's browsers.
        """
        sees_all = self.role != self.Role.MEMBER or self.user.is_staff or self.user.is_superuser
        return 0 if not self.from_seq or sees_all else self.from_seq

    def sees(self, seq: int) -> bool:
        """Whether message `seq`, if there is one, is in this person's sight."""
        return seq >= self.first_seq

    @property
    def epoch(self) -> str:
        """Names what this person's cursors are good for: who sees more or less than before starts anew."""
        return f"{self.room.epoch}-{self.first_seq}" if self.first_seq else self.room.epoch

    @property
    def may_invite(self) -> bool:
        """Take people in, where the room has members who invite."""
        is_open = self.room.inviting == Room.Posting.EVERYONE and not self.is_preview
        return (is_open or self.is_moderator) and not self.room.is_direct

    @property
    def may_pin(self) -> bool:
        room = self.room
        return self.is_moderator or room.is_direct or room.pinning == Room.Posting.EVERYONE

    @property
    def may_mention_all(self) -> bool:
        """Call everyone, by `@room` or `@here`."""
        room = self.room
        if self.is_moderator or room.mention_all != Room.MentionAll.BY_SIZE:
            return self.is_moderator or room.mention_all == Room.MentionAll.EVERYONE
        return room.is_small

    def can(self) -> list[str]:
        """What this membership may do in the room: words of the protocol."""
        if self.is_preview:
            return []
        words = []
        if not self.room.is_archived and (self.is_moderator or self.room.posting == Room.Posting.EVERYONE):
            words.append("send")
        if not self.room.is_archived:
            words += ["react", "pin"] if self.may_pin else ["react"]
        if "send" in words and settings.UPLOAD_BYTES:
            words.append("upload")
        if self.room.is_direct:
            return words
        if self.may_mention_all:
            words.append("mention_all")
        if self.may_invite:
            words.append("invite")
        if self.is_moderator:
            words.append("moderate")
        if self.is_owner:
            words.append("settings")
        return words
