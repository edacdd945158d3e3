"""The resource `revisions`: who changed something, when and why."""

from greenapi.ledger.models import ChangeClass, Revision

from .filters import choice, filterset, moment, text, whole
from .representation import PathField, ResourceSerializer
from .views import ResourceViewSet


class RevisionSerializer(ResourceSerializer):
    """One atomic set of changes."""

    href = PathField("revisions", key="number")

    class Meta:
        model = Revision
        fields = ("number", "recorded_at", "actor", "reason", "change_class", "href")


class RevisionViewSet(ResourceViewSet):
    """Revisions: numbered without gaps in commit order, each with its time, its actor and the reason."""

    queryset = Revision.objects.all()
    serializer_class = RevisionSerializer
    filterset = filterset(
        Revision,
        number=whole("number"),
        recorded_at=moment("recorded_at"),
        actor=text("actor"),
        reason=text("reason"),
        change_class=choice("change_class", ChangeClass),
    )
    orderable = {"number": "number", "recorded_at": "recorded_at"}
    lookup_field = "number"
