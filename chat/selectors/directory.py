"""Rooms to find, and the ways into them."""

from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from accounts.folding import Fold, fold
from accounts.models import Rank, User
from chat.models import UNDO_TIME, InviteLink, InviteUse, JoinRequest, Membership, Room


def _known_rooms(user: User) -> QuerySet[Any]:
    """The rooms that a person may know of but direct ones, with is_joined: public, listed, and their own."""
    mine = Membership.objects.filter(room=OuterRef("pk"), user=user)
    known = Q(kind=Room.Kind.PUBLIC) | Q(is_listed=True) | Q(is_joined=True)
    return Room.objects.exclude(kind=Room.Kind.DIRECT).annotate(is_joined=Exists(mine)).filter(known)


def directory(user: User, *, query: str = "", tab: str = "all") -> QuerySet[Room]:
    """Public rooms, listed ones and one's own, as `all`, `joined` or `archived`, those with the newest message first.

    With member_count, is_joined and is_asked (a request to join waits). `query` is a part of the name, the address or
    the topic, whatever its case and accents.
    """
    count = Membership.objects.filter(room=OuterRef("pk")).order_by().values("room").annotate(n=Count("pk")).values("n")
    asked = JoinRequest.objects.filter(room=OuterRef("pk"), user=user, answer=JoinRequest.Answer.WAITING)
    rooms: QuerySet[Any] = (
        _known_rooms(user)
        .annotate(member_count=Coalesce(Subquery(count, IntegerField()), Value(0)), is_asked=Exists(asked))
        .order_by(F("active_at").desc(nulls_last=True), "name", "pk")
    )
    rooms = rooms.exclude(archived_at=None) if tab == "archived" else rooms.filter(archived_at=None)
    if tab == "joined":
        rooms = rooms.filter(is_joined=True)
    if query:
        words = Concat("name", Value("\n"), "slug", Value("\n"), "topic")
        rooms = rooms.alias(words=Fold(words)).filter(words__contains=fold(query))
    return rooms


def room_counts(user: User) -> dict[str, int]:
    """How many rooms each tab of the directory has."""
    live = Q(archived_at=None)
    return _known_rooms(user).aggregate(
        all=Count("pk", filter=live),
        joined=Count("pk", filter=live & Q(is_joined=True)),
        archived=Count("pk", filter=~live),
    )


def join_requests(room: Room) -> QuerySet[JoinRequest]:
    """Who waits to be let in, with the people, the oldest first. For those who may answer."""
    return room.join_requests.filter(answer=JoinRequest.Answer.WAITING).select_related("user")


def deleted_rooms(user: User, *, before: int | None = None) -> QuerySet[Room]:
    """The deleted rooms that a person may still bring back, the youngest room first.

    Those they own, for site moderators all. `before` is the id that a page ended with.
    """
    rooms = Room.every.filter(deleted_at__gt=timezone.now() - UNDO_TIME).order_by("-pk")
    if before is not None:
        rooms = rooms.filter(pk__lt=before)
    if user.rank >= Rank.SITE_MODERATOR:
        return rooms
    return rooms.filter(memberships__user=user, memberships__role=Membership.Role.OWNER)


def invites(room: Room | None) -> QuerySet[InviteLink]:
    """The live links of a room or (None) the site, with their makers and use_count, the newest first."""
    return InviteLink.objects.live().filter(room=room).select_related("by")


def invite_uses(link: InviteLink) -> QuerySet[InviteUse]:
    """Who came by a link, the newest first."""
    return link.uses.select_related("user")
