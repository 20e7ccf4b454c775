"""The highest rate that goes well. Pure: what trying a rate means is the caller's."""

from collections.abc import Callable
from typing import NamedTuple

LEAST = 0.2  # messages a second: slower than that nobody calls it talk


class Highest[T](NamedTuple):
    """`found`: what came of the highest rate that went well, None where none did; `rate`: 0 then.

    `repeats`: how many steps failed at first and were done again.
    """

    rate: float
    found: T | None
    repeats: int


def highest[T](
    attempt: Callable[[float], T], is_good: Callable[[T], bool], *, start: float, halvings: int
) -> Highest[T]:
    """Doubles or halves from `start` until one rate goes well and a higher one does not, then halves what is between.

    A step that fails is done once more, and counts as failed when it fails again: noise must not decide.
    """
    best = Highest[T](0.0, None, 0)
    rate, bad = start, 0.0
    while halvings >= 0 and rate >= LEAST:
        found = attempt(rate)
        if not is_good(found):
            best = best._replace(repeats=best.repeats + 1)
            found = attempt(rate)
        if is_good(found):
            best = best._replace(rate=rate, found=found)
        else:
            bad = rate
        halvings -= bool(bad and best.rate)
        rate = (best.rate + bad) / 2 if bad and best.rate else (rate * 2 if best.rate else rate / 2)
    return best
