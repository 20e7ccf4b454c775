"""The API as OpenAPI: what django-ninja makes of the operations, with refusals and examples."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from chat.api import problems

# One code of each status that any operation may be refused with.
REFUSALS = (
    "bad_request", "unauthorized", "forbidden", "not_found", "conflict", "too_large", "too_long", "rate_limited",
    "unavailable",
)  # fmt: skip
PROBLEM = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


class Api(NinjaAPI):
    """Every operation says what it may be refused with, and shows what it takes and gives."""

    _schema: OpenAPISchema | None = None

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        if self._schema is None:
            self._schema = super().get_openapi_schema(**where)
            self._schema["components"]["schemas"]["Problem"] = problems.Problem.model_json_schema()
            for methods in self._schema["paths"].values():
                for operation in methods.values():
                    self._complete(operation, self._schema)
        return self._schema

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)

    def _complete(self, operation: dict[str, Any], schema: dict[str, Any]) -> None:
        for parameter in operation["parameters"]:
            parameter.pop("examples", None)  # they stand in its schema; here OpenAPI wants something else
        for code in REFUSALS:
            kind = problems.KINDS[code]
            operation["responses"].setdefault(kind.status, {"description": kind.title, "content": PROBLEM})
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            for content in part.get("content", {}).values():
                content["example"] = example(content["schema"], schema)


def example(of: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A value as it may be: the example of a schema, else put together of those of its parts."""
    if "$ref" in of:
        return example(schema["components"]["schemas"][of["$ref"].rsplit("/", 1)[1]], schema)
    if "allOf" in of or "anyOf" in of:
        return example((of.get("allOf") or of["anyOf"])[0], schema)
    if "properties" in of and "example" not in of:
        shown = {name: part for name, part in of["properties"].items() if name in _shown(of)}
        return {name: example(part, schema) for name, part in shown.items()}
    if "items" in of and "examples" not in of:
        return [example(of["items"], schema)]
    for found in ([of[name]] if name in of else [] for name in ("example", "default", "const")):
        if found:
            return found[0]
    simple = {"integer": of.get("minimum", 1), "boolean": False, "object": {}, "null": None}
    return (of.get("examples") or of.get("enum") or [simple.get(of.get("type", ""), "")])[0]


def _shown(of: dict[str, Any]) -> set[str]:
    """The fields that an example has: those that must be there, and those that say how they look."""
    told = {name for name, part in of["properties"].items() if "examples" in str(part)}
    return told | set(of.get("required", ()))
