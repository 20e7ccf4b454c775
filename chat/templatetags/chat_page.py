"""What the templates of the chat pages need: browser modules under a strict CSP, JSON in the page, avatars."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.core.files.storage import Storage, storages
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy

from accounts.clock import time_of_day
from accounts.models import User
from chat.modules import bare_names, imports_of, mapped

register = template.Library()

ENTRIES_KEPT = 5_000
HOUR, WEEK = 60, 7  # in minutes, in days
# Inside a script element these three could end it or open a comment.
SCRIPT_ESCAPES = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"}

# What addresses of modules depend on: the reader's language, and where the static files are. A page has a hundred of
# them, each of which Django would look up anew.
type Ground = tuple[str, Storage]


def _ground() -> Ground:
    return get_language() or "en", storages["staticfiles"]


@register.simple_tag(takes_context=True)
def import_map(context: template.Context) -> SafeString:
    """The import map: bare names, and own paths to the names that the static manifest gives them.

    Style sheets that come later, with what they are for, have theirs found by the same map.
    """
    return format_html('<script type="importmap" nonce="{}">{}</script>', context["csp_nonce"], _import_map(_ground()))


@lru_cache
def _import_map(ground: Ground) -> SafeString:
    imports = {name: static(path) for name, path in bare_names(ground[0]).items()}
    home = re.sub(r"js/app(\.\w+)?\.js$", "", static("chat/js/app.js"))
    for path in mapped():
        imports[home + path] = static(f"chat/{path}")
    return in_script(json.dumps({"imports": imports}, separators=(",", ":")))


@register.simple_tag
def modules(entry: str) -> SafeString:
    """The entry module, with everything that it needs fetched ahead."""
    return _modules(entry, _ground())


@lru_cache
def _modules(entry: str, ground: Ground) -> SafeString:
    paths = _addresses(imports_of(entry), ground)
    # The style sheet goes first: pages stand painted before their modules have come.
    ahead = format_html_join(
        "\n", '<link rel="modulepreload" fetchpriority="low" href="{}">', ((path,) for path in paths)
    )
    return format_html(
        '{}\n<script type="module" fetchpriority="low" src="{}"></script>', ahead, static(f"chat/js/{entry}")
    )


def _addresses(names: Iterable[str], ground: Ground) -> list[str]:
    """Where modules are fetched; many at the same place where they are bundled."""
    bare = bare_names(ground[0])
    return list(dict.fromkeys(static(bare.get(name) or f"chat/js/{name}") for name in names))


@register.simple_tag
def page_data(text: str) -> SafeString:
    """JSON for the browser modules; a data block is no script, so it needs no nonce."""
    return format_html('<script type="application/json" id="page-data">{}</script>', in_script(text))


def in_script(text: str) -> SafeString:
    """JSON text that is safe inside a script element."""
    for character, escaped in SCRIPT_ESCAPES.items():  # many times quicker than `translate`
        text = text.replace(character, escaped)
    return mark_safe(text)  # noqa: S308 - the three characters that could break out are gone


@register.filter
def initials(name: str) -> str:
    """Up to two letters for an avatar; the same as the browser's."""
    words = name.split()
    letters = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in letters).upper()


@register.filter
def hue(number: int) -> str:
    """One of eight hues by id; the same as the browser's."""
    return f"h{number % 8 + 1}"


@register.inclusion_tag("chat/_avatar.html")
def avatar(person: User, size: str = "", letters: int = 2) -> dict[str, object]:
    """A person's picture over so many of their initials."""
    return {
        "letters": initials(person.name)[:letters],
        "hue": hue(person.pk),
        "size": size,
        "picture": person.avatar_url,
    }


@register.simple_tag(takes_context=True)
def list_of(context: template.Context, entries: list[dict[str, Any]]) -> SafeString:
    """Rooms in the list, of which there may be hundreds: each drawn once for all pages on which it looks the same."""
    current, language = getattr(context.get("room"), "slug", None), get_language() or "en"
    return mark_safe("".join(_drawn(_looks(entry, current), language) for entry in entries))  # noqa: S308 - rendered


class Looks(NamedTuple):
    """What is seen of a room in the list; `person` and `avatar` of the first of a conversation."""

    slug: str
    title: str
    kind: str
    person: int
    avatar: str
    mentions: int
    is_muted: bool
    is_unread: bool
    is_current: bool


def _looks(entry: dict[str, Any], current: str | None) -> Looks:
    slug, people = entry["slug"], entry["people"]
    person, avatar = (people[0]["id"], people[0].get("avatar", "")) if people else (0, "")
    return Looks(
        slug,
        room_title(entry),
        entry["kind"],
        person,
        avatar,
        entry["mentions"],
        entry["settings"]["muted"],
        entry["seq"] > entry["read_seq"],
        slug == current,
    )


@lru_cache(ENTRIES_KEPT)
def _drawn(looks: Looks, language: str) -> SafeString:
    return render_to_string("chat/_entry.html", {"entry": looks})


@register.filter
def room_title(entry: dict[str, object]) -> str:
    """What an entry of the room list is called."""
    people = entry.get("people")
    if entry["kind"] == "direct" and isinstance(people, list):
        return ", ".join(person["name"] for person in people) or str(entry["slug"])
    return str(entry["name"] or entry["slug"])


@register.filter
def lately(at: datetime) -> str:
    """When something was, in as few words as will do."""
    now, at = timezone.localtime(), timezone.localtime(at)
    minutes, days = int((now - at).total_seconds() // 60), (now.date() - at.date()).days
    if minutes < 1:
        return gettext("just now")
    if minutes < HOUR:
        return gettext("%(n)s min ago") % {"n": minutes}
    if days == 0:
        return gettext("%(n)s h ago") % {"n": minutes // HOUR}
    if days == 1:
        return gettext("yesterday")
    if days < WEEK:
        return date_format(at, "l")
    return date_format(at, "MONTH_DAY_FORMAT" if at.year == now.year else "DATE_FORMAT")


@register.filter
def moment(at: datetime) -> str:
    """A day and a time of it, without what goes without saying."""
    now, at = timezone.localtime(), timezone.localtime(at)
    if at.date() == now.date():
        return time_of_day(at)
    day = date_format(at, "MONTH_DAY_FORMAT" if at.year == now.year else "DATE_FORMAT")
    return gettext("%(day)s, %(time)s") % {"day": day, "time": time_of_day(at)}


# System lines by what they tell of; the same as the browser's.
EVENTS = {
    "joined": gettext_lazy("%(by)s joined"),
    "added": gettext_lazy("%(by)s added %(user)s"),
    "renamed": gettext_lazy("%(by)s named the room “%(name)s”"),
    "topic": gettext_lazy("%(by)s set the topic: %(topic)s"),
    "topic_removed": gettext_lazy("%(by)s took the topic away"),
    "pinned": gettext_lazy("%(by)s pinned a message"),
    "made_owner": gettext_lazy("%(by)s made %(user)s an owner"),
    "made_moderator": gettext_lazy("%(by)s made %(user)s a moderator"),
    "made_member": gettext_lazy("%(by)s made %(user)s a member like the others"),
    "handed_over": gettext_lazy("%(by)s handed the room over to %(user)s"),
    "made_public": gettext_lazy("%(by)s made the room public"),
    "made_private": gettext_lazy("%(by)s made the room private"),
}


@register.filter
def told(line: dict[str, Any]) -> str:
    """A system line in the reader's language; as it stands where nothing is known of its event."""
    event = line.get("event") or {}
    sentence = EVENTS.get(str(event.get("type")))
    if sentence is None:
        return str(line["body"])
    names = [user["name"] for user in event.get("users", ())]
    facts = event | {"by": listed(names) or (line["author"] or {}).get("name") or gettext("Deleted account")}
    return sentence % (facts | {"user": event.get("user", {}).get("name", "")})


def listed(names: Sequence[str]) -> str:
    """Names as one says them: A, B, and C."""
    *head, last = names or [""]
    if not head:
        return last
    pattern = gettext("%(names)s and %(last)s") if len(head) == 1 else gettext("%(names)s, and %(last)s")
    return pattern % {"names": gettext(", ").join(head), "last": last}
