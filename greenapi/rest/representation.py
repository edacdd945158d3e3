"""How values appear in answers: exact numbers, intervals, references to other resources, and the JSON itself."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import NumericRange
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer

from greenapi.ledger.reading import Snapshot

from .encoding import encode, rfc3339
from .paths import API_PREFIX


class JSONRenderer(BaseRenderer):
    """Answers in JSON, UTF-8."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else encode(data)


@extend_schema_field({"type": "number"})
class ExactNumberField(serializers.Field[Decimal, Any, Decimal, Any]):
    """A Decimal, answered as a JSON number with exactly the digits stored."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("max_digits", None)
        kwargs.pop("decimal_places", None)
        super().__init__(**kwargs)

    def to_representation(self, value: Decimal) -> Decimal:
        return value


@extend_schema_field({"type": "string", "format": "date-time", "examples": ["2026-03-01T12:00:00.000000Z"]})
class MomentField(serializers.Field[datetime, Any, str, Any]):
    """A moment, answered as RFC 3339 in UTC with microseconds."""

    def to_representation(self, value: datetime) -> str:
        return rfc3339(value)


@extend_schema_field({"type": "string", "pattern": "^[0-9a-f]*$"})
class HexField(serializers.Field[bytes, Any, str, Any]):
    """Bytes, answered in hexadecimal."""

    def to_representation(self, value: bytes) -> str:
        return bytes(value).hex()


class Bounds(serializers.Serializer[Any]):
    """An interval of values. An end that is null is unlimited."""

    lower = ExactNumberField(allow_null=True, help_text="Lower end; null when unlimited.")
    upper = ExactNumberField(allow_null=True, help_text="Upper end; null when unlimited.")
    lower_closed = serializers.BooleanField(help_text="Whether the lower end itself belongs to it.")
    upper_closed = serializers.BooleanField(help_text="Whether the upper end itself belongs to it.")

    def to_representation(self, instance: NumericRange) -> dict[str, Any]:
        return {
            "lower": instance.lower,
            "upper": instance.upper,
            "lower_closed": instance.lower_inc,
            "upper_closed": instance.upper_inc,
        }


class ResourceSerializer(serializers.ModelSerializer[Any]):
    """Base of every resource's representation: exact numbers and moments, and the revision it is shown at."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: ExactNumberField,
        models.DateTimeField: MomentField,
    }

    @property
    def snapshot(self) -> Snapshot:
        """What is being read."""
        found: Snapshot = self.context["snapshot"]
        return found


class Reference(serializers.Serializer[Any]):
    """A resource that is addressed by a slug: its slug, its name, and the path of its own page."""

    slug = serializers.CharField(help_text="Stable name used in addresses.")
    name = serializers.CharField(help_text="Name.")
    href = serializers.CharField(help_text="Path of the resource.")

    def __init__(self, resource: str = "", *, name: str = "name", **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)
        self.resource = resource
        self.name_attribute = name

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {
            "slug": instance.slug,
            "name": getattr(instance, self.name_attribute),
            "href": f"{API_PREFIX}/{self.resource}/{instance.slug}",
        }


class IdReference(serializers.Serializer[Any]):
    """A resource that is addressed by a UUID: its id and the path of its own page."""

    id = serializers.UUIDField(help_text="Stable identifier.")
    href = serializers.CharField(help_text="Path of the resource.")

    def __init__(self, resource: str = "", **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)
        self.resource = resource

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {"id": str(instance.pk), "href": f"{API_PREFIX}/{self.resource}/{instance.pk}"}


@extend_schema_field({"type": "string"})
class PathField(serializers.Field[Any, Any, str, Any]):
    """The path of the resource itself."""

    def __init__(self, resource: str, *, key: str = "slug") -> None:
        super().__init__(read_only=True, source="*", help_text="Path of this resource.")
        self.resource = resource
        self.key = key

    def to_representation(self, value: Any) -> str:
        return f"{API_PREFIX}/{self.resource}/{getattr(value, self.key)}"
