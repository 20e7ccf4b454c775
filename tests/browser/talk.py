"""What tests do on the room page, and read from it."""

from playwright.sync_api import Page, expect


def live(page: Page) -> Page:
    """The page, once it hears of what happens, with the box in focus."""
    page.locator("#box").focus()
    expect(page.locator(".me .av.on")).to_be_attached()
    return page


def say(page: Page, text: str) -> None:
    page.fill("#box", text)
    page.press("#box", "Enter")


def rows(page: Page) -> list[str]:
    """The texts of the messages on the page, tombstones by their words."""
    return page.locator("#log li[data-seq]").locator(".prose, .gone").all_inner_texts()
