"""One thing breaks while people talk."""

import asyncio
import json
import signal
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import connect

from chaos.nemesis import Act
from chaos.record import Pass
from chaos.run import Run, Setting
from chaos.site import Site, send
from tests.faults.conftest import Crowd, gather, until

pytestmark = pytest.mark.processes

PROMISED_SECONDS = 5.0
FAST_SECONDS = 1.5  # on a busy machine; without the broker it takes up to 3 s more


def enter(access: Pass, site: Site) -> connect:
    """A bare socket of somebody."""
    host = f"127.0.0.1:{site.port}"
    cookie = {"Cookie": f"sessionid={access.sessionid}"}
    return connect(f"ws://{host}/ws/chat/", origin=f"http://{host}", additional_headers=cookie, proxy=None)  # type: ignore[arg-type]


def busy_workers(site: Site) -> int:
    """How many workers have a socket of somebody."""
    lines = Path("/proc/net/tcp").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split() for line in lines]
    inodes = {row[9] for row in rows if row[3] == "01" and row[1].endswith(f":{site.port:04X}")}
    links = [
        {str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()}
        for pid in site.pids("worker")
    ]
    return sum(any(f"socket:[{inode}]" in found for inode in inodes) for found in links)


async def spread(site: Site, crowd: Crowd) -> None:
    """Have some people come back until both workers have readers."""
    while busy_workers(site) < 2:
        for person in crowd.people[::2]:
            if person.socket is not None:
                person.socket.transport.abort()
        await until(lambda: any(person.socket is None for person in crowd.people), 5, "gone")
        await crowd.quiet()


async def test_a_killed_worker_loses_nothing_and_everyone_resumes(site: Site) -> None:
    run = Run(site, Setting(6, 10, 2, 2, seed=1))
    verdict = await run.go([Act(2, "worker kill", 0, 0.0, 0), Act(4, "worker kill", 0, 0.0, 0)])
    assert verdict.broken == []
    assert verdict.messages > 20
    assert verdict.counts["resumes"] > 0
    assert verdict.counts["closed 1006"] > 0


async def test_talk_goes_on_without_the_broker_and_is_fast_again_when_it_is_back(site: Site) -> None:
    async with gather(site, 10) as crowd:
        await spread(site, crowd)
        workers, connections = site.pids("worker"), crowd.connections()
        supervisor = site.child.pid or 0
        for number in (signal.SIGKILL, signal.SIGSTOP):
            send(supervisor, signal.SIGSTOP)  # nobody is there to start it again
            site.signal("valkey", number)
            try:
                for person in (0, 1):
                    sent = crowd.say(person)
                    await until(partial(crowd.have, sent), 5, "everyone has it without the broker")
            finally:
                site.signal("valkey", signal.SIGCONT)
                send(supervisor, signal.SIGCONT)
            await fast_again(crowd)
        assert site.pids("worker") == workers
        assert crowd.connections() == connections


async def fast_again(crowd: Crowd) -> None:
    """Several messages in a row reach everyone at the speed of bells."""
    loop = asyncio.get_running_loop()
    begin, in_a_row = loop.time(), 0
    while in_a_row < 5:
        sent = crowd.say(in_a_row)
        taken = await until(partial(crowd.have, sent), 10, "everyone has it")
        in_a_row = in_a_row + 1 if taken < FAST_SECONDS else 0
        assert loop.time() - begin < 30, "it does not get fast again"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_without_the_database_sends_are_refused_and_all_goes_on_after_it(
    site: Site, number: signal.Signals
) -> None:
    async with gather(site, 6) as crowd:
        await spread(site, crowd)
        workers, connections = site.pids("worker"), crowd.connections()
        supervisor = site.child.pid or 0
        send(supervisor, signal.SIGSTOP)
        site.signal("postgres", number)
        try:
            drafts = [crowd.say(person) for person in range(6)]
            await until(
                lambda: all(person.counts["error unavailable"] for person in crowd.people), 5.5, "sends are refused"
            )
            assert not any(draft.acks for draft in drafts)
            if number == signal.SIGKILL:  # a longer outage must not mean a longer return
                await until(lambda: crowd.people[0].counts["error unavailable"] >= 4, 25, "refused again")
        finally:
            site.signal("postgres", signal.SIGCONT)
            send(supervisor, signal.SIGCONT)
        await until(lambda: all(crowd.have(draft) for draft in drafts), 8, "all is said in the end")
        assert site.pids("worker") == workers
        assert crowd.connections() == connections


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_without_the_database_programs_are_told_in_time(site: Site, number: signal.Signals) -> None:
    (access,) = await asyncio.to_thread(site.fill, 1, 1, 1)

    def ask() -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", site.port, timeout=PROMISED_SECONDS + 1)
        try:
            connection.request("GET", "/api/v1/rooms", headers={"Cookie": f"sessionid={access.sessionid}"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    await until(lambda: ask()[0] == 200, 30, "programs are served")
    supervisor = site.child.pid or 0
    send(supervisor, signal.SIGSTOP)
    site.signal("postgres", number)
    try:
        status, problem = ask()
        assert (status, problem["code"]) == (503, "unavailable")
    finally:
        site.signal("postgres", signal.SIGCONT)
        send(supervisor, signal.SIGCONT)
    await until(lambda: ask()[0] == 200, 30, "programs are served again")


async def test_without_the_database_no_command_waits_for_those_before_it(site: Site) -> None:
    (access,) = await asyncio.to_thread(site.fill, 1, 1, 1)
    commands: list[dict[str, Any]] = [
        {"type": "history", "before": 9},
        {"type": "join"},
        {"type": "edit", "seq": 1, "body": "x"},
    ]
    commands += [{"type": "send", "body": "x", "client_id": str(uuid4())}, {"type": "delete", "seq": 1}]
    async with enter(access, site) as socket:
        assert json.loads(await socket.recv())["type"] == "hello"
        site.signal("postgres", signal.SIGSTOP)
        try:
            async with asyncio.timeout(PROMISED_SECONDS):
                for number, command in enumerate(commands):
                    await socket.send(json.dumps(command | {"room": access.rooms[0], "ref": str(number)}))
                answers = [json.loads(await socket.recv()) for _ in commands]
        finally:
            site.signal("postgres", signal.SIGCONT)
        assert [answer["ref"] for answer in answers] == [str(number) for number in range(len(commands))]
        assert {answer["code"] for answer in answers} == {"unavailable"}
        assert all(answer["retry_after"] > 0 for answer in answers)


async def test_a_worker_that_is_asked_to_stop_answers_what_it_accepted_and_says_so(site: Site) -> None:
    async with gather(site, 10) as crowd:
        await spread(site, crowd)
        for person in range(10):
            for _ in range(20):
                crowd.say(person)
        await until(lambda: crowd.count("ack") > 10, 10, "some are answered")
        before, broken_off = site.pids("worker"), crowd.count("closed 1006")
        send(before[0], signal.SIGTERM)
        await crowd.quiet()
        stored = (await asyncio.to_thread(site.rows, crowd.room)).seq
        assert stored == 200
        assert all(len(sent.acks) == 1 for person in crowd.people for sent in person.witness.sent)
        doubles = [a for person in crowd.people for sent in person.witness.sent for a in sent.acks if a.is_duplicate]
        assert not doubles, "what was stored before the end was also answered before it"
        assert crowd.count("closed 1012") > 0
        assert crowd.count("closed 1006") == broken_off
        await until(lambda: len(set(site.pids("worker")) - {before[0]}) == 2, 20, "another worker stands for it")
