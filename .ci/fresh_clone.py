"""Clones the project into a new folder and starts it there as a newcomer would: a page, a socket, a clean end."""  # noqa: INP001 - a script, no package

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import websockets

ROOT = Path(__file__).resolve().parent.parent
READY = re.compile(r"Tertulia is ready: (http://127\.0\.0\.1:\d+)/\n")
START_SECONDS = 300
STOP_SECONDS = 30
NOT_SIGNED_IN = 4401


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tertulia-clone-") as folder:
        Path(folder).chmod(0o711)
        clone = Path(folder) / "site"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)], check=True)
        begin = time.monotonic()
        site = subprocess.Popen(
            [str(clone / "bin" / "serve"), "--port", "0"], stdout=subprocess.PIPE, text=True, env=environment()
        )
        signal.signal(signal.SIGALRM, lambda *_: site.kill())
        signal.alarm(START_SECONDS)
        try:
            match = READY.fullmatch(site.stdout.readline() if site.stdout else "")
            if not match:
                sys.exit("bin/serve did not become ready in a fresh clone.")
            print(f"A fresh clone is ready after {time.monotonic() - begin:.0f} s.")  # noqa: T201
            visit(match[1])
            site.send_signal(signal.SIGINT)
            code = site.wait(STOP_SECONDS)
        finally:
            site.kill()
            site.wait()
        if code:
            sys.exit(f"bin/serve ended with exit code {code}.")
    print("It serves pages and sockets, and stops cleanly.")  # noqa: T201


def environment() -> dict[str, str]:
    """Ours, without what would make it less of a newcomer's."""
    ours = ("DATABASE_URL", "REDIS_URL", "PYTHONPATH", "PYTHONSAFEPATH", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("TERTULIA_")}


def visit(address: str) -> None:
    """Get a page, and a socket that tells that nobody is signed in."""
    with urllib.request.urlopen(f"{address}/accounts/login/", timeout=10) as response:  # noqa: S310 - our own
        if b"<form" not in response.read():
            sys.exit("The sign-in page holds no form.")
    if (code := asyncio.run(close_code(address.replace("http:", "ws:") + "/ws/chat/"))) != NOT_SIGNED_IN:
        sys.exit(f"The socket closed with {code}.")


async def close_code(address: str) -> int | None:
    async with websockets.connect(address) as connection:
        await connection.wait_closed()
        return connection.close_code


if __name__ == "__main__":
    main()
