"""Messages that stand already: edit, delete, restore, and what becomes of removed text."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chat import access, broadcast, selectors
from chat.errors import Archived, ChatError, Conflict, Forbidden
from chat.markdown import RENDER_VERSION
from chat.models import AuditEntry, Membership, Mention, Message, Reaction, RemovedText, Report, Revision, Room, Upload
from chat.protocol import PINS_MOST
from chat.services import rules, uploads
from chat.services.messages.posting import WhoIsOnline, nobody
from chat.services.messages.telling import tell
from chat.services.text import Rendered, render_bodies

# For how long one may take a deletion of one's own back: a slip of the hand is noticed by then.
UNDO_OWN = timedelta(minutes=10)


@transaction.atomic
def edit_message(
    *,
    membership: Membership,
    seq: int,
    body: str,
    if_rev: int | None = None,
    online: WhoIsOnline = nobody,
    edited_at: datetime | None = None,
) -> Message:
    """Gives one's own message another text and keeps the earlier one; the text that stands changes nothing.

    It can be edited for settings.EDIT_HOURS (0: for ever). `online` as for a draft. `edited_at` is now, except where
    history is brought in from elsewhere.

    Raises NotFound, Forbidden, the sanctions, RateLimited, TooLong, Empty, Conflict (tombstone, `if_rev`).
    """
    (text,) = render_bodies([(membership, body)])
    membership = rules.hold(membership)
    message = access.find_message(membership, seq)
    if message.author_id != membership.user_id or message.kind != Message.Kind.TEXT:
        raise Forbidden("Only the author may edit a message.")
    if message.body == body and not message.is_deleted:
        return message
    now = edited_at or timezone.now()
    _refuse_late(membership, message, now)
    rules.require_voice(membership)
    allowances = rules.Allowances([membership.user])
    allowances.check(membership.user)
    rules.check_body(body, has_files=bool(message.attachments))
    if message.is_deleted:
        raise Conflict("The message was deleted.")
    if if_rev is not None and if_rev != message.rev:
        raise Conflict("The message has changed meanwhile.", field="if_rev")
    Revision.objects.create(message=message, body=message.body, editor=membership.user, edited_at=now)
    meant_anew = _mean(message, text, online)
    message.body, message.html, message.render_version = body, text.html, RENDER_VERSION
    message.mentions_all, message.edited_at = text.everyone, now
    allowances.draw(membership.user)
    allowances.save()
    save_change(message, "body", "html", "render_version", "mentions_all", "edited_at")
    tell([(message, meant_anew)], is_new=False)
    return message


def _mean(message: Message, text: Rendered, online: WhoIsOnline) -> set[int]:
    """Has an edited message mean whom its text does; the ids of those whom it names and did not mean before.

    Whom `@here` has called stays called while it stands there.
    """
    rows, here = message.mention_rows, Message.MentionsAll.HERE
    was_here, is_here = message.mentions_all == here, text.everyone == here
    meant_anew = set(text.mentions) - set(rows.values_list("user_id", flat=True))
    rows.filter(user__in=text.mentions).update(is_named=True)
    rows.exclude(user__in=text.mentions).update(is_named=False)
    if not is_here:
        rows.update(is_called=False)
    rows.filter(is_named=False, is_called=False).delete()
    new = [Mention(message=message, user_id=pk, room=message.room, seq=message.seq) for pk in meant_anew]
    Mention.objects.bulk_create(new)
    if is_here and not was_here:
        Mention.objects.call(message.room_id, message.seq, online())
    return meant_anew


@transaction.atomic
def delete_message(*, membership: Membership, seq: int, reason: str = "", report: Report | None = None) -> Message:
    """Makes a tombstone: one's own message, or as a moderator that of somebody of lower rank.

    The text is kept apart for moderators. A second delete changes nothing. `report`: the case that this decides.
    Raises NotFound, Forbidden, Archived, TooLong.
    """
    membership = rules.hold(membership)
    message = access.find_message(membership, seq)
    is_author = message.author_id == membership.user_id
    if not is_author:
        _require_higher(membership, message)
    elif message.kind == Message.Kind.SYSTEM:
        rules.require_moderator(membership)
    if membership.room.is_archived and not membership.is_moderator:
        raise Archived("This room is archived: it can be read, not written in.")
    reason = rules.check_reason(reason)
    if message.is_deleted:
        return message
    now = timezone.now()
    RemovedText.objects.create(message=message, body=message.body, html=message.html, removed_at=now)
    message.body = message.html = ""
    message.deleted_at, message.deleted_by = now, membership.user
    message.delete_reason = "" if is_author else reason
    save_change(message, "body", "html", "deleted_at", "deleted_by", "delete_reason")
    if not is_author:
        _audit("message.delete", membership, message, reason, report)
    return message


@transaction.atomic
def restore_message(*, membership: Membership, seq: int, reason: str = "") -> Message:
    """Undoes a deletion exactly: as a moderator, or for UNDO_OWN what one deleted oneself.

    Raises NotFound, Forbidden, the sanctions, TooLong, Conflict (the text was purged).
    """
    membership = rules.hold(membership)
    message = access.find_message(membership, seq)
    if message.author_id != membership.user_id:
        rules.require_moderator(membership)
    reason = rules.check_reason(reason)
    if not message.is_deleted:
        return message
    _refuse_restoring(membership, message)
    removed = RemovedText.objects.filter(message=message).first()
    if removed is None:
        raise Conflict("The text was purged; it can't be brought back.")
    message.body, message.html = removed.body, removed.html
    if message.pinned_at is not None and selectors.pin_count(membership.room) >= PINS_MOST:
        message.pinned_at = None
    message.deleted_at, message.deleted_by, message.delete_reason = None, None, ""
    removed.delete()
    save_change(message, "body", "html", "deleted_at", "deleted_by", "delete_reason", "pinned_at")
    if membership.is_moderator:
        _audit("message.restore", membership, message, reason)
    return message


def purge_removed_texts() -> int:
    """Deletes for good the texts of tombstones older than settings.REMOVED_TEXT_DAYS, what they said before, what was
    said to them by emoji, and their files.

    How many there were. The tombstones stay.
    """
    latest = timezone.now() - timedelta(days=settings.REMOVED_TEXT_DAYS)
    with transaction.atomic():
        old = list(RemovedText.objects.filter(removed_at__lt=latest).values_list("message_id", flat=True))
        Revision.objects.filter(message__in=old).delete()
        Reaction.objects.filter(message__in=old).delete()
        Message.objects.filter(pk__in=old).update(event=None, pinned_at=None, attachments=None)
        uploads.remove(Upload.objects.filter(message__in=old))
        RemovedText.objects.filter(message__in=old).delete()
    return len(old)


def _refuse_late(membership: Membership, message: Message, now: datetime) -> None:
    hours = settings.EDIT_HOURS
    if hours and now - message.created_at > timedelta(hours=hours):
        raise Forbidden(f"A message can be edited for {hours} hours.")
    if membership.room.posting == Room.Posting.MODERATORS and not membership.is_moderator:
        raise Forbidden("Only moderators post in this room.")


def may_restore(membership: Membership, message: Message) -> bool:
    """Whether this person may bring a deleted message back, as long as its text is kept."""
    try:
        _refuse_restoring(membership, message)
    except ChatError:
        return False
    return True


def _refuse_restoring(membership: Membership, message: Message) -> None:
    if message.author_id is not None and message.author_id == message.deleted_by_id == membership.user_id:
        _refuse_late_undo(membership, message)
    else:
        _require_higher(membership, message)


def _refuse_late_undo(membership: Membership, message: Message) -> None:
    if membership.is_moderator:
        return
    rules.require_voice(membership)
    if message.deleted_at is not None and timezone.now() - message.deleted_at > UNDO_OWN:
        raise Forbidden("What one deleted can be brought back for ten minutes.")


def _require_higher(membership: Membership, message: Message) -> None:
    rules.require_moderator(membership)
    if message.author is None:
        return
    theirs = Membership.objects.filter(room=message.room, user=message.author).first() or Membership(role="")
    theirs.user = message.author
    if theirs.rank >= membership.rank:
        raise Forbidden("Nobody acts on somebody of an equal or higher rank.")


def save_change(message: Message, *fields: str) -> None:
    """Numbers, writes and announces a change of a message of a locked room."""
    room = message.room
    prev = room.rev
    room.rev += 1
    room.save(update_fields=["rev"])
    message.rev = room.rev
    message.save(update_fields=["rev", *fields])
    broadcast.room_changed(room, prev, selectors.encode(selectors.messages(room).filter(pk=message.pk)))


def _audit(action: str, membership: Membership, message: Message, reason: str, report: Report | None = None) -> None:
    AuditEntry.objects.create(
        action=action,
        actor=membership.user,
        user=message.author,
        room=membership.room,
        seq=message.seq,
        reason=reason,
        report=report,
    )
