"""How the room page opens: few requests until the backlog stands, and nothing moves while it does."""

from typing import Any

import pytest

from accounts.models import User
from chat.models import Room
from tests.browser.conftest import Visit
from tests.factories import post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REQUESTS_MOST = 12
SHIFT_MOST = 0.01

# Notes when the first row stands in the list, and adds up what moved without having been touched.
WATCH = """
    window.shift = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shift += entry.value }))
        .observe({ type: 'layout-shift', buffered: true });
    new MutationObserver((_, watch) => {
        if (!document.querySelector('#log li[data-seq]')) return;
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
        after: performance.getEntriesByType('resource').filter(entry => entry.startTime >= window.firstRow).length,
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
    assert found["after"] > 5
    assert found["shift"] < SHIFT_MOST
