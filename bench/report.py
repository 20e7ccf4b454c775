"""Figures of several rounds as Markdown: the goals, what has to be said beside them, and every figure. Pure."""

from collections.abc import Mapping, Sequence

from bench.goals import Figures, Mark, Rounds, Standing, medians, standings

# Above this share of its core the generator is the limit, not the server.
BUSY = 0.8
# What is asked of a large site, and within how many milliseconds half of the answers are to come.
ANSWERS = {
    "sidebar": "my 200 rooms",
    "room": "the page of a room",
    "history": "50 messages of its history",
    "search": "a usual search, the best first",
    "newest": "the same, the newest first",
    "unusual": "a search for what is said all the time",
    "directory": "a page of the directory of 5,000 rooms",
    "people": "a page of the list of 20,000 people",
}
AIMS = {"sidebar": 30, "room": 30, "history": 30, "search": 150, "newest": 150}
# What the room page is held to in a browser: the figure, its words, what it is to stay under.
PAGE = {
    "js_kb": ("scripts of the room page, compressed (kB)", 35),
    "css_kb": ("style sheets, compressed (kB)", 14),
    "requests": ("requests before the backlog stands", 12),
    "shift": ("layout shift", 0.01),
    "backlog_ms": ("backlog painted, slow phone (ms)", 1000),
    "live_ms": ("room live, slow phone (ms)", 1500),
    "seen_p50_ms": ("from Enter to the row on another screen, p50 (ms)", 100),
    "seen_p99_ms": ("the same, p99 (ms)", 0),
    "frame_max_ms": ("longest frame, 100 messages/s for 10 s (ms)", 100),
    "frame_p99_ms": ("p99 of frames meanwhile (ms)", 0),
    "key_p50_ms": ("from key to paint meanwhile, p50 (ms)", 100),
    "key_max_ms": ("the same, the longest (ms)", 0),
    "keys": ("keys taken meanwhile", 0),
    "heap_before_mib": ("heap before 10,000 messages (MiB)", 0),
    "heap_after_mib": ("heap after them (MiB)", 0),
    "rows": ("rows kept", 300),
}
WORDS = {
    "kib": "memory per idle socket (KiB)",
    "asked": "sockets asked for",
    "served": "sockets served",
    "connect_cpu_ms": "CPU per connect (ms)",
    "connect_load": "generator while connecting",
    "cpu_us": "CPU per delivery, one at a time (µs)",
    "all_p50_ms": "one message to all, p50 (ms)",
    "all_p99_ms": "one message to all, p99 (ms)",
    "one_p99_ms": "one message to each, p99 (ms)",
    "one_load": "generator, one at a time",
    "max_rate": "highest rate (messages/s)",
    "max_deliveries": "deliveries/s at it",
    "max_p99_ms": "p99 at it (ms)",
    "max_cpu_us": "CPU per delivery at it (µs)",
    "max_load": "generator at it",
    "repeats": "steps done again",
    "half_p50_ms": "p50 at half of it (ms)",
    "half_p99_ms": "p99 at half of it (ms)",
    "half_load": "generator at half of it",
    "messages": "durable messages/s",
    "message_cpu_us": "CPU per message (µs)",
    "refused": "refused",
    "per_second": "connects/s",
    "p50_ms": "p50 (ms)",
    "p99_ms": "p99 (ms)",
    "all_s": "until all are served (s)",
    "served_p50_s": "until half of them are (s)",
    "cpu_s": "CPU (s)",
    "failures": "failed connections",
    "load": "generator",
    **{f"{name}_p50_ms": f"{what}, p50 (ms)" for name, what in ANSWERS.items()},
    **{f"{name}_p99_ms": f"{what}, p99 (ms)" for name, what in ANSWERS.items()},
    "searches_refused": "searches ended as too slow",
    **{name: what for name, (what, _) in PAGE.items()},
}


def table(rounds: Rounds) -> str:
    """The goals that were measured; ✓ at what is reached."""
    lines = ["| work | naive | site | better | at least | aim |", "|---|---:|---:|---:|---|---|"]
    for one in standings(rounds):
        unit = f" {one.goal.unit}" if one.goal.unit else ""
        naive = figure(one.theirs) + unit if one.theirs else "–"
        site = f"**{figure(one.ours)}{unit}**" if one.ours else "–"
        times = f"{figure(one.times)} ×" if one.times else "–"
        marks = " | ".join(_marked(one, mark) for mark in (one.goal.at_least, one.goal.aim))
        lines.append(f"| {one.goal.what} | {naive} | {site} | {times} | {marks} |")
    return "\n".join(lines)


def answers(rounds: Rounds) -> str:
    """How long a large site takes to answer; ✓ at what is reached."""
    found = medians(rounds["site"]["site"])
    lines = ["| asked | p50 | p99 | aim |", "|---|---:|---:|---|"]
    for name, what in ANSWERS.items():
        middle, aim = found[f"{name}_p50_ms"], AIMS.get(name)
        mark = f"p50 < {aim} ms{' ✓' if middle < aim else ''}" if aim else "–"
        lines.append(f"| {what} | {figure(middle)} ms | {figure(found[f'{name}_p99_ms'])} ms | {mark} |")
    return "\n".join(lines)


def page(rounds: Rounds) -> str:
    """How the room page does in a browser; ✓ at what is reached."""
    measured = rounds["page"]["site"]
    lines = ["| the room page, 500 messages | | aim |", "|---|---:|---|"]
    for name, (what, aim) in PAGE.items():
        values = [one[name] for one in measured]
        reached = " ✓" if medians([{"": value} for value in values])[""] <= aim else ""
        lines.append(f"| {what} | {spread(values)} | {f'≤ {aim:,}{reached}' if aim else '–'} |")
    return "\n".join(lines)


def _marked(standing: Standing, mark: Mark) -> str:
    return f"{mark.words} ✓" if standing.reaches(mark) else mark.words


def notes(rounds: Rounds) -> list[str]:
    """What the table leaves out: who was not served, no rate at all, and where the generator was the limit."""
    found = []
    for scenario, contenders in rounds.items():
        for name, measured in contenders.items():
            middle = medians(measured)
            if scenario == "storm" and measured and "all_s" not in middle:
                found.append(f"Storm: {name} served {middle['served']:.0f} of {middle['asked']:.0f} in the time given.")
            if scenario.startswith("fanout") and "one_p99_ms" in middle and not middle.get("max_rate"):
                found.append(f"{scenario}: {name} holds no rate with p99 under 250 ms.")
            found += [
                f"Warning: in {scenario} · {name} the generator used {value:.2f} of its core ({WORDS[key]})."
                for key, value in middle.items()
                if key.endswith("load") and value > BUSY
            ]
    return found


def details(rounds: Rounds) -> str:
    """Every figure of every scenario: the median, and from where to where the rounds went."""
    return "\n\n".join(_scenario(name, contenders) for name, contenders in rounds.items() if any(contenders.values()))


def _scenario(name: str, contenders: Mapping[str, Sequence[Figures]]) -> str:
    shown = {one: found for one, found in contenders.items() if found}
    heads = [f"{one} ({len(found)} {'round' if len(found) == 1 else 'rounds'})" for one, found in shown.items()]
    lines = [f"| {name} | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for key in dict.fromkeys(key for found in shown.values() for one in found for key in one):
        cells = [spread([one[key] for one in found if key in one]) for found in shown.values()]
        lines.append(f"| {WORDS[key]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def spread(values: Sequence[float]) -> str:
    """The median, with the least and the most where there are several."""
    middle = figure(medians([{"": value} for value in values]).get("", 0.0)) if values else "–"
    return middle if len(values) < 2 else f"{middle} ({figure(min(values))}..{figure(max(values))})"


def figure(value: float) -> str:
    """Three digits or so."""
    return f"{value:,.0f}" if value >= 100 or not value else f"{value:.3g}"
