"""What all tests of accounts share."""

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from accounts.site import forget_site_name

PASSWORD = "a chair by the window"


@pytest.fixture(autouse=True)
def unhurried(settings: LazySettings) -> None:
    """No limits of allauth, and a quick hash."""
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    forget_site_name()


@pytest.fixture
def ines(db: None) -> User:
    return User.objects.create_user("Inés", "ines@example.org", PASSWORD)


@pytest.fixture
def as_ines(client: Client, ines: User) -> Client:
    """A browser that has just signed in, by the form."""
    client.post("/accounts/login/", {"login": "Inés", "password": PASSWORD, "remember": "on"})
    return client
