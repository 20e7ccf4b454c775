"""What a load holds: how many of what, who is in which room, and texts of many lengths. Knows no database."""

import random
from dataclasses import dataclass

from chat.markdown import render
from chat.protocol import BODY_LENGTH
from migrations_seed import content

USERS_MOST = 1_000_000
ROOMS_MOST = 100_000
MEMBERSHIPS_MOST = 20_000_000
MESSAGES_MOST = 100_000_000
TEXTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much to make. `seed` decides texts and authors, never the session keys."""

    users: int
    rooms: int
    members: int
    messages: int
    seed: int = 1

    def complaint(self) -> str:
        """A sentence about what makes no sense, or ""."""
        if self.users < 1 or self.rooms < 1 or self.members < 1:
            return "There must be at least one user, one room and one member."
        if self.messages < 0:
            return "There can't be fewer than no messages."
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
        return [(start + number) % self.users for number in range(count)]


def names(plan: Plan) -> list[str]:
    """A display name for each user."""
    chance = random.Random(plan.seed)  # noqa: S311
    given, family, _ = content.load_words()
    return [f"{chance.choice(given)} {chance.choice(family)}" for _ in range(plan.users)]


def texts(seed: int) -> list[tuple[str, str]]:
    """Bodies with their HTML: mostly a line, some long, some with markup."""
    chance = random.Random(seed)  # noqa: S311
    words = content.load_words().words
    bodies = [_text(chance, words) for _ in range(TEXTS)]
    return [(body, render(body, {})) for body in bodies]


def _text(chance: random.Random, words: list[str]) -> str:
    count = min(700, max(1, round(chance.lognormvariate(2.2, 0.9))))
    body = " ".join(chance.choice(words) for _ in range(count))
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
