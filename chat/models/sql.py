"""Plain SQL for what is asked all the time: to build an ORM query costs many times what its answer does.

Statements keep one text whatever their values (lists go in as arrays), so that the connection prepares them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState
from psycopg.pq import Format

type Unquoted = int | UUID | datetime | None


@cache
def attributes(model: type[models.Model]) -> list[str]:
    """The names of a model's columns, which are those of its attributes."""
    return [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001 - Django's own public face of models


@cache
def columns(*aliases: tuple[str, type[models.Model]]) -> str:
    """The list of all columns of these models, each under its alias: `m.id, m.role, …, u.id, …`."""
    return ", ".join(f"{alias}.{name}" for alias, model in aliases for name in attributes(model))


def instance[M: models.Model](model: type[M], values: Sequence[Any]) -> M:
    """A row as its model.

    Made as `from_db` would make it, but without a look at every field: a list of rooms has some ten thousand.
    """
    found = _made(model, zip(attributes(model), values, strict=True))
    state = found._state  # noqa: SLF001 - Django's own public face of rows
    state.db, state.adding = DEFAULT_DB_ALIAS, False
    if (note := _when_read(model)) is not None:
        note(found)
    return found


def new[M: models.Model](model: type[M], values: Mapping[str, Any], **others: models.Model) -> M:
    """A row that is yet to be written, of the values of its columns and the rows that its keys name.

    Made as its constructor would make it, in a fraction of the time. What is not given is as the model says, but for
    defaults that differ each time: those have to be given.
    """
    found = _made(model, _defaults(model).items())
    found.__dict__.update(values)
    relate(found, **others)
    return found


def _made[M: models.Model](model: type[M], values: Iterable[tuple[str, Any]]) -> M:
    found = model.__new__(model)
    found._state = ModelState()  # noqa: SLF001 - Django's own public face of rows
    found.__dict__.update(values)
    return found


@cache
def _when_read(model: type[models.Model]) -> Callable[[models.Model], None] | None:
    """What a model does with each row that is read."""
    return getattr(model, "has_been_read", None)


@cache
def _defaults(model: type[models.Model]) -> dict[str, Any]:
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's own public face of models
    alike = [field for field in fields if not (field.has_default() and callable(field.default))]
    return {field.attname: field.get_default() for field in alike}


def instances[M: models.Model, N: models.Model](both: tuple[type[M], type[N]], values: Sequence[Any]) -> tuple[M, N]:
    """A row that begins with the columns of two models, as both."""
    first, second = both
    end = len(attributes(first))
    return instance(first, values[:end]), instance(second, values[end : end + len(attributes(second))])


def relate(found: models.Model, **others: models.Model) -> None:
    """Says which rows the row's own keys name, as assigning them would: they are taken to be the right ones."""
    found._state.fields_cache.update(others)  # noqa: SLF001 - the same


def array(values: Iterable[Unquoted]) -> str:
    """An array as PostgreSQL writes it; psycopg would search each value for what needs quotes."""
    texts = ("NULL" if value is None else str(value) for value in values)
    return f"{{{','.join(texts)}}}"


def fetch(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows that a statement gives."""
    with connection.cursor() as cursor:
        cursor.cursor.format = Format.BINARY
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def execute(statement: str, rows: Iterable[Sequence[Unquoted]]) -> None:
    """A statement that takes its rows as one array for each column; nothing when there are none."""
    if by_column := [array(column) for column in zip(*rows, strict=True)]:
        with connection.cursor() as cursor:
            cursor.execute(statement, by_column)


def copy(into: str, rows: Iterable[Sequence[Any]]) -> None:
    """New rows `into` a table, as in `note (id, body)`: the cheapest way in, alone or by the hundred."""
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {into} FROM STDIN") as lines,
    ):
        for row in rows:
            lines.write_row(row)
