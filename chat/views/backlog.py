"""The rows that stand in the room page before its modules have come, as these will draw them: decision 24."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from accounts.clock import time_of_day
from chat.models import Membership

# As many as fill a screen.
ROWS_MOST = 20
GROUP = timedelta(minutes=5)
EXCERPT_MOST = 140
CODE = re.compile(r'<pre>(<code(?: class="language-([^"]*)")?>.*?</code>)</pre>', re.DOTALL)
MENTION = re.compile(r'class="mention(?P<all> mention--all)?"(?: data-user="(?P<name>[^"]*)")?')
LINK = re.compile(r"\[([^\][]+)\]\([^)\s]*\)")
MARKS = re.compile(r"^```.*$|^[\s>]*>|[`*~]+", re.MULTILINE)

ROLES = dict(Membership.Role.choices)

type Facts = dict[str, Any]


def first_rows(membership: Membership, texts: list[str], roles: Mapping[int, str]) -> Facts:
    """What `chat/_rows.html` draws of a page of messages (encoded JSON, by seq): `rows`, and whether they begin
    `from_line`, where the person left off; else they end with the newest. `roles`: of those who are more than members.
    """
    messages = [json.loads(text) for text in texts]
    rows = list(_plan(membership, messages))
    line = next((place for place, row in enumerate(rows) if "since" in row), None)
    rows = rows[-ROWS_MOST:] if line is None else rows[line : line + ROWS_MOST]
    by_seq = {message["seq"]: message for message in messages}
    for row in rows:
        if message := row.get("message"):
            row |= _looks(message, row["first"], membership, roles)
            row["quoted"] = _quoted(by_seq.get(message["reply_to"]), membership.user.ignored)
    return {"rows": rows, "from_line": line is not None}


def _plan(membership: Membership, messages: list[Facts]) -> Iterator[Facts]:
    """Day lines, the line where the person left off, messages."""
    is_unread = not membership.is_preview and membership.read_seq < membership.room.seq
    nearest = {membership.read_seq + 1, membership.first_seq}
    day, previous, last = None, None, None
    for message in messages:
        at = timezone.localtime(datetime.fromisoformat(message["created_at"]))
        if at.date() != day:
            day, previous = at.date(), None
            yield {"day": _day(at)}
        if is_unread and message["seq"] > membership.read_seq:
            is_unread = False
            is_mine = message["author"] and message["author"]["id"] == membership.user.pk
            if not is_mine and (last or message["seq"] in nearest):
                previous = None
                yield {"since": last or "always"}
        yield {"message": message, "time": time_of_day(at), "first": not _is_grouped(previous, message)}
        previous, last = message, at


def _day(at: datetime) -> str:
    is_this_year = at.year == timezone.localtime().year
    day = date_format(at, "MONTH_DAY_FORMAT" if is_this_year else "DATE_FORMAT")
    return gettext("%(weekday)s, %(day)s") % {"weekday": date_format(at, "l"), "day": day}


def _is_grouped(previous: Facts | None, message: Facts) -> bool:
    """Whether a message stands under the name of the one before it."""
    if previous is None or not previous["kind"] == message["kind"] == "text" or message["reply_to"] is not None:
        return False
    earlier, later = (datetime.fromisoformat(one["created_at"]) for one in (previous, message))
    return bool(previous["author"]["id"] == message["author"]["id"]) and later - earlier < GROUP


def _looks(message: Facts, first: bool, membership: Membership, roles: Mapping[int, str]) -> Facts:
    if message["kind"] == "system":
        return {"look": "msg msg--system"}
    user, author = membership.user, message["author"]
    is_meant = user.pk in message["mentions"] or bool(message["mentions_all"])
    looks = {
        "first": first,
        "reply": message["reply_to"] is not None,
        "mention": is_meant and author["id"] != user.pk,
    }
    return {
        "look": " ".join(["msg", *(f"msg--{name}" for name, holds in looks.items() if holds)]),
        "role": gettext("Bot") if author["bot"] else ROLES.get(roles.get(author["id"], "")),
        "is_folded": author["id"] in user.ignored,
        "prose": _prose(message, user.username),
        "mine": [one["emoji"] for one in message["reactions"] if user.pk in one["users"]],
    }


def _prose(message: Facts, username: str) -> SafeString:
    """A message's HTML with what depends on the reader, and frames round code."""

    def mention(found: re.Match[str]) -> str:
        means_me = (found["name"] or "").lower() == username.lower() or (found["all"] and message["mentions_all"])
        return found[0].replace('"mention', '"mention mention--me', 1) if means_me else found[0]

    def code(found: re.Match[str]) -> str:
        head = format_html(
            '<header>{}<button type="button" class="copy-code">{}</button></header>',
            found[2] or "",
            gettext("Copy code"),
        )
        return f'<figure class="code">{head}<pre>{found[1]}</pre></figure>'

    return mark_safe(CODE.sub(code, MENTION.sub(mention, message["html"])))  # noqa: S308 - the site rendered it


def _quoted(message: Facts | None, ignored: list[int]) -> Facts | None:
    """The message that a reply quotes, with its beginning as `said`; None where the page does not hold it."""
    if message is None or not message["author"]:
        return None
    if message["deleted"]:
        said = gettext("Deleted message")
    elif message["author"]["id"] in ignored:
        said = "…"
    else:
        beginning = message["body"][
            : EXCERPT_MOST * 4
        ]  # marks take little of it, and to look for them in all of it, long
        words = " ".join(MARKS.sub("", LINK.sub(r"\1", beginning)).split())
        said = words or ", ".join(file["alt"] or file["name"] for file in message["attachments"])
    return {**message["author"], "said": said[:EXCERPT_MOST]}
