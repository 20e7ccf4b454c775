"""Who people are: the user and their API tokens."""

import hashlib
import secrets
from enum import IntEnum
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Now, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import signals
from accounts.folding import Fold
from accounts.shelves import place
from accounts.validators import validate_display_name, validate_username


class Rank(IntEnum):
    """Standing of a person; nobody acts on an equal or a higher one. The lower three come from a room."""

    MEMBER = 0
    ROOM_MODERATOR = 1
    ROOM_OWNER = 2
    SITE_MODERATOR = 3
    SITE_OWNER = 4


class User(AbstractBaseUser, PermissionsMixin):
    """A person or a bot. `is_staff` makes a site moderator, `is_superuser` a site owner.

    `ignored`: the ids of those whom this person wants to hear nothing of. `direct_from`: who may begin a direct
    conversation with them. `notify`: what they want to be told of in rooms that have no level of their own.
    """

    class Notify(models.TextChoices):
        ALL = "all", _("All messages")
        MENTIONS = "mentions", _("Mentions")
        NOTHING = "nothing", _("Nothing")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class DirectFrom(models.TextChoices):
        EVERYONE = "everyone", _("Everybody")
        ROOMS = "rooms", _("Who shares a room with me")
        NOBODY = "nobody", _("Nobody")

    username = models.CharField(
        _("username"),
        max_length=32,
        unique=True,
        validators=[validate_username],
        error_messages={"unique": _("Someone already has that username.")},
    )
    display_name = models.CharField(_("display name"), max_length=80, blank=True, validators=[validate_display_name])
    email = models.EmailField(_("email address"), blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    direct_from = models.CharField(max_length=8, choices=DirectFrom, default=DirectFrom.EVERYONE)
    notify = models.CharField(
        max_length=8, choices=Notify, default=Notify.MENTIONS, db_default=Notify.MENTIONS, editable=False
    )
    status_emoji = models.CharField(max_length=32, blank=True, default="", editable=False)
    status_text = models.CharField(max_length=100, blank=True, default="", editable=False)
    status_until = models.DateTimeField(null=True, editable=False)
    dnd_until = models.DateTimeField(null=True, editable=False)
    is_invisible = models.BooleanField(default=False, editable=False)
    avatar = models.CharField(max_length=32, blank=True, editable=False)
    is_bot = models.BooleanField(_("bot"), default=False)
    is_staff = models.BooleanField(_("site moderator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    ignored = ArrayField(models.BigIntegerField(), default=list, editable=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    was_active = False
    # How this person came in, which a door says; see accounts/second_factor.py.
    has_proven = True
    rests = False
    _password: str | None = None  # Django's own: the raw text between `set_password` and `save`

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = (
            models.UniqueConstraint(Lower("username"), name="user_username_any_case"),
            models.CheckConstraint(condition=models.Q(notify__in=["all", "mentions", "nothing"]), name="user_notify"),
        )
        # allauth looks people up by these two.
        indexes = (
            models.Index(Upper("username"), name="user_username_upper"),
            models.Index(fields=["email"], name="user_email"),
            # People are searched by any part of their names.
            GinIndex(OpClass(Fold("username"), name="gin_trgm_ops"), name="user_username_folded"),
            GinIndex(OpClass(Fold("display_name"), name="gin_trgm_ops"), name="user_display_name_folded"),
        )

    def __str__(self) -> str:
        return self.username

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        user = super().from_db(*args, **kwargs)
        user.has_been_read()
        return user

    def has_been_read(self) -> None:
        """For each row that comes from the database, whoever makes the object."""
        self.was_active = self.__dict__.get("is_active", False)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves; a new password and the end of an account revoke all access of this person."""
        has_new_password = self._password is not None and not self._state.adding
        has_ended = self.was_active and not self.is_active
        super().save(*args, **kwargs)
        self.was_active = self.is_active
        if has_new_password or has_ended:
            signals.revoke_access_on_commit(self)

    @property
    def name(self) -> str:
        """What other people read: the display name, else the username."""
        return self.display_name or self.username

    @property
    def has_status(self) -> bool:
        """Says something of themselves, and for no shorter time than has passed."""
        is_over = self.status_until is not None and self.status_until <= timezone.now()
        return bool(self.status_emoji or self.status_text) and not is_over

    @property
    def wants_quiet(self) -> bool:
        """Does not want to be disturbed now."""
        return self.dnd_until is not None and self.dnd_until > timezone.now()

    @property
    def initials(self) -> str:
        """Up to two letters, for the avatar."""
        words = self.name.split()
        return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper() if words else ""

    @property
    def avatar_url(self) -> str:
        """A square of 96 pixels; empty where initials do."""
        return f"/avatars/{self.avatar}/96/" if self.avatar else ""

    @property
    def hue(self) -> int:
        """One of the eight colours of avatars: 1 to 8."""
        return (self.pk or 0) % 8 + 1

    @property
    def rank(self) -> Rank:
        """Standing on the whole site, while it does not rest; rooms may add to it."""
        if self.rests:
            return Rank.MEMBER
        if self.is_superuser:
            return Rank.SITE_OWNER
        return Rank.SITE_MODERATOR if self.is_staff else Rank.MEMBER

    # Django's admin and allauth ask for these two by name.
    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A bearer token; the database keeps only its SHA-256, so a copy of the database opens nothing.

    `is_proven`: it was made in a session that had used the second factor.
    """

    PREFIX = "tt_"

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    is_proven = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(token: str) -> str:
        """The form in which a token is kept."""
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def new_token(cls) -> str:
        """A fresh secret, shown once to the person."""
        return cls.PREFIX + secrets.token_urlsafe(32)

    @property
    def is_live(self) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())


class Site(models.Model):
    """The one row of facts about this site: its name, and the first visitor's one-time setup link."""

    name = models.CharField(_("name of the site"), max_length=60, blank=True)
    setup_digest = models.CharField(max_length=64, blank=True, editable=False)
    setup_expires_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("site")
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="site_one_row"),)

    def __str__(self) -> str:
        return self.name


class PictureOrder(models.Model):
    """A large picture that waits to be made ready. `outcome`: null until the queue has been at it (`darkroom.py`)."""

    SHELVES = "pictures"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    outcome = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def folder(self) -> str:
        """Where its source is in the storage. Nothing is served from there."""
        return place(self.SHELVES, self.pk.hex)
