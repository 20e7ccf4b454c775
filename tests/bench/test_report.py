from bench.report import GOALS, medians, ratio, table

ROUNDS = {
    "rooms": {
        "naive": [{"messages": 50.0}, {"messages": 40.0}, {"messages": 60.0}],
        "site": [{"messages": 2000.0}, {"messages": 1000.0}, {"messages": 3000.0}],
        "site, two workers": [],
    },
    "fanout-1000": {"site": [{"cpu_us": 20.0, "max_deliveries": 250_000.0}], "naive": [{"cpu_us": 600.0}]},
}


def test_a_figure_is_the_median_of_its_rounds() -> None:
    assert medians(ROUNDS["rooms"]["site"]) == {"messages": 2000.0}
    assert medians([]) == {}


def test_better_is_more_than_one_whichever_way_it_counts() -> None:
    less = next(goal for goal in GOALS if goal.figure == "cpu_us")
    more = next(goal for goal in GOALS if goal.figure == "messages")
    assert ratio(less, ours=20, theirs=600) == 30
    assert ratio(more, ours=2000, theirs=50) == 40
    assert ratio(more, ours=2000, theirs=0) == 0


def test_the_table_marks_what_is_reached_and_leaves_out_what_was_not_measured() -> None:
    lines = table(ROUNDS).splitlines()[2:]
    rows = {line.split("|")[1].strip(): line for line in lines}
    assert "40.0 × ✓" in rows["durable messages/s, 200 × 5, one worker"]
    assert "✓" not in rows["durable messages/s, 200 × 5, two workers"]
    assert "30.0 × ✓" in rows["CPU per delivery, one at a time, 1000 readers (µs)"]
    assert "✓" not in rows["deliveries/s, 1000 readers, p99 < 250 ms"]
    assert not any("memory" in line for line in lines)
