"""bin/bench: measures the site beside the naive tutorial site, prints tables, and puts them into the documentation."""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from bench import report
from bench.goals import Rounds, medians
from bench.ground import SERVER_CORE, ground
from bench.machine import machine, told
from bench.meter import FULL, SHORT, Figures
from bench.plan import FAMILIES, USUAL, Plan, chosen, plan
from bench.publish import publish
from site_config.children import StartError

ROUNDS = 3
MINUTES = 33.0


def measure(wanted: Plan, rounds: int, seconds: float) -> dict[str, dict[str, list[Figures]]]:
    """Round after round, the contenders in turn; one that fails is left out.

    Ctrl-C ends it with what there is; when the time is over, nothing more is begun but the first round.
    """
    found: dict[str, dict[str, list[Figures]]] = {key: {one: [] for one in entry} for key, entry in wanted.items()}
    begun = time.monotonic()
    try:
        with ground() as where:
            for number, scenario, name in turns(wanted, rounds):
                if number and time.monotonic() - begun > seconds:
                    say("The time is over.")
                    break
                say(f"{time.monotonic() - begun:5.0f} s · round {number + 1} · {scenario} · {name}")
                try:
                    found[scenario][name].append(wanted[scenario][name].measure(where))
                except (RuntimeError, StartError) as error:
                    say(f"        {error}")
    except KeyboardInterrupt:
        say("Broken off: what follows is what was measured until then.")
    say(f"{time.monotonic() - begun:5.0f} s in all")
    return found


def turns(wanted: Plan, rounds: int) -> Iterator[tuple[int, str, str]]:
    """(round, scenario, contender), in order."""
    for number in range(rounds):
        for scenario, entry in wanted.items():
            yield from ((number, scenario, name) for name, one in entry.items() if number < one.rounds)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def take_a_core() -> None:
    """The load has a core that the server has not, where there are two."""
    others = os.sched_getaffinity(0) - {SERVER_CORE}
    if not others:
        say("There is one core: the load takes time from the server, and the figures are poor.")
    os.sched_setaffinity(0, {min(others)} if others else os.sched_getaffinity(0))


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small and short: a look, no measurement")
    parser.add_argument("--only", default="", help=f"some of {','.join(FAMILIES)}, or one size as in fanout-1000")
    parser.add_argument("--of", default="", help="some of the contenders, as in site or naive")
    parser.add_argument("--rounds", type=int, default=0, help=f"{ROUNDS}, or 1 with --quick")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="begin no more after that (%(default)g)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--from", type=Path, metavar="FILE", dest="source", help="measure nothing: take those figures")
    parser.add_argument("--publish", action="store_true", help="put tables and chart into docs/")
    options = parser.parse_args(words)
    options.length = SHORT if options.quick else FULL
    options.rounds = options.rounds or (1 if options.quick else ROUNDS)
    try:
        options.plan = chosen(plan(options.length), options.only or ",".join(USUAL), options.of)
    except KeyError as error:
        parser.error(f"there is no {error.args[0]}")
    return options


def as_json(facts: dict[str, Any], rounds: Rounds) -> str:
    """Machine, medians, and every round."""
    middle = {key: {name: medians(found) for name, found in entry.items()} for key, entry in rounds.items()}
    return json.dumps({"machine": facts, "medians": middle, "rounds": rounds}, indent=1) + "\n"


def main() -> int:
    options = arguments()
    signal.signal(signal.SIGTERM, stop)
    if options.source:
        kept = json.loads(options.source.read_text(encoding="utf-8"))
        facts, rounds = kept["machine"], kept["rounds"]
    else:
        facts = machine()
        take_a_core()
        rounds = measure(options.plan, options.rounds, options.minutes * 60)
    if options.json:
        options.json.write_text(as_json(facts, rounds), encoding="utf-8")
    for part in (told(facts), report.table(rounds), "\n".join(report.notes(rounds)), report.details(rounds)):
        print(part, end="\n\n")  # noqa: T201
    if options.publish:
        say("Written: " + ", ".join(file.name for file in publish(facts, rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
