from bench.figures import TICKS, delays, median, percentile, weighted_percentile


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.99) == 99
    assert percentile(values, 1) == 100
    assert percentile([7.0], 0.01) == 7
    assert percentile([], 0.5) == 0


def test_weights_count_like_so_many_values() -> None:
    weights = {0.3: 1, 0.1: 98, 0.2: 1}
    values = [value for value, count in weights.items() for _ in range(count)]
    for share in (0.01, 0.5, 0.98, 0.985, 0.99, 0.995, 1.0):
        assert weighted_percentile(weights, share) == percentile(values, share)
    assert weighted_percentile({}, 0.5) == 0


def test_the_median_of_an_even_number_lies_between() -> None:
    assert median([4, 1, 3, 2]) == 2.5
    assert median([9, 1, 5]) == 5
    assert median([]) == 0


def test_each_message_of_a_frame_has_its_own_delay() -> None:
    sent = {1: 10.0, 2: 10.5}
    arrivals = [((1, 2), {11 * TICKS: 3}), ((2,), {12 * TICKS: 1}), ((99,), {12 * TICKS: 5})]
    assert delays(arrivals, sent) == {1.0: 3, 0.5: 3, 1.5: 1}
