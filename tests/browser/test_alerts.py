"""Being told of what concerns one while one looks elsewhere: notifications, the sound, one page for all."""

import time

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Membership, Room
from chat.services import members
from tests.browser.conftest import PATIENCE_MS, Visit
from tests.factories import make_room, post, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What pages show is kept here for all pages of the browser, too: a headless one loses a notification that
# somebody asks for before it stands on a screen.
TRAY = """
    const tray = () => JSON.parse(localStorage.getItem('tray') ?? '[]');
    const keep = shown => localStorage.setItem('tray', JSON.stringify(shown));
    const without = tag => tray().filter(one => one.tag !== tag);
    const { showNotification } = ServiceWorkerRegistration.prototype;
    window.asked = 0;
    ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
        window.asked += 1;
        showNotification.call(this, title, options);
        keep([...without(options.tag), { title, ...options }]);
    };
    ServiceWorkerRegistration.prototype.getNotifications = async ({ tag }) =>
        tray().filter(one => one.tag === tag).map(one => ({ ...one, close: () => keep(without(tag)) }));
"""
SHOWN = """lines => JSON.parse(localStorage.getItem('tray') ?? '[]')
    .map(one => `${one.tag}: ${one.title}: ${one.body}`).sort().join() === lines.sort().join()"""
# Counts what sounds, over all pages of the browser.
EARS = """
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...args) {
        localStorage.setItem('tones', Number(localStorage.getItem('tones') ?? 0) + 1);
        return start.apply(this, args);
    };
"""
NEVER_ASKED = """() => {
    Object.defineProperty(Notification, 'permission', { value: 'default' });
    Notification.requestPermission = async () => { window.wasAsked = true; return 'granted' };
}"""


@pytest.fixture
def garden(alice: User, bob: User) -> Room:
    return make_room(alice, "Garden", bob)


@pytest.fixture
def page(visit: Visit, lobby: Room, garden: Room, bob: User) -> Page:
    """The lobby in bob's browser, which may show notifications."""
    page = visit(bob, "/profile/", permissions=["notifications"])
    page.context.add_init_script(EARS)
    page.context.add_init_script(TRAY)
    page.goto("/chat/lobby/")
    ready(page)
    return page


def until(page: Page, promise: str, arg: object = None) -> None:
    """Waits until a promise is of something true; `wait_for_function` takes every promise for true."""
    patience = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(promise, arg):
        assert time.monotonic() < patience, promise


def ready(page: Page) -> None:
    until(page, "() => navigator.serviceWorker.getRegistration().then(found => Boolean(found?.active))")
    page.locator("#log").click()  # a page may sound once somebody has touched it
    until(page, "() => navigator.locks.query().then(({ held }) => held.some(lock => lock.name === 'voice'))")


def look_away(*pages: Page, is_away: bool = True) -> None:
    """As if another program stood before the pages."""
    for page in pages:
        page.evaluate(
            """isAway => {
                Object.defineProperty(document, 'hidden', { value: isAway, configurable: true });
                document.hasFocus = () => !isAway;
                document.dispatchEvent(new Event('visibilitychange'));
            }""",
            is_away,
        )
    until(
        pages[0],
        """isAway => navigator.locks.query()
            .then(({ held }) => held.some(lock => lock.name.startsWith('looking:')) !== isAway)""",
        is_away,
    )


def expect_shown(page: Page, *lines: str) -> None:
    page.wait_for_function(SHOWN, arg=list(lines))


def test_a_mention_is_shown_and_heard(page: Page, garden: Room, alice: User) -> None:
    look_away(page)
    post(alice, garden, "@bob **frost** tonight")
    expect_shown(page, "garden: Alice · # Garden: @bob frost tonight")
    assert page.evaluate("localStorage.getItem('tones')") == "2"


def test_who_looks_at_the_page_only_hears_it(page: Page, lobby: Room, garden: Room, alice: User) -> None:
    post(alice, lobby, "@bob here")
    post(alice, garden, "@bob there")
    page.wait_for_function("() => localStorage.getItem('tones') === '2'")
    look_away(page)
    post(alice, lobby, "@bob still there?")
    expect_shown(page, "lobby: Alice · # Lobby: @bob still there?")


@pytest.mark.parametrize("change", [{"notify": "nothing"}, {"is_muted": True}])
def test_rooms_of_which_one_wants_to_hear_nothing(
    page: Page, lobby: Room, garden: Room, alice: User, bob: User, change: dict[str, object]
) -> None:
    Membership.objects.filter(room=garden, user=bob).update(**change)
    look_away(page)
    post(alice, garden, "@room hear me")
    post(alice, lobby, "@bob you there")
    expect_shown(page, "lobby: Alice · # Lobby: @bob you there")


def test_one_page_speaks_for_all(page: Page, garden: Room, alice: User) -> None:
    other = page.context.new_page()
    other.goto("/chat/garden/")
    ready(other)
    look_away(page, other)
    post(alice, garden, "@bob one voice")
    expect_shown(page, "garden: Alice · # Garden: @bob one voice")
    assert sorted(one.evaluate("window.asked") for one in (page, other)) == [0, 1]
    page.close()
    until(other, "() => navigator.locks.query().then(({ pending }) => !pending.length)")
    post(alice, garden, "@bob another voice")
    expect_shown(other, "garden: Alice · # Garden: @bob another voice")


def test_reading_takes_it_back(page: Page, garden: Room, alice: User, bob: User) -> None:
    look_away(page)
    post(alice, garden, "@bob look")
    expect_shown(page, "garden: Alice · # Garden: @bob look")
    members.mark_read(membership=seat(bob, garden), seq=1)
    expect_shown(page)


def test_a_click_opens_the_room_at_the_message(page: Page, garden: Room, alice: User) -> None:
    look_away(page)
    post(alice, garden, "@bob over here")
    expect_shown(page, "garden: Alice · # Garden: @bob over here")
    [shown] = page.evaluate("JSON.parse(localStorage.getItem('tray'))")
    page.context.service_workers[0].evaluate(
        """data => {
            WindowClient.prototype.focus = async () => null; // only a person's click may
            const click = new ExtendableEvent('notificationclick');
            click.notification = { data, close() {} };
            dispatchEvent(click);
        }""",
        shown["data"],
    )
    page.wait_for_url("**/chat/garden/1/")
    expect(page.locator("li[data-seq='1']")).to_have_class("msg msg--first msg--mention is-target")


def test_the_browser_is_asked_when_there_was_something_to_show(
    visit: Visit, lobby: Room, garden: Room, alice: User, bob: User
) -> None:
    page = visit(bob, "/chat/lobby/")
    page.evaluate(NEVER_ASKED)
    ready(page)
    expect(page.locator("#notice")).to_be_hidden()
    look_away(page)
    post(alice, garden, "@bob hello?")
    notice = page.locator("#notice")
    expect(notice).to_contain_text("Somebody meant you while you were away.")
    look_away(page, is_away=False)
    notice.get_by_role("button", name="Show notifications").click()
    page.wait_for_function("() => window.wasAsked")
    expect(notice).to_be_hidden()


def test_not_now_means_never_again(visit: Visit, lobby: Room, garden: Room, alice: User, bob: User) -> None:
    page = visit(bob, "/chat/lobby/")

    def ask_again() -> None:
        page.evaluate(NEVER_ASKED)
        ready(page)
        look_away(page)
        post(alice, garden, "@bob hello?")
        page.wait_for_function("() => document.querySelector('#rooms a[href$=garden\\\\/] .badge')")

    ask_again()
    expect(page.locator("#notice")).to_be_visible()
    look_away(page, is_away=False)
    page.locator("#notice").get_by_role("button", name="Not now").click()
    page.reload()
    ask_again()
    look_away(page, is_away=False)
    expect(page.locator("#notice")).to_be_hidden()
