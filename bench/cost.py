"""What processes cost: their CPU time and memory, from /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU time used so far by these processes, their living descendants, and those already waited for."""
    return sum(sum(int(field) for field in fields[11:15]) for fields in _family(pids).values()) / TICKS


def memory_bytes(pids: Iterable[int]) -> int:
    """Resident memory of these processes and their living descendants."""
    return sum(int(fields[21]) for fields in _family(pids).values()) * os.sysconf("SC_PAGE_SIZE")


def _family(pids: Iterable[int]) -> dict[int, list[str]]:
    """The facts of each, by pid."""
    everyone = {
        int(folder.name): fields
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit() and (fields := _stat(folder))
    }
    children: dict[int, list[int]] = {}
    for pid, fields in everyone.items():
        children.setdefault(int(fields[1]), []).append(pid)
    found: dict[int, list[str]] = {}
    left = list(pids)
    while left:
        pid = left.pop()
        if pid in everyone and pid not in found:
            found[pid] = everyone[pid]
            left += children.get(pid, ())
    return found


def _stat(folder: Path) -> list[str]:
    """The fields after the program's name: state, parent, …"""
    try:
        text = (folder / "stat").read_text()
    except OSError:
        return []
    return text[text.rindex(")") + 2 :].split()
