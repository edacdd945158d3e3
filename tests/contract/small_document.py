"""A small OpenAPI document with one of everything that the comparison of documents looks at."""

from typing import Any


def small_document() -> dict[str, Any]:
    """A new one each time, to be changed."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lamps", "version": "1"},
        "security": [{}, {"token": []}],
        "paths": {
            "/lamps": {
                "get": {
                    "operationId": "lamps_list",
                    "parameters": [
                        {"$ref": "#/components/parameters/page_size"},
                        _query("colour", {"type": "string", "enum": ["red", "green"]}),
                        _query("name", {"type": "string", "minLength": 1, "maxLength": 40}),
                        _query("lit_on", {"type": "string"}),
                        _query("id__in", {"type": "array", "items": {"type": "integer"}}, explode=False),
                        {**_query("old", {"type": "string"}), "deprecated": True, "x-sunset": "2027-07-01"},
                    ],
                    "responses": {
                        "200": _answer({"type": "array", "items": {"$ref": "#/components/schemas/Lamp"}}),
                        "400": {"$ref": "#/components/responses/Problem400"},
                    },
                },
                "post": {
                    "operationId": "lamps_create",
                    "requestBody": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/LampInput"}},
                            "text/csv": {"schema": {"type": "string"}},
                        }
                    },
                    "responses": {"201": _answer({"$ref": "#/components/schemas/Lamp"})},
                    "security": [{"token": ["propose"]}],
                },
            },
            "/lamps/{id}": {
                "get": {
                    "operationId": "lamps_retrieve",
                    "parameters": [{"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}],
                    "responses": {"200": _answer({"$ref": "#/components/schemas/Lamp"})},
                }
            },
        },
        "components": {
            "parameters": {"page_size": _query("page_size", {"type": "integer", "minimum": 1, "maximum": 1000})},
            "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
            "responses": {"Problem400": {"content": {"application/problem+json": {"schema": {"type": "object"}}}}},
            "schemas": {
                "Harbour": _thing({"name": {"type": "string"}}),
                "Lamp": _thing(
                    {
                        "id": {"type": "string", "format": "uuid"},
                        "colour": {"type": "string", "enum": ["red", "green"]},
                        "watts": {"type": "integer"},
                        "height": {"type": ["number", "null"]},
                        "note": {"type": "string", "maxLength": 10},
                        "harbour": {"oneOf": [{"$ref": "#/components/schemas/Harbour"}, {"type": "null"}]},
                        "quay": {"allOf": [{"$ref": "#/components/schemas/Harbour"}], "description": "Where."},
                        "words": {"type": "object", "additionalProperties": {"type": "string"}},
                        "next": {"oneOf": [{"$ref": "#/components/schemas/Lamp"}, {"type": "null"}]},
                    }
                ),
                "LampInput": {
                    "type": "object",
                    "required": ["colour"],
                    "properties": {
                        "colour": {"type": "string", "enum": ["red", "green"]},
                        "watts": {"type": "number"},
                        "note": {"type": ["string", "null"]},
                        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 5},
                    },
                },
            },
        },
    }


def _query(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": schema, **more}


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "headers": {"ETag": {"$ref": "#/components/headers/ETag"}, "Link": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": schema}, "text/csv": {"schema": {"type": "string"}}},
    }


def _thing(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}
