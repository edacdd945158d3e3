"""What differs between two representations of one record, field by field."""

from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework import serializers

from .encoding import encode


class FieldChangeSerializer(serializers.Serializer[Any]):
    """One place of a representation whose value differs."""

    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) to the place.")
    before = serializers.JSONField(help_text="What stood there before; any JSON value.")
    after = serializers.JSONField(help_text="What stands there after; any JSON value.")

    class Meta:
        ref_name = "FieldChange"


def differences(before: Any, after: Any) -> list[dict[str, Any]]:
    """Each place that differs, in the order of the representation.

    Objects are compared member by member, arrays and everything else as whole values, as they are written: 1.3 and 1.30
    differ.
    """
    return list(_differences(before, after, pointer=""))


def _differences(before: Any, after: Any, *, pointer: str) -> Iterator[dict[str, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            escaped = name.replace("~", "~0").replace("/", "~1")
            yield from _differences(before.get(name), after.get(name), pointer=f"{pointer}/{escaped}")
    elif encode(before) != encode(after):
        yield {"pointer": pointer, "before": before, "after": after}
