"""`send`: a run of them goes to the writer together."""

import time
from collections.abc import Collection, Sequence

from chat import access, protocol
from chat.consumers.commands.desk import Desk
from chat.errors import ChatError, NotFound
from chat.models import Membership
from chat.services.messages import Draft, Posted
from chat.threads import DatabaseAway


async def send_all(desk: Desk, commands: Sequence[protocol.Send]) -> None:
    """A run of sends goes to the writer together, so they keep their order and cost one transaction."""
    seats = await _seen_all(desk, {command.room: None for command in commands})
    drafts = [_draft(desk, command, seats[command.room]) for command in commands]
    posted = iter(await desk.writer.post([draft for draft in drafts if isinstance(draft, Draft)]))
    outcomes = [next(posted) if isinstance(draft, Draft) else draft for draft in drafts]
    if any(isinstance(outcome, DatabaseAway) for outcome in outcomes):
        desk.database_away_at = time.monotonic()
    for command, outcome in zip(commands, outcomes, strict=True):
        if isinstance(outcome, Posted):
            await desk.ack(
                command,
                seq=outcome.seq,
                rev=outcome.rev,
                client_id=str(command.client_id),
                duplicate=outcome.is_duplicate,
            )
        else:
            await desk.refuse(outcome, command.ref, command.room)


async def _seen_all(desk: Desk, slugs: Collection[str]) -> dict[str, Membership | ChatError]:
    """Where one room has waited for the database in vain, the others don't wait as long again."""
    found: dict[str, Membership | ChatError] = {}
    for slug in slugs:
        found[slug] = seen = await _seen(desk, slug)
        if isinstance(seen, DatabaseAway):
            return dict.fromkeys(slugs, seen)
    return found


async def _seen(desk: Desk, slug: str) -> Membership | ChatError:
    try:
        return await desk.seat(slug, access.see_room)
    except ChatError as error:
        return error


def _draft(desk: Desk, command: protocol.Send, membership: Membership | ChatError) -> Draft | ChatError:
    if isinstance(membership, ChatError):
        return membership
    try:
        uploads = protocol.upload_ids(command.attachments) if command.attachments else ()
    except NotFound as error:
        return error
    return Draft(
        membership=membership,
        body=command.body,
        client_id=command.client_id,  # type: ignore[arg-type]
        reply_to=command.reply_to,
        uploads=uploads,
        origin=desk.reader.name,
        online=desk.hub.presence.roster.online,
    )
