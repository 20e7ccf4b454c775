"""Somebody at the REST door."""

import json
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.tokens import create_token
from chat.api import problems


class Answer:
    """An answer of the API. Fails on one that is not as every answer has to be."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status: int = response.status_code
        self.json: Any = json.loads(response.content or b"null")
        assert response["Cache-Control"] == "private, no-store"
        if self.status >= 400:
            assert response["Content-Type"] == problems.MEDIA_TYPE
            assert self.json["status"] == self.status
            assert {"type", "title", "detail", "code"} <= self.json.keys()

    @property
    def code(self) -> str:
        """The problem's code, else the status."""
        return str(self.json["code"]) if self.status >= 400 else str(self.status)


class Caller:
    """Calls with a token of `user`, with the cookies of `browser`, or (neither) as nobody."""

    def __init__(self, user: User | None = None, *, browser: Client | None = None) -> None:
        self.client = browser or Client()
        self.headers = {"Authorization": f"Bearer {create_token(user=user, name='test')[1]}"} if user else {}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """`path` below /api/v1, or an address that the API gave."""
        data = body if isinstance(body, (bytes, str)) or body is None else json.dumps(body)
        at = path if path.startswith("/api/") else f"/api/v1{path}"
        response = self.client.generic(
            method, at, data or b"", content_type="application/json", headers=self.headers | headers
        )
        return Answer(response)

    def upload(self, path: str, *, headers: dict[str, str] | None = None, **fields: Any) -> Answer:
        """Sends a form, files and all, as browsers do."""
        return Answer(self.client.post(f"/api/v1{path}", fields, headers=self.headers | (headers or {})))

    def put_file(self, path: str, content: bytes, kind: str, **headers: str) -> Answer:
        """Sends a file as the body."""
        return Answer(self.client.put(f"/api/v1{path}", content, content_type=kind, headers=self.headers | headers))

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any) -> Answer:
        return self.call("PUT", path, body)

    def patch(self, path: str, body: Any) -> Answer:
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)
