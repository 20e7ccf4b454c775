"""The worker's program."""

import gc
import importlib
import os
import sys
from typing import Any

import django
from django.conf import settings

from site_config.server.server import Server

GARBAGE = 50_000
# What a request may have beside the largest file: the rest of a form, or any JSON.
FORM_BYTES = 4 * 2**20


def options() -> dict[str, Any]:
    """What the environment and the settings say."""
    from site_config import env

    return {
        "ping_interval": env.integer("TERTULIA_PING_SECONDS", 20, least=1),
        "body_most": settings.UPLOAD_BYTES + FORM_BYTES,
        "refusal": refusal(),
    }


def refusal() -> bytes:
    """The whole answer to a request that is too large."""
    from chat.api import problems
    from chat.errors import TooLarge

    answer = problems.of_error(TooLarge(f"A file has at most {settings.UPLOAD_BYTES // 2**20} MB."))
    answer["Connection"] = "close"
    return b"HTTP/1.1 413 Content Too Large\r\n" + answer.serialize()


def main() -> None:
    fd, ready_fd = (int(argument) for argument in sys.argv[1:3])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    django.setup()
    asgi = importlib.import_module("site_config.asgi")

    def ready() -> None:
        # What is loaded by now stays for good: to look through it for garbage stops everything for 75 ms each time.
        gc.collect()
        gc.freeze()
        # Thousands of sockets are looked through anew each time, and leave hardly anything that only this finds.
        gc.set_threshold(GARBAGE)
        os.write(ready_fd, b"1")
        os.close(ready_fd)

    server = Server(asgi.application, fd=fd, ready=ready, **options())
    server.before_closing = getattr(asgi, "shutdown", None)
    server.run()


if __name__ == "__main__":
    main()
