"""No pages: sockets alone are measured."""

from typing import Any

urlpatterns: list[Any] = []
