"""What happens to people's access, told to whoever holds something open for them."""

import logging
from typing import Any

from django.db import transaction
from django.dispatch import Signal

logger = logging.getLogger(__name__)

# Sent with `user` after a commit: a session ended, a token was revoked, the password changed, the account was closed.
access_revoked = Signal()


def revoke_access(user: Any) -> None:
    """Sends `access_revoked` now; a receiver that fails is logged and stops nobody."""
    for receiver, answer in access_revoked.send_robust(sender=type(user), user=user):
        if isinstance(answer, Exception):
            logger.error("%r failed to end the access of user %s", receiver, user.pk, exc_info=answer)


def revoke_access_on_commit(user: Any) -> None:
    """Sends `access_revoked` once the change that ends the access is in the database."""
    transaction.on_commit(lambda: revoke_access(user))
