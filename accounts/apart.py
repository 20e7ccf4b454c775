"""A picture made in a process of its own, so that a decoder that breaks, hangs or eats memory takes nobody along.

    python -m accounts.apart '["rewrite", "image/jpeg", [480, 960]]'

The picture comes by standard input; out goes a line of JSON, and the bytes of all parts after it.
"""

import json
import logging
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from accounts.pictures import WORKS, Made, Picture, PictureError

logger = logging.getLogger(__name__)

HOUSE = Path(__file__).resolve().parent.parent
MOST_SECONDS = 40
NICENESS = 10


def make(work: str, source: bytes, kind: str | None, sides: Sequence[int]) -> Made:
    """What `pictures.WORKS[work]` makes of it. Raises PictureError, also where the process did not live to say so."""
    command = [sys.executable, "-m", __name__, json.dumps([work, kind, sides])]
    # In a session of its own: what a terminal sends to end the site is not the picture's doing.
    done = subprocess.run(
        command, input=source, capture_output=True, cwd=HOUSE, timeout=MOST_SECONDS, start_new_session=True, check=False
    )
    if done.returncode < 0:
        logger.warning("A picture of %s bytes (%s) ended its decoder: signal %s", len(source), kind, -done.returncode)
        raise PictureError("This picture is damaged.")
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return _read(done.stdout)


def _read(answer: bytes) -> Made:
    head, _, rest = answer.partition(b"\n")
    told = json.loads(head)
    if "refused" in told:
        raise PictureError(told["refused"])
    parts = {}
    for name, size, kind, width, height in told["parts"]:
        parts[name], rest = Picture(rest[:size], kind, width, height), rest[size:]
    return Made(parts, told["is_animated"])


def _step_back() -> None:
    """Those who talk go first, where memory runs out this ends first, and it lives for a time even as an orphan."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    with suppress(OSError):  # where there is no such file
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def main() -> None:
    _step_back()
    work, kind, sides = json.loads(sys.argv[1])
    try:
        made = WORKS[work](BytesIO(sys.stdin.buffer.read()), kind, sides)
    except PictureError as error:
        sys.stdout.write(json.dumps({"refused": str(error)}))
        return
    parts = [(name, len(part.data), part.type, part.width, part.height) for name, part in made.parts.items()]
    head = json.dumps({"parts": parts, "is_animated": made.is_animated})
    sys.stdout.buffer.writelines([head.encode(), b"\n", *(part.data for part in made.parts.values())])


if __name__ == "__main__":
    main()
