"""Asking to be let into a private room that is in the directory."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat import broadcast
from chat.errors import Archived, Conflict, NotFound, RateLimited, TooLong
from chat.models import AuditEntry, JoinRequest, Membership, Room
from chat.services import rules
from chat.services.members.joining import close_request, take_in

WORDS_LENGTH = 200
ASK_AGAIN = timedelta(days=1)


@transaction.atomic
def ask_to_join(*, user: User, room: Room, words: str = "") -> JoinRequest:
    """Asks the moderators, with a few words; who waits already goes on waiting.

    Raises NotFound (not a listed private room, or banned from it), Archived, Conflict (a member), TooLong,
    RateLimited (declined a moment ago).
    """
    room = rules.hold_room(room.pk)
    if Membership.objects.filter(room=room, user=user).exists():
        raise Conflict("You are in this room.")
    if room.kind != Room.Kind.PRIVATE or not room.is_listed or rules.is_banned(user, room):
        raise NotFound("There is no such room.")
    if room.is_archived:
        raise Archived("This room is archived.")
    if len(words) > WORDS_LENGTH:
        raise TooLong(f"At most {WORDS_LENGTH} characters.", field="words")
    asked = JoinRequest.objects.filter(room=room, user=user)
    waiting = asked.filter(answer=JoinRequest.Answer.WAITING).first()
    if waiting is not None:
        return waiting
    declined = asked.filter(answer=JoinRequest.Answer.DECLINED, answered_at__gt=timezone.now() - ASK_AGAIN).last()
    if declined is not None and declined.answered_at is not None:
        wait = declined.answered_at + ASK_AGAIN - timezone.now()
        raise RateLimited("They said no a short while ago.", retry_after=wait.total_seconds())
    request = JoinRequest.objects.create(room=room, user=user, words=words.strip())
    broadcast.join_requests_changed(room)
    return request


@transaction.atomic
def withdraw_join_request(*, user: User, room: Room) -> None:
    """Asks no longer; nothing happens where nobody waits."""
    close_request(user, rules.hold_room(room.pk), JoinRequest.Answer.WITHDRAWN, user)


@transaction.atomic
def answer_join_request(*, membership: Membership, request: JoinRequest, accept: bool, reason: str = "") -> JoinRequest:
    """A moderator lets somebody in, or does not; the same answer again changes nothing.

    Raises Forbidden, NotFound (of another room), TooLong, Conflict (answered otherwise), Banned, Archived.
    """
    membership = rules.hold_shared(membership)
    rules.require_moderator(membership)
    reason = rules.check_reason(reason)
    room, wanted = membership.room, JoinRequest.Answer.ACCEPTED if accept else JoinRequest.Answer.DECLINED
    found = JoinRequest.objects.select_related("user").filter(pk=request.pk, room=room).first()
    if found is None:
        raise NotFound("There is no such request.", field="request")
    if found.answer == wanted:
        return found
    if found.answer != JoinRequest.Answer.WAITING:
        raise Conflict("This was answered already.")
    if accept:
        take_in(found.user, room, by=membership.user)
    else:
        close_request(found.user, room, wanted, membership.user)
        broadcast.noticed(found.user_id, _declined(room, reason))
    AuditEntry.objects.create(
        action=f"member.{wanted}", actor=membership.user, user=found.user, room=room, reason=reason
    )
    found.refresh_from_db(fields=["answer", "answered_at", "answered_by"])
    return found


def _declined(room: Room, reason: str) -> dict[str, Any]:
    detail = rules.with_reason(f"Your wish to join {room} was declined", reason)
    return {"code": "declined", "detail": detail, "until": None}
