"""What somebody who comes is told first."""

from collections.abc import Sequence
from typing import NamedTuple

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


type Greeter = Together[User, Greeting]


def greetings(users: Sequence[User]) -> list[Greeting]:
    """For each of them, in two statements however many they are and in however many rooms. In a database thread.

    They are read anew: what was told of them before their sockets were known (that they ignore somebody) reached none.
    """
    found = access.arriving(users)
    seats = selectors.seats(user for user, ban in found.values() if ban is None)
    return [_greeting(*found.get(user.pk, (user, None)), seats) for user in users]


def _greeting(user: User, ban: Banned | None, seats: dict[int, list[Membership]]) -> Greeting:
    return Greeting(user, seats.get(user.pk, ()), ban)
