"""The REST API, a door like the others: /api/v1/ by django-ninja. docs/api.md tells how to use it."""

from chat.api.site import api

__all__ = ["api"]
