"""Files that people send: stored before their message is, described, discarded, removed."""

from chat.services.uploads.removing import copy, discard, expire, remove, sweep
from chat.services.uploads.storing import describe, store

__all__ = ["copy", "describe", "discard", "expire", "remove", "store", "sweep"]
