"""Browsers of people who are signed in."""

import pytest
from django.test import Client

from accounts.models import User


@pytest.fixture
def as_bob(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


@pytest.fixture
def as_mallory(client: Client, mallory: User) -> Client:
    client.force_login(mallory)
    return client
