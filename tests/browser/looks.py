"""What every page is held to: axe finds nothing in it, and nothing of it is wider than the screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (1280, 390, 320)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def assert_sound(page: Page, path: str) -> None:
    """The page that stands open, at each width. It came with `bypass_csp`, for axe comes from outside."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path} at {width}: {found.generate_report()}"
        assert page.evaluate(TOO_WIDE) <= 0, f"{path} scrolls sideways at {width}"
