"""What processes cost: their CPU time and memory, from /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU time used so far by these processes, their living descendants, and those already waited for."""
    roots = set(pids)
    children: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(folder)):
            pid = int(folder.name)
            children.setdefault(int(fields[1]), []).append(pid)
            used[pid] = sum(int(field) for field in fields[11:15])
    total, left = 0, list(roots)
    while left:
        pid = left.pop()
        total += used.get(pid, 0)
        left += [child for child in children.get(pid, ()) if child not in roots]
    return total / TICKS


def _stat(folder: Path) -> list[str]:
    """The fields after the program's name: state, parent, …"""
    try:
        text = (folder / "stat").read_text()
    except OSError:
        return []
    return text[text.rindex(")") + 2 :].split()


def memory_bytes(pids: Iterable[int]) -> int:
    """Resident memory of these processes."""
    page = os.sysconf("SC_PAGE_SIZE")
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page for pid in pids)
