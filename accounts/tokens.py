"""API tokens: made, revoked, and turned back into a person."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import names, second_factor, signals
from accounts.models import ApiToken, User

TOKENS_AT_ONCE = 50
SECRET_LONGEST = 200
NAME_LONGEST = 80


class TokenError(ValueError):
    """A sentence that says why a token can't be made."""


@transaction.atomic
def create_token(*, user: User, name: str, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """A new token of this person and its secret, which can't be read again. Raises `TokenError`."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    try:
        name = names.clean_name(name, longest=NAME_LONGEST)
    except ValueError as error:
        raise TokenError(str(error)) from error
    if not name:
        raise TokenError(gettext("Please give the token a name."))
    if expires_at is not None and expires_at <= timezone.now():
        raise TokenError(gettext("The token would have ended already."))
    if user.api_tokens.filter(revoked_at=None).count() >= TOKENS_AT_ONCE:
        raise TokenError(gettext("You have very many tokens. Please revoke one first."))
    secret = ApiToken.new_token()
    token = ApiToken.objects.create(
        user=user, name=name, digest=ApiToken.digest_of(secret), expires_at=expires_at, is_proven=user.has_proven
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken) -> None:
    """Ends a token for good, and whatever is open with it; doing it twice changes nothing."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if changed:
        token.refresh_from_db()
        signals.revoke_access_on_commit(token.user)


def find_user(secret: str) -> User | None:
    """The active person behind a live token, else None."""
    token = find_token(secret)
    return token.user if token else None


def find_token(secret: str) -> ApiToken | None:
    """A live token of an active person, else None."""
    if not (secret.startswith(ApiToken.PREFIX) and secret.isascii() and len(secret) <= SECRET_LONGEST):
        return None
    token = ApiToken.objects.select_related("user").filter(digest=ApiToken.digest_of(secret)).first()
    if token is None or not token.is_live or not token.user.is_active:
        return None
    second_factor.weigh(token.user, has_proven=token.is_proven)
    return token
