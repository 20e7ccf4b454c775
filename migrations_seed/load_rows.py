"""Rows of a load go in by COPY, in transactions that may take their time."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from accounts.models import User
from chat.models import Membership, Message, Room


@contextmanager
def without_timeout() -> Iterator[None]:
    """A transaction that may take longer than a page's."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def copy_rows(model: type[models.Model], fields: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """COPY of rows into the model's table. Columns that are not named take the database's default, or null."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(_column(model, field)) for field in fields)
    statement = f"COPY {quote(_table(model))} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)  # noqa: SLF001
    assert isinstance(field, models.Field)  # noqa: S101
    return str(field.column)


def analyze() -> None:
    """Tells the planner about the new rows, rather than waiting for autovacuum to notice them.

    Not of tables without any: it would plan for empty ones until autovacuum comes by.
    """
    with without_timeout(), connection.cursor() as cursor:
        for model in (User, Room, Membership, Message):
            if not model.objects.exists():
                continue
            cursor.execute(f"ANALYZE {connection.ops.quote_name(_table(model))}")
