"""What tests do on the room page, and read from it."""

from playwright.sync_api import Page


def say(page: Page, text: str) -> None:
    page.fill("#box", text)
    page.press("#box", "Enter")


def rows(page: Page) -> list[str]:
    """The texts of the messages on the page, tombstones by their words."""
    return page.locator("#log li[data-seq]").locator(".prose, .gone").all_inner_texts()
