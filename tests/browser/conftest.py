"""A real Chromium at a real worker on the test database."""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.management import call_command
from django.utils.csp import CSP
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, sync_playwright

from accounts.models import User
from tests.browser.wire import Wire
from tests.live.site import Worker

# Without a sandbox only where Chromium would refuse to start with one.
FLAGS = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--no-first-run", "--disable-sync"] + (["--no-sandbox"] if os.getuid() == 0 else [])
PATIENCE_MS = 10_000


@pytest.fixture(scope="package")
def site(django_db_setup: None) -> Iterator[Worker]:
    """A worker with collected static files: hashed names and the import map are under test too."""
    call_command("collectstatic", interactive=False, verbosity=0)
    worker = Worker()
    yield worker
    worker.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    # Playwright's loop counts as a running one for Django, although these tests are not async.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def wire(site: Worker) -> Iterator[Wire]:
    """The cable of those who `visit` with it."""
    wire = Wire(site.port)
    yield wire
    wire.close()


@pytest.fixture(autouse=True)
def bells_ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What services announce goes out from another thread: in this one Playwright's loop is in the way."""
    with ThreadPoolExecutor(1) as apart:

        def ring(function: Callable[..., Any]) -> Callable[..., Any]:
            return lambda *args: apart.submit(async_to_sync(function), *args).result()

        monkeypatch.setattr("chat.broadcast.async_to_sync", ring)
        yield


type Visit = Callable[..., Page]


@pytest.fixture
def visit(transactional_db: None, site: Worker, chromium: Browser) -> Iterator[Visit]:
    """Opens a page as somebody in a browser of their own.

    What a page complains of fails the test at the end, but for lines that hold `expects`.
    """
    complaints: list[str] = []
    contexts = []

    def open_page(
        user: User, path: str, *, at: Wire | None = None, expects: str = "net::ERR_", **options: object
    ) -> Page:
        address = at.address if at else f"http://{site.address}"
        defaults = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "base_url": address}

        def is_complaint(line: ConsoleMessage) -> bool:
            return line.type == "error" and expects not in line.text and "WebSocket connection to" not in line.text

        context = chromium.new_context(**(defaults | options))  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if is_complaint(line) else None)
        page.on("dialog", lambda dialog: _script_ran(complaints, dialog))
        # Who is going to lose the cable has all that the page fetches by itself.
        page.goto(path, wait_until="networkidle" if at else "load")
        return page

    yield open_page
    for context in contexts:
        with suppress(Exception):
            context.close()
    assert complaints == []


def _script_ran(complaints: list[str], dialog: Dialog) -> None:
    complaints.append(f"a script ran: {dialog.message}")
    dialog.dismiss()


def session_of(user: User) -> str:
    """The cookie of somebody who has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    assert session.session_key
    return session.session_key


def is_strict(policy: str) -> bool:
    """Whether a page came with the policy that these tests rely on."""
    return "require-trusted-types-for 'script'" in policy and CSP.UNSAFE_INLINE not in policy
