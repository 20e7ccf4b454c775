"""Child processes that end with us: started on a leash, with a log file of their own and no input."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")
LOG_LIMIT = 10 * 1024 * 1024


class StartError(Exception):
    """One sentence that tells a person why the site cannot start."""


def death_pipe() -> int:
    """The read end of a pipe whose write end stays open for as long as this process lives."""
    if os.getpid() not in _pipes:
        _pipes[os.getpid()] = os.pipe()
    return _pipes[os.getpid()][0]


_pipes: dict[int, tuple[int, int]] = {}


@dataclass
class Child:
    """One process on a leash. Start it from the main thread: the kernel ties it to the thread that forks."""

    name: str
    command: Sequence[str]
    log: Path | None = None
    user: int | None = None
    environment: Mapping[str, str] | None = None
    cwd: Path = Path("/")
    pass_fds: Sequence[int] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    log_start: int = field(default=0, init=False)

    def start(self) -> None:
        """Start the process; its output is appended to the log, or goes to our standard error."""
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(open_log(self.log)) if self.log else sys.__stderr__
            self.log_start = self.log.stat().st_size if self.log else 0
            user = "-" if self.user is None else str(self.user)
            leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(self.orphan_signal)), user]
            self.process = subprocess.Popen(
                [*leash, *self.command],
                stdin=death_pipe(),
                stdout=output,
                stderr=output,
                env=None if self.environment is None else dict(self.environment),
                pass_fds=tuple(self.pass_fds),
                start_new_session=True,  # Ctrl-C in a terminal is for the supervisor alone
                cwd=self.cwd,
            )

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ending(self) -> str:
        """How the process ended, in words."""
        code = self.process.poll() if self.process else None
        if code is None:
            return "still running" if self.process else "never started"
        return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    def ask_to_stop(self) -> None:
        """Send the stop signal, if there is anyone to take it."""
        if self.process and self.is_alive:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(self.stop_signal)

    def stop(self, grace: float) -> None:
        """Ask it to stop, wait for at most `grace` seconds, then kill it."""
        if not self.process:
            return
        self.ask_to_stop()
        try:
            self.process.wait(grace)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_until(self, is_ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `is_ready` says so; `StartError` when the process ends first or the time is over."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if not self.is_alive:
                raise StartError(
                    f"{self.name} did not start: {last_complaint(self.log, self.log_start) or self.ending()}."
                )
            if time.monotonic() > deadline:
                see = f"; see {self.log}" if self.log else ""
                raise StartError(f"{self.name} did not answer within {seconds:g} seconds{see}.")
            time.sleep(0.02)


def open_log(path: Path):  # type: ignore[no-untyped-def]  # an IO[bytes], whose concrete class is private
    """Open a log for appending; one that has grown large is set aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def last_complaint(log: Path | None, start: int = 0) -> str:
    """The last line of a log, from `start` on, that tells of a failure: shortened, without its full stop."""
    if log is None or not log.exists():
        return ""
    lines = log.read_bytes()[start:][-8000:].decode(errors="replace").splitlines()
    for line in reversed(lines):
        for word in ("FATAL:", "PANIC:", "error:", "Fatal", "Failed", "Permission denied"):
            if word in line:
                return line[line.index(word) :].strip().rstrip(".")[:300]
    return ""
