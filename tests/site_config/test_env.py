from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from site_config import env

NAME = "TERTULIA_TEST_VALUE"


def test_text_from_the_environment_a_file_or_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert env.text(NAME, "usual") == "usual"
    monkeypatch.setenv(NAME, "given")
    assert env.text(NAME, "usual") == "given"
    monkeypatch.delenv(NAME)
    (tmp_path / "secret").write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.text(NAME) == "from the file"


def test_both_a_value_and_a_file_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "a")
    monkeypatch.setenv(f"{NAME}_FILE", "/b")
    with pytest.raises(ImproperlyConfigured, match="both set"):
        env.text(NAME)


def test_a_file_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE: cannot read"):
        env.text(NAME)


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("Yes", True), ("on", True), ("OFF", False), ("0", False)])
def test_boolean(monkeypatch: pytest.MonkeyPatch, value: str, meaning: bool) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.boolean(NAME, default=not meaning) is meaning


def test_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.choice(NAME, "en", "zh-hans") == "en"
    for value, meaning in (("", "en"), ("zh-Hans", "zh-hans")):
        monkeypatch.setenv(NAME, value)
        assert env.choice(NAME, "en", "zh-hans") == meaning
    monkeypatch.setenv(NAME, "klingon")
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} must be one of en, zh-hans; it is 'klingon'"):
        env.choice(NAME, "en", "zh-hans")


@pytest.mark.parametrize("default", [True, False])
def test_an_empty_boolean_is_the_default(monkeypatch: pytest.MonkeyPatch, default: bool) -> None:
    monkeypatch.setenv(NAME, "")
    assert env.boolean(NAME, default) is default


@pytest.mark.parametrize(
    ("value", "meaning"), [("10/1", (10, 1.0)), ("3/0.5", (3, 0.5)), ("OFF", None), ("999999/60", (999999, 60.0))]
)
def test_rate(monkeypatch: pytest.MonkeyPatch, value: str, meaning: tuple[int, float] | None) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.rate(NAME, "1/1") == meaning


def test_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.words(NAME) == []
    monkeypatch.setenv(NAME, " a.example, b.example  c.example,")
    assert env.words(NAME) == ["a.example", "b.example", "c.example"]


def test_database_takes_sockets_passwords_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "postgresql://ann:p%40ss@db.example:6432/chat?sslmode=require")
    assert env.database(NAME, "") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "chat",
        "USER": "ann",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }
    assert env.database("TERTULIA_NOT_SET", "postgresql://chat@/tertulia?host=%2Frun%2Fx")["HOST"] == "/run/x"


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (env.boolean, "maybe"),
        (lambda name: env.integer(name, 1), "-1"),
        (lambda name: env.integer(name, 1), "٣"),
        (lambda name: env.integer(name, 1), "9" * 40),
        (lambda name: env.integer(name, 5, least=2), "1"),
        (lambda name: env.rate(name, ""), "10"),
        (lambda name: env.rate(name, ""), "0/1"),
        (lambda name: env.rate(name, ""), "5/0"),
        (lambda name: env.database(name, ""), "sqlite:///x"),
        (lambda name: env.database(name, ""), "postgresql://host"),
        (lambda name: env.database(name, ""), "postgresql://host/db?no_such_option=1"),
        (lambda name: env.redis(name, ""), "localhost:6379"),
    ],
)
def test_wrong_values_are_refused_by_name(monkeypatch: pytest.MonkeyPatch, reader: object, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        reader(NAME)  # type: ignore[operator]
