"""What is to be reached, in the words in which it was asked for. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bench.figures import median

type Figures = Mapping[str, float]
# By scenario and contender: the figures of each round.
type Rounds = Mapping[str, Mapping[str, Sequence[Figures]]]


class Mark(NamedTuple):
    """What to reach: so many `times` better than the rival, or the `value` itself."""

    words: str
    times: float = 0.0
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Goal:
    """A line of the table: a figure of a scenario, ours and the rival's."""

    what: str
    unit: str
    scenario: str
    figure: str
    at_least: Mark
    aim: Mark
    is_lower_better: bool = True
    rival: str = "naive"
    ours: str = "site"


def divided(at_least: float, aim: float, words: str = "") -> tuple[Mark, Mark]:
    return Mark(f"naive ÷ {at_least:g}", at_least), Mark(words or f"naive ÷ {aim:g}", aim)


def multiplied(at_least: float, aim: float) -> tuple[Mark, Mark]:
    return Mark(f"{at_least:g} × naive", at_least), Mark(f"{aim:g} × naive", aim)


GOALS = (
    Goal(
        "CPU per delivery, one message at a time, 1000 readers",
        "µs",
        "fanout-1000",
        "cpu_us",
        *divided(20, 40, "naive ÷ 40 (≤ 15 µs on a core like design.md's)"),
    ),
    Goal("p50 of one message to all of 1000 readers", "ms", "fanout-1000", "all_p50_ms", *divided(25, 50)),
    Goal(
        "deliveries/s, 200 readers, p99 < 250 ms",
        "",
        "fanout-200",
        "max_deliveries",
        *multiplied(100, 300),
        is_lower_better=False,
    ),
    Goal(
        "deliveries/s, 1000 readers, p99 < 250 ms (naive: none)",
        "",
        "fanout-1000",
        "max_deliveries",
        Mark("300,000", value=300_000),
        Mark("1,000,000", value=1_000_000),
        is_lower_better=False,
    ),
    Goal(
        "durable messages/s, 200 rooms × 5, everyone sends, one worker",
        "",
        "rooms",
        "messages",
        *multiplied(30, 90),
        is_lower_better=False,
    ),
    Goal(
        "the same over two workers and the broker",
        "",
        "rooms",
        "messages",
        *multiplied(25, 80),
        is_lower_better=False,
        ours="site, two workers",
    ),
    Goal("CPU to connect and get the last 50 of 100,000", "ms", "backlog", "connect_cpu_ms", *divided(12, 40)),
    Goal(
        "1000 reconnect at once, all with their backlog (naive: on uvicorn)",
        "s",
        "storm",
        "all_s",
        *divided(12, 30),
        rival="naive on uvicorn",
    ),
    *(
        Goal(
            f"memory per idle socket, {count}",
            "KiB",
            f"fanout-{count}",
            "kib",
            Mark("< naive × 0.8", 1.25),
            Mark("30 KiB", value=30),
        )
        for count in (1000, 5000)
    ),
)


class Standing(NamedTuple):
    """How a goal stands: medians (0 for what was not measured or not managed), and how many times better ours is."""

    goal: Goal
    theirs: float
    ours: float
    times: float

    def reaches(self, mark: Mark) -> bool:
        if mark.times:
            return self.times >= mark.times
        return bool(self.ours) and (self.ours <= mark.value if self.goal.is_lower_better else self.ours >= mark.value)

    def times_of(self, mark: Mark) -> float:
        """Where the mark stands as a ratio to the rival; 0 where there is no rival's figure."""
        if mark.times or not self.theirs:
            return mark.times
        return self.theirs / mark.value if self.goal.is_lower_better else mark.value / self.theirs


def medians(rounds: Sequence[Figures]) -> dict[str, float]:
    """The median of each figure, over the rounds that have it."""
    names = dict.fromkeys(name for one in rounds for name in one)
    return {name: median([one[name] for one in rounds if name in one]) for name in names}


def standings(rounds: Rounds) -> list[Standing]:
    """Each goal of which anything was measured."""
    found = []
    for goal in GOALS:
        contenders = rounds.get(goal.scenario, {})
        ours = medians(contenders.get(goal.ours, ())).get(goal.figure, 0.0)
        theirs = medians(contenders.get(goal.rival, ())).get(goal.figure, 0.0)
        times = (theirs / ours if goal.is_lower_better else ours / theirs) if ours and theirs else 0.0
        if ours or theirs:
            found.append(Standing(goal, theirs, ours, times))
    return found
