from bench.goals import GOALS, Mark, Standing, medians, standings

ROUNDS = {
    "rooms": {
        "naive": [{"messages": 50.0}, {"messages": 40.0}, {"messages": 60.0}],
        "site": [{"messages": 2000.0}, {"messages": 1000.0}, {"messages": 3000.0}],
        "site, two workers": [],
    },
    "fanout-1000": {
        "site": [{"cpu_us": 20.0, "max_deliveries": 250_000.0, "kib": 30.0}],
        "naive": [{"cpu_us": 600.0, "kib": 36.0}],
    },
}


def standing(what: str) -> Standing:
    return next(one for one in standings(ROUNDS) if one.goal.what.startswith(what))


def reached(one: Standing) -> tuple[bool, bool]:
    return one.reaches(one.goal.at_least), one.reaches(one.goal.aim)


def test_a_figure_is_the_median_of_the_rounds_that_have_it() -> None:
    assert medians(ROUNDS["rooms"]["site"]) == {"messages": 2000.0}
    assert medians([{"a": 1.0}, {}, {"a": 3.0, "b": 5.0}]) == {"a": 2.0, "b": 5.0}
    assert medians([]) == {}


def test_better_is_more_than_one_whichever_way_it_counts() -> None:
    assert standing("durable").times == 40
    assert standing("CPU per delivery").times == 30


def test_marks_are_ratios_or_the_figures_themselves() -> None:
    assert reached(standing("durable")) == (True, False)
    assert reached(standing("CPU per delivery")) == (True, False)
    assert reached(standing("deliveries/s, 1000")) == (False, False)
    assert reached(standing("memory")) == (False, True), "36 ÷ 30 is less than 1.25 times, 30 is 30"


def test_what_one_side_did_not_manage_is_no_ratio() -> None:
    alone = standing("deliveries/s, 1000")
    assert (alone.ours, alone.theirs, alone.times) == (250_000, 0, 0)
    two = standing("the same over two workers")
    assert (two.ours, two.times, reached(two)) == (0, 0, (False, False))


def test_what_was_not_measured_is_left_out() -> None:
    assert not [one for one in standings(ROUNDS) if one.goal.scenario in {"storm", "backlog", "fanout-5000"}]


def test_a_mark_stands_at_a_ratio() -> None:
    one = standing("memory")
    assert one.times_of(one.goal.at_least) == 1.25
    assert one.times_of(one.goal.aim) == 36 / 30
    assert standing("deliveries/s, 1000").times_of(Mark("300,000", value=3e5)) == 0


def test_every_line_of_what_is_to_be_reached_is_there() -> None:
    assert len(GOALS) == 10
    assert len({(goal.scenario, goal.figure, goal.ours) for goal in GOALS}) == 10
    assert [goal.at_least.words for goal in GOALS][::9] == ["naive ÷ 20", "< naive × 0.8"]
