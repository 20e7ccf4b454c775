"""How the room page opens: few requests until the backlog stands, little to fetch, and nothing moves while it does."""

import gzip
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import User
from chat.models import Room
from chat.modules import BARE_NAMES, source_of
from tests.browser.conftest import Visit
from tests.factories import post
from tests.uploads import picture, upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REQUESTS_MOST = 12
SHIFT_MOST = 0.01
# Packed bytes of all the modules that the page fetches by itself; our own, and these with the vendored ones.
OWN_MOST, ALL_MOST = 25_000, 33_000
# As the sizes are counted; a browser that is offered brotli fetches a tenth less.
GZIP = {"extra_http_headers": {"Accept-Encoding": "gzip"}}
# The page is taken for settled when it has asked for nothing for so long.
QUIET_MS = 2_000

# Notes when the first row stands in the list, and adds up what moved without having been touched.
WATCH = """
    window.shift = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shift += entry.value }))
        .observe({ type: 'layout-shift', buffered: true });
    new MutationObserver((_, watch) => {
        if (!document.querySelector('#log li.msg')) return;
        window.firstRow = performance.now();
        watch.disconnect();
    }).observe(document, { childList: true, subtree: true });
"""


def opened(visit: Visit, user: User, path: str, **options: object) -> dict[str, Any]:
    """Opens a page anew with an empty cache, and tells what came before its first row, and what moved."""
    page = visit(user, "/profile/", **options)
    page.context.add_init_script(WATCH)
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    with page.expect_websocket():
        page.goto(path)
    page.wait_for_load_state("networkidle")
    found: dict[str, Any] = page.evaluate("""() => ({
        shift: window.shift,
        fetched: performance.getEntriesByType('resource').filter(entry => entry.startTime < window.firstRow)
            .map(entry => entry.name),
    })""")
    return found


@pytest.mark.parametrize("read", [0, 60], ids=["unread", "read"])
@pytest.mark.parametrize("width", [1280, 390])
def test_few_requests_and_no_shift(visit: Visit, lobby: Room, alice: User, bob: User, width: int, read: int) -> None:
    for n in range(60):
        post(alice, lobby, f"line {n} " + "with some more to say " * (n % 9))
    lobby.memberships.filter(user=bob).update(read_seq=read)
    found = opened(visit, bob, "/chat/lobby/", viewport={"width": width, "height": 800})
    assert 1 + len(found["fetched"]) <= REQUESTS_MOST, found["fetched"]
    assert found["shift"] < SHIFT_MOST


# Every module that a page has fetched, with its bytes on the wire.
MODULES = """() => performance.getEntriesByType('resource')
    .map(entry => [new URL(entry.name).pathname, entry.encodedBodySize]).filter(([path]) => path.endsWith('.js'))"""
QUIET = "most => performance.now() - performance.getEntriesByType('resource').at(-1).responseEnd > most"
# Names of bundles that stand for something of the browser's, too: a module that means that would get another one's.
SHADOWS = """async paths => (await Promise.all(paths.map(path => import(path))))
    .flatMap(module => Object.keys(module)).filter(name => name in window)"""


def fetched(page: Page) -> dict[str, int]:
    """The modules that a page fetches while nobody touches it: short names and packed bytes."""
    page.wait_for_function(QUIET, arg=QUIET_MS)
    modules = page.evaluate(MODULES)
    bundles = [path for path, _ in modules if ".bundle." in path]
    assert page.evaluate(SHADOWS, bundles) == []
    return {path.partition("/js/")[2].split(".")[0]: size for path, size in modules}


def test_all_that_the_page_fetches_by_itself_is_light(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "hello")
    found = fetched(visit(bob, "/chat/lobby/", **GZIP))
    assert sorted(found) == ["live", "words/en"]
    vendored = len(gzip.compress("".join(map(source_of, BARE_NAMES)).encode(), 9))
    assert sum(found.values()) <= ALL_MOST
    assert sum(found.values()) - vendored <= OWN_MOST


def test_so_it_is_where_the_page_has_more_to_say(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "look", uploads=[upload(alice, picture(), "spring.png").pk])
    Room.objects.filter(pk=lobby.pk).update(slow_mode_seconds=30)
    found = fetched(visit(bob, "/chat/lobby/", viewport={"width": 390, "height": 800}, has_touch=True, **GZIP))
    assert sorted(found) == ["files", "hold", "live", "restrictions", "words/en"]
    assert sum(found.values()) <= ALL_MOST
