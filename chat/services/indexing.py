"""Search catches up with what was said. Posting knows nothing of it (docs/decisions/0015-search-reads-along.md).

Takes no lock but those of search's own cursors, by room id; whoever comes second waits for the first.
"""

import re
from collections.abc import Collection, Iterator

from django.db import transaction

from chat.models import SearchCursor, SearchEntry
from chat.models.searching import Changed
from chat.search import vector

ROOMS_AT_ONCE = 500
MESSAGES_AT_ONCE = 2_000
# An address outside: links to rooms have a path of ours.
LINK = re.compile('<a href="(?!/)')


@transaction.atomic
def index_messages(room_ids: Collection[int] | None = None) -> bool:
    """One step of at most MESSAGES_AT_ONCE messages, in these rooms or in all; whether there was anything to do."""
    behind = SearchCursor.objects.behind(room_ids, ROOMS_AT_ONCE)
    if not behind:
        return False
    cursors = SearchCursor.objects.hold(behind)
    limit = MESSAGES_AT_ONCE // len(behind)
    changed = SearchEntry.objects.changed(cursors, limit)
    SearchEntry.objects.replace(
        [(row.room_id, row.seq) for row in changed],
        [
            (row.room_id, row.seq, row.created_at, vector("\n".join([row.body, *row.files]), list(_facets(row))))
            for row in changed
            if row.is_there
        ],
    )
    # A room is read to its rev as it was before its messages were, or to the last of a full page.
    pages: dict[int, list[int]] = {}
    for row in changed:
        pages.setdefault(row.room_id, []).append(row.rev)
    for room_id, rev in behind.items():
        revs = pages.get(room_id, [])
        cursors[room_id] = revs[-1] if len(revs) == limit else max(rev, cursors[room_id])
    SearchCursor.objects.move(cursors)
    return True


@transaction.atomic
def forget_all() -> None:
    """Search begins anew, of every room."""
    SearchCursor.objects.all().delete()
    SearchEntry.objects.all().delete()


def _facets(row: Changed) -> Iterator[str]:
    """Facts that operators ask for."""
    if row.author_id is not None:
        yield f"from={row.author_id}"
    yield from (f"to={user_id}" for user_id in row.means)
    facts = {
        "to=all": row.means_all,
        "is=pinned": row.is_pinned,
        "has=reaction": row.has_reactions,
        "has=link": LINK.search(row.html) is not None,
        "has=image": any(kind.startswith("image/") for kind in row.types),
        "has=file": bool(row.types),
    }
    yield from (fact for fact, is_so in facts.items() if is_so)
