"""Reads the data files beside this module: the site's first rooms, and the people and talk of the demo.

A room of the demo is a text file: facts as TOML between two lines `+++`, then its talk. `== -3 ==` begins the third day
before the last one; a message begins with `09:12 ines`, its text follows up to the next such line. `#name` after that
names the message, `> name` replies to it, `edits name` and `removes name` change it (a removal's text is its reason).
A row `[plan.png] What it shows` is a picture beside the file.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).parent / "data"
DAY = re.compile(r"== (-?\d+) ==")
HEAD = re.compile(
    r"(?P<hour>\d\d):(?P<minute>\d\d) (?P<who>[^\s#>]+)"
    r"(?: (?P<verb>edits|removes) (?P<target>\w+))?(?: #(?P<label>\w+))?(?: > (?P<reply>\w+))?"
)
PICTURE = re.compile(r"\[(?P<picture>[\w.-]+)\] (?P<alt>.+)\n?")


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    display_name: str
    language: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class FirstRoom:
    """A room of a new site."""

    name: str
    topic: str
    welcome: str
    icon: str = ""
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One act of the talk; `day` is 0 for the last day, -1 for the one before. `verb` is "", "edits" or "removes"."""

    day: int
    hour: int
    minute: int
    who: str
    text: str
    verb: str = ""
    target: str = ""
    label: str = ""
    reply: str = ""
    picture: str = ""
    alt: str = ""

    def moment(self, last_day: datetime) -> datetime:
        return last_day + timedelta(days=self.day, hours=self.hour, minutes=self.minute)


@dataclass(frozen=True, slots=True)
class Talk:
    """A room of the demo. `unread` says how many messages a member has left unread."""

    name: str
    topic: str
    icon: str
    kind: str
    owner: str
    moderators: tuple[str, ...]
    members: tuple[str, ...]
    unread: dict[str, int]
    lines: tuple[Line, ...]


class Site(NamedTuple):
    bot: Person
    rooms: list[FirstRoom]


class LoadWords(NamedTuple):
    given: list[str]
    family: list[str]
    words: list[str]


def load_words() -> LoadWords:
    """Names and words for load tests."""
    facts = _toml((DATA / "load.toml").read_text(encoding="utf-8"))
    return LoadWords(*(facts[name].split() for name in LoadWords._fields))


def site(language: str) -> Site:
    """What a new site of that language begins with."""
    facts = _toml((DATA / f"site.{language}.toml").read_text(encoding="utf-8"))
    return Site(Person(**facts["bot"]), [FirstRoom(**room) for room in facts["rooms"]])


def people() -> list[Person]:
    """The community of the demo."""
    facts = _toml((DATA / "demo" / "people.toml").read_text(encoding="utf-8"))
    return [Person(**person) for person in facts["people"]]


def talks() -> list[Talk]:
    """The rooms of the demo with all that is said in them."""
    return [parse_talk(file.read_text(encoding="utf-8")) for file in sorted((DATA / "demo").glob("*.txt"))]


def picture_of(line: Line) -> Path:
    """The file of a line's picture."""
    return DATA / "demo" / line.picture


def parse_talk(text: str) -> Talk:
    """Raises ValueError with the line that can't be understood."""
    _, head, body = text.split("+++\n", 2)
    facts = _toml(head)
    return Talk(
        name=facts["name"],
        topic=facts.get("topic", ""),
        icon=facts.get("icon", ""),
        kind=facts.get("kind", "public"),
        owner=facts.get("owner", ""),
        moderators=tuple(facts.get("moderators", ())),
        members=tuple(facts["members"]),
        unread=facts.get("unread", {}),
        lines=tuple(_lines(body)),
    )


def _toml(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def _lines(body: str) -> list[Line]:
    day = 0
    found: list[tuple[int, re.Match[str], list[str]]] = []
    for row in body.splitlines():
        if match := DAY.fullmatch(row):
            day = int(match[1])
        elif match := HEAD.fullmatch(row):
            found.append((day, match, []))
        elif found:
            found[-1][2].append(row)
        elif row.strip():
            raise ValueError(f"A message begins with its time and its author: {row!r}")
    return [_line(day, match, "\n".join(rows).strip("\n")) for day, match, rows in found]


def _line(day: int, match: re.Match[str], text: str) -> Line:
    part = {name: value or "" for name, value in match.groupdict().items()}
    if picture := PICTURE.search(text):
        part |= picture.groupdict()
        text = text.replace(picture[0], "").strip()
    return Line(day=day, hour=int(part.pop("hour")), minute=int(part.pop("minute")), text=text, **part)
