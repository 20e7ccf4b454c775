"""What every page is held to: axe finds nothing in it in light and dark, and nothing of it is wider than the screen."""

from collections.abc import Sequence
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (1280, 390, 320)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The whole is looked at once; of the other looks, what differs by width and colour.
WHOLE: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
OF_A_LOOK = ["color-contrast", "target-size", "scrollable-region-focusable", "aria-hidden-focus", "link-in-text-block"]
LOOK: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": OF_A_LOOK}}
# Half of the time of a look went into bringing axe into the page anew, and all that it knows out of it.
AXE: str = Axe().axe_script
FOUND = """options => axe.run(options).then(({ violations }) => violations.map(({ id, help, nodes }) =>
    [`${id}: ${help}`, ...nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)].join('\\n')))"""


type Scheme = Literal["light", "dark"]
SCHEMES: Sequence[Scheme] = ("light", "dark")

# The scheme has come, the page was drawn in it, and no colour is on its way: else axe reads some of each.
PAINTED = """scheme => matchMedia(`(prefers-color-scheme: ${scheme})`).matches && new Promise(done => {
    const look = () => document.getAnimations().some(one => one instanceof CSSTransition)
        ? requestAnimationFrame(look) : setTimeout(() => done(true));
    requestAnimationFrame(() => requestAnimationFrame(look));
})"""


def assert_sound(page: Page, path: str, *, is_whole: bool = True, schemes: Sequence[Scheme] = SCHEMES) -> None:
    """The page that stands open, at each width and scheme. It came with `bypass_csp`: axe comes from outside.

    `is_whole`: not a part of a page.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(PAINTED, arg=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            is_first = scheme == schemes[0] and width == WIDTHS[0]
            found = page.evaluate(FOUND, WHOLE if is_first and is_whole else LOOK)
            assert found == [], f"{path}, {scheme} at {width}: {'; '.join(found)}"
            assert page.evaluate(TOO_WIDE) <= 0, f"{path} scrolls sideways at {width}"


def answer_with(page: Page, text: str) -> None:
    """From now on that is what stands at `/broken/`."""
    page.unroute("**/broken/")
    page.route("**/broken/", lambda route: route.fulfill(body=text, content_type="text/html"))
