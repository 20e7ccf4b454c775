"""The room page in a real Chromium: what it weighs, how soon it stands on a slow phone, how it bears a burst."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.dialects import Site
from bench.figures import percentile
from bench.ground import Ground, Running, on_all_cores, running
from bench.load import Swarm
from bench.meter import Figures
from bench.sockets import Person

FLAGS = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--no-first-run", "--disable-sync"] + (["--no-sandbox"] if os.getuid() == 0 else [])
# What Lighthouse takes for a phone: its screen, its line, a processor a quarter as fast as ours.
PHONE = {"viewport": {"width": 412, "height": 823}, "is_mobile": True, "has_touch": True}
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6 * 2**20 / 8, "uploadThroughput": 750 * 1024 / 8}
SLOWER = 4
MESSAGES = 500
RATE = 100  # messages a second in the burst
FILL_RATE = 400  # while memory is watched
BURST_SECONDS = 10
FILLING = 10_000
KEY_SECONDS = 0.1
SPOKEN = 30
PATIENCE_MS = 60_000

# When the first row is painted and when the room is live, and how much moved that nobody had touched.
WATCH = """
    window.seen = { shift: 0 };
    new PerformanceObserver(list => list.getEntries().forEach(entry => { seen.shift += entry.value }))
        .observe({ type: 'layout-shift', buffered: true });
    new MutationObserver((_, watch) => {
        if (!document.querySelector('#log li.msg')) return;
        watch.disconnect();
        seen.requests = 1 + performance.getEntriesByType('resource').length;
        requestAnimationFrame(() => setTimeout(() => { seen.backlog = performance.now() }));
    }).observe(document, { childList: true, subtree: true });
    window.WebSocket = class extends WebSocket {
        constructor(...all) {
            super(...all);
            this.addEventListener('message', ({ data }) => {
                if (data.startsWith('{"type":"subscribed"')) seen.live ??= performance.now();
            });
        }
    };
"""
OPENED = """() => {
    const bytes = ending => performance.getEntriesByType('resource').filter(entry => entry.name.endsWith(ending))
        .reduce((sum, entry) => sum + entry.encodedBodySize, 0);
    return { ...seen, js: bytes('.js'), css: bytes('.css') };
}"""
# From here on, how long each frame took, and how long until what a key wrote was painted.
MEASURE = """() => {
    window.felt = { frames: [], keys: [] };
    let last = performance.now();
    const beat = () => {
        felt.frames.push(performance.now() - last);
        last = performance.now();
        requestAnimationFrame(beat);
    };
    requestAnimationFrame(beat);
    addEventListener('keydown', ({ timeStamp }) => {
        requestAnimationFrame(() => setTimeout(() => felt.keys.push(performance.now() - timeStamp)));
    }, true);
}"""
# When each new row came, by its text, on the clock that all pages share.
LISTEN = """() => {
    window.came = {};
    new MutationObserver(changes => changes.forEach(({ addedNodes }) => addedNodes.forEach(node => {
        const text = node.querySelector?.('.prose')?.textContent ?? '';
        came[text.trim()] ??= performance.timeOrigin + performance.now();
    }))).observe(document.querySelector('#log ol'), { childList: true, subtree: true });
}"""
PRESSED = """() => {
    window.pressed = [];
    addEventListener('keydown', event => {
        if (event.key === 'Enter') pressed.push(performance.timeOrigin + performance.now());
    }, true);
}"""


def in_browser(ground: Ground) -> Figures:
    """A room of 500 messages: opened on a phone, then on a desktop while a hundred messages a second come in."""
    ground.run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    people = ground.fill(Site(), "page", users=20, rooms=1, members=20, messages=MESSAGES)
    with running(ground, Site()) as site:
        with on_all_cores(), chromium() as browser:  # as a phone has several, and nobody else wants them meanwhile
            with visit(browser, site, people[0]) as page:
                live(page)  # the server has loaded what it loads late
            found = opening(browser, site, people[0])
        with chromium() as browser:
            found |= speaking(browser, site, people[:2])
            return found | burst(browser, site, people[:2])


@contextmanager
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Browser, site: Running, person: Person, *, slowly: bool = False) -> Iterator[Page]:
    """The room's page in a browser of its own; `slowly`, as on a phone."""
    address = f"http://{site.address[0]}:{site.address[1]}"
    options: dict[str, Any] = PHONE if slowly else {"viewport": {"width": 1280, "height": 800}}
    context: BrowserContext = browser.new_context(**options, base_url=address)
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "sessionid", "value": person.cookie, "url": address}])
    context.add_init_script(WATCH)
    page = context.new_page()
    if slowly:
        session = context.new_cdp_session(page)
        session.send("Network.emulateNetworkConditions", LINE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"/chat/{person.room}/", wait_until="commit")
    try:
        yield page
    finally:
        context.close()


def live(page: Page) -> None:
    page.wait_for_function("() => window.seen?.live && window.seen?.backlog")


def at_newest(page: Page) -> None:
    """Where what comes is shown; a room with much unread opens further up."""
    live(page)
    page.wait_for_selector(".me .av.on", state="attached")
    page.keyboard.press("Escape")
    page.wait_for_selector("#latest", state="hidden")
    page.focus("#box")


def opening(browser: Browser, site: Running, person: Person) -> Figures:
    """With nothing in the cache, on a slow line."""
    with visit(browser, site, person, slowly=True) as page:
        live(page)
        page.wait_for_load_state("networkidle")
        seen = page.evaluate(OPENED)
    return {
        "js_kb": seen["js"] / 1000,
        "css_kb": seen["css"] / 1000,
        "requests": float(seen["requests"]),
        "shift": float(seen["shift"]),
        "backlog_ms": float(seen["backlog"]),
        "live_ms": float(seen["live"]),
    }


def speaking(browser: Browser, site: Running, people: list[Person]) -> Figures:
    """From one person's Enter to the row on another's screen."""
    with visit(browser, site, people[0]) as writer, visit(browser, site, people[1]) as reader:
        for page in (writer, reader):
            at_newest(page)
        writer.evaluate(PRESSED)
        reader.evaluate(LISTEN)
        for number in range(SPOKEN):
            writer.fill("#box", f"spoken {number}")
            writer.press("#box", "Enter")
            reader.wait_for_function("text => window.came[text]", arg=f"spoken {number}")
        pressed, came = writer.evaluate("() => window.pressed"), reader.evaluate("() => window.came")
    times = [came[f"spoken {number}"] - at for number, at in enumerate(pressed)]
    return {"seen_p50_ms": percentile(times, 0.5), "seen_p99_ms": percentile(times, 0.99)}


def burst(browser: Browser, site: Running, people: list[Person]) -> Figures:
    """A hundred messages a second come in while one writes; then ten thousand more, while memory is watched."""
    load = Swarm(site.dialect, site.address)
    load.connect(people[1:], at_once=1, seconds=60)
    with visit(browser, site, people[0]) as page:
        at_newest(page)
        page.evaluate(MEASURE)
        talk = Talk(load, RATE, round(RATE * BURST_SECONDS))
        while talk.is_alive():
            page.keyboard.press("a")
            time.sleep(KEY_SECONDS)
        written = len(page.input_value("#box"))
        felt = page.evaluate("() => window.felt")
        before = heap_mib(page)
        Talk(load, FILL_RATE, FILLING).join()
        load.run_until(lambda: False, 2.0)
        after = heap_mib(page)
        rows = page.locator("#log li[data-seq]").count()
    load.close()
    return {
        "frame_max_ms": max(felt["frames"]),
        "frame_p99_ms": percentile(felt["frames"], 0.99),
        "key_p50_ms": percentile(felt["keys"], 0.5),
        "key_max_ms": max(felt["keys"]),
        "keys": float(written),
        "heap_before_mib": before,
        "heap_after_mib": after,
        "rows": float(rows),
    }


class Talk(threading.Thread):
    """Says `count` things, so many a second, beside what we do."""

    def __init__(self, load: Swarm, rate: int, count: int) -> None:
        super().__init__()
        self._load, self._rate, self._count = load, rate, count
        self.start()

    def run(self) -> None:
        load = self._load
        (one,) = load.sockets.values()
        first, begun = load.newest + 1, time.perf_counter()
        for number in range(self._count):
            due = begun + number / self._rate
            load.run_until(lambda due=due: time.perf_counter() >= due, 60)  # type: ignore[misc]
            load.say(one, first + number)


def heap_mib(page: Page) -> float:
    """What the page holds, when the garbage is gone."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 2**20
