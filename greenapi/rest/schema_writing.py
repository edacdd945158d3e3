"""Writes in the OpenAPI document: their bodies, parameters, headers, and the statuses they answer."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from . import bodies, schema_texts
from .idempotency import HEADER, REPLAYED
from .input_fields import PatternInput, TextInput
from .inputs import InputSerializer, ObjectInput
from .orders import CHANGE_CLASS, CHANGE_CLASSES, DRY_RUN, MAX_REASON, REASON, WhyInput
from .writing import DRY

# What a write is called in its operation id, and in its summary.
NAMES = {
    "create": ("create", "Record one of the {}"),
    "partial_update": ("update", "Change one of the {}"),
    "destroy": ("withdraw", "Take one of the {} away"),
    "submit": ("submit", "Submit one of the {} for review"),
    "publish": ("publish", "Publish one of the {}"),
    "withdraw": ("retract", "Withdraw one of the {}"),
    "text": ("hold_text", "Attach the text to one of the {}"),
}
# Those whose reason is a parameter, because they have no body for it.
WHY_IN_QUERY = {"destroy", "text"}
MAY_REMOVE = {"destroy", "withdraw"}
ALWAYS_WRONG = (400, 406, 409, 422, 503)
WRONG_OF_RECORD = (404, 410, 412, 428)
WRONG_OF_BODY = (411, 413, 415)
EXAMPLE_REASON = "Read on the page of the briefing"

_ANSWER_HEADERS = (
    ("Revision", True, "Number of the revision that was made; the newest where nothing was changed."),
    ("ETag", False, "Strong validator of the record as it is now; not with `dry_run`."),
    ("Location", False, "Path of the record; not with `dry_run`."),
    (REPLAYED, False, "`true` where the answer was given before, to the same `Idempotency-Key`."),
    (DRY, False, "`true` where nothing was recorded, because of `dry_run`."),
)


def statuses(action: str) -> list[int]:
    """The statuses with which a write answers a problem, besides those of its token."""
    wrong = [*ALWAYS_WRONG]
    if action != "create":
        wrong += WRONG_OF_RECORD
    if action != "destroy":
        wrong += WRONG_OF_BODY
    return sorted(wrong)


def good(action: str) -> list[int]:
    """The statuses with which a write answers that it was done."""
    return [200, 201] if action == "create" else [200, 204] if action in MAY_REMOVE else [200]


def write_parameters(action: str) -> Iterator[OpenApiParameter]:
    """The parameters and headers of a write."""
    yield OpenApiParameter(
        DRY_RUN,
        {"type": "boolean", "default": False},
        description="Do everything, answer as if it were done, and undo it.",
    )
    if action in WHY_IN_QUERY:
        reason, sort = WhyInput().fields[REASON], WhyInput().fields[CHANGE_CLASS]
        yield OpenApiParameter(
            REASON,
            {**schema_texts.REASON, "minLength": 1, "maxLength": MAX_REASON},
            required=True,
            description=str(reason.help_text),
        )
        yield OpenApiParameter(
            CHANGE_CLASS,
            {"type": "string", "enum": [word for word, _ in CHANGE_CLASSES]},
            description=str(sort.help_text),
        )
    if action != "create":
        yield OpenApiParameter(
            "If-Match",
            {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
            OpenApiParameter.HEADER,
            required=True,
            description="The ETag of the record's own page as it was read; 412 where it was changed since.",
        )
    yield OpenApiParameter(
        HEADER,
        {"type": "string", "pattern": "^[!-~]{1,255}$"},
        OpenApiParameter.HEADER,
        description="A key of your own making. Sent again with the same key within 7 days, the same write is not done"
        " again, and answered the same.",
    )
    for name, required, description in _ANSWER_HEADERS:
        yield OpenApiParameter(
            name,
            OpenApiTypes.STR,
            OpenApiParameter.HEADER,
            response=good(action),
            required=required,
            description=description,
        )
    if action != "create":
        yield OpenApiParameter(
            "ETag",
            OpenApiTypes.STR,
            OpenApiParameter.HEADER,
            response=[412],
            required=True,
            description="The ETag that the record has now.",
        )


def request_body(schema: Any) -> dict[str, Any] | None:
    """The body of a write; `schema` is the AutoSchema that asks."""
    kinds: tuple[str, ...]
    example: dict[str, Any] | None
    match schema.resource.action:
        case "create":
            kinds, shape, example = (bodies.JSON,), _input(schema), _example(schema, "example")
        case "partial_update":
            kinds, shape, example = (bodies.MERGE_PATCH, bodies.JSON), _patch(schema), _example(schema, "change")
        case "submit" | "publish" | "withdraw":
            kinds, shape, example = (bodies.JSON,), _why(schema), {REASON: EXAMPLE_REASON}
        case "text":
            text = {**schema_texts.ANY, "minLength": 1, "description": "The exact text."}
            kinds, shape, example = (bodies.PLAIN_TEXT,), text, None
        case _:
            return None
    media: dict[str, Any] = {"schema": shape}
    if example is not None:
        media["examples"] = {"Example": {"value": example}}
    return {"content": dict.fromkeys(kinds, media), "required": True}


def input_schema(schema: dict[str, Any], *, serializer: ObjectInput, why: dict[str, Any]) -> dict[str, Any]:
    """The schema of an input, which takes no other members; that of a record takes reason and change class too."""
    shaped: dict[str, Any] = {**schema, "additionalProperties": False}
    if isinstance(serializer, InputSerializer):
        shaped["properties"] = {**schema["properties"], **why["properties"]}
        shaped["required"] = [*schema.get("required", []), *why["required"]]
    return shaped


def describe_texts(schema: dict[str, Any], *, serializer: ObjectInput) -> None:
    """Says in an input's schema what texts it takes: those of a form, or any that can be kept."""
    for name, field in serializer.fields.items():
        described = schema["properties"][name]
        match field:
            case TextInput() if name == REASON:
                described["pattern"] = schema_texts.REASON["pattern"]
            case PatternInput():
                described["pattern"] = field.pattern.pattern.removesuffix(r"\Z").strip("^$").join("^$")
            case TextInput() if "format" not in described:
                described["pattern"] = schema_texts.ANY["pattern"]


def _example(schema: Any, name: str) -> dict[str, Any]:
    return {**getattr(schema.resource.input_class.Meta, name), REASON: EXAMPLE_REASON}


def _input(schema: Any) -> dict[str, Any]:
    found: dict[str, Any] = schema.resolve_serializer(schema.resource.input_class, "request").ref
    return found


def _why(schema: Any) -> dict[str, Any]:
    found: dict[str, Any] = schema.resolve_serializer(WhyInput, "request").ref
    return found


def _patch(schema: Any) -> dict[str, Any]:
    """The component of a merge patch: what is fixed is left out, null puts back what stands without a value."""
    kind = schema.resource.input_class
    component = schema.resolve_serializer(kind, "request")
    return _patch_component(schema, component, left_out=kind.fixed())


def _patch_component(schema: Any, component: Any, *, left_out: tuple[str, ...] = ()) -> dict[str, Any]:
    properties = {}
    for name, found in component.schema["properties"].items():
        if name in left_out:
            continue
        properties[name] = found if name in {REASON, CHANGE_CLASS} else _nullable(schema, found)
    patch = {**component.schema, "properties": properties}
    patch.pop("required", None)
    if REASON in properties:
        patch["required"] = [REASON]
    made: dict[str, Any] = schema.component(f"{component.name.removesuffix('Input')}Patch", patch)
    return made


def _nullable(schema: Any, found: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in found.items() if name != "default"}
    reference = _reference(kept)
    if reference is not None:
        name = reference.rpartition("/")[2]
        nested = next(each for each in schema.registry._components.values() if each.name == name)
        said = {"description": kept["description"]} if "description" in kept else {}
        return {"oneOf": [_patch_component(schema, nested), {"type": "null"}], **said}
    kinds = kept.get("type", [])
    kept["type"] = list(dict.fromkeys([*([kinds] if isinstance(kinds, str) else kinds), "null"]))
    if "enum" in kept:
        kept["enum"] = [*(word for word in kept["enum"] if word is not None), None]
    return kept


def _reference(found: dict[str, Any]) -> str | None:
    for arm in (found, *found.get("allOf", ()), *found.get("oneOf", ())):
        if "$ref" in arm:
            return str(arm["$ref"])
    return None
