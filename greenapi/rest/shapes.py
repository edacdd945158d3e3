"""What a row of a list is made of: its members with their types, as the OpenAPI document says them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry

SEPARATOR = "."


class Kind(Enum):
    """The types that values have."""

    TEXT = "text"
    NUMBER = "number"  # an exact decimal
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DAY = "day"
    MOMENT = "moment"
    OBJECT = "object"
    LIST = "list"
    ANY = "any"  # any JSON


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The type of a value, which may also be null where it is `nullable`.

    `members` are those of an object, in order; `item` is what a list holds; `choices` the only texts there are.
    """

    kind: Kind
    description: str = ""
    nullable: bool = False
    members: Mapping[str, "Shape"] = field(default_factory=dict)
    item: "Shape | None" = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Column:
    """A member of a row that is no object, or one of an object in it: the names that lead to it, and its type."""

    path: tuple[str, ...]
    shape: Shape

    @property
    def name(self) -> str:
        """Its name in a table."""
        return SEPARATOR.join(self.path)

    def of(self, row: Mapping[str, Any]) -> Any:
        """Its value in a row; None, too, where an object that leads to it is null."""
        value: Any = row
        for name in self.path:
            if value is None:
                return None
            value = value[name]
        return value


def columns(shape: Shape, *, path: tuple[str, ...] = ()) -> Iterator[Column]:
    """The columns of a row in order, objects dissolved into their members."""
    for name, member in shape.members.items():
        if member.kind is Kind.OBJECT:
            yield from columns(member, path=(*path, name))
        else:
            yield Column(path=(*path, name), shape=member)


@cache
def shape_of(serializer: Any) -> Shape:
    """The shape of what a serializer, a class, shows."""
    described = AutoSchema()
    described.registry = ComponentRegistry()
    described.view = _NoView()  # type: ignore[assignment]  # all that is asked of it
    described.method, described.path = "GET", "/"
    row = described.resolve_serializer(serializer(), "response")
    known = {
        f"#/components/schemas/{name}": found.schema for (name, _), found in described.registry._components.items()
    }
    return _shape(row.schema, known=known)


class _NoView:
    """What drf-spectacular asks of the view of a serializer that is described alone."""

    versioning_class = None

    def get_serializer_context(self) -> dict[str, Any]:
        return {}


_FORMATS = {"date": Kind.DAY, "date-time": Kind.MOMENT}
_TYPES = {"number": Kind.NUMBER, "integer": Kind.INTEGER, "boolean": Kind.BOOLEAN}


def _shape(schema: Mapping[str, Any], *, known: Mapping[str, Any]) -> Shape:
    described, nullable = _resolved(schema, known=known)
    description = str(described.get("description", "")).partition("\n")[0]
    if "properties" in described:
        members = {name: _shape(member, known=known) for name, member in described["properties"].items()}
        return Shape(kind=Kind.OBJECT, description=description, nullable=nullable, members=members)
    match described.get("type"):
        case "array":
            item = _shape(described["items"], known=known)
            return Shape(kind=Kind.LIST, description=description, nullable=nullable, item=item)
        case "string":
            kind = _FORMATS.get(described.get("format", ""), Kind.TEXT)
            choices = tuple(choice for choice in described.get("enum", ()) if choice)
            return Shape(kind=kind, description=description, nullable=nullable, choices=choices)
        case other:
            return Shape(kind=_TYPES.get(str(other), Kind.ANY), description=description, nullable=nullable)


def _resolved(schema: Mapping[str, Any], *, known: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """A schema with what it refers to put in its place, and without null, which the second says whether it may be."""
    if "$ref" in schema:
        return _resolved(
            {**known[schema["$ref"]], **{name: schema[name] for name in schema if name != "$ref"}}, known=known
        )
    for arms in ("allOf", "oneOf", "anyOf"):
        if arms in schema:
            given = [_resolved(arm, known=known) for arm in schema[arms] if arm.get("type") != "null"]
            own = {name: schema[name] for name in schema if name != arms}
            if len(given) == 1:
                ((inner, nullable),) = given
                return {**inner, **own}, nullable or len(given) < len(schema[arms])
            # Of several only what they share is known: that all are texts, say.
            (kind, *others) = {arm.get("type") for arm, _ in given}
            return ({**own, "type": kind} if not others and kind != "object" else own), True
    kinds = schema.get("type")
    if isinstance(kinds, list):
        (kind,) = [kind for kind in kinds if kind != "null"] or ["null"]
        return {**schema, "type": kind}, "null" in kinds
    return dict(schema), False
