"""The service worker in a real browser: the page for when the site can't be reached, and what it never keeps."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Room
from tests.browser.conftest import Visit
from tests.browser.wire import Wire
from tests.factories import post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = """async () => {
    const found = {};
    for (const name of await caches.keys()) {
        found[name] = (await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname);
    }
    return found;
}"""


@pytest.fixture
def page(visit: Visit, wire: Wire, lobby: Room, alice: User, bob: User) -> Page:
    """The lobby in bob's browser, on a cable that can be pulled, with its service worker at work."""
    post(alice, lobby, "a secret of the house")
    page = visit(bob, "/offline/", at=wire)
    page.evaluate("caches.open('of an earlier version').then(cache => cache.add('/offline/'))")
    page.goto("/chat/lobby/")
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")
    return page


def test_it_keeps_its_page_and_nothing_else(page: Page) -> None:
    page.reload()
    page.goto("/chat/")
    page.evaluate("fetch('/api/v1/me').then(answer => answer.text())")
    kept = page.evaluate(KEPT)
    assert len(kept) == 1, "those of earlier versions are gone"
    (paths,) = kept.values()
    assert paths[0] == "/offline/"
    assert [path for path in paths[1:] if not path.startswith("/static/")] == []
    texts = page.evaluate("""async () => {
        const cache = await caches.open((await caches.keys())[0]);
        return Promise.all((await cache.matchAll()).map(answer => answer.text()));
    }""")
    assert not any("a secret of the house" in text or "Bob" in text for text in texts)


def test_without_a_network_there_is_a_page_that_says_so(page: Page, wire: Wire, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(theme="dark")
    page.goto("/chat/")
    expect(page.locator(".me .av.on")).to_be_attached()
    wire.cut()
    page.goto("/chat/")
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
    expect(page.get_by_role("heading", name="The line is quiet.")).to_be_visible()
    styled = page.evaluate("getComputedStyle(document.querySelector('.door')).display")
    assert styled == "grid"
    wire.mend()
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", name="All rooms")).to_be_visible()


def test_it_goes_on_by_itself_with_the_network(page: Page, wire: Wire) -> None:
    wire.cut()
    page.goto("/chat/lobby/")
    expect(page.get_by_role("heading", name="The line is quiet.")).to_be_visible()
    page.wait_for_load_state("load")
    wire.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("li[data-seq='1']")).to_contain_text("a secret of the house")


def test_the_browser_may_install_it(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["manifest"]["name"] == "Tertulia"
    problems = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [problem["errorId"] for problem in problems if problem["errorId"] != "in-incognito"] == []
