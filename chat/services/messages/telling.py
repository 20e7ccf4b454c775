"""Telling people of what concerns them: their open pages now; letters and push messages begin here, too."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial

from django.db import transaction

from chat import broadcast, selectors
from chat.models import Message


def tell(
    posted: Iterable[tuple[Message, Collection[int]]], *, is_new: bool = True, heard_in: Collection[int] = ()
) -> None:
    """Of each (message, ids of those whom it means), tells on commit whom it concerns.

    `heard_in`: the rooms in which somebody wants to hear of every message. Elsewhere most messages concern nobody in
    particular and cost nothing here; there they are one statement together.
    """
    heard: list[Message] = []
    for message, mentions in posted:
        concerns = message.reply_to_seq is not None or message.mentions_all or message.room.is_direct
        if mentions or (is_new and concerns):
            transaction.on_commit(partial(_tell, message, mentions, is_new), robust=True)
        elif message.room_id in heard_in:
            heard.append(message)
    if heard:
        transaction.on_commit(partial(_tell_listeners, heard), robust=True)


def _tell(message: Message, mentions: Collection[int], is_new: bool) -> None:
    _spread(message, selectors.who_is_told(message, mentions, is_new=is_new))


def _tell_listeners(messages: Sequence[Message]) -> None:
    for message, people in zip(messages, selectors.who_listens(messages), strict=True):
        _spread(message, people)


def _spread(message: Message, people: dict[int, selectors.Told]) -> None:
    alike: dict[selectors.Told, list[int]] = {}
    for user_id, told in people.items():
        alike.setdefault(told, []).append(user_id)
    for told, user_ids in alike.items():
        broadcast.concerns(message, told.reason, user_ids, is_quiet=told.is_quiet)
