"""Django admin as somebody uses it."""

from typing import Any

from django.contrib.messages import get_messages
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(model: type[Model], name: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def act(client: Client, action: str, *things: Any, **facts: object) -> HttpResponse:
    """Chooses an act in a list, and with `facts` also sends the page that asks for them."""
    chosen: dict[str, Any] = {"action": action, "_selected_action": [thing.pk for thing in things]}
    if facts:
        chosen |= {"confirmed": "yes", **facts}
    response: HttpResponse = client.post(page(type(things[0])), chosen)  # type: ignore[assignment]
    return response


def told(response: HttpResponse) -> list[str]:
    request: Any = response.wsgi_request  # type: ignore[attr-defined]
    return [str(message) for message in get_messages(request)]
