"""What people ask a site of a million messages for, one thing at a time: how long the server takes."""

import http.client
import random
import time
from collections.abc import Callable
from urllib.parse import quote

from bench.dialects import Dialect
from bench.figures import percentile
from bench.ground import Ground, running
from bench.meter import Figures, Length
from bench.sockets import Person

API = "/api/v1"
# Words that seed_load says now and then, and what it says all the time.
USUAL = ("kettle", "river bridge", '"train window"', "garden -letter", "大家", "from:me kettle", "walking build")
UNUSUAL = ("the", "the you they", '"the a"', "t*", "-kettle has:link the")


def pages(ground: Ground, dialect: Dialect, length: Length) -> Figures:
    """A person in 200 of 5,000 rooms asks; each question some hundred times, with other values each time."""
    users, rooms, messages = length.site
    people = ground.fill(
        dialect, "site", users=users, rooms=rooms, members=20, messages=messages, more=("--home", "200", "--uneven")
    )
    ground.run("manage.py", "index_messages")
    ground.run("manage.py", "collectstatic", "--no-input")
    ground.tidy()
    found: Figures = {}
    with running(ground, dialect) as site:
        asker = Asker(site.address, people[0])
        for name, ask in questions(people[0].room).items():
            asker.time(ask, 3)  # what is loaded late is loaded now
            times = asker.time(ask, length.questions)
            found |= {f"{name}_p50_ms": percentile(times, 0.5) * 1e3, f"{name}_p99_ms": percentile(times, 0.99) * 1e3}
        found["searches_refused"] = float(asker.refused)
    return found


def questions(room: str) -> dict[str, Callable[[random.Random], str]]:
    """By name, an address to ask for."""
    return {
        "sidebar": lambda chance: f"{API}/rooms",
        "room": lambda chance: f"/chat/{room}/",
        "history": lambda chance: f"{API}/rooms/{room}/messages?before={chance.randrange(100, 5_000)}",
        "search": lambda chance: f"{API}/search?q={quote(chance.choice(USUAL))}",
        "newest": lambda chance: f"{API}/search?sort=newest&q={quote(chance.choice(USUAL))}",
        "unusual": lambda chance: f"{API}/search?q={quote(chance.choice(UNUSUAL))}",
        "directory": lambda chance: f"{API}/rooms/directory?query={chance.choice(('', '77', 'load'))}",
        "people": lambda chance: f"{API}/people?query={chance.choice(('', 'ines', 'park', 'u1'))}",
    }


class Asker:
    """Somebody with a session and one connection."""

    def __init__(self, address: tuple[str, int], person: Person) -> None:
        self._connection = http.client.HTTPConnection(*address, timeout=60)
        self._headers = {"Cookie": f"sessionid={person.cookie}"}
        self._chance = random.Random(1)  # noqa: S311
        self.refused = 0

    def time(self, ask: Callable[[random.Random], str], count: int) -> list[float]:
        """How many seconds each of `count` answers took; a search that was ended as too slow counts as `refused`."""
        times = []
        for _ in range(count):
            begun = time.perf_counter()
            self._connection.request("GET", ask(self._chance), headers=self._headers)
            answer = self._connection.getresponse()
            answer.read()
            times.append(time.perf_counter() - begun)
            if answer.status not in {200, 422}:
                raise RuntimeError(f"The site answered {answer.status}.")
            self.refused += answer.status != 200
        return times
