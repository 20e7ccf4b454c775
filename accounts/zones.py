"""The time zones a person may choose from."""

import zoneinfo
from functools import cache

from accounts.models import User

REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def zone_names() -> frozenset[str]:
    """Every zone with a place in its name, and UTC."""
    names = {name for name in zoneinfo.available_timezones() if name.split("/")[0] in REGIONS and "/" in name}
    return frozenset(names | {"UTC"})


@cache
def zones_by_region() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """`(region, ((name, what to show), …))`, both in alphabetical order."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in zone_names() - {"UTC"}:
        region, _, place = name.partition("/")
        regions.setdefault(region, []).append((name, ", ".join(reversed(place.replace("_", " ").split("/")))))
    return tuple((region, tuple(sorted(regions[region], key=lambda zone: zone[1]))) for region in sorted(regions))


def zone_of(user: User) -> zoneinfo.ZoneInfo | None:
    """The person's time zone; None where none is set, or this machine no longer knows it."""
    return zone_named(user.time_zone)


def zone_named(name: str) -> zoneinfo.ZoneInfo | None:
    """The zone of that name; None where there is none."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
