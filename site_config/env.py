"""Typed readers of environment variables that fail loudly.

Every reader also takes `NAME_FILE`, the path of a file that holds the value, so that secrets need not
stand in the environment. A wrong value raises `ImproperlyConfigured` with the variable's name.
"""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


def text(name: str, default: str = "") -> str:
    """The value of `name`, or of the file that `NAME_FILE` names, or `default`."""
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return os.environ.get(name, default)
    if name in os.environ:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one of them.")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE: cannot read {file!r}: {error}") from error


def boolean(name: str, default: bool = False) -> bool:
    """`1 true yes on` or `0 false no off`, in any case."""
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be one of 1, true, yes, on, 0, false, no, off; it is {value!r}.")


def integer(name: str, default: int, *, least: int = 0) -> int:
    """A whole number of at least `least`."""
    value = text(name)
    if not value:
        return default
    if not re.fullmatch(r"[0-9]{1,18}", value) or int(value) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {least}; it is {value!r}.")
    return int(value)


def choice(name: str, first: str, *others: str) -> str:
    """One of some words, in any case; the first where none is given."""
    value = text(name, first).lower() or first
    if value not in {first, *others}:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join([first, *others])}; it is {value!r}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas or white space."""
    return [word for word in re.split(r"[,\s]+", text(name, default)) if word]


def rate(name: str, default: str) -> tuple[int, float] | None:
    """`BURST/SECONDS`: that many at once, then one per that many seconds. `off` gives None."""
    value = text(name, default).lower()
    if value == "off":
        return None
    match = re.fullmatch(r"([1-9][0-9]{0,5})/([0-9]{1,4}(?:\.[0-9]{1,4})?)", value)
    if not match or not float(match[2]):
        raise ImproperlyConfigured(
            f"{name} must be off or BURST/SECONDS, as in 10/1 (ten at once, then one each second); it is {value!r}."
        )
    return int(match[1]), float(match[2])


def database(name: str, default: str) -> dict[str, Any]:
    """A `postgresql://` address as an entry of Django's `DATABASES` (without the pool)."""
    value = text(name) or default
    if urlsplit(value).scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://")
    try:
        parts = conninfo_to_dict(value)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"{name} is not a PostgreSQL address: {error}") from error
    if not parts.get("dbname"):
        raise ImproperlyConfigured(f"{name} must name a database, as in postgresql://user@host/tertulia")
    entry = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
    }
    return entry | {"OPTIONS": parts}


def redis(name: str, default: str) -> str:
    """A `redis://`, `rediss://` or `unix://` address."""
    value = text(name) or default
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name} must begin with redis://, rediss:// or unix://")
    return value
