"""The addresses of who said what, and where it is written."""

from greenapi.rest.views import ResourceViewSet

from . import filters, serializers
from .models import Briefing, Citation, Document, DocumentVersion, Organization, Role, Segment, Speaker


class OrganizationViewSet(ResourceViewSet):
    """Bodies that speak, publish, ask or are responsible."""

    queryset = Organization.objects.with_relations()
    serializer_class = serializers.OrganizationSerializer
    filterset = filters.OrganizationFilter
    orderable = {"slug": "slug", "name": "name"}
    lookup_field = "slug"


class SpeakerViewSet(ResourceViewSet):
    """People who speak, or are quoted, in documents."""

    queryset = Speaker.objects.with_relations()
    serializer_class = serializers.SpeakerSerializer
    filterset = filters.SpeakerFilter
    orderable = {"slug": "slug", "name": "name"}
    lookup_field = "slug"


class RoleViewSet(ResourceViewSet):
    """Titles that speakers hold at organizations."""

    queryset = Role.objects.with_relations()
    serializer_class = serializers.RoleSerializer
    filterset = filters.RoleFilter
    orderable = {"id": "id", "title": "title", "attested_on": "attested_on"}
    lookup_field = "id"


class BriefingViewSet(ResourceViewSet):
    """Events and articles in which facts are stated."""

    queryset = Briefing.objects.with_relations()
    serializer_class = serializers.BriefingSerializer
    filterset = filters.BriefingFilter
    orderable = {"slug": "slug", "title": "title", "held_on": "held_on"}
    lookup_field = "slug"


class DocumentViewSet(ResourceViewSet):
    """Works: pages of transcripts, articles, and works that others cite."""

    queryset = Document.objects.with_relations()
    serializer_class = serializers.DocumentSerializer
    filterset = filters.DocumentFilter
    orderable = {"slug": "slug", "title": "title", "published_on": "published_on"}
    lookup_field = "slug"


class DocumentVersionViewSet(ResourceViewSet):
    """Immutable copies of documents' texts, named by their SHA-256, held or not."""

    queryset = DocumentVersion.objects.with_relations()
    serializer_class = serializers.DocumentVersionSerializer
    detail_serializer_class = serializers.DocumentVersionDetailSerializer
    filterset = filters.DocumentVersionFilter
    orderable = {"sha256": "sha256", "length": "length"}
    lookup_field = "sha256"


class SegmentViewSet(ResourceViewSet):
    """Parts of transcripts and articles: questions, answers, handovers and the rest."""

    queryset = Segment.objects.with_relations()
    serializer_class = serializers.SegmentSerializer
    filterset = filters.SegmentFilter
    orderable = {"id": "id", "number": "number", "stated_on": "stated_on"}
    lookup_field = "id"


class CitationViewSet(ResourceViewSet):
    """Places in document versions, by position and by quotation."""

    queryset = Citation.objects.with_relations()
    serializer_class = serializers.CitationSerializer
    filterset = filters.CitationFilter
    orderable = {"id": "id", "start": "start"}
    lookup_field = "id"
