"""The resource `redactions`: what was removed for good, when, on whose authority and why."""

from typing import Any

from django.db.models import Case, TextField, Value, When
from rest_framework import serializers

from greenapi.ledger.models import Redaction
from greenapi.ledger.tables import versioned_models

from .filters import filterset, identity, name, text, whole, word_of
from .paths import API_PREFIX
from .representation import PathField, ResourceSerializer
from .views import ResourceViewSet


class RevisionReference(serializers.Serializer[Any]):
    """A revision: its number and the path of its own page."""

    number = serializers.IntegerField(help_text="Number of the revision.")
    href = serializers.CharField(help_text="Path of the resource.")

    def to_representation(self, instance: int) -> dict[str, Any]:
        return {"number": instance, "href": f"{API_PREFIX}/revisions/{instance}"}


class RedactionSerializer(ResourceSerializer):
    """A tombstone: that values of a record were removed from the present and from every answer about the past."""

    resource = serializers.CharField(
        source="resource_name", help_text="What sort of record it is, as the feed of changes calls it."
    )
    record = serializers.UUIDField(source="record_id", help_text="Identifier of the record.")
    revision = RevisionReference(help_text="The revision that removed the values.")
    href = PathField("redactions", key="id")

    class Meta:
        model = Redaction
        fields = ("id", "resource", "record", "fields", "authority", "reason", "revision", "href")


class RedactionViewSet(ResourceViewSet):
    """Redactions: a tombstone for each record of which values were removed for good."""

    queryset = Redaction.objects.annotate(
        resource_name=Case(
            *(When(table_name=model._meta.db_table, then=Value(model.resource)) for model in versioned_models()),
            output_field=TextField(),
        )
    )
    serializer_class = RedactionSerializer
    filterset = filterset(
        Redaction,
        id=identity("id"),
        resource=name("resource_name"),
        record=identity("record_id"),
        field=word_of("fields"),
        authority=text("authority"),
        reason=text("reason"),
        revision=whole("revision"),
    )
    orderable = {"revision": "revision", "id": "id"}
    lookup_field = "id"
