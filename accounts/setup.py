"""The first run: a one-time link where the first visitor makes the owner's account."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Site, User

VALID_FOR = timedelta(hours=24)
TOKEN_LONGEST = 100


class SetupClosedError(Exception):
    """The link was used, is too old, or never was one."""


class NameTakenError(ValueError):
    """Somebody took the username a moment ago."""


def needs_setup() -> bool:
    """True as long as the site has no owner."""
    return not User.objects.filter(is_superuser=True).exists()


@transaction.atomic
def new_setup_path() -> str:
    """A fresh link of this site, valid for a day; older ones end. Only its digest is kept."""
    token = secrets.token_urlsafe(24)
    Site.objects.get_or_create(pk=1)
    Site.objects.filter(pk=1).update(setup_digest=digest_of(token), setup_expires_at=timezone.now() + VALID_FOR)
    return reverse("accounts:setup", args=[token])


def is_open(token: str) -> bool:
    """Whether this link still makes an owner."""
    site = Site.objects.filter(pk=1).first()
    return site is not None and fits(site, token) and needs_setup()


def create_owner(*, token: str, site_name: str, username: str, email: str, password: str) -> User:
    """Names the site and makes its owner; the link ends. Raises `SetupClosedError` or `NameTakenError`.

    The row of the site is locked, so that of two visitors at once only one passes.
    """
    try:
        with transaction.atomic():
            site = Site.objects.select_for_update().filter(pk=1).first()
            if site is None or not fits(site, token) or not needs_setup():
                raise SetupClosedError
            owner = User.objects.create_superuser(username, email, password)
            if email:  # whoever holds the link is believed, or a site with mail could shut its owner out
                EmailAddress.objects.create(user=owner, email=owner.email.lower(), primary=True, verified=True)
            site.name, site.setup_digest, site.setup_expires_at = site_name, "", None
            site.save()
    except IntegrityError as error:
        raise NameTakenError(gettext("Someone already has that username or email address.")) from error
    return owner


def fits(site: Site, token: str) -> bool:
    if not site.setup_digest or site.setup_expires_at is None or len(token) > TOKEN_LONGEST:
        return False
    return secrets.compare_digest(site.setup_digest, digest_of(token)) and timezone.now() < site.setup_expires_at


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
