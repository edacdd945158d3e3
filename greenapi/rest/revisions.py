"""The resource `revisions`: who changed something, when and why."""

from greenapi.ledger.models import ChangeClass, Revision

from .filters import choice, filterset, hexadecimal, moment, text, whole
from .representation import HexField, PathField, ResourceSerializer
from .views import ReadingViewSet


class RevisionSerializer(ResourceSerializer):
    """One atomic set of changes."""

    hash = HexField(help_text="What seals the revision and all before it: a SHA-256; null until it is committed.")
    href = PathField("revisions", key="number")

    class Meta:
        model = Revision
        fields = ("number", "recorded_at", "actor", "reason", "change_class", "hash", "href")


class RevisionViewSet(ReadingViewSet):
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
        hash=hexadecimal("hash", nullable=True),
    )
    orderable = {"number": "number", "recorded_at": "recorded_at"}
    lookup_field = "number"

    def was_there(self, key: str, *, until: int) -> bool:
        return int(key) <= until

    def redacted_by(self, key: str, *, until: int) -> int | None:
        return None
