"""What happens to people's access, told to whoever holds something open for them."""

import logging
from typing import Any

from django.db import transaction
from django.dispatch import Signal

logger = logging.getLogger(__name__)

# Sent with `user` after a commit: a session ended, a token was revoked, the password changed, the account was closed.
access_revoked = Signal()

# Sent with `request`: may this visitor make an account though sign-up is closed? One True opens the door.
sign_up_asked = Signal()

# Sent with `request` and `user` inside the transaction that makes the account; SignUpRefusedError undoes it.
signing_up = Signal()


class SignUpRefusedError(Exception):
    """The account is not made after all; the text is for the visitor."""


def is_let_in(request: Any) -> bool:
    """Somebody who listens lets this visitor make an account."""
    return any(bool(answer) for _, answer in sign_up_asked.send(sender=None, request=request))


def revoke_access(user: Any) -> None:
    """Sends `access_revoked` now; a receiver that fails is logged and stops nobody."""
    for receiver, answer in access_revoked.send_robust(sender=type(user), user=user):
        if isinstance(answer, Exception):
            logger.error("%r failed to end the access of user %s", receiver, user.pk, exc_info=answer)


def revoke_access_on_commit(user: Any) -> None:
    """Sends `access_revoked` once the change that ends the access is in the database."""
    transaction.on_commit(lambda: revoke_access(user))
