"""The cache while its server is away, hangs, and is back."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import BaseCache

from site_config import cache
from site_config.cache import Cache, Outage
from site_config.data_folder import run_dir
from site_config.embedded import Valkey


@pytest.fixture
def valkey(folder: Path) -> Iterator[Valkey]:
    """A server of this test's own."""
    data = folder / "data"
    run_dir(data).mkdir(parents=True)
    os.chmod(run_dir(data), 0o777)  # noqa: PTH101
    valkey = Valkey(data)
    valkey.start()
    valkey.wait_until(valkey.is_ready, 10)
    yield valkey
    if valkey.process and valkey.is_alive:
        valkey.process.send_signal(signal.SIGCONT)
    valkey.stop(5)


@pytest.fixture
def store(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> BaseCache:
    monkeypatch.setattr(cache.Client, "outage", Outage())
    return Cache(f"unix://{valkey.socket}", {"OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}})


def pass_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache.Client.outage, "until", 0.0)


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
