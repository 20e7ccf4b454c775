"""What somebody who comes is told first."""

from collections.abc import Sequence
from typing import NamedTuple

from accounts.models import User
from chat import access, selectors
from chat.errors import Banned
from chat.models import Membership
from chat.threads import Together


class Greeting(NamedTuple):
    """One's memberships as `selectors.seats` gives them, or the ban that keeps one out."""

    seats: Sequence[Membership] = ()
    ban: Banned | None = None


type Greeter = Together[User, Greeting]


def greetings(users: Sequence[User]) -> list[Greeting]:
    """For each of them, in two statements however many they are and in however many rooms. In a database thread."""
    bans = access.bans(users)
    seats = selectors.seats(users)
    return [Greeting(ban=bans[user.pk]) if user.pk in bans else Greeting(seats[user.pk]) for user in users]
