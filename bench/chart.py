"""How many times better than the naive site: a drawing (SVG) on a logarithmic scale, legible by day and night. Pure."""

from math import ceil, log10
from xml.sax.saxutils import escape

from bench.goals import Standing
from bench.report import figure

WIDTH, LEFT, RIGHT, TOP, ROW = 900, 440, 90, 64, 34
STYLE = """
  .back { fill: #ffffff } .text { fill: #1f2430 } .faint { fill: #5c6370 } .line { stroke: #d7dae0 }
  .bar { fill: #2f7d6b } .mark { stroke: #b3541e } .aim { stroke: #6b4fa0 }
  @media (prefers-color-scheme: dark) {
    .back { fill: #16191f } .text { fill: #e8eaee } .faint { fill: #a3aab6 } .line { stroke: #343a45 }
    .bar { fill: #57b39d } .mark { stroke: #f0a36b } .aim { stroke: #b9a3e8 }
  }
  text { font: 13px system-ui, sans-serif } .small { font-size: 12px }
  .mark, .aim { stroke-width: 3 } .aim { stroke-dasharray: 4 3 }
"""


def chart(standings: list[Standing]) -> str:
    """A bar for each goal with a rival's figure; solid strokes stand for "at least", dashed ones for the aim."""
    rows = [one for one in standings if one.times]
    far = max([10.0, *(max(one.times, one.times_of(one.goal.at_least), one.times_of(one.goal.aim)) for one in rows)])
    decades = ceil(log10(far))
    height = TOP + ROW * len(rows) + 16
    body = [_scale(decades, height), *(_row(number, one, decades) for number, one in enumerate(rows))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-label="How many times better than the naive site">\n<style>{STYLE}</style>\n'
        f'<rect class="back" width="{WIDTH}" height="{height}" rx="8"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _at(times: float, decades: int) -> float:
    """Where a ratio stands; what is worse than the naive site stands at its line."""
    return round(LEFT + (WIDTH - LEFT - RIGHT) * max(0.0, log10(times)) / decades, 1)


def _text(x: float, y: float, words: str, kind: str = "text", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


def _stroke(x: float, begin: float, end: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x}" x2="{x}" y1="{begin}" y2="{end}"/>'


def _scale(decades: int, height: int) -> str:
    parts = [_text(16, 24, "Times better than the naive site (naive = 1)")]
    parts += [_stroke(WIDTH - 250, 12, 28, "mark"), _text(WIDTH - 240, 24, "at least", "faint small")]
    parts += [_stroke(WIDTH - 150, 12, 28, "aim"), _text(WIDTH - 140, 24, "aim", "faint small")]
    for decade in range(decades + 1):
        x = _at(10**decade, decades)
        parts += [
            _stroke(x, TOP - 8, height - 12, "line"),
            _text(x, TOP - 14, f"{10**decade:,}", "faint small", "middle"),
        ]
    return "\n".join(parts)


def _row(number: int, one: Standing, decades: int) -> str:
    top = TOP + ROW * number
    words = one.goal.what.partition(" (")[0]
    end = _at(one.times, decades)
    parts = [
        _text(16, top + 18, words, "text small"),
        f'<rect class="bar" x="{LEFT}" y="{top + 5}" width="{round(end - LEFT, 1)}" height="18" rx="3"/>',
    ]
    places = [(one.times_of(one.goal.at_least), "mark"), (one.times_of(one.goal.aim), "aim")]
    parts += [_stroke(_at(times, decades), top, top + 28, kind) for times, kind in places if times]
    furthest = max(end, *(_at(times, decades) for times, _ in places if times))
    parts.append(_text(furthest + 8, top + 19, f"{figure(one.times)} ×", "text small"))
    return "\n".join(parts)
