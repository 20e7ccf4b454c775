"""Empties the database after a test that commits, while processes of the site may be reading in it."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connection, transaction
from psycopg import sql

# What `migrate` writes and no test changes.
KEPT = {"django_content_type", "auth_permission"}


@cache
def emptying() -> sql.Composed:
    """One statement for all tables: their rows go, whoever refers to them and whatever a trigger forbids."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)
    each = sql.SQL("IF EXISTS (SELECT FROM {0}) THEN DELETE FROM {0}; END IF;")
    body = sql.SQL(" ").join(each.format(sql.Identifier(table)) for table in tables)
    begin = sql.SQL("DO $$ BEGIN SET LOCAL session_replication_role = replica; ")
    return begin + body + sql.SQL(" END $$")


def empty(_: flush.Command, **options: Any) -> None:
    """In place of `flush`, which rewrites each table's files and makes all permissions anew."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(emptying())


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    """Deleting takes no locks that readers would wait for or end in a deadlock with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", empty)
        yield
