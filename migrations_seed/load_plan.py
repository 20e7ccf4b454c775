"""What a load holds: how many of what, who is in which room, and texts of many lengths. Knows no database."""

import random
from dataclasses import dataclass
from itertools import accumulate

from chat.markdown import render
from chat.protocol import BODY_LENGTH
from migrations_seed import content

USERS_MOST = 1_000_000
ROOMS_MOST = 100_000
MEMBERSHIPS_MOST = 20_000_000
MESSAGES_MOST = 100_000_000
TEXTS_MOST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much to make. `seed` decides texts and authors, never the session keys.

    `home`: the first user is in so many rooms, the first ones. `is_uneven`: rooms have `messages` on average, the first
    ones many and most only a few, as they have where people talk.
    """

    users: int
    rooms: int
    members: int
    messages: int
    seed: int = 1
    home: int = 0
    is_uneven: bool = False

    def complaint(self) -> str:
        """A sentence about what makes no sense, or ""."""
        if self.users < 1 or self.rooms < 1 or self.members < 1:
            return "There must be at least one user, one room and one member."
        if self.messages < 0:
            return "There can't be fewer than no messages."
        if not 0 <= self.home <= self.rooms:
            return f"The first user can't be in {self.home} rooms when there are {self.rooms}."
        if self.members > self.users:
            return f"A room can't have {self.members} members when there are {self.users} users."
        for what, count, most in (
            ("users", self.users, USERS_MOST),
            ("rooms", self.rooms, ROOMS_MOST),
            ("memberships", self.rooms * self.members, MEMBERSHIPS_MOST),
            ("messages", self.rooms * self.messages, MESSAGES_MOST),
        ):
            if count > most:
                return f"{count:,} {what} are too many: at most {most:,}."
        return ""

    def is_private(self, room: int) -> bool:
        """The last room is private, when there are two or more."""
        return self.rooms > 1 and room == self.rooms - 1

    def is_half(self, room: int) -> bool:
        """The room before the private one is public and has at most half of the users, so that outsiders exist."""
        return self.rooms > 1 and room == self.rooms - 2

    def members_of(self, room: int) -> list[int]:
        """Numbers of the users in a room, its owner first; the rooms take turns through all users."""
        count = min(self.members, max(1, self.users // 2)) if self.is_half(room) else self.members
        start = (room * self.members + room * self.members // self.users) % self.users
        found = [(start + number) % self.users for number in range(count)]
        return [*found, 0] if room < self.home and 0 not in found else found

    def messages_in(self) -> list[int]:
        """How many messages each room has."""
        if not self.is_uneven:
            return [self.messages] * self.rooms
        total = self.rooms * self.messages
        whole = sum(1 / (room + 1) for room in range(self.rooms))
        found = [int(total / whole / (room + 1)) for room in range(self.rooms)]
        return [found[0] + total - sum(found), *found[1:]]


def names(plan: Plan) -> list[str]:
    """A display name for each user."""
    chance = random.Random(plan.seed)  # noqa: S311
    facts = content.load_words()
    return [f"{chance.choice(facts.given)} {chance.choice(facts.family)}" for _ in range(plan.users)]


def texts(plan: Plan) -> list[tuple[str, str]]:
    """Bodies with their HTML: mostly a line, some long, some with markup."""
    chance = random.Random(plan.seed)  # noqa: S311
    words = _Words(chance)
    bodies = [_text(chance, words) for _ in range(min(TEXTS_MOST, max(1, plan.rooms * plan.messages)))]
    return [(body, render(body, {})) for body in bodies]


class _Words:
    """Some words said all the time, and thousands hardly ever, as in any language: by Zipf's law."""

    def __init__(self, chance: random.Random) -> None:
        usual = content.load_words().words
        rare = [first + second for first in usual for second in usual]
        chance.shuffle(rare)
        self._chance = chance
        self._words = [*usual, *rare]
        self._weights = list(accumulate(1 / (place + 3) for place in range(len(self._words))))

    def some(self, count: int) -> str:
        return " ".join(self._chance.choices(self._words, cum_weights=self._weights, k=count))


def _text(chance: random.Random, words: _Words) -> str:
    body = words.some(min(700, max(1, round(chance.lognormvariate(2.2, 0.9)))))
    kind = chance.random()
    if kind < 0.03:
        body = f"**{body}**"
    elif kind < 0.05:
        body = f"{body} `value = {chance.randint(0, 999)}` https://example.org/{chance.randint(0, 9999)}"
    elif kind < 0.06:
        body = f"```python\nfor word in talk:\n    print(word)  # {body[:200]}\n```"
    elif kind < 0.08:
        body = f"{body}\n\n{body}"
    return body[:BODY_LENGTH]
