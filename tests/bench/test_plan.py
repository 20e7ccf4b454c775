from types import SimpleNamespace
from typing import Any

import pytest

from bench import connecting
from bench.__main__ import arguments, as_json, turns
from bench.meter import FULL, SHORT
from bench.plan import Contender, chosen, plan


def test_a_family_is_all_of_its_sizes_and_a_size_is_itself() -> None:
    assert list(chosen(plan(FULL), "fanout", "")) == ["fanout-50", "fanout-200", "fanout-1000", "fanout-5000"]
    assert list(chosen(plan(FULL), "rooms,fanout-1000", "")) == ["rooms", "fanout-1000"]
    assert list(chosen(plan(FULL), "fanout-50", "site")["fanout-50"]) == ["site"]
    assert "fanout-1000" not in plan(SHORT)


def test_without_a_choice_all_but_the_servers_the_large_site_and_the_page_are_measured() -> None:
    others = ("servers", "site", "page")
    assert list(chosen(plan(FULL), "", "")) == [name for name in plan(FULL) if not name.startswith(others)]


@pytest.mark.parametrize("words", ["--only nothing", "--only fanout-3", "--only rooms --of apache", "--only fan"])
def test_what_is_not_there_is_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(words.split())
    assert "there is no" in capsys.readouterr().err


def test_the_storm_has_its_rivals() -> None:
    assert list(plan(FULL)["storm"]) == ["naive", "naive on uvicorn", "site"]


@pytest.mark.parametrize("scenario", ["backlog", "storm"])
def test_the_site_is_measured_under_its_own_server(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the naive one is measured under."""
    asked: list[str] = []

    def noted(ground: Any, dialect: Any, *, workers: int = 1, server: str = "") -> Any:
        asked.append(server)
        raise NotImplementedError

    monkeypatch.setattr(connecting, "running", noted)
    with pytest.raises(NotImplementedError):
        plan(FULL)[scenario]["site"].measure(SimpleNamespace(fill=lambda *_, **__: []))  # type: ignore[arg-type]
    assert asked == [""]


def test_contenders_take_turns_and_the_slow_ones_rest() -> None:
    slow, quick = Contender(lambda _: {}, rounds=1), Contender(lambda _: {})
    entries = {"a": {"slow": slow, "quick": quick}, "b": {"quick": quick}}
    assert list(turns(entries, 2)) == [
        (0, "a", "slow"),
        (0, "a", "quick"),
        (0, "b", "quick"),
        (1, "a", "quick"),
        (1, "b", "quick"),
    ]


def test_the_file_has_every_round_and_the_medians() -> None:
    text = as_json({"cores": [0]}, {"rooms": {"site": [{"messages": 1.0}, {"messages": 3.0}]}})
    assert '"messages": 2.0' in text
    assert text.count('"messages"') == 3
