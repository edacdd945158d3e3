"""The OpenAPI document: what drf-spectacular cannot know of parameters, envelopes, headers and problems."""

import inspect
from typing import Any

from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.plumbing import ResolvedComponent, build_array_type
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from . import problems, schema_writing
from .exporting import DIGEST_TYPE
from .exports import Export
from .formats import Format
from .inputs import ObjectInput
from .list_views import VERSION_ORDERINGS, VIEW
from .mementos import LINK_FORMAT
from .orders import WhyInput
from .pagination import MAX_PAGE_SIZE
from .record_history import MAX_VERSIONS
from .representation import JSONRenderer
from .schema_exports import DIGEST_SCHEMA, EXPORT_PARAMETERS
from .schema_parameters import (
    ACCEPT_DATETIME_HEADER,
    ANSWER_HEADERS,
    AS_OF_PARAMETER,
    DIFF_PARAMETERS,
    VIEW_PARAMETER,
    filter_parameter,
    format_parameter,
    page_parameters,
)
from .schema_security import security
from .shaped_schema import SHAPED, shaped_page_reference, shaped_reference, shaping_parameters, total_parameters
from .shaping import OF_PAGES


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one parameter, or one place of a body."""

    parameter = serializers.CharField(allow_null=True, help_text="Name of the query parameter; null for a body.")
    pointer = serializers.CharField(allow_null=True, help_text="JSON pointer (RFC 6901) into the body; else null.")
    detail = serializers.CharField(help_text="What is wrong.")

    class Meta:
        ref_name = "ProblemError"


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="Kind of error: a path, which leads to what it means.")
    title = serializers.CharField(help_text="The kind in words.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(allow_null=True, help_text="What happened this time; null when the title says all.")
    errors = ProblemErrorSerializer(  # type: ignore[assignment]
        many=True, help_text="Each thing that is wrong; may be empty."
    )

    class Meta:
        ref_name = "Problem"


SUMMARIES = {
    "list": "List {}",
    "retrieve": "Get one of the {}",
    "revisions": "Get the time map of one of the {}",
    "diff": "Compare one of the {} between two revisions",
}


def answers(found: Any, *wrong: int) -> dict[Any, Any]:
    """The responses of an address: what it answers, and the statuses with which it answers a problem."""
    return {200: found, **problem_answers(*wrong)}


def problem_answers(*wrong: int) -> dict[Any, Any]:
    """The responses with these statuses: each a problem."""
    return {(status, problems.CONTENT_TYPE): ProblemSerializer for status in wrong}


def json_object(description: str, **properties: dict[str, Any]) -> dict[str, Any]:
    """The schema of an object that has exactly these properties, each of them always."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


class AutoSchema(SpectacularAutoSchema):
    """How greenapi's views are documented."""

    @property
    def resource(self) -> Any:
        """The ResourceViewSet that is documented; None for any other view."""
        return self.view if hasattr(self.view, "orderable") else None

    def get_override_parameters(self) -> list[Any]:
        format_parameters = [format_parameter(self.view.get_renderers())] if self.method == "GET" else []
        if self.resource is None:
            return format_parameters
        if self.is_write:
            return [*schema_writing.write_parameters(self.resource.action)]
        own = self._own_parameters()
        return [AS_OF_PARAMETER, ACCEPT_DATETIME_HEADER, *own, *format_parameters, *ANSWER_HEADERS]

    @property
    def is_write(self) -> bool:
        """Whether the operation writes."""
        return self.resource is not None and self.resource.action in schema_writing.NAMES

    def _get_request_body(self, direction: Any = "request") -> Any:
        return schema_writing.request_body(self) if self.is_write else super()._get_request_body(direction)  # type: ignore[no-untyped-call]

    def _get_serializer_name(self, serializer: Any, *args: Any, **kwargs: Any) -> str:
        if isinstance(serializer, ObjectInput):
            return type(serializer).__name__
        name: str = super()._get_serializer_name(serializer, *args, **kwargs)
        return name

    def _map_serializer(self, serializer: Any, *args: Any, **kwargs: Any) -> Any:
        schema = super()._map_serializer(serializer, *args, **kwargs)  # type: ignore[no-untyped-call]
        if not isinstance(serializer, ObjectInput):
            return schema
        why = super()._map_serializer(WhyInput(), *args, **kwargs)  # type: ignore[no-untyped-call]
        schema_writing.describe_texts(schema, serializer=serializer)
        schema_writing.describe_texts(why, serializer=WhyInput())
        return schema_writing.input_schema(schema, serializer=serializer, why=why)

    def _own_parameters(self) -> list[OpenApiParameter]:
        """What the address knows besides what all know."""
        match self.resource.action:
            case "list":
                filters = self.resource.filterset.base_filters.items()
                listing = page_parameters(self._orderings(), at_most=MAX_PAGE_SIZE)
                views = [VIEW_PARAMETER] if self.has_versions else []
                shaping = shaping_parameters(type(self.resource))
                totals = total_parameters(type(self.resource))
                return [
                    *views,
                    *listing,
                    *shaping,
                    *totals,
                    *EXPORT_PARAMETERS,
                    *(filter_parameter(name, found) for name, found in filters),
                ]
            case "revisions":
                return page_parameters(["number"], at_most=MAX_VERSIONS)
            case "diff":
                return DIFF_PARAMETERS
            case "retrieve":
                return shaping_parameters(type(self.resource))
            case _:
                return []

    def _orderings(self) -> list[str]:
        """What the rows of a list, or their versions, can be ordered by."""
        return list(dict.fromkeys([*self.resource.orderable, *(VERSION_ORDERINGS if self.has_versions else ())]))

    def get_operation_id(self) -> str:
        if self.resource is None:
            return str(super().get_operation_id()).removesuffix("_retrieve")
        action = self.resource.action
        name = schema_writing.NAMES[action][0] if self.is_write else action
        return f"{self.get_tags()[0].replace('-', '_')}_{name}"

    def get_summary(self) -> str | None:
        if self.resource is None:
            return super().get_summary()
        action = self.resource.action
        summary = schema_writing.NAMES[action][1] if self.is_write else SUMMARIES[action]
        return summary.format(self.get_tags()[0].replace("-", " "))

    def get_description(self) -> str:  # type: ignore[override]
        of_view = self.resource is None or self.resource.action in {"list", "retrieve"}
        return inspect.getdoc(type(self.view) if of_view else getattr(self.view, self.resource.action)) or ""

    def get_auth(self) -> list[dict[str, Any]]:
        return security(self.method)

    def get_filter_backends(self) -> list[Any]:
        return []

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0] or "api"]

    def get_response_serializers(self) -> Any:
        if self.resource is None:
            return super().get_response_serializers()
        found: dict[Any, Any] = {}
        if self.is_write:
            for status in schema_writing.good(self.resource.action):
                found[status] = None if status == 204 else super().get_response_serializers()
            return {**found, **problem_answers(*schema_writing.statuses(self.resource.action))}
        wrong = [400, 404, 406, 410, 422, 503] if self.method == "GET" else []
        match self.resource.action:
            case "list" if self.has_versions:
                # A page without rows is both.
                pages = [
                    self.page_reference(),
                    self.versions_reference(),
                    shaped_page_reference(self, page=_page_schema({})),
                ]
                found[200] = {"anyOf": pages}
            case "list":
                found[200] = {"anyOf": [self.page_reference(), shaped_page_reference(self, page=_page_schema({}))]}
            case "retrieve":
                row = self.resolve_serializer(self.resource.get_serializer_class(), "response")
                found[200] = {"anyOf": [row.ref, shaped_reference(self)]}
            case "revisions":
                found[200, "application/json"] = self.page_reference()
                found[200, LINK_FORMAT] = OpenApiTypes.STR
            case _:
                found[200] = super().get_response_serializers()
        # JSON is what the serializers describe, other formats describe themselves.
        described = {(200, JSONRenderer.media_type) if code == 200 else code: body for code, body in found.items()}
        others: list[Format] = [kind for kind in self.view.get_renderers() if isinstance(kind, Format)]
        described |= {(200, kind.content_type): kind.schema for kind in others}
        if any(isinstance(kind, Export) for kind in others):
            described[200, DIGEST_TYPE] = self.component("ExportDigest", DIGEST_SCHEMA)
        return {**described, **problem_answers(*wrong)}

    def page_reference(self) -> dict[str, Any]:
        """The envelope of a page as a component, with nulls said as OpenAPI 3.1 says them."""
        row = self.resolve_serializer(self.resource.get_serializer_class(), "response")
        return self.component(f"{row.name}Page", _page_schema(row.ref))

    @property
    def has_versions(self) -> bool:
        """Whether the resource's lists can show versions."""
        return VIEW in getattr(self.resource, "list_options", ())

    def versions_reference(self) -> dict[str, Any]:
        """The envelope of a page of versions as a component, and each of its rows as another."""
        row = self.resolve_serializer(self.resource.get_serializer_class(), "response")
        return self.component(
            f"Recorded{row.name}Page", _page_schema(self.component(f"Recorded{row.name}", _version_schema(row.ref)))
        )

    def component(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        """Registers a component once, and gives a reference to it."""
        made = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, object=name, schema=schema)
        self.registry.register_on_missing(made)
        reference: dict[str, Any] = made.ref
        return reference

    def _is_list_view(self, serializer: Any = None) -> bool:
        # A page is an object already; drf-spectacular would wrap it in an array.
        return self.resource is None and super()._is_list_view(serializer)


def _page_schema(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "One page of a listing.",
        "properties": {
            "revision": {"type": "integer", "description": "The revision that was read; 0 before the first."},
            "recorded_at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "When that revision was recorded; null before the first.",
            },
            "next": {"type": ["string", "null"], "description": "Path of the next page; null on the last."},
            "previous": {"type": ["string", "null"], "description": "Path of the page before; null on the first."},
            "results": {**build_array_type(row), "description": "The rows of the page."},
        },
    }


def _version_schema(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "A version of a row.",
        "properties": {
            "revision": {"type": "integer", "description": "The revision that recorded it."},
            "recorded_at": {
                "type": "string",
                "format": "date-time",
                "description": "When that revision was recorded (UTC).",
            },
            "until": {
                "type": ["integer", "null"],
                "description": "The revision that replaced or ended it; null where none had by the revision read.",
            },
            "record": {"allOf": [row], "description": "The row as it was shown as of the revision that recorded it."},
        },
    }


def require_response_fields(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Says of answers what is true of them: every field is always there, so none needs `readOnly`."""
    for name, schema in result.get("components", {}).get("schemas", {}).items():
        if "properties" in schema and not name.endswith(("Input", "Patch")):
            schema["required"] = [
                field for field in schema["properties"] if not name.startswith(SHAPED) or field not in OF_PAGES
            ]
            for field in schema["properties"].values():
                field.pop("readOnly", None)
                field.pop("x-spec-enum-id", None)
                # An empty choice is how Django forms say null, which is said by null itself.
                if "" in field.get("enum", []):
                    field["enum"].remove("")
    return result


def sort_components(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Puts components and paths in alphabetical order, so that the committed document changes only where it must."""
    for group, entries in result.get("components", {}).items():
        result["components"][group] = dict(sorted(entries.items()))
    result["paths"] = dict(sorted(result["paths"].items()))
    return result
