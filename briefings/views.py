"""The addresses of who said what, and where it is written."""

from django.http import HttpResponse
from rest_framework.decorators import action
from rest_framework.request import Request

from greenapi.access.scopes import Scope
from greenapi.ledger.models import ChangeClass
from greenapi.ledger.reading import Snapshot
from greenapi.rest import bodies
from greenapi.rest.jsonld import linked
from greenapi.rest.preconditions import seen_states
from greenapi.rest.writing import WritingViewSet

from . import changes, filters, inputs, linked_data, serializers
from .models import Briefing, Citation, Document, DocumentVersion, Organization, Role, Segment, Speaker


class OrganizationViewSet(WritingViewSet):
    """Bodies that speak, publish, ask or are responsible."""

    queryset = Organization.objects.with_relations()
    serializer_class = serializers.OrganizationSerializer
    input_class = inputs.OrganizationInput
    filterset = filters.OrganizationFilter
    detail_formats = (linked(linked_data.organization),)
    orderable = {"slug": "slug", "name": "name", "kind": "kind"}
    includes = ("parent",)
    facets = ("kind", "area", "parent")
    lookup_field = "slug"


class SpeakerViewSet(WritingViewSet):
    """People who speak, or are quoted, in documents."""

    queryset = Speaker.objects.with_relations()
    serializer_class = serializers.SpeakerSerializer
    input_class = inputs.SpeakerInput
    filterset = filters.SpeakerFilter
    detail_formats = (linked(linked_data.speaker),)
    orderable = {"slug": "slug", "name": "name"}
    includes = ("roles",)
    facets = ("role_organization",)
    lookup_field = "slug"


class RoleViewSet(WritingViewSet):
    """Titles that speakers hold at organizations."""

    queryset = Role.objects.with_relations()
    serializer_class = serializers.RoleSerializer
    input_class = inputs.RoleInput
    filterset = filters.RoleFilter
    orderable = {
        "id": "id",
        "title": "title",
        "attested_on": "attested_on",
        "speaker": "speaker__slug",
        "organization": "organization__slug",
        "held_from": "held_from",
    }
    includes = ("speaker", "organization")
    facets = ("organization", "title")
    lookup_field = "id"


class BriefingViewSet(WritingViewSet):
    """Events and articles in which facts are stated."""

    queryset = Briefing.objects.with_relations()
    serializer_class = serializers.BriefingSerializer
    input_class = inputs.BriefingInput
    filterset = filters.BriefingFilter
    detail_formats = (linked(linked_data.briefing),)
    orderable = {"slug": "slug", "title": "title", "held_on": "held_on", "kind": "kind"}
    includes = ("organizer", "documents")
    facets = ("kind", "organizer", "place")
    lookup_field = "slug"


class DocumentViewSet(WritingViewSet):
    """Works: pages of transcripts, articles, and works that others cite."""

    queryset = Document.objects.with_relations()
    serializer_class = serializers.DocumentSerializer
    input_class = inputs.DocumentInput
    filterset = filters.DocumentFilter
    detail_formats = (linked(linked_data.document),)
    orderable = {
        "slug": "slug",
        "title": "title",
        "published_on": "published_on",
        "kind": "kind",
        "briefing": "briefing__slug",
    }
    includes = ("briefing", "publisher", "versions")
    facets = ("kind", "language", "publisher", "briefing", "text_policy")
    lookup_field = "slug"


class DocumentVersionViewSet(WritingViewSet):
    """Immutable copies of documents' texts, named by their SHA-256, held or not."""

    queryset = DocumentVersion.objects.with_relations()
    serializer_class = serializers.DocumentVersionSerializer
    detail_serializer_class = serializers.DocumentVersionDetailSerializer
    input_class = inputs.DocumentVersionInput
    filterset = filters.DocumentVersionFilter
    detail_formats = (linked(linked_data.document_version),)
    orderable = {"sha256": "sha256", "length": "length", "document": "document__slug", "retrieved_on": "retrieved_on"}
    includes = ("document",)
    facets = ("document", "held")
    lookup_field = "sha256"
    max_bytes = bodies.MAX_BYTES_WITH_TEXT
    http_method_names = [*WritingViewSet.http_method_names, "put"]
    scopes = {**WritingViewSet.scopes, "text": Scope.PROPOSE}

    @action(detail=True, methods=["put"])
    def text(self, request: Request, **kwargs: str) -> HttpResponse:
        """Attaches the text to a version that was not held, exactly as it is sent: its SHA-256 is the version's.

        Citations that do not agree with it refuse it. A text that is held already stays, and makes no revision.
        """
        seen = seen_states(request)
        body = bodies.read(request, kinds=(bodies.PLAIN_TEXT,), at_most=bodies.MAX_TEXT_BYTES)
        order = self.order_in_query(request, body=body)
        text = bodies.text_of(body)

        def work(before: Snapshot) -> DocumentVersion:
            version: DocumentVersion = self.seen_record(kwargs, seen=seen, before=before)
            changes.hold_text(version, text=text)
            return version

        return self.write(order, work, usual=ChangeClass.ENRICHMENT)


class SegmentViewSet(WritingViewSet):
    """Parts of transcripts and articles: questions, answers, handovers and the rest."""

    queryset = Segment.objects.with_relations()
    serializer_class = serializers.SegmentSerializer
    input_class = inputs.SegmentInput
    filterset = filters.SegmentFilter
    orderable = {
        "id": "id",
        "number": "number",
        "stated_on": "stated_on",
        "document": "document_version__document__slug",
        "start": "start",
        "speaker": "speaker__slug",
    }
    includes = (
        "document",
        "document_version",
        "speaker",
        "role",
        "outlet",
        "replies_to",
        "hands_over_to",
        "cited_work",
    )
    facets = ("kind", "attribution", "speaker", "outlet", "document")
    lookup_field = "id"


class CitationViewSet(WritingViewSet):
    """Places in document versions, by position and by quotation."""

    queryset = Citation.objects.with_relations()
    serializer_class = serializers.CitationSerializer
    input_class = inputs.CitationInput
    filterset = filters.CitationFilter
    detail_formats = (linked(linked_data.citation),)
    orderable = {"id": "id", "start": "start", "document": "document_version__document__slug"}
    includes = ("document", "document_version")
    facets = ("document",)
    lookup_field = "id"
