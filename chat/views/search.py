"""The page that finds messages: what was typed, what narrows it, and what fits."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chat import selectors
from chat.api import limits
from chat.errors import ChatError
from chat.forms import FindForm
from chat.models import Message
from chat.refusals import said
from chat.search import Snippet
from chat.selectors.finding import Sort
from chat.services import searching
from chat.templatetags.chat_page import room_title
from chat.views.shell import chat_page, me, shell

PAGE, FOUND_IN_MOST = 20, 5
FACETS = {
    "from:me": _("From me"),
    "mentions:me": _("Means me"),
    "has:link": _("With a link"),
    "has:image": _("With a picture"),
    "has:file": _("With a file"),
    "is:pinned": _("Pinned"),
    "on:today": _("Today"),
}
# Markdown that says how a text looks, not what it says.
# The icons of what something was found in, and by.
FOUND_SIGNS = {"in": "hash", "from": "at"}
SIGNS = re.compile(r"```\w*|\*\*|~~|`|(?<!\S)\*(?=\S)|(?<=\S)\*(?!\w)|^\*$")
EXAMPLES = {
    '"release notes"': _("these words, one after the other"),
    "depl*": _("words that begin so"),
    "from:ines in:lobby": _("by a person, in a room"),
    "after:2026-05 before:2026-06-15": _("by day, month or year"),
    "has:file has:reaction is:pinned": _("with a file, with a reaction, pinned"),
    "plan -draft": _("the first word without the second"),
}


@require_safe
@chat_page
def search(request: HttpRequest) -> HttpResponse:
    """Finds messages in one's own rooms."""
    form = FindForm(request.GET)
    query = form.value("q")
    sort: Sort = "newest" if form.value("sort") == "newest" else "relevance"
    sidebar = selectors.sidebar(me(request))
    names = {str(entry["slug"]): room_title(entry) for entry in sidebar}
    results, cursor = [], ""
    problem = gettext("That can’t be asked.") if "q" in form.errors else ""
    if query and not problem:
        try:
            limits.draw_search(me(request))
            found = searching.search_messages(
                user=me(request), text=query, sort=sort, cursor=form.value("cursor"), limit=PAGE
            )
            results, cursor = [_shown(one, names) for one in found.found], found.cursor
        except ChatError as error:
            problem = said(error.detail)
    context: dict[str, object] = {
        "query": query,
        "sorts": [
            (name == sort, words, _address(query, name))
            for name, words in {"relevance": _("Best first"), "newest": _("Newest first")}.items()
        ],
        "sort": sort,
        "facets": [
            (word in query.split(), words, _address(_toggled(query, word), sort)) for word, words in FACETS.items()
        ],
        "found_in": [
            (word in query.split(), words, _address(_toggled(query, word), sort), FOUND_SIGNS[word.partition(":")[0]])
            for word, words in _found_in(results)
        ],
        "examples": [(text, words, _address(text, sort)) for text, words in EXAMPLES.items()],
        "results": results,
        "more": _address(query, sort, cursor) if cursor else "",
        "problem": problem,
    }
    return render(request, "chat/search.html", context | shell(request, sidebar))


def _shown(one: searching.Result, names: Mapping[str, str]) -> dict[str, Any]:
    room = one.message.room
    return {
        "message": one.message,
        "room": names.get(room.slug, room.name or room.slug),
        "parts": list(_parts(one.snippet)) if one.snippet.text else [(_files_of(one.message), False)],
    }


def _files_of(message: Message) -> str:
    """What a message without words shows."""
    return ", ".join(facts["alt"] or facts["name"] for facts in message.attachments or [])


def _found_in(results: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The rooms and people of what was found, by the words that ask for them alone."""
    rooms = {f"in:{one['message'].room.slug}": str(one["room"]) for one in results if not one["message"].room.is_direct}
    authors = [one["message"].author for one in results if one["message"].author]
    people = {f"from:{author.username}": author.name for author in authors}
    several = [found for found in (rooms, people) if len(found) > 1]
    return [(word, name) for found in several for word, name in list(found.items())[:FOUND_IN_MOST] if " " not in word]


def _parts(snippet: Snippet) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is what was looked for."""
    at = 0
    for begin, end in snippet.marks:
        yield SIGNS.sub("", snippet.text[at:begin]), False
        yield snippet.text[begin:end], True
        at = end
    yield SIGNS.sub("", snippet.text[at:]), False


def _toggled(query: str, word: str) -> str:
    """The query with that operator, or without it where it stands already."""
    words = query.split()
    return " ".join([one for one in words if one != word] if word in words else [*words, word])


def _address(query: str, sort: str, cursor: str = "") -> str:
    asked = {"q": query, "sort": "" if sort == "relevance" else sort, "cursor": cursor}
    return "?" + urlencode({name: value for name, value in asked.items() if value or name == "q"})
