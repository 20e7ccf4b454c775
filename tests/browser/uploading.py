"""What tests do with files on the room page."""

from playwright.sync_api import FilePayload, Page

from chat.models import Message


def named(name: str, content: bytes, kind: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def sent_names() -> list[str]:
    """Of the files of the one message."""
    return [file["name"] for file in Message.objects.get().attachments or []]


def choose(page: Page, *files: FilePayload) -> None:
    page.locator(".attach input").set_input_files(list(files))
