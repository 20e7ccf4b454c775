"""Starts a program that must not outlive the process that asked for it, not even when that is killed.

    python leash.py PARENT SIGNAL USER PROGRAM [ARGUMENT …]

PARENT is the pid of the asking process, SIGNAL what the program gets when PARENT is gone, USER a uid to become
or `-`. Standard input is the read end of a pipe that only PARENT can write to; the program itself gets none.
Linux's kernel delivers the signal; elsewhere a small watcher process waits for the end of the pipe.
"""

import os
import select
import sys
from typing import Any

PR_SET_PDEATHSIG = 1


def watch(pipe: int, target: int, signal: int) -> None:
    """Wait until `pipe` ends, then signal `target`; give up when `target`, our parent, is gone itself."""
    while os.getppid() == target:
        if select.select([pipe], [], [], 1.0)[0]:
            os.kill(target, signal)
            return


def tie(parent: int, signal: int, libc: Any) -> None:
    """Have this process signalled when its parent ends."""
    if libc:
        libc.prctl(PR_SET_PDEATHSIG, signal)
    else:
        pipe, target = os.dup(0), os.getpid()
        if os.fork() == 0:
            watch(pipe, target, signal)
            os._exit(0)
    if os.getppid() != parent:  # it ended before the kernel knew of us
        os._exit(1)


def load_libc() -> Any:
    """The C library where the kernel can tie a process to its parent, else nothing."""
    if sys.platform != "linux":
        return None
    import ctypes

    return ctypes.CDLL(None)


def main() -> None:
    parent, signal, user, *command = sys.argv[1:]
    libc = load_libc()  # before setuid: the other user need not be able to read our Python
    if user != "-":
        os.setgroups([])
        os.setgid(int(user))
        os.setuid(int(user))
        os.environ["HOME"] = "/"
    tie(int(parent), int(signal), libc)  # after setuid, which would undo it
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.execv(command[0], command)  # noqa: S606  # no shell is wanted


if __name__ == "__main__":
    main()
