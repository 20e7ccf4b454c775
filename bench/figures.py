"""Percentiles and medians of what was measured. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil

TICKS = 10_000  # arrivals are noted in ticks of a tenth of a millisecond


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of all values do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def weighted_percentile(weights: Mapping[float, int], share: float) -> float:
    """The same of values that occur `weights[value]` times."""
    left = max(1, ceil(share * sum(weights.values())))
    for value in sorted(weights):
        left -= weights[value]
        if left <= 0:
            return value
    return 0.0


def median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return 0.0
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def delays(arrivals: Iterable[tuple[Sequence[int], Mapping[int, int]]], sent: Mapping[int, float]) -> dict[float, int]:
    """How often which delay occurred, in seconds to the tick.

    `arrivals`: numbers that came together, and how many sockets got them at which tick; `sent`: when each number left.
    """
    found: dict[float, int] = {}
    for numbers, ticks in arrivals:
        for number in numbers:
            if (left := sent.get(number)) is None:
                continue
            for tick, count in ticks.items():
                delay = max(0, tick - int(left * TICKS)) / TICKS
                found[delay] = found.get(delay, 0) + count
    return found
