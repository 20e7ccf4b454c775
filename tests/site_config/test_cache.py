"""The cache while its server is away, hangs, and is back."""

import signal
import time

import pytest
from django.core.cache import BaseCache

from site_config import cache
from site_config.cache import Cache, Outage
from site_config.embedded import Valkey


@pytest.fixture
def store(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> BaseCache:
    monkeypatch.setattr(cache.Client, "outage", Outage())
    return Cache(f"unix://{valkey.socket}", {"OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}})


def pass_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache.Client.outage, "until", time.monotonic())


def test_without_a_server_nothing_is_held_and_nothing_fails(store: BaseCache, valkey: Valkey) -> None:
    store.set("a", 1)
    assert store.get("a") == 1
    valkey.stop(5)
    assert store.get("a", "default") == "default"
    store.set("a", 2)
    store.set_many({"a": 2, "b": 3})
    assert store.get_many(["a", "b"]) == {}
    assert store.add("lock", True)
    assert store.incr("count", 2) == 2
    assert "a" not in store
    assert not store.delete("a")
    store.delete_many(["a"])


def test_a_server_that_hangs_is_asked_once_and_tells_nothing_stale_afterwards(
    store: BaseCache, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.set_many({"left": "session", "other": "session"})
    assert valkey.process
    valkey.process.send_signal(signal.SIGSTOP)
    begin = time.monotonic()
    for _ in range(10):
        store.delete("left")
    assert time.monotonic() - begin < 1.5
    valkey.process.send_signal(signal.SIGCONT)
    assert store.get("other") is None, "not asked again yet"
    pass_time(monkeypatch)
    assert store.get("left") is None
    assert store.get("other") == "session"
    store.set("new", 1)
    assert store.get("new") == 1


def test_the_log_has_a_line_when_it_goes_and_one_when_it_is_back(
    store: BaseCache, valkey: Valkey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert store.get("a") is None
    valkey.stop(5)
    for _ in range(3):
        store.get("a")
        pass_time(monkeypatch)
    valkey.start()
    valkey.wait_until(valkey.is_ready, 10)
    for _ in range(3):
        store.get("a")
    gone, back = caplog.messages
    assert gone.startswith("The cache does not answer")
    assert back == "The cache answers again."
