"""Taking back what moderation did: exactly what the act changed, as its entry in the audit log tells."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat import access, broadcast, encoding, selectors
from chat.errors import Conflict, NotFound
from chat.models import AuditEntry, InviteLink, JoinRequest, Membership, Message, Report, Sanction
from chat.services import members, messages, rooms, rules
from chat.services.members.roles import require_higher
from chat.services.members.seats import give_seat_back
from chat.services.moderation.closing import close_report, reopen_report
from chat.services.moderation.sanctions import lift_sanction, set_site_moderator

CHANGED = "This has changed since; it can't be taken back any more."
IN_SERVICE = {"listed": "is_listed", "slow_mode": "slow_mode_seconds"}


@transaction.atomic
def undo_act(*, actor: User, entry: AuditEntry, reason: str = "", report: Report | None = None) -> AuditEntry:
    """Takes an act back, once, and says so in the log. A case that it decided waits for a decision again, an appeal
    against it is granted; `report` is the appeal whose decision this is.

    Raises NotFound, Forbidden (as the acts that it takes), TooLong, Conflict (taken back before, changed since, or
    something that can't be taken back).
    """
    if entry.room_id is not None:
        rules.hold_room(entry.room_id)
    rules.hold_person(entry.user_id)
    found = selectors.audit(actor).filter(pk=entry.pk).first()
    if found is None:
        raise NotFound("There is no such entry.", field="number")
    reason = rules.check_reason(reason)
    if hasattr(found, "undone"):
        raise Conflict("This was taken back already.")
    if not can_undo(found):
        raise Conflict("This can't be taken back.")
    UNDO[found.action](actor, found, reason)
    undone = AuditEntry.objects.create(
        action="undo",
        actor=actor,
        user=found.user,
        room=found.room,
        seq=found.seq,
        reason=reason,
        report=report or found.report,
        undoes=found,
        before=found.after,
        after=found.before,
    )
    if report is None:
        _settle(found, actor, reason)
    return undone


def can_undo(entry: AuditEntry) -> bool:
    """Whether this kind of act can be taken back, and was not yet. What it changed may have changed since."""
    is_over = entry.until is not None and entry.until <= timezone.now()
    hides_history = "history_for_newcomers" in entry.before
    return entry.action in UNDO and not hasattr(entry, "undone") and not is_over and not hides_history


def _settle(entry: AuditEntry, actor: User, reason: str) -> None:
    cases = Report.objects.select_for_update()
    appeal = cases.filter(appealed=entry, resolved_at=None).first()
    if appeal is not None:
        close_report(appeal, actor, Report.Outcome.GRANTED, reason)
    decided = cases.filter(pk=entry.report_id or 0).exclude(resolved_at=None).first()
    if decided is not None:
        reopen_report(decided)


def _undo_deletion(actor: User, entry: AuditEntry, reason: str) -> None:
    message = Message.objects.filter(room=entry.room, seq=entry.seq or 0).first()
    later = AuditEntry.objects.filter(room=entry.room, seq=entry.seq, action__startswith="message.", pk__gt=entry.pk)
    if message is None or not message.is_deleted or later.exists():
        raise Conflict(CHANGED)
    key = access.moderate_room(actor, message.room)
    messages.restore_message(membership=key, seq=message.seq, reason=reason)


def _undo_sanction(actor: User, entry: AuditEntry, reason: str) -> None:
    sanction = Sanction.objects.standing().filter(pk=entry.after.get("sanction")).first()
    if sanction is None:
        raise Conflict(CHANGED)
    sanction = lift_sanction(actor=actor, sanction=sanction, reason=reason)
    earlier = Sanction.objects.filter(pk__in=entry.before["replaced"])
    earlier.update(lifted_at=None, lifted_by=None)
    for one in Sanction.objects.standing().filter(pk__in=entry.before["replaced"]).select_related("room"):
        broadcast.noticed(one.user_id, encoding.notice("muted" if one.kind == Sanction.Kind.MUTE else "banned", one))
    if sanction.kind == Sanction.Kind.BAN:
        _give_back(entry, sanction.user)


def _give_back(entry: AuditEntry, user: User) -> None:
    """The seat, the links and the wish to join that went with it; nothing to who is banned still."""
    if entry.room is None or rules.is_banned(user, entry.room):
        return
    if entry.before.get("seat"):
        give_seat_back(user, entry.room, entry.before["seat"])
    InviteLink.objects.filter(pk__in=entry.before.get("invites", ())).update(revoked_at=None, revoked_by=None)
    asked = JoinRequest.objects.filter(pk=entry.before.get("request"), answer=JoinRequest.Answer.DECLINED)
    if asked.update(answer=JoinRequest.Answer.WAITING, answered_at=None, answered_by=None):
        broadcast.join_requests_changed(entry.room)


def _undo_removal(actor: User, entry: AuditEntry, reason: str) -> None:
    if entry.room is None or entry.user is None or "seat" not in entry.before:
        raise Conflict(CHANGED)
    key = access.moderate_room(actor, entry.room)
    seat = Membership(room=entry.room, user=entry.user, role=entry.before["seat"]["role"])
    require_higher(key.rank, seat)
    _give_back(entry, entry.user)


def _undo_role(actor: User, entry: AuditEntry, reason: str) -> None:
    seat = Membership.objects.filter(room=entry.room, user=entry.user).first()
    if seat is None or seat.role != entry.after["role"]:
        raise Conflict(CHANGED)
    key = access.moderate_room(actor, seat.room)
    members.set_role(membership=key, user=seat.user, role=entry.before["role"], reason=reason)


def _undo_lock(actor: User, entry: AuditEntry, reason: str) -> None:
    key = _unchanged(actor, entry)
    before = entry.before["locked"]
    until = before and before["until"] and datetime.fromisoformat(before["until"])
    if before is None or (until and until <= timezone.now()):
        rooms.unlock_room(membership=key, reason=reason)
    else:
        rooms.lock_room(membership=key, reason=before["reason"], until=until)


def _undo_archiving(actor: User, entry: AuditEntry, reason: str) -> None:
    key = _unchanged(actor, entry)
    act = rooms.archive_room if entry.before["archived"] else rooms.restore_room
    act(membership=key, reason=reason)


def _undo_settings(actor: User, entry: AuditEntry, reason: str) -> None:
    key = _unchanged(actor, entry)
    changes = {IN_SERVICE.get(name, name): value for name, value in entry.before.items()}
    rooms.update_room(membership=key, **changes)


def _unchanged(actor: User, entry: AuditEntry) -> Membership:
    """The actor's key to the room, whose state is still what the act made it."""
    if entry.room is None or entry.room.deleted_at is not None:
        raise Conflict(CHANGED)
    now = encoding.state(entry.room)
    if {name: now[name] for name in entry.after} != entry.after:
        raise Conflict(CHANGED)
    return access.moderate_room(actor, entry.room)


def _undo_rank(actor: User, entry: AuditEntry, reason: str) -> None:
    if entry.user is None or entry.user.is_staff != entry.after["is_staff"]:
        raise Conflict(CHANGED)
    was: bool = entry.before["is_staff"]
    set_site_moderator(actor=actor, user=entry.user, is_moderator=was, reason=reason)


def _undo_dismissal(actor: User, entry: AuditEntry, reason: str) -> None:
    """The case is opened again, as for every act of its decision. Raises NotFound for who may not decide it."""
    if entry.after["outcome"] != Report.Outcome.DISMISSED:
        raise Conflict("Take back what was done; the case waits again then.")
    if not selectors.cases(actor).filter(pk=entry.report_id or 0).exists():
        raise NotFound("There is no such case.", field="number")


UNDO: dict[str, Callable[[User, AuditEntry, str], Any]] = {
    "message.delete": _undo_deletion,
    "mute": _undo_sanction,
    "ban": _undo_sanction,
    "member.remove": _undo_removal,
    "member.role": _undo_role,
    "room.lock": _undo_lock,
    "room.unlock": _undo_lock,
    "room.archive": _undo_archiving,
    "room.restore": _undo_archiving,
    "room.update": _undo_settings,
    "user.moderator": _undo_rank,
    "report.resolve": _undo_dismissal,
}
