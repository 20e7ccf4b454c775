"""Which scenarios there are, and who takes turns in each."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple

from bench.browser import in_browser
from bench.connecting import backlog, storm
from bench.dialects import Naive, Site
from bench.fanout import fanout, idle, served_by
from bench.ground import SERVERS, Ground
from bench.meter import Figures, Length
from bench.pages import pages
from bench.rooms import rooms

FAMILIES = ("fanout", "rooms", "backlog", "storm", "servers", "site", "page")
USUAL = ("backlog", "storm", "rooms", "fanout")
OWN = "site's own"


class Contender(NamedTuple):
    """What one of them does for its figures. `rounds` bounds how often, where that takes minutes."""

    measure: Callable[[Ground], Figures]
    rounds: int = 99


type Plan = Mapping[str, Mapping[str, Contender]]


def plan(length: Length) -> Plan:
    """By scenario and contender, in the order in which they take turns."""
    site, naive = Site(), Naive()
    entries: dict[str, dict[str, Contender]] = {
        "backlog": {
            "naive": Contender(partial(backlog, dialect=naive, length=length)),
            "site": Contender(partial(backlog, dialect=site, length=length)),
        },
        "storm": {
            # It serves a part and then nobody more: that takes all the time there is.
            "naive": Contender(partial(storm, dialect=naive, length=length), rounds=1),
            "naive on uvicorn": Contender(partial(storm, dialect=naive, length=length, server="uvicorn")),
            "site": Contender(partial(storm, dialect=site, length=length)),
        },
        "rooms": {
            "naive": Contender(partial(rooms, dialect=naive, length=length)),
            "site": Contender(partial(rooms, dialect=site, length=length)),
            "site, two workers": Contender(partial(rooms, dialect=site, length=length, workers=2)),
        },
    }
    for readers in length.readers:
        entries[f"fanout-{readers}"] = {
            "naive": Contender(partial(fanout, dialect=naive, readers=readers, length=length))
            if readers <= 1000
            # Where a thousand is too many, five times as many need not be tried; only what they weigh.
            else Contender(partial(idle, dialect=naive, readers=readers), rounds=1),
            "site": Contender(partial(fanout, dialect=site, readers=readers, length=length)),
        }
    entries["site"] = {"site": Contender(partial(pages, dialect=site, length=length), rounds=1)}
    entries["page"] = {"site": Contender(in_browser)}
    others = [name for name in SERVERS if find_spec(name)]
    for readers in length.readers[1:3]:
        entries[f"servers-{readers}"] = {OWN: Contender(partial(served_by, server="", readers=readers, length=length))}
        entries[f"servers-{readers}"] |= {
            name: Contender(partial(served_by, server=name, readers=readers, length=length)) for name in others
        }
    return entries


def chosen(entries: Plan, only: str, of: str) -> Plan:
    """Those of the scenarios (`fanout` is all of its sizes) and contenders that are named. Raises KeyError."""
    names = only.split(",") if only else list(USUAL)
    for name in names:
        if not any(_is_of(scenario, name) for scenario in entries):
            raise KeyError(name)
    kept = {key: entry for key, entry in entries.items() if any(_is_of(key, name) for name in names)}
    if not of:
        return kept
    for name in of.split(","):
        if not any(name in entry for entry in kept.values()):
            raise KeyError(name)
    return {key: {name: one for name, one in entry.items() if name in of.split(",")} for key, entry in kept.items()}


def _is_of(scenario: str, name: str) -> bool:
    return scenario == name or scenario.startswith(f"{name}-")
