"""An answer in time, whatever the threads wait for."""

import asyncio
import json
from typing import Any

import pytest

from chat.api.deadline import Deadline


class Site:
    """Reads the whole request, and answers when it is told to."""

    def __init__(self) -> None:
        self.may_answer, self.has_two_parts, self.has_all = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while (event := await receive()).get("more_body"):
            if event["body"] == b"b":
                self.has_two_parts.set()
        self.has_all.set()
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})


class Client:
    """One request in parts, and what was answered."""

    def __init__(self, *parts: bytes) -> None:
        self.events = asyncio.Queue[dict[str, Any]]()
        for part in parts:
            self.events.put_nowait({"type": "http.request", "body": part, "more_body": True})
        self.answer: list[dict[str, Any]] = []
        self.has_answer = asyncio.Event()

    def finish(self) -> None:
        self.events.put_nowait({"type": "http.request", "body": b"", "more_body": False})

    async def send(self, event: dict[str, Any]) -> None:
        self.answer.append(event)
        if event["type"] == "http.response.body":
            self.has_answer.set()

    def ask(self, site: Any, path: str = "/api/v1/me") -> asyncio.Task[None]:
        return asyncio.create_task(site({"type": "http", "path": path}, self.events.get, self.send))


async def test_too_late_is_unavailable_and_what_comes_after_is_dropped() -> None:
    site, client = Site(), Client()
    client.finish()
    task = client.ask(Deadline(site, 0.01))
    await client.has_answer.wait()
    start, body = client.answer
    headers = dict(start["headers"])
    problem = json.loads(body["body"])
    assert (start["status"], problem["code"]) == (503, "unavailable")
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"retry-after"] == b"1"
    assert int(headers[b"content-length"]) == len(body["body"])
    site.may_answer.set()
    await task
    assert len(client.answer) == 2


@pytest.mark.parametrize("path", ["/api/v1/me", "/chat/"])
async def test_in_time(path: str) -> None:
    site, client = Site(), Client()
    client.finish()
    site.may_answer.set()
    await client.ask(Deadline(site, 30), path)
    assert [event.get("status", event.get("body")) for event in client.answer] == [200, b"done"]


async def test_a_slow_upload_is_not_late() -> None:
    """The time counts from the end of the request; that of a page does not count at all."""
    site, client = Site(), Client(b"a", b"b")
    task = client.ask(Deadline(site, 0.0))
    await site.has_two_parts.wait()
    assert client.answer == []
    client.finish()
    await client.has_answer.wait()
    assert client.answer[0]["status"] == 503
    site.may_answer.set()
    await task
    page = Client()
    page.finish()
    await page.ask(Deadline(site, 0.0), "/chat/")
    assert page.answer[0]["status"] == 200


async def test_who_goes_away_ends_the_work() -> None:
    site, client = Site(), Client()
    client.finish()
    task = client.ask(Deadline(site, 30))
    await site.has_all.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.answer == []


async def test_a_fault_of_the_site_is_the_servers_to_answer() -> None:
    async def fail(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        raise RuntimeError("a fault")

    client = Client()
    client.finish()
    with pytest.raises(RuntimeError):
        await client.ask(Deadline(fail, 30))
    assert client.answer == []
