"""Which members the objects of an answer have, and what they refer to, read from the serializers that make them."""

from typing import Any

from drf_spectacular.drainage import get_override
from rest_framework import serializers

from .representation import IdReference, PathField, Reference

# The members of an object by name, each with its own members; None for what has none.
Members = dict[str, Any]


def members_of(kind: Any) -> Members | None:
    """The members of what a serializer, or a field of one, shows; of each of them for many. None when it has none."""
    shown = _object(kind)
    return None if shown is None else {name: members_of(field) for name, field in shown.fields.items()}


def resources_at(kind: Any, path: str) -> tuple[str, ...]:
    """The resources that a serializer's member at a path refers to; one, unless facts of several sorts stand there.

    Raises:
        LookupError: it refers to none.
    """
    shown = _object(kind)
    for name in path.split("."):
        shown = None if shown is None else _object(shown.fields[name])
    match shown:
        case Reference() | IdReference():
            return (shown.resource,)
        case serializers.Serializer(fields={"href": PathField(resource=str(resource))}):
            return (resource,)
        case serializers.Serializer(fields={"resource": serializers.ChoiceField(choices=choices)}):
            return tuple(choices)
        case _:
            raise LookupError(f"{path} refers to nothing")


def _object(kind: Any) -> serializers.Serializer[Any] | None:
    """The serializer of the objects that a serializer or a field shows."""
    match kind() if isinstance(kind, type) else kind:
        case serializers.ListSerializer(child=child):
            return _object(child)
        case serializers.SerializerMethodField() as field:
            said = get_override(getattr(field.parent, str(field.method_name)), "field")
            return None if isinstance(said, dict) else _object(said)
        case serializers.Serializer() as shown:
            return shown
        case _:
            return None
