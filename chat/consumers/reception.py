"""Who comes in, and what they are told first."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from accounts.credentials import Credential, people
from accounts.models import User
from chat import access, selectors
from chat.errors import Banned
from chat.models import Membership
from chat.threads import Together


class Greeting(NamedTuple):
    """Who comes, as they are now; their memberships as `selectors.seats` gives them, or the ban that keeps them out."""

    user: User
    seats: Sequence[Membership] = ()
    ban: Banned | None = None


class Newcomer(NamedTuple):
    """Somebody who is yet to be known."""

    credential: Credential
    enter: Callable[[User], None]


class Reception:
    """Asks the database in one go who somebody is and what they are told first, for all who come at the same moment."""

    def __init__(self) -> None:
        self._together = Together(self._receive)
        self._loop: asyncio.AbstractEventLoop

    async def greet(self, credential: Credential, enter: Callable[[User], None]) -> Greeting | None:
        """None where the credential is nobody's. Raises Unavailable.

        `enter` is called in the loop once it is known who it is, before anything is read of what they are told and of
        what may keep them out: whoever is in the hub from then on hears of every change that is not in what was read.
        """
        if not any(credential):
            return None
        self._loop = asyncio.get_running_loop()
        return await self._together.ask(Newcomer(credential, enter))

    def _receive(self, newcomers: Sequence[Newcomer]) -> list[Greeting | None]:
        """In a database thread."""
        users = people([one.credential for one in newcomers])
        known = [(newcomer, user) for newcomer, user in zip(newcomers, users, strict=True) if user is not None]
        if not known:
            return [None for _ in users]
        # What is committed after this, and not seen below, rings after this as well.
        self._loop.call_soon_threadsafe(_let_in, known)
        told = iter(greetings([user for _, user in known]))
        return [None if user is None else next(told) for user in users]


def greetings(users: Sequence[User]) -> list[Greeting]:
    """For each of them, in two statements however many they are and in however many rooms. In a database thread.

    Whose role rests is looked at alone: they may be here in another session, too, where it does not.
    They are read anew: what was told of them before their sockets were known (that they ignore somebody) reached none.
    """
    awake = iter(_told([user for user in users if not user.rests]))
    return [_told([user])[0] if user.rests else next(awake) for user in users]


def _told(users: Sequence[User]) -> list[Greeting]:
    found = access.arriving(users)
    for user in users:
        if user.rests and user.pk in found:
            found[user.pk][0].rests = True
    seats = selectors.seats(user for user, ban in found.values() if ban is None)
    return [_greeting(*found.get(user.pk, (user, None)), seats) for user in users]


def _greeting(user: User, ban: Banned | None, seats: dict[int, list[Membership]]) -> Greeting:
    return Greeting(user, seats.get(user.pk, ()), ban)


def _let_in(known: Sequence[tuple[Newcomer, User]]) -> None:
    for newcomer, user in known:
        newcomer.enter(user)
