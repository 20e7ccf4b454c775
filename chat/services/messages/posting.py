"""New messages, in batches."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat import broadcast, encoding
from chat.errors import BadRequest, ChatError, Conflict, Forbidden, NotFound
from chat.markdown import RENDER_VERSION
from chat.models import Membership, Mention, Message, Room, Upload
from chat.services import rules
from chat.services.messages.telling import tell
from chat.services.text import Rendered, render_bodies

type WhoIsOnline = Callable[[], Collection[int]]


def nobody() -> Collection[int]:
    """Who is online where no door knows: `@here` calls nobody then."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to post. `origin` is an opaque name that comes back in what is announced; `uploads` are ids, each once.

    `online` tells the ids of those who are, on the whole site; it is asked where `@here` is to call them.
    `created_at` is now, except where history is brought in from elsewhere; that has no rate.
    """

    membership: Membership
    body: str
    client_id: UUID
    reply_to: int | None = None
    uploads: Sequence[UUID] = ()
    origin: str = ""
    online: WhoIsOnline = nobody
    created_at: datetime | None = None


class Posted(NamedTuple):
    """Where a draft stands now; `is_duplicate`: it stood there before."""

    message: Message
    is_duplicate: bool

    @property
    def seq(self) -> int:
        return self.message.seq

    @property
    def rev(self) -> int:
        return self.message.rev


type Outcome = Posted | ChatError


def post_messages(drafts: Sequence[Draft]) -> list[Outcome]:
    """Posts what may be posted, in order, in one transaction; an outcome for each draft.

    A client_id that its author used in the room before gives that message back, whatever has happened since.
    """
    rendered = render_bodies([(draft.membership, draft.body) for draft in drafts])
    with transaction.atomic():
        batch = _Batch(drafts)
        outcomes = [batch.take(draft, text) for draft, text in zip(drafts, rendered, strict=True)]
        batch.save()
    return outcomes


def post_message(
    *,
    membership: Membership,
    body: str,
    client_id: UUID,
    reply_to: int | None = None,
    uploads: Sequence[UUID] = (),
    online: WhoIsOnline = nobody,
    created_at: datetime | None = None,
) -> Posted:
    """Posts one message; raises the error of its draft."""
    draft = Draft(
        membership=membership,
        body=body,
        client_id=client_id,
        reply_to=reply_to,
        uploads=uploads,
        online=online,
        created_at=created_at,
    )
    (outcome,) = post_messages([draft])
    if isinstance(outcome, ChatError):
        raise outcome
    return outcome


class Accepted(NamedTuple):
    """A draft that has become a message: with its author's membership and whom it means."""

    message: Message
    membership: Membership
    mentions: tuple[int, ...]
    uploads: Sequence[Upload]
    draft: Draft


class _Batch:
    """Drafts for any rooms, with the rooms locked and all that decides about them read once."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.now = timezone.now()
        self.rooms = Room.objects.lock({draft.membership.room_id for draft in drafts})
        self.revs = {room.pk: room.rev for room in self.rooms.values()}
        self.known = Message.objects.by_client_ids(
            [(draft.membership.room_id, draft.membership.user_id, draft.client_id) for draft in drafts]
        )
        self.memberships = Membership.objects.with_users(
            {draft.membership.pk for draft in drafts if not draft.membership.is_preview}
        )
        users = {draft.membership.user_id for draft in drafts}
        self.sanctions = rules.standing_sanctions(users, self.rooms.keys())
        self.allowances = rules.Allowances({draft.membership.user for draft in drafts})
        wanted = {pk for draft in drafts for pk in draft.uploads}
        self.uploads = Upload.objects.lock(wanted) if wanted else {}
        self.sent = {pk for pk, upload in self.uploads.items() if upload.message_id is not None}
        self.accepted: dict[int, list[Accepted]] = {}

    def take(self, draft: Draft, text: Rendered) -> Outcome:
        """Numbers the draft, or says why not. A draft that is refused leaves no trace."""
        key = (draft.membership.room_id, draft.membership.user_id, draft.client_id)
        if (known := self.known.get(key)) is not None:
            return Posted(known, is_duplicate=True)
        try:
            membership = self._check(draft)
        except ChatError as error:
            return error
        room = membership.room
        room.seq += 1
        room.rev += 1
        room.active_at = membership.posted_at = draft.created_at or self.now
        membership.read_seq = room.seq
        if draft.created_at is None:
            self.allowances.draw(membership.user)
        uploads = [self.uploads[pk] for pk in draft.uploads]
        self.sent.update(draft.uploads)
        message = Message.new(
            room,
            membership.user,
            seq=room.seq,
            rev=room.rev,
            client_id=draft.client_id,
            body=draft.body,
            html=text.html,
            render_version=RENDER_VERSION,
            reply_to_seq=draft.reply_to,
            mentions_all=text.everyone,
            created_at=room.active_at,
            attachments=[upload.facts() for upload in uploads] or None,
        )
        self.known[key] = message
        accepted = Accepted(message, membership, text.mentions, uploads, draft)
        self.accepted.setdefault(room.pk, []).append(accepted)
        return Posted(message, is_duplicate=False)

    def _check(self, draft: Draft) -> Membership:
        room = self.rooms.get(draft.membership.room_id)
        if room is None:
            raise NotFound("There is no such room.")
        is_there = draft.reply_to is None or 1 <= draft.reply_to <= room.seq
        has_files = self._has_files(draft)
        try:
            membership = rules.seat(draft.membership, room, self.memberships.get(draft.membership.pk))
        except Forbidden:
            if is_there and has_files:
                raise
            membership = draft.membership  # of what is not there one is told first
        if not is_there or (draft.reply_to is not None and not membership.sees(draft.reply_to)):
            raise NotFound("There is no such message to reply to.", field="reply_to")
        if not has_files:
            raise NotFound("There is no such upload.", field="attachments")
        if membership.is_preview:
            raise Forbidden("Join the room first.")
        if room.is_direct and not room.seq:  # it may have been opened before one of them wanted to be left alone
            rules.refuse_unwanted(membership.user, User.objects.filter(memberships__room=room))
        if room.posting == Room.Posting.MODERATORS and not membership.is_moderator:
            raise Forbidden("Only moderators post in this room.")
        rules.refuse_sanctioned(membership, self.sanctions.get(membership.user_id, ()))
        if draft.created_at is None:
            rules.refuse_slow_mode(membership, self.now)
            self.allowances.check(membership.user)
        rules.check_body(draft.body, has_files=bool(draft.uploads))
        if len(draft.uploads) > settings.UPLOADS_A_MESSAGE:
            raise BadRequest(f"A message has at most {settings.UPLOADS_A_MESSAGE} files.", field="attachments")
        if not self.sent.isdisjoint(draft.uploads):
            raise Conflict("A file goes with one message only.", field="attachments")
        return membership

    def _has_files(self, draft: Draft) -> bool:
        """The draft's uploads are there, and its author's own."""
        found = [self.uploads.get(pk) for pk in draft.uploads]
        return all(upload is not None and upload.uploader_id == draft.membership.user_id for upload in found)

    def save(self) -> None:
        """Writes what was accepted, and announces it."""
        if not self.accepted:
            return
        accepted = [entry for entries in self.accepted.values() for entry in entries]
        Room.objects.renumber(self.rooms[pk] for pk in self.accepted)
        Message.objects.store(entry.message for entry in accepted)
        latest = {entry.membership.pk: entry for entry in accepted}.values()
        Membership.objects.mark_posted(
            (entry.membership.pk, entry.message.seq, entry.message.created_at) for entry in latest
        )
        Mention.objects.store(
            (entry.message.room_id, entry.message.seq, user_id) for entry in accepted for user_id in entry.mentions
        )
        for entry in accepted:
            if entry.message.mentions_all == Message.MentionsAll.HERE:
                Mention.objects.call(entry.message.room_id, entry.message.seq, entry.draft.online())
        Upload.objects.attach(
            (upload.pk, entry.message.room_id, entry.message.seq, position)
            for entry in accepted
            for position, upload in enumerate(entry.uploads)
        )
        self.allowances.save()
        heard_in = {entry.message.room_id for entry in accepted if entry.membership.has_listeners}
        tell(((entry.message, entry.mentions) for entry in accepted), heard_in=heard_in)
        for pk, entries in self.accepted.items():
            changes = [encoding.change(entry.message, entry.mentions) for entry in entries]
            broadcast.room_changed(self.rooms[pk], self.revs[pk], changes)
        broadcast.read_markers_moved([(entry.membership, entry.draft.origin) for entry in latest])
