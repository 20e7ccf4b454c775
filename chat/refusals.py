"""Why something was refused, and what a notice says, in the reader's language. Services say it in English."""

import re
from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation.trans_real import parse_accept_lang_header

# Sentences with something in them that the dictionary can't know.
OPEN = (
    gettext_noop("A link is for 1 to %(a)s people."),
    gettext_noop("There are %(a)s links already: revoke one first."),
    gettext_noop("At most %(a)s characters."),
    gettext_noop("At most %(a)s rooms on one socket."),
    gettext_noop("At most %(a)s people: take somebody off the list first."),
    gettext_noop("Ask for less: at most %(a)s characters."),
    gettext_noop("Ask for less: at most %(a)s words, phrases and operators."),
    gettext_noop("A message can be edited for %(a)s hours."),
    gettext_noop("A room has at most %(a)s pins: take one off first."),
    gettext_noop("A message has at most %(a)s files."),
    gettext_noop("A message has at most %(a)s kinds of reactions."),
    gettext_noop("A message has at most %(a)s characters."),
    gettext_noop("A reason has at most %(a)s characters."),
    gettext_noop("A description has at most %(a)s characters."),
    gettext_noop("A conversation has 2 to %(a)s people."),
    gettext_noop("A file has at most %(a)s MB."),
    gettext_noop("There is no room left for your files: you have %(a)s MB in all."),
    gettext_noop("%(a)s has decided this already: %(b)s."),
    gettext_noop("%(a)s is at it."),
    gettext_noop("%(a)s reports of yours wait for a decision; wait for it, please."),
    gettext_noop("The time must lie ahead, by %(a)s days at most."),
    gettext_noop("It was deleted more than %(a)s days ago."),
    gettext_noop("“%(a)s” can't be a room's address; take another name."),
    gettext_noop("Slow mode is 0 to %(a)s seconds."),
    gettext_noop("Slow mode: one message each %(a)s seconds."),
    gettext_noop("This room is locked: %(a)s"),
    gettext_noop("You are banned: %(a)s"),
    gettext_noop("You are banned from this room: %(a)s"),
    gettext_noop("You are banned from this site: %(a)s"),
    gettext_noop("You are muted: %(a)s"),
    gettext_noop("You are banned in %(a)s: %(b)s"),
    gettext_noop("You are banned on this site: %(a)s"),
    gettext_noop("You are muted in %(a)s: %(b)s"),
    gettext_noop("You are muted on this site: %(a)s"),
    gettext_noop("You can write again in %(a)s."),
    gettext_noop("Your wish to join %(a)s was declined: %(b)s"),
    gettext_noop("Your wish to join %(a)s was declined."),
    gettext_noop("in:%(a)s: you are in no room of that name."),
    gettext_noop("%(a)s:%(b)s: there is nobody of that name."),
    gettext_noop("%(a)s: says who wrote it, as in from:ines or from:me."),
    gettext_noop("%(a)s: says who is meant, as in mentions:me."),
    gettext_noop("%(a)s: says in which room, as in in:lobby."),
    gettext_noop("%(a)s: is one of has:link, has:image, has:file, has:reaction."),
    gettext_noop("%(a)s: is is:pinned."),
    gettext_noop("%(a)s: takes a day, a month or a year, as in 2026-05-03, 2026-05, 2026, today, yesterday."),
)
# Sentences of notices, which are put together of parts.
WHOLE = (
    gettext_noop("You can write again on this site."),
    gettext_noop("Your report: the message was removed."),
    gettext_noop("Your report: the person can't write for now."),
    gettext_noop("Your report: the person was shut out."),
    gettext_noop("Your report: no rule was found broken."),
    gettext_noop("Your appeal: it stands."),
    gettext_noop("Your appeal: it was taken back."),
)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    places = re.compile(r"%\\\((\w)\\\)s|%\((\w)\)s")
    return [(text, re.compile(places.sub(r"(?P<\1\2>.+?)", re.escape(text)), re.DOTALL)) for text in OPEN]


def said(detail: str) -> str:
    """The sentence in the active language, as it stands where the dictionary does not have it."""
    if not detail or (translation.get_language() or "en").startswith("en"):
        return detail
    if (known := gettext(detail)) != detail:
        return known
    for text, pattern in _patterns():
        if found := pattern.fullmatch(detail):
            return gettext(text) % found.groupdict()
    return detail


def said_in(language: str, detail: str) -> str:
    """The sentence in that language."""
    with translation.override(language):
        return said(detail)


def language_asked(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The language of the site that a handshake asks for; English where it asks for none that there is."""
    asked = next((value.decode("latin-1") for name, value in headers if name == b"accept-language"), "")
    for language, _ in parse_accept_lang_header(asked):
        try:
            return translation.get_supported_language_variant(language)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
