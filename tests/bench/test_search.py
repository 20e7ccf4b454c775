from hypothesis import given
from hypothesis import strategies as st

from bench.search import LEAST, highest


def search(limit: float, start: float, halvings: int = 8) -> tuple[float, list[float]]:
    """What is found where all goes well up to `limit`, and what was tried."""
    tried: list[float] = []

    def attempt(rate: float) -> float:
        tried.append(rate)
        return rate

    best = highest(attempt, lambda rate: rate <= limit, start=start, halvings=halvings)
    assert best.found == (best.rate or None)
    return best.rate, tried


@given(st.floats(LEAST, 1e6), st.floats(LEAST, 1e6))
def test_the_limit_is_found_from_below_and_from_above(limit: float, start: float) -> None:
    rate, _ = search(limit, start)
    if rate:
        assert limit * (1 - 1 / 200) <= rate <= limit
    else:
        assert limit < 2 * LEAST, "between what is least and twice that, halving may pass it by"


def test_nothing_goes_well() -> None:
    rate, tried = search(0.1, 1.0)
    assert rate == 0
    assert tried == [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]


def test_a_failure_alone_does_not_count() -> None:
    """Noise once at each rate: found is the same, and how often it was done again is told."""
    seen: set[float] = set()

    def attempt(rate: float) -> bool:
        is_first = rate not in seen
        seen.add(rate)
        return rate <= 100 and not is_first

    best = highest(attempt, bool, start=10, halvings=3)
    assert 85 <= best.rate <= 100
    assert best.repeats == len(seen)


def test_more_halvings_come_closer() -> None:
    found = [search(100, 30, halvings)[0] for halvings in range(5)]
    assert found == [60, 90, 90, 97.5, 97.5]
