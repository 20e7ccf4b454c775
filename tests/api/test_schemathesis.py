"""Whatever one sends that the description allows, or just does not: no fault of ours, and every answer as described."""

import json
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from ninja.responses import NinjaJSONEncoder
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import User
from accounts.tokens import create_token
from chat.api import api
from chat.models import Room
from tests.factories import make_user, post

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# Of each operation. More by hand: TERTULIA_SCHEMATHESIS_EXAMPLES=500 bin/test tests/api/test_schemathesis.py
EXAMPLES = int(os.environ.get("TERTULIA_SCHEMATHESIS_EXAMPLES", "3"))
# What is there to be found; otherwise hardly any call would get beyond “not found”.
PLACES = {"slug": ["lobby", "café"], "seq": [1, 2, 3, 99], "username": ["bob", "carol", "dora"], "emoji": ["👍", "x"]}


@cache
def handler() -> WSGIHandler:
    return WSGIHandler()


def site(environ: Any, start_response: Any) -> Any:
    """The whole site, middleware and all, made when the first test calls it."""
    return handler()(environ, start_response)


def description() -> Any:
    """The description as it is served, with the places of the path narrowed to those."""
    described = json.loads(json.dumps(api.get_openapi_schema(), cls=NinjaJSONEncoder))
    for methods in described["paths"].values():
        for operation in methods.values():
            if operation["operationId"] == "unsave":  # takes any place: what can't be seen any more, too
                continue
            for parameter in operation["parameters"]:
                if parameter["in"] == "path" and parameter["name"] in PLACES:
                    parameter["schema"] = {"enum": PLACES[parameter["name"]]}
    return described


schema = schemathesis.openapi.from_dict(description())
schema.app = site


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests end without closing the connection in whose transaction the test runs."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(one_connection: None, lobby: Room, alice: User, bob: User, mallory: User) -> dict[str, str]:
    """Of alice, who may do most in the lobby."""
    for author in (alice, bob, bob):
        post(author, lobby)
    make_user(username="dora")
    return {"Authorization": f"Bearer {create_token(user=alice, name='test')[1]}"}


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation(case: Case[Any], headers: dict[str, str]) -> None:
    case.call_and_validate(headers=headers, checks=CHECKS)
