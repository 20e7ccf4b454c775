"""Rows that plain SQL gives are what the ORM would give."""

import pytest

from accounts.models import User
from chat.models import Membership, Room, sql
from tests.factories import seat


def test_a_row_is_its_model(lobby: Room, bob: User) -> None:
    expected = seat(bob, lobby)
    (found,) = Membership.objects.with_rooms("m.user_id = %s", [bob.pk])
    assert found.__dict__.keys() - {"mention_count"} == expected.__dict__.keys()
    for model, other in ((found, expected), (found.room, expected.room)):
        assert (model._state.adding, model._state.db) == (False, "default")
        assert [getattr(model, name) for name in sql.attributes(type(model))] == [
            getattr(other, name) for name in sql.attributes(type(model))
        ]
    found.is_muted = True
    found.save(update_fields=["is_muted"])
    assert seat(bob, lobby).is_muted
    assert found.user == bob, "what was not read along is read when it is asked for"


def test_a_model_that_looks_at_its_row_does_so(lobby: Room, bob: User) -> None:
    """Of people: whose account was open when it was read."""
    (found,) = Membership.objects.with_users([seat(bob, lobby).pk]).values()
    assert found.user.was_active


def test_a_row_of_another_length_is_no_row(db: None) -> None:
    with pytest.raises(ValueError, match="shorter"):
        sql.instance(Room, [1])
