import pytest

from bench import machine, publish, report
from bench.report import details, figure, notes, spread, table
from tests.bench.test_goals import ROUNDS


def test_the_table_marks_what_is_reached() -> None:
    rows = {line.split("|")[1].strip(): line for line in table(ROUNDS).splitlines()[2:]}
    assert (
        "| 40 × | 30 × naive ✓ | 90 × naive |" in rows["durable messages/s, 200 rooms × 5, everyone sends, one worker"]
    )
    assert "| 50 | – | – | 25 × naive | 80 × naive |" in rows["the same over two workers and the broker"]
    assert (
        "| – | **250,000** | – | 300,000 | 1,000,000 |"
        in rows["deliveries/s, 1000 readers, p99 < 250 ms (naive: none)"]
    )
    assert "| 36 KiB | **30 KiB** | 1.2 × | < naive × 0.8 | 30 KiB ✓ |" in rows["memory per idle socket, 1000"]


def test_details_have_the_median_and_the_spread() -> None:
    lines = details(ROUNDS).splitlines()
    assert lines[0] == "| rooms | naive (3 rounds) | site (3 rounds) |"
    assert lines[2] == "| durable messages/s | 50 (40..60) | 2,000 (1,000..3,000) |"
    assert "| memory per idle socket (KiB) | 30 | 36 |" in lines


def test_figures_have_three_digits() -> None:
    assert [figure(value) for value in (0, 0.1234, 9.876, 99.94, 100, 12345.6)] == [
        *("0", "0.123", "9.88", "99.9", "100", "12,346")
    ]
    assert spread([]) == "–"
    assert spread([2.0]) == "2"


def test_the_notes_tell_what_the_table_can_not() -> None:
    rounds = {
        "storm": {
            "naive": [{"asked": 1000.0, "served": 312.0, "load": 0.1}],
            "site": [{"asked": 1000.0, "served": 1000.0, "all_s": 2.0, "load": report.BUSY}],
        },
        "fanout-1000": {
            "naive": [{"one_p99_ms": 700.0}],
            "site": [{"one_p99_ms": 9.0, "max_rate": 100.0, "max_load": report.BUSY + 0.01}],
        },
    }
    assert notes(rounds) == [
        "Storm: naive served 312 of 1000 in the time given.",
        "fanout-1000: naive holds no rate with p99 under 250 ms.",
        "Warning: in fanout-1000 · site the generator used 0.81 of its core (generator at it).",
    ]


def test_the_figures_are_written_between_their_marks(tmp_path_factory: pytest.TempPathFactory) -> None:
    page = tmp_path_factory.mktemp("docs") / "page.md"
    page.write_text(f"before\n{publish.BEGIN}\nold\n{publish.END}\nafter\n", encoding="utf-8")
    publish.replace(page, "new")
    publish.replace(page, "newer")
    text = page.read_text(encoding="utf-8")
    assert text == f"before\n{publish.BEGIN}\n\nnewer\n{publish.END}\nafter\n"
    page.write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the marks"):
        publish.replace(page, "new")
    assert page.read_text(encoding="utf-8") == "no marks"


def test_the_pages_of_the_project_have_the_marks() -> None:
    answers = publish.PERFORMANCE.read_text(encoding="utf-8")
    assert answers.index(publish.BEGIN_ANSWERS) < answers.index(publish.END_ANSWERS)
    assert answers.index(publish.BEGIN_PAGE) < answers.index(publish.END_PAGE)
    for page in (publish.PERFORMANCE, publish.SERVERS):
        text = page.read_text(encoding="utf-8")
        assert text.index(publish.BEGIN) < text.index(publish.END)


def test_a_section_tells_machine_figures_and_chart() -> None:
    facts = machine.machine()
    text = publish.section(facts, ROUNDS)
    assert facts["versions"]["django"] in text
    assert "pictures/performance.svg" in text
    assert text.index("| work |") < text.index("### Every figure") < text.index("| rooms |")
    assert "None" not in text


def test_answers_of_a_large_site() -> None:
    middle = {f"{name}_p50_ms": 29.9 for name in report.ANSWERS} | {"search_p50_ms": 150.0}
    found = middle | {f"{name}_p99_ms": 70.0 for name in report.ANSWERS}
    rows = report.answers({"site": {"site": [found]}}).splitlines()[2:]
    assert rows[0] == "| my 200 rooms | 29.9 ms | 70 ms | p50 < 30 ms ✓ |"
    assert rows[3] == "| a usual search, the best first | 150 ms | 70 ms | p50 < 150 ms |"
    assert rows[-1].endswith("| – |")
    assert report.AIMS.keys() < report.ANSWERS.keys()
    assert {f"{name}_p50_ms" for name in report.ANSWERS} < report.WORDS.keys()


def test_the_page_in_a_browser() -> None:
    found = {name: float(aim) for name, (_, aim) in report.PAGE.items()}
    rounds = {"page": {"site": [found | {"js_kb": 34.0}, found | {"js_kb": 36.0}, found | {"js_kb": 40.0}]}}
    rows = report.page(rounds).splitlines()[2:]
    assert rows[0] == "| scripts of the room page, compressed (kB) | 36 (34..40) | ≤ 35 |"
    assert rows[1] == "| style sheets, compressed (kB) | 14 (14..14) | ≤ 14 ✓ |"
    assert rows[10].endswith("| ≤ 100 ✓ |")
    assert report.PAGE.keys() < report.WORDS.keys()
