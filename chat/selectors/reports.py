"""Cases, acts of moderation, and who may decide about them."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Rank, User
from chat.models import AuditEntry, Complaint, Membership, Message, Report, Room

# Acts that the person whom they hit may appeal, and for how long.
APPEALABLE = ("message.delete", "mute", "ban", "member.remove")
APPEAL_TIME = timedelta(days=30)
AROUND = 2
_MODERATORS = (Membership.Role.OWNER, Membership.Role.MODERATOR)


def moderates(user: User) -> bool:
    """Whether there may be cases for this person: they moderate the site or a room."""
    return user.rank >= Rank.SITE_MODERATOR or _rooms(user).exists()


def cases(user: User) -> QuerySet[Report]:
    """The cases that a person may decide: of their rooms, for site moderators all.

    Never those about somebody of equal or higher rank, nor appeals against what they did themselves (but for the
    owner of the site, who has nobody above).
    """
    about = User.objects.filter(pk=OuterRef("user"))
    found = Report.objects.filter(Q(room=None) | Q(room__deleted_at=None))
    if user.rank >= Rank.SITE_OWNER:
        return found.exclude(Exists(about.filter(is_superuser=True)))
    found = found.exclude(Exists(about.filter(Q(is_superuser=True) | Q(is_staff=True)))).filter(
        Q(appealed=None) | ~Q(appealed__actor_id=user.pk)
    )
    if user.rank >= Rank.SITE_MODERATOR:
        return found
    mine = Membership.objects.filter(user=user, room=OuterRef("room")).exclude(room__kind=Room.Kind.DIRECT)
    theirs = Membership.objects.filter(user=OuterRef("user"), room=OuterRef("room"))
    return found.filter(
        Exists(mine.filter(role=Membership.Role.OWNER)) & ~Exists(theirs.filter(role=Membership.Role.OWNER))
        | Exists(mine.filter(role=Membership.Role.MODERATOR)) & ~Exists(theirs.filter(role__in=_MODERATORS))
    )


def waiting(user: User) -> QuerySet[Report]:
    """The cases that a person may decide and nobody has decided yet."""
    return cases(user).filter(resolved_at=None)


def queue(user: User, state: str) -> QuerySet[Report]:
    """`open`: what waits, `mine`: what waits and the person has claimed, `resolved`; the newest first."""
    if state == "resolved":
        return cases(user).exclude(resolved_at=None).order_by("-pk")
    found = waiting(user).order_by("-pk")
    return found.filter(claimed_by=user) if state == "mine" else found


def described_cases(found: QuerySet[Report]) -> QuerySet[Report]:
    """Cases with all that is shown of them, complaints and their people too."""
    people = ("user", "claimed_by", "resolved_by")
    acts = ("appealed__actor", "appealed__room")
    rows = found.select_related("room", "message__author", "message__removed_text", *people, *acts)
    return rows.prefetch_related("complaints__user")


def around(report: Report) -> list[Message]:
    """The reported message with those next to it; of a direct room, which is its people's, the reported one alone."""
    if report.message is None:
        return []
    if report.room is None or report.room.is_direct:
        return [report.message]
    of_room = Message.objects.filter(room=report.room, kind=Message.Kind.TEXT).select_related("author")
    before = of_room.filter(seq__lt=report.message.seq, deleted_at=None).order_by("-seq")[:AROUND]
    after = of_room.filter(seq__gt=report.message.seq, deleted_at=None).order_by("seq")[:AROUND]
    return [*reversed(before), report.message, *after]


def record(user: User) -> dict[str, int]:
    """What moderation did to a person before: how many `removals`, `mutes` and `bans` stand."""
    acts = AuditEntry.objects.filter(user=user, action__in=APPEALABLE, undone=None)
    counts = dict(acts.order_by().values("action").annotate(n=Count("pk")).values_list("action", "n"))
    return {"removals": counts.get("message.delete", 0), "mutes": counts.get("mute", 0), "bans": counts.get("ban", 0)}


def audit(user: User) -> QuerySet[AuditEntry]:
    """The acts that a moderator may know of, the newest first: of their rooms, for site moderators all.

    Of what was done about a case those may know who may decide it.
    """
    found = AuditEntry.objects.select_related("actor", "user", "room", "undone__actor").filter(
        ~Q(action__startswith="report.") | Q(report__in=cases(user).values("pk"))
    )
    return found if user.rank >= Rank.SITE_MODERATOR else found.filter(room__in=_rooms(user))


def acts_against(user: User) -> QuerySet[AuditEntry]:
    """What moderation did to a person of late that was not taken back, with their `appeal`, the newest first."""
    since = timezone.now() - APPEAL_TIME
    acts = AuditEntry.objects.filter(user=user, action__in=APPEALABLE, created_at__gt=since, undone=None)
    return acts.exclude(actor=user).select_related("room", "appeal")


def complaints_by(user: User) -> QuerySet[Complaint]:
    """What a person has reported, the newest first; appeals are no reports."""
    mine = Complaint.objects.filter(user=user).exclude(kind=Complaint.Kind.APPEAL)
    return mine.select_related("report__room", "report__message", "report__user").order_by("-pk")


def moderators_of(room: Room | None) -> QuerySet[User]:
    """Who hears of cases of a room (None: the site): its moderators and those of the site."""
    seats = Membership.objects.filter(room=room, role__in=_MODERATORS)
    if room is None or room.is_direct:
        seats = seats.none()
    staff = Q(is_staff=True) | Q(is_superuser=True)
    return User.objects.filter(staff | Q(pk__in=seats.values("user")), is_active=True)


def _rooms(user: User) -> QuerySet[Any]:
    """The rooms that a person moderates by their role in them."""
    seats = Membership.objects.filter(user=user, role__in=_MODERATORS, room__deleted_at=None)
    return seats.exclude(room__kind=Room.Kind.DIRECT).values("room")
