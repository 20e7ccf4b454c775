import re
from xml.etree.ElementTree import Element, fromstring

from bench.chart import LEFT, chart
from bench.goals import Mark, standings
from tests.bench.test_goals import ROUNDS

SVG = "{http://www.w3.org/2000/svg}"


def drawn(rounds: object = ROUNDS) -> Element:
    return fromstring(chart(standings(rounds)))  # type: ignore[arg-type]


def bars(picture: Element) -> list[float]:
    return [float(one.attrib["width"]) for one in picture.iter(f"{SVG}rect") if one.get("class") == "bar"]


def test_a_bar_for_each_goal_with_a_ratio() -> None:
    picture = drawn()
    texts = [one.text for one in picture.iter(f"{SVG}text")]
    assert len(bars(picture)) == 3, "messages, CPU, memory: the others have no rival's figure"
    assert "40 ×" in texts
    assert "deliveries/s, 1000 readers, p99 < 250 ms" not in texts


def test_the_scale_is_logarithmic() -> None:
    def rooms(ours: float) -> dict[str, object]:
        return {"rooms": {"naive": [{"messages": 1.0}], "site": [{"messages": ours}]}}

    ten, hundred, worse = (bars(drawn(rooms(ours)))[0] for ours in (10.0, 100.0, 0.5))
    assert round(hundred / ten, 2) == 2
    assert worse == 0


def test_the_marks_stand_where_bars_of_that_ratio_would_end() -> None:
    one = next(one for one in standings(ROUNDS) if one.goal.figure == "messages")
    at_least = one.goal.at_least.times
    picture = fromstring(chart([one._replace(times=at_least)]))
    strokes = [line for line in picture.iter(f"{SVG}line") if line.get("class") == "mark"]
    assert float(strokes[-1].attrib["x1"]) == round(LEFT + bars(picture)[0], 1)
    assert Mark("", 1.0).times == 1


def test_it_has_colours_for_day_and_night() -> None:
    text = chart(standings(ROUNDS))
    day, _, night = text.partition("prefers-color-scheme: dark")
    for kind in ("back", "text", "faint", "line", "bar", "mark", "aim"):
        colours = [re.search(rf"\.{kind} {{ (?:fill|stroke): (#\w+) }}", half) for half in (day, night)]
        assert colours[0] and colours[1]  # noqa: PT018
        assert colours[0][1] != colours[1][1]


def test_nothing_measured_is_an_empty_chart() -> None:
    assert bars(fromstring(chart([]))) == []
