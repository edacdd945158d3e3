"""How answers that a request shapes are documented: parameters, and components without required members.

`Shaped<X>` is what `fields` and `include` make of X: some of its members, and references that may be whole records.
"""

from typing import TYPE_CHECKING, Any

from drf_spectacular.plumbing import build_array_type
from drf_spectacular.utils import OpenApiParameter

from . import schema_texts
from .inclusion import INCLUDE, MOST_INCLUDED, includable, view_of
from .members import resources_at
from .sparse_fields import FIELDS
from .totals import COUNT, FACETS, MOST_VALUES

if TYPE_CHECKING:
    from .answering import AnsweringViewSet

SHAPED = "Shaped"
# What a component has until `shape_components` makes it: the component that it shapes, and by path of each reference
# that may be a whole record the components of such.
OF, INCLUDED = "x-of", "x-included"


def shaping_parameters(view: "type[AnsweringViewSet]") -> list[OpenApiParameter]:
    """Those of lists and of details."""
    included = list(includable(view))
    found = [
        OpenApiParameter(
            FIELDS,
            schema_texts.some({"type": "string", "minLength": 1}),
            description="Show only these fields; those of inner objects as paths, such as `citations.part`.",
            style="form",
            explode=False,
        )
    ]
    if included:
        description = (
            "Show whole records in the place of these references, which keep what they have and get what a list of"
            f" their resource shows; at most {MOST_INCLUDED}, those on the way to others included."
        )
        kind = schema_texts.some({"type": "string", "enum": included})
        found.append(OpenApiParameter(INCLUDE, kind, description=description, style="form", explode=False))
    return found


def total_parameters(view: "type[AnsweringViewSet]") -> list[OpenApiParameter]:
    """Those of lists only."""
    found = [
        OpenApiParameter(
            COUNT, {"type": "boolean", "default": False}, description="Say in `count` how many rows there are in all."
        )
    ]
    if view.facets:
        description = (
            f"Say in `facets` how many rows have each value of these, for the {MOST_VALUES} most frequent values."
        )
        kind = {**schema_texts.some({"type": "string", "enum": list(view.facets)}), "uniqueItems": True}
        found.append(OpenApiParameter(FACETS, kind, description=description, style="form", explode=False))
    return found


def shape_components(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Makes the components of shaped answers, which views only name, from those of the answers themselves."""
    schemas: dict[str, Any] = result.get("components", {}).get("schemas", {})
    named = {name: schema for name, schema in schemas.items() if OF in schema}
    records = {
        (component, field): of
        for schema in named.values()
        for path, of in schema[INCLUDED].items()
        for component, field in [_place(path, of=schema[OF], schemas=schemas)]
    }
    wanted = [schema[OF] for schema in named.values()]
    while wanted:
        name = wanted.pop()
        if OF in schemas.setdefault(SHAPED + name, {OF: name}):
            schemas[SHAPED + name] = _shaped(name, schemas=schemas, records=records, wanted=wanted)
    return result


def shaped_reference(schema: Any) -> dict[str, Any]:
    """What `fields` and `include` make of a view's rows, as a component that `shape_components` makes.

    `schema` is the view's AutoSchema.
    """
    shown = schema.resource.get_serializer_class()
    row = schema.resolve_serializer(shown, "response")
    included = {
        path: [
            schema.resolve_serializer(view_of(resource).serializer_class, "response").name
            for resource in resources_at(shown, path)
        ]
        for path in schema.resource.includes
    }
    found: dict[str, Any] = schema.component(f"{SHAPED}{row.name}", {OF: row.name, INCLUDED: included})
    return found


def shaped_page_reference(schema: Any, *, page: dict[str, Any]) -> dict[str, Any]:
    """A page of such rows as a component: `page`, with what else a page has where it is asked for."""
    row = schema.resolve_serializer(schema.resource.get_serializer_class(), "response")
    properties = {**page["properties"], **_totals(), "results": dict(page["properties"]["results"])}
    properties["results"]["items"] = shaped_reference(schema)
    found: dict[str, Any] = schema.component(f"{SHAPED}{row.name}Page", {**page, "properties": properties})
    return found


def _totals() -> dict[str, Any]:
    """The properties that a page has where they are asked for."""
    value = {
        "type": "object",
        "description": "A value, and how many rows have it.",
        "properties": {
            "value": {
                "type": ["string", "boolean", "integer", "null"],
                "description": "As the filter of the same name takes it; null where it is unknown.",
            },
            "count": {"type": "integer", "description": "Rows."},
        },
        "required": ["value", "count"],
    }
    values = build_array_type(value)
    return {
        "count": {"type": "integer", "description": "With `count`: rows of all pages."},
        "facets": {
            "type": "object",
            "description": "With `facets`: by name the most frequent values, the lower first of equally frequent ones.",
            "additionalProperties": values,
        },
    }


def _shaped(name: str, *, schemas: dict[str, Any], records: dict[tuple[str, str], Any], wanted: list[str]) -> Any:
    found = {key: value for key, value in schemas[name].items() if key != "required"}
    if "properties" in found:
        found["properties"] = {
            field: _loose(schema, records=records.get((name, field), []), schemas=schemas, wanted=wanted)
            for field, schema in found["properties"].items()
        }
    found["description"] = f"What `fields` and `include` leave and make of: {found.get('description', name)}"
    return found


def _loose(schema: Any, *, records: list[str], schemas: dict[str, Any], wanted: list[str]) -> Any:
    """A schema whose references lead to shaped components; `records` may stand there, too."""
    if "$ref" in schema:
        name = _name(schema)
        if "properties" not in schemas[name]:
            return schema
        wanted += [of for of in (name, *records) if SHAPED + of not in schemas]
        arms = [{"$ref": f"#/components/schemas/{SHAPED}{of}"} for of in (name, *records)]
        return arms[0] if len(arms) == 1 else {"anyOf": arms}
    found = dict(schema)
    if "items" in schema:
        found["items"] = _loose(schema["items"], records=records, schemas=schemas, wanted=wanted)
    for kind in ("oneOf", "allOf", "anyOf"):
        if kind in schema:
            # More than one may fit where nothing is required.
            del found[kind]
            found["allOf" if len(schema[kind]) == 1 else "anyOf"] = [
                _loose(arm, records=records, schemas=schemas, wanted=wanted) for arm in schema[kind]
            ]
    return found


def _place(path: str, *, of: str, schemas: dict[str, Any]) -> tuple[str, str]:
    """The component and the property of it that a path through a component ends with."""
    *through, last = path.split(".")
    for name in through:
        of = _component_of(schemas[of]["properties"][name])
    return of, last


def _component_of(schema: Any) -> str:
    if "$ref" in schema:
        return _name(schema)
    inner = [schema["items"]] if "items" in schema else [*schema.get("oneOf", []), *schema.get("allOf", [])]
    return next(_component_of(arm) for arm in inner if "$ref" in arm or "items" in arm)


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
