"""The page about the API: its operations, read off its OpenAPI description and drawn by the site's own template.

Swagger's page needs styles in attributes and writes HTML from its script; our Content-Security-Policy has neither.
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from chat.api import problems


class Docs(DocsBase):
    def render_page(self, request: HttpRequest, api: NinjaAPI, **where: Any) -> HttpResponse:
        schema = api.get_openapi_schema(path_params=where)
        context = {
            "sections": sections(schema),
            "kinds": [{"code": code, "status": kind.status, "title": kind.title} for code, kind in _kinds()],
            "openapi": self.get_openapi_url(api, where),
        }
        return render(request, "chat/api_docs.html", context)


def sections(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations by their tags, in the order in which they are described."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_shown(path, method, operation))
    return [{"name": name, "operations": operations} for name, operations in found.items()]


def _shown(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    status, answer = next(iter(operation["responses"].items()))
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "parameters": [entry for entry in operation["parameters"] if entry["in"] == "query"],
        "body": _example(operation.get("requestBody", {})),
        "status": status,
        "answer": _example(answer),
    }


def _example(part: dict[str, Any]) -> str:
    contents = list(part.get("content", {}).values())
    return json.dumps(contents[0]["example"], ensure_ascii=False, indent=2) if contents else ""


def _kinds() -> list[tuple[str, problems.Kind]]:
    return sorted(problems.KINDS.items(), key=lambda entry: entry[1].status)
