"""What the API says of itself: OpenAPI with examples that hold, and the page."""

from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from accounts.models import User
from chat.api import problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema() -> Any:
    return Client().get("/api/v1/openapi.json").json()


def test_everything_under_the_address_is_described(schema: Any) -> None:
    from chat.api import api

    described = {path.replace("{", "<").replace("}", ">") for path in schema["paths"]}
    served = {f"/api/v1/{pattern.pattern}" for pattern in api.urls[0]}
    assert served - described == {"/api/v1/", "/api/v1/docs", "/api/v1/openapi.json"}
    operations = [operation for methods in schema["paths"].values() for operation in methods.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    assert all(operation["security"] == [{"Token": []}, {"Session": []}] for operation in operations)


def test_every_example_is_what_its_schema_says(schema: Any) -> None:
    seen = 0
    for methods in schema["paths"].values():
        for operation in methods.values():
            for part in (operation.get("requestBody", {}), *operation["responses"].values()):
                for content in part.get("content", {}).values():
                    whole = content["schema"] | {"components": schema["components"]}
                    jsonschema_rs.validate(whole, content["example"])
                    seen += 1
    assert seen > 100


def test_the_page_shows_every_operation_and_problem(schema: Any, bob: User) -> None:
    browser = Client()
    for _ in range(2):  # as nobody and signed in
        response = browser.get("/api/v1/docs")
        page = response.content.decode()
        assert response.status_code == 200
        for path, methods in schema["paths"].items():
            assert path in page
            assert all(f'id="{operation["operationId"]}"' in page for operation in methods.values())
        assert all(f'id="{code}"' in page for code in problems.KINDS)
        assert "<script" not in page
        assert "style=" not in page
        browser.force_login(bob)
