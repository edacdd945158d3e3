"""The OpenAPI document: what drf-spectacular cannot know of parameters, envelopes, headers and problems."""

import inspect
from typing import Any

from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.plumbing import ResolvedComponent, build_array_type
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from . import problems
from .pagination import CURSOR, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, ORDERING, PAGE_SIZE
from .parameters import AS_OF


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one parameter, or one place of a body."""

    parameter = serializers.CharField(allow_null=True, help_text="Name of the query parameter; null for a body.")
    pointer = serializers.CharField(allow_null=True, help_text="JSON pointer (RFC 6901) into the body; else null.")
    detail = serializers.CharField(help_text="What is wrong.")

    class Meta:
        ref_name = "ProblemError"


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.ChoiceField(choices=[kind.uri for kind in problems.ALL_TYPES], help_text="Kind of error.")
    title = serializers.CharField(help_text="The kind in words.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(allow_null=True, help_text="What happened this time; null when the title says all.")
    errors = ProblemErrorSerializer(  # type: ignore[assignment]
        many=True, help_text="Each thing that is wrong; may be empty."
    )

    class Meta:
        ref_name = "Problem"


TEXT = {"type": "string", "minLength": 1}
AS_OF_PARAMETER = OpenApiParameter(
    AS_OF,
    TEXT,
    description=(
        "Read the database as of a revision: its number, an RFC 3339 time with its offset, or a date, which means the"
        " end of that day in UTC."
    ),
)


ANSWER_HEADERS = [
    OpenApiParameter(
        name, OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200], required=required, description=description
    )
    for name, required, description in (
        ("Revision", True, "Number of the revision that was read; 0 before the first."),
        (
            "ETag",
            True,
            "Strong validator of the body; send it back in `If-None-Match` to get 304 when nothing changed.",
        ),
        ("Memento-Datetime", False, "With `as_of`: when the revision that was read was recorded."),
    )
]


class AutoSchema(SpectacularAutoSchema):
    """How greenapi's views are documented."""

    @property
    def resource(self) -> Any:
        """The ResourceViewSet that is documented; None for any other view."""
        return self.view if hasattr(self.view, "orderable") else None

    @property
    def is_listing(self) -> bool:
        return self.resource is not None and self.resource.action == "list"

    def get_override_parameters(self) -> list[Any]:
        if self.resource is None:
            return []
        if not self.is_listing:
            return [AS_OF_PARAMETER, *ANSWER_HEADERS]
        return [AS_OF_PARAMETER, *self._listing_parameters(), *ANSWER_HEADERS]

    def get_operation_id(self) -> str:
        if self.resource is None:
            return super().get_operation_id()
        return f"{self.get_tags()[0].replace('-', '_')}_{self.resource.action}"

    def get_summary(self) -> str | None:
        if self.resource is None:
            return super().get_summary()
        name = self.get_tags()[0].replace("-", " ")
        return f"List {name}" if self.is_listing else f"Get one of the {name}"

    def get_description(self) -> str:  # type: ignore[override]
        return inspect.getdoc(type(self.view)) or ""

    def get_filter_backends(self) -> list[Any]:
        return []

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0] or "api"]

    def get_response_serializers(self) -> Any:
        if self.resource is None:
            return super().get_response_serializers()
        wrong = [400, 404, 406, 422, 503] if self.method == "GET" else []
        found: Any = self.page_reference() if self.is_listing else super().get_response_serializers()
        return {200: found, **{(status, problems.CONTENT_TYPE): ProblemSerializer for status in wrong}}

    def page_reference(self) -> dict[str, Any]:
        """The envelope of a page as a component, with nulls said as OpenAPI 3.1 says them."""
        row = self.resolve_serializer(self.resource.get_serializer_class(), "response")
        page = ResolvedComponent(
            name=f"{row.name}Page", type=ResolvedComponent.SCHEMA, object=row.name, schema=_page_schema(row.ref)
        )
        self.registry.register_on_missing(page)
        return page.ref

    def _is_list_view(self, serializer: Any = None) -> bool:
        # A page is an object already; drf-spectacular would wrap it in an array.
        return self.resource is None and super()._is_list_view(serializer)

    def _listing_parameters(self) -> list[OpenApiParameter]:
        names = ", ".join(f"`{name}`" for name in self.resource.orderable)
        size = {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_PAGE_SIZE,
            "default": DEFAULT_PAGE_SIZE,
        }
        return [
            OpenApiParameter(CURSOR, TEXT, description="Where the page starts, as given by `next`."),
            OpenApiParameter(PAGE_SIZE, size, description="Rows in a page."),
            OpenApiParameter(
                ORDERING,
                TEXT,
                description=f"One or more of {names}, separated by commas; `-` before one reverses it; nulls last.",
            ),
            *(_filter_parameter(name, found) for name, found in self.resource.filterset.base_filters.items()),
        ]


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


def require_response_fields(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Says of answers what is true of them: every field is always there, so none needs `readOnly`."""
    for name, schema in result.get("components", {}).get("schemas", {}).items():
        if "properties" in schema and not name.endswith("Input"):
            schema["required"] = list(schema["properties"])
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


def _filter_parameter(name: str, found: Any) -> OpenApiParameter:
    """A filter as a parameter; lists are comma-separated."""
    kind = _SCHEMAS.get(type(found).__name__.removeprefix("Listed"), TEXT)
    if "choices" in found.extra:
        kind = {"type": "string", "enum": [value for value, _ in found.extra["choices"]]}
    if type(found).__name__.startswith("Listed"):
        return OpenApiParameter(name, build_array_type(kind), description=found.label, style="form", explode=False)
    return OpenApiParameter(name, kind, description=found.label)


_SCHEMAS: dict[str, dict[str, Any]] = {
    "UUIDFilter": {"type": "string", "format": "uuid"},
    "DayFilter": {"type": "string", "format": "date"},
    "MomentFilter": {"type": "string", "format": "date-time"},
    "NumberFilter": {"type": "number"},
    "WholeNumberFilter": {"type": "integer", "minimum": -(10**19) + 1, "maximum": 10**19 - 1},
    "TruthFilter": {"type": "boolean"},
}
