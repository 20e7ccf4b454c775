"""What each command does: through access to a service or the hub, and its answer."""

import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import Any

from accounts.models import User
from chat import access, broadcast, protocol, selectors
from chat.errors import BadRequest, Banned, ChatError, Forbidden, NotFound, Unavailable
from chat.hub import Hub, LiveRoom, Reader
from chat.models import Membership
from chat.protocol import Close, Command, error_frame, frame, page_frame
from chat.services import members, messages
from chat.services.messages import Draft, Posted
from chat.threads import RETRY_SECONDS, DatabaseAway, query
from chat.writer import Writer

logger = logging.getLogger(__name__)

# More often than this one socket's `typing` in a room is not passed on.
TYPING_SECONDS = 1.0


class Commands:
    """One person's commands on one socket. Every one gets one answer, in order; the caller waits for each."""

    __slots__ = ("_bad_frames", "_typed_at", "database_away_at", "hub", "reader", "user", "writer")

    def __init__(self, user: User, reader: Reader, hub: Hub, writer: Writer) -> None:
        self.user = user
        self.reader = reader
        self.hub = hub
        self.writer = writer
        self._bad_frames: Sequence[float] = ()
        self._typed_at: dict[str, float] = {}
        self.database_away_at = 0.0  # when a command last waited for the database in vain

    async def answer(self, entry: Command | ChatError, seat: Membership | None = None) -> None:
        """Works off one command, or answers one that was refused before.

        `seat`: one's membership of the room that a `subscribe` is for, where it was read just now.
        """
        ref, room = getattr(entry, "ref", None), getattr(entry, "room", None)
        try:
            if isinstance(entry, ChatError):
                raise entry
            if isinstance(entry, protocol.Subscribe):
                await self.subscribe(entry, seat)
            else:
                await HANDLERS[type(entry)](self, entry)
        except ChatError as error:
            if isinstance(error, DatabaseAway) and error is not entry:
                self.database_away_at = time.monotonic()
            await self.refuse(error, ref, room)
        except Exception:
            logger.exception("a command failed: %r", entry)
            await self.refuse(Unavailable("Something went wrong here.", retry_after=RETRY_SECONDS), ref, room)

    async def refuse(self, error: ChatError, ref: str | None, room: str | None) -> None:
        """Answers with an error; too many bad frames end the socket."""
        await self.reader.send(error_frame(error, ref=ref, room=room))
        if isinstance(error, BadRequest):
            now = time.monotonic()
            self._bad_frames = [*(at for at in self._bad_frames if now - at < protocol.BAD_FRAMES_SECONDS), now]
            if len(self._bad_frames) >= protocol.BAD_FRAMES:
                self.reader.close(Close.BAD_FRAMES)

    async def _ack(self, command: Command, **fields: object) -> None:
        await self.reader.send(frame("ack", ref=command.ref, room=command.room, **fields))  # type: ignore[attr-defined]

    # ---------- messages

    async def send_all(self, commands: Sequence[protocol.Send]) -> None:
        """A run of sends goes to the writer together, so they keep their order and cost one transaction."""
        seats = await self._seen_all({command.room: None for command in commands})
        drafts = [self._draft(command, seats[command.room]) for command in commands]
        posted = iter(await self.writer.post([draft for draft in drafts if isinstance(draft, Draft)]))
        outcomes = [next(posted) if isinstance(draft, Draft) else draft for draft in drafts]
        if any(isinstance(outcome, DatabaseAway) for outcome in outcomes):
            self.database_away_at = time.monotonic()
        for command, outcome in zip(commands, outcomes, strict=True):
            if isinstance(outcome, Posted):
                await self._ack(
                    command,
                    seq=outcome.seq,
                    rev=outcome.rev,
                    client_id=str(command.client_id),
                    duplicate=outcome.is_duplicate,
                )
            else:
                await self.refuse(outcome, command.ref, command.room)

    async def _seen_all(self, slugs: Collection[str]) -> dict[str, Membership | ChatError]:
        """Where one room has waited for the database in vain, the others don't wait as long again."""
        found: dict[str, Membership | ChatError] = {}
        for slug in slugs:
            found[slug] = seen = await self._seen(slug)
            if isinstance(seen, DatabaseAway):
                return dict.fromkeys(slugs, seen)
        return found

    async def _seen(self, slug: str) -> Membership | ChatError:
        try:
            return await self._seat(slug, access.see_room)
        except ChatError as error:
            return error

    def _draft(self, command: protocol.Send, membership: Membership | ChatError) -> Draft | ChatError:
        if isinstance(membership, ChatError):
            return membership
        if command.attachments:
            return NotFound("There is no such upload.", field="attachments")
        return Draft(
            membership=membership,
            body=command.body,
            client_id=command.client_id,  # type: ignore[arg-type]
            reply_to=command.reply_to,
            origin=self.reader.name,
        )

    async def _seat(self, slug: str, door: Callable[[User, str], Membership]) -> Membership:
        """The membership of a room: the subscription's, which services check anew, else through the door."""
        subscription = self.reader.subscriptions.get(slug)
        if subscription is not None and not subscription.membership.is_preview:
            return subscription.membership
        return await query(door, self.user, slug)

    async def edit(self, command: protocol.Edit) -> None:
        membership = await self._seat(command.room, partial(access.enter_room, seq=command.seq))
        message = await query(
            messages.edit_message,
            membership=membership,
            seq=command.seq,
            body=command.body,
            if_rev=command.if_rev,
        )
        await self._ack(command, seq=message.seq, rev=message.rev)

    async def delete(self, command: protocol.Delete) -> None:
        membership = await self._seat(command.room, partial(access.enter_room, seq=command.seq))
        message = await query(
            messages.delete_message, membership=membership, seq=command.seq, reason=command.reason or ""
        )
        await self._ack(command, seq=message.seq, rev=message.rev)

    async def react(self, command: protocol.React) -> None:
        membership = await self._seat(command.room, partial(access.enter_room, seq=command.seq))
        message = await query(
            messages.set_reaction, membership=membership, seq=command.seq, emoji=command.emoji, on=command.on
        )
        await self._ack(command, seq=message.seq, rev=message.rev)

    async def pin(self, command: protocol.Pin) -> None:
        membership = await self._seat(command.room, partial(access.enter_room, seq=command.seq))
        message = await query(messages.set_pin, membership=membership, seq=command.seq, on=command.on)
        await self._ack(command, seq=message.seq, rev=message.rev)

    async def save(self, command: protocol.Save) -> None:
        if command.on:
            membership = await self._seat(command.room, partial(access.enter_room, seq=command.seq))
            await query(
                messages.save_message,
                membership=membership,
                seq=command.seq,
                remind_at=command.remind_at,  # type: ignore[arg-type]
                origin=self.reader.name,
            )
        else:
            await query(
                messages.unsave_message, user=self.user, slug=command.room, seq=command.seq, origin=self.reader.name
            )
        await self._ack(command, seq=command.seq, on=command.on)

    async def forward(self, command: protocol.Forward) -> None:
        posted = await query(_forwarded, self.user, command)
        await self._ack(
            command,
            to=command.to,
            seq=posted.seq,
            rev=posted.rev,
            client_id=str(command.client_id),
            duplicate=posted.is_duplicate,
        )

    async def history(self, command: protocol.History) -> None:
        fields = await query(_history_of, self.user, command)
        await self.reader.send(page_frame("history", command.ref, fields))

    async def typing(self, command: protocol.Typing) -> None:
        membership = await self._seat(command.room, access.enter_room)
        now = time.monotonic()
        if now - self._typed_at.get(command.room, -TYPING_SECONDS) >= TYPING_SECONDS:
            self._typed_at[command.room] = now
            if await query(access.may_write, membership):
                broadcast.typing(membership, self.reader.name)

    # ---------- rooms

    async def subscribe(self, command: protocol.Subscribe, seat: Membership | None) -> None:
        try:
            room, membership, fields = await self._place(command, seat)
        except (NotFound, Banned):
            self.reader.unsubscribe(command.room)
            raise
        known = self.reader.subscriptions
        if command.room not in known and len(known) >= protocol.ROOMS_MOST:
            raise Forbidden(f"At most {protocol.ROOMS_MOST} rooms on one socket.")
        subscription = self.reader.subscribe(room, membership, fields["rev"])
        await self.reader.send(page_frame("subscribed", command.ref, fields))
        self.reader.release(subscription)

    async def _place(
        self, command: protocol.Subscribe, seat: Membership | None
    ) -> tuple[LiveRoom, Membership, dict[str, Any]]:
        """The room, one's standing in it and what it shows, from the ring where that holds it all."""
        backlog = protocol.BACKLOG if command.backlog is None else command.backlog
        place: dict[str, Any] = {"backlog": backlog, "since": command.since, "epoch": command.epoch}
        while True:
            turn = self.reader.turn
            membership, fields = await self._page(command.room, place, seat)
            room = await self.hub.open(membership.room_id)
            # Something of this person's access ended meanwhile, perhaps this room's, or the room was put away as idle,
            # or an earlier subscription has gone further by now: then look again.
            if turn == self.reader.turn and self.hub.find(room.slug) is room and not self._is_past(room, fields["rev"]):
                return room, membership, fields
            seat = None

    def _is_past(self, room: LiveRoom, rev: int) -> bool:
        """Whether this socket was already sent what came after `rev`."""
        held = self.reader.subscriptions.get(room.slug)
        return held is not None and held.room is room and held.cursor > rev

    async def _page(
        self, slug: str, place: dict[str, Any], seat: Membership | None = None
    ) -> tuple[Membership, dict[str, Any]]:
        """From the ring, which is read once however many come into a cold room; what it lacks from the database."""
        membership = seat if seat is not None else await query(access.read_room, self.user, slug)
        room = await self.hub.open(membership.room_id)
        fields = room.subscribed_fields(membership, **place)
        if fields is not None:
            return membership, fields
        return await query(_subscribed_to, self.user, slug, place)

    async def unsubscribe(self, command: protocol.Unsubscribe) -> None:
        if not self.reader.unsubscribe(command.room):
            await query(access.see_room, self.user, command.room)
        await self._ack(command)

    async def read(self, command: protocol.Read) -> None:
        membership = await self._seat(command.room, access.enter_room)
        read_seq = await query(
            members.mark_read,
            membership=membership,
            seq=command.seq,
            back=bool(command.back),
            origin=self.reader.name,
        )
        await self._ack(command, read_seq=read_seq)

    async def join(self, command: protocol.Join) -> None:
        membership = await query(_joined, self.user, command.room)
        subscription = self.reader.subscriptions.get(command.room)
        if subscription is not None:
            subscription.membership = membership
        await self._ack(command)

    async def leave(self, command: protocol.Leave) -> None:
        membership = await query(access.see_room, self.user, command.room)
        if not membership.is_preview:
            await query(members.leave_room, membership=membership)
        await self._ack(command)

    async def ping(self, command: protocol.Ping) -> None:
        await self.reader.send(frame("pong", ref=command.ref))


HANDLERS: dict[type[Command], Callable[[Commands, Any], Awaitable[None]]] = {
    protocol.Unsubscribe: Commands.unsubscribe,
    protocol.Edit: Commands.edit,
    protocol.Delete: Commands.delete,
    protocol.React: Commands.react,
    protocol.Pin: Commands.pin,
    protocol.Save: Commands.save,
    protocol.Forward: Commands.forward,
    protocol.Read: Commands.read,
    protocol.Join: Commands.join,
    protocol.Leave: Commands.leave,
    protocol.Typing: Commands.typing,
    protocol.History: Commands.history,
    protocol.Ping: Commands.ping,
}


# ---------- in a database thread


def _subscribed_to(user: User, slug: str, place: dict[str, Any]) -> tuple[Membership, dict[str, Any]]:
    with selectors.snapshot_of_now():
        membership = access.read_room(user, slug)
        return membership, selectors.subscribed_fields(membership, **place)


def _history_of(user: User, command: protocol.History) -> dict[str, Any]:
    with selectors.snapshot_of_now():
        membership = access.read_room(user, command.room)
        return selectors.history_fields(
            membership,
            before=command.before,
            after=command.after,
            around=command.around,
            limit=command.limit or protocol.BACKLOG,
        )


def _forwarded(user: User, command: protocol.Forward) -> Posted:
    source = access.enter_room(user, command.room, seq=command.seq)
    to = access.enter_room(user, command.to)
    return messages.forward_message(membership=source, seq=command.seq, to=to, client_id=command.client_id)  # type: ignore[arg-type]


def _joined(user: User, slug: str) -> Membership:
    membership = access.see_room(user, slug)
    return members.join_room(user=user, room=membership.room) if membership.is_preview else membership
