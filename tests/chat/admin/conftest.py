"""Who sits at the desk."""

import pytest
from django.test import Client

from accounts.models import User
from tests.chat.admin.desk import signed_in
from tests.factories import make_user


@pytest.fixture
def desk(steward: User) -> Client:
    """The admin as a site moderator sees it."""
    return signed_in(steward)


@pytest.fixture
def owner(db: None) -> User:
    return make_user(username="root1", is_staff=True, is_superuser=True)
