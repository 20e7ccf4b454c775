"""bin/bench: measures the site beside the naive tutorial site and prints a table."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from bench import report, scenarios
from bench.dialects import Naive, Site
from bench.ground import SERVER_CORE, Ground, ground
from bench.scenarios import FULL, SHORT, Figures, Length

type Measure = Callable[[Ground], Figures]
SCENARIOS = ("fanout", "rooms", "backlog", "storm", "memory")


def contenders(name: str, length: Length) -> dict[str, dict[str, Measure]]:
    """By scenario and contender, in the order in which they take turns."""
    site, naive, quick = Site(), Naive(), length is SHORT
    match name:
        case "fanout":
            counts = (50, 200) if quick else (50, 200, 1000, 5000)
            return {
                f"fanout-{count}": {
                    one.name: partial(scenarios.fanout, dialect=one, readers=count, length=length)
                    for one in (naive, site)
                    # Its five thousand would take minutes to connect, and then no rate holds.
                    if count <= 1000 or one is site
                }
                for count in counts
            }
        case "rooms":
            measure = partial(scenarios.rooms, length=length)
            return {
                "rooms": {
                    "naive": partial(measure, dialect=naive),
                    "site": partial(measure, dialect=site),
                    "site, two workers": partial(measure, dialect=site, workers=2),
                }
            }
        case "backlog":
            return {
                "backlog": {one.name: partial(scenarios.backlog, dialect=one, length=length) for one in (naive, site)}
            }
        case "storm":
            rivals: dict[str, Measure] = {"site": partial(scenarios.storm, dialect=site, length=length)}
            if find_spec("uvicorn"):
                rivals["naive on uvicorn"] = partial(scenarios.storm, dialect=naive, length=length, server="uvicorn")
            return {"storm": {"naive": partial(scenarios.storm, dialect=naive, length=length)} | rivals}
        case _:
            return {
                f"memory-{count}": {
                    one.name: partial(scenarios.memory, dialect=one, sockets=count, length=length)
                    for one in (naive, site)
                }
                for count in length.idle
            }


def measure(names: list[str], length: Length, rounds: int) -> dict[str, dict[str, list[Figures]]]:
    """Round after round, the contenders in turn; a scenario that fails is told and left out."""
    wanted = {scenario: entry for name in names for scenario, entry in contenders(name, length).items()}
    found: dict[str, dict[str, list[Figures]]] = {name: {one: [] for one in entry} for name, entry in wanted.items()}
    with ground() as where:
        for number in range(rounds):
            for scenario, entry in wanted.items():
                for name, work in entry.items():
                    say(f"round {number + 1} · {scenario} · {name}")
                    try:
                        found[scenario][name].append(work(where))
                    except RuntimeError as error:
                        say(f"  {error}")
    return found


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small and short: a look, no measurement")
    parser.add_argument("--only", default=",".join(SCENARIOS), help=f"some of {','.join(SCENARIOS)}")
    parser.add_argument("--rounds", type=int, default=0, help="3, or 1 with --quick")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args()
    names = options.only.split(",")
    if unknown := set(names) - set(SCENARIOS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, stop)
    facts = report.machine()
    others = os.sched_getaffinity(0) - {SERVER_CORE}
    if not others:
        say("There is one core: the load takes time from the server, and the figures are poor.")
    os.sched_setaffinity(0, {min(others)} if others else os.sched_getaffinity(0))
    try:
        found = measure(names, SHORT if options.quick else FULL, options.rounds or (1 if options.quick else 3))
    except KeyboardInterrupt:
        return 130
    print(json.dumps(facts), report.details(found), report.table(found), sep="\n\n")  # noqa: T201
    if options.json:
        options.json.write_text(json.dumps({"machine": facts, "rounds": found}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
