"""Puts the figures of a run into the documentation, between two marks, with the chart beside them."""

from pathlib import Path
from typing import Any

from bench.chart import chart
from bench.goals import Rounds, standings
from bench.machine import told
from bench.report import answers, details, notes, page, table
from site_config.supervisor import BASE_DIR

BEGIN, END = "<!-- figures: written by bin/bench --publish -->", "<!-- end of figures -->"
BEGIN_ANSWERS, END_ANSWERS = "<!-- answers: written by bin/bench --publish -->", "<!-- end of answers -->"
BEGIN_PAGE, END_PAGE = "<!-- page: written by bin/bench --publish -->", "<!-- end of page -->"
PERFORMANCE = BASE_DIR / "docs" / "performance.md"
CHART = BASE_DIR / "docs" / "pictures" / "performance.svg"
SERVERS = BASE_DIR / "docs" / "decisions" / "0007-our-daphne-subclass.md"


def publish(facts: dict[str, Any], rounds: Rounds) -> list[Path]:
    """The files that were written: one for the goals and the answers, another for the servers, as far as measured."""
    written = []
    servers = {name: found for name, found in rounds.items() if name.startswith("servers")}
    usual = {name: found for name, found in rounds.items() if name not in servers and name not in {"site", "page"}}
    if rounds.get("page", {}).get("site"):
        replace(PERFORMANCE, f"{told(facts)}\n\n{page(rounds)}\n", BEGIN_PAGE, END_PAGE)
        written.append(PERFORMANCE)
    if "site" in rounds:
        replace(PERFORMANCE, f"{told(facts)}\n\n{answers(rounds)}\n", BEGIN_ANSWERS, END_ANSWERS)
        written.append(PERFORMANCE)
    if usual:
        CHART.write_text(chart(standings(usual)), encoding="utf-8")
        replace(PERFORMANCE, section(facts, usual))
        written += [PERFORMANCE, CHART]
    if servers:
        replace(SERVERS, f"{told(facts)}\n\n{details(servers)}\n")
        written.append(SERVERS)
    return written


def section(facts: dict[str, Any], rounds: Rounds) -> str:
    """All that was measured, as Markdown."""
    said = "\n".join(f"- {note}" for note in notes(rounds))
    picture = f"![How many times better than the naive site](pictures/{CHART.name})"
    parts = [told(facts), table(rounds), said, picture, "### Every figure", MEDIANS, details(rounds)]
    return "\n\n".join(part for part in parts if part) + "\n"


MEDIANS = "Medians, with the least and the most of the rounds; `generator` is the share of its core that the load used."


def replace(file: Path, text: str, first: str = BEGIN, last: str = END) -> None:
    """Writes `text` between the marks of a file. Raises ValueError where they are not there."""
    before, begin, rest = file.read_text(encoding="utf-8").partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        raise ValueError(f"{file} lacks the marks between which the figures go.")
    file.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")
