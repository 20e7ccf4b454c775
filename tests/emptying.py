"""Empties the database after a test that commits, while processes of the site may be reading in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError
from django.core.management.commands import flush

TRIES = 5


@pytest.fixture(scope="session", autouse=True)
def patient_emptying() -> Iterator[None]:
    """All tables are truncated at once, and a worker's check may hold one of them while it waits for another.

    Then PostgreSQL ends one of the two; where that is ours it is tried again.
    """
    empty = flush.Command.handle

    def patiently(self: flush.Command, **options: Any) -> None:
        for left in reversed(range(TRIES)):
            try:
                return empty(self, **options)
            except CommandError as error:
                if not left or "deadlock" not in str(error.__cause__):
                    raise
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", patiently)
        yield
