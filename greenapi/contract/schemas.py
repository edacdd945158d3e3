"""What breaks a client between two schemas: in requests when less is taken, in answers when more may come.

What answers may grow without notice: properties, and words of an `enum`. Limits (lengths, patterns, ends of numbers)
bind requests only; an answer may outgrow them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

Schema = Mapping[str, Any]

# Keyword, and whether its new value takes less than the old one.
LIMITS: dict[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda old, new: new > old,
    "exclusiveMinimum": lambda old, new: new > old,
    "minLength": lambda old, new: new > old,
    "minItems": lambda old, new: new > old,
    "maximum": lambda old, new: new < old,
    "exclusiveMaximum": lambda old, new: new < old,
    "maxLength": lambda old, new: new < old,
    "maxItems": lambda old, new: new < old,
    "pattern": lambda old, new: bool(new != old),
    "multipleOf": lambda old, new: bool(new != old),
    "uniqueItems": lambda old, new: new and not old,
}
HARMLESS = {"minLength": 0, "minItems": 0, "uniqueItems": False}
KINDS = ("array", "boolean", "integer", "number", "object", "string")


class Way(Enum):
    """Which way a value goes."""

    REQUEST = auto()
    ANSWER = auto()


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a schema allows: whether null, and its other alternatives, each with a name."""

    nullable: bool
    arms: dict[str, Schema]


@dataclass(kw_only=True)
class Comparison:
    """Of the schemas of two documents; each pair of components is looked at once for each way."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    _seen: set[tuple[str, str, Way]] = field(default_factory=set)

    def breaks(self, old: Schema, new: Schema, *, way: Way, place: str) -> Iterator[str]:
        """A sentence for everything that breaks a client; each begins with its place."""
        before, after = _shape(old, document=self.old), _shape(new, document=self.new)
        if way is Way.ANSWER and after.nullable and not before.nullable:
            yield f"{place}: may be null now"
        if way is Way.REQUEST and before.nullable and not after.nullable:
            yield f"{place}: may not be null any more"
        yield from self._alternatives(before.arms, after.arms, way=way, place=place)

    def _alternatives(self, old: dict[str, Schema], new: dict[str, Schema], *, way: Way, place: str) -> Iterator[str]:
        if len(old) == len(new) == 1:
            # One thing on either side is the same thing, whatever it is called.
            yield from self._pair(next(iter(old.values())), next(iter(new.values())), way=way, place=place)
            return
        gone, come = old.keys() - new.keys(), new.keys() - old.keys()
        if way is Way.REQUEST and gone:
            yield f"{place}: does not take {', '.join(sorted(gone))} any more"
        if way is Way.ANSWER and come:
            yield f"{place}: may be {', '.join(sorted(come))} now"
        for name in sorted(old.keys() & new.keys()):
            yield from self._pair(old[name], new[name], way=way, place=place)

    def _pair(self, old: Schema, new: Schema, *, way: Way, place: str) -> Iterator[str]:
        names = _name(old), _name(new)
        if any(names):
            if (*names, way) in self._seen:
                return
            self._seen.add((*names, way))
            place = f"{names[0] or names[1]} in {'requests' if way is Way.REQUEST else 'answers'}"
        one, other = _plain(old, document=self.old), _plain(new, document=self.new)
        yield from self._one(one, other, way=way, place=place)

    def _one(self, old: Schema, new: Schema, *, way: Way, place: str) -> Iterator[str]:
        yield from _kinds(old, new, way=way, place=place)
        yield from _words(old, new, way=way, place=place)
        yield from _format(old, new, way=way, place=place)
        if way is Way.REQUEST:
            yield from _limits(old, new, place=place)
        if "items" in old and "items" in new:
            yield from self.breaks(old["items"], new["items"], way=way, place=f"{place}[]")
        yield from self._properties(old, new, way=way, place=place)

    def _properties(self, old: Schema, new: Schema, *, way: Way, place: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required_before, required_after = set(old.get("required", ())), set(new.get("required", ()))
        for name in sorted(before.keys() - after.keys()):
            yield f"{place}.{name}: was removed"
        if way is Way.REQUEST:
            for name in sorted(required_after - required_before):
                yield f"{place}.{name}: is required now"
            if old.get("additionalProperties", True) is not False and new.get("additionalProperties", True) is False:
                yield f"{place}: does not take other members any more"
        else:
            for name in sorted((required_before - required_after) & after.keys()):
                yield f"{place}.{name}: may be missing now"
        for name in sorted(before.keys() & after.keys()):
            yield from self.breaks(before[name], after[name], way=way, place=f"{place}.{name}")
        values_before, values_after = old.get("additionalProperties"), new.get("additionalProperties")
        if isinstance(values_before, dict) and isinstance(values_after, dict):
            yield from self.breaks(values_before, values_after, way=way, place=f"{place}.*")


def resolved(thing: Mapping[str, Any], *, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference leads to; anything else itself."""
    while "$ref" in thing:
        found: Any = document
        for part in thing["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        thing = found
    return thing


def _name(schema: Schema) -> str:
    """The component that a schema refers to, also when words of its own stand around it; empty for none."""
    inner = schema.get("allOf", ())
    reference = schema.get("$ref") or (inner[0].get("$ref") if len(inner) == 1 else None)
    return reference.rpartition("/")[2] if reference else ""


def _plain(schema: Schema, *, document: Mapping[str, Any]) -> Schema:
    """A schema without a reference, and what it says by `allOf` as if it said it itself."""
    schema = resolved(schema, document=document)
    if "allOf" not in schema:
        return schema
    return _merged([_plain(each, document=document) for each in schema["allOf"]], rest=schema)


def _shape(schema: Schema, *, document: Mapping[str, Any]) -> Shape:
    name, plain = _name(schema), _plain(schema, document=document)
    alternatives = plain.get("oneOf") or plain.get("anyOf")
    if not alternatives:
        kinds = _listed(plain)
        others = [kind for kind in kinds if kind != "null"]
        return Shape(nullable="null" in kinds, arms={name or "|".join(others): schema} if others else {})
    nullable = False
    arms: dict[str, Schema] = {}
    for number, each in enumerate(alternatives):
        inner = _shape(each, document=document)
        nullable |= inner.nullable
        arms |= {(arm if arm not in arms else f"{arm} {number}"): found for arm, found in inner.arms.items()}
    return Shape(nullable=nullable, arms=arms)


def _merged(schemas: list[Mapping[str, Any]], *, rest: Schema) -> Schema:
    found: dict[str, Any] = {key: value for key, value in rest.items() if key != "allOf"}
    for each in schemas:
        for key, value in each.items():
            if key == "properties":
                found[key] = {**found.get(key, {}), **value}
            elif key == "required":
                found[key] = [*found.get(key, ()), *value]
            else:
                found.setdefault(key, value)
    return found


def _listed(schema: Schema) -> list[str]:
    """The kinds of values a schema takes; all there are when it does not say."""
    kind = schema.get("type", [*KINDS])
    return [kind] if isinstance(kind, str) else list(kind)


def _kinds(old: Schema, new: Schema, *, way: Way, place: str) -> Iterator[str]:
    before, after = ({kind for kind in _listed(each) if kind != "null"} for each in (old, new))
    narrow, wide = (before, after) if way is Way.REQUEST else (after, before)
    wide = wide | ({"integer"} if "number" in wide else set())
    if not narrow <= wide:
        yield f"{place}: was {_said(before)} and is {_said(after)} now"


def _said(kinds: set[str]) -> str:
    return "anything" if kinds == set(KINDS) else " or ".join(sorted(kinds))


def _words(old: Schema, new: Schema, *, way: Way, place: str) -> Iterator[str]:
    if "enum" not in new:
        return
    if "enum" not in old:
        if way is Way.REQUEST:
            yield f"{place}: takes only certain words now"
        return
    gone = [str(word) for word in old["enum"] if word not in new["enum"] and word is not None]
    if gone:
        yield f"{place}: has no {', '.join(gone)} any more"


def _format(old: Schema, new: Schema, *, way: Way, place: str) -> Iterator[str]:
    before, after = old.get("format"), new.get("format")
    if before == after or (after is None and way is Way.REQUEST) or (before is None and way is Way.ANSWER):
        return
    yield f"{place}: had the format {before or 'of any text'} and has {after or 'none'} now"


def _limits(old: Schema, new: Schema, *, place: str) -> Iterator[str]:
    for keyword, takes_less in LIMITS.items():
        if keyword not in new or new[keyword] == HARMLESS.get(keyword):
            continue
        if keyword not in old:
            yield f"{place}: has the {keyword} {new[keyword]} now"
        elif takes_less(old[keyword], new[keyword]):
            yield f"{place}: had the {keyword} {old[keyword]} and has {new[keyword]} now"
