"""The API's description, made from its table of calls and their models."""

import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ambianic import __version__, views

from .route import BASE, Parameter, Route
from .routes import ROUTES

_ABOUT = (
    "`x-needs` is the least role that may make a call: viewer, owner or admin. With `x-own-phone` a phone may make it for itself "
    "whatever its role."
)


def describe() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    models: list[type[BaseModel]] = [views.ProblemView]
    for model in (model for route in ROUTES for model in (route.takes, route.gives)):
        if isinstance(model, type) and model not in models:
            models.append(model)
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template="#/components/schemas/{model}")
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(BASE + route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ambianic Edge", "version": __version__, "description": _ABOUT},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.about,
        "parameters": [_place(name) for name in re.findall(r"{(\w+)}", route.path)]
        + [_query(parameter) for parameter in route.query],
        "responses": {
            str(route.status): {"description": route.about} | ({"content": _content(route.gives)} if route.gives else {}),
            "default": {
                "description": "A failure",
                "content": {"application/problem+json": {"schema": _reference(views.ProblemView)}},
            },
        },
    }
    if route.takes:
        operation["requestBody"] = {"required": True, "content": _content(route.takes)}
    if route.needs is None:
        operation["security"] = []
    else:
        operation["x-needs"] = route.needs.value
        operation["x-own-phone"] = route.own
    return operation


def _place(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": parameter.kind}
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.about,
        "schema": {"type": "array", "items": schema} if parameter.repeated else schema,
    }


def _content(kind: type[BaseModel] | str) -> dict[str, Any]:
    if isinstance(kind, str):
        return {kind: {"schema": {"type": "string"}}}
    return {"application/json": {"schema": _reference(kind)}}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
