"""How who said what, and where it is written, appears in answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from greenapi.rest.representation import IdReference, PathField, Reference, ResourceSerializer

from .models import Briefing, Citation, Document, DocumentVersion, Organization, Role, Segment, Speaker
from .quotes import excerpt


class OrganizationSerializer(ResourceSerializer):
    """A body that speaks, publishes, asks or is responsible."""

    parent = Reference("organizations", allow_null=True, help_text="The body it is part of.")
    href = PathField("organizations")

    class Meta:
        model = Organization
        fields = ("slug", "name", "abbreviation", "kind", "area", "parent", "note", "href")


class RoleInSpeakerSerializer(ResourceSerializer):
    """A title that the speaker holds."""

    organization = Reference("organizations", help_text="The body where it is held.")
    href = PathField("roles", key="id")

    class Meta:
        model = Role
        fields = ("id", "title", "organization", "held_from", "held_to", "attested_on", "href")


class SpeakerSerializer(ResourceSerializer):
    """A person who speaks, or is quoted, in a document."""

    roles = RoleInSpeakerSerializer(many=True, help_text="The titles known of the person.")
    href = PathField("speakers")

    class Meta:
        model = Speaker
        fields = ("slug", "name", "roles", "note", "href")


class RoleSerializer(ResourceSerializer):
    """A title that a speaker holds at an organization, with the dates known of it."""

    speaker = Reference("speakers", help_text="The person who holds it.")
    organization = Reference("organizations", help_text="The body where it is held.")
    href = PathField("roles", key="id")

    class Meta:
        model = Role
        fields = (
            "id",
            "speaker",
            "organization",
            "title",
            "title_basis",
            "title_reason",
            "held_from",
            "held_to",
            "attested_on",
            "href",
        )


class RoleReference(ResourceSerializer):
    """A role, in short."""

    organization = Reference("organizations", help_text="The body where it is held.")
    href = PathField("roles", key="id")

    class Meta:
        model = Role
        fields = ("id", "title", "organization", "href")


class BriefingSerializer(ResourceSerializer):
    """An event or article in which facts are stated."""

    organizer = Reference("organizations", allow_null=True, help_text="Who held it; null when unknown.")
    documents = Reference("documents", name="title", many=True, help_text="The documents that report it.")
    href = PathField("briefings")

    class Meta:
        model = Briefing
        fields = (
            "slug",
            "title",
            "kind",
            "held_on",
            "held_on_basis",
            "held_on_reason",
            "place",
            "organizer",
            "documents",
            "is_fiction",
            "note",
            "href",
        )


class VersionReference(serializers.Serializer[DocumentVersion]):
    """A document version: its SHA-256 and the path of its own page."""

    sha256 = serializers.CharField(help_text="SHA-256 of the text's UTF-8 bytes.")
    href = PathField("document-versions", key="sha256")


class DocumentSerializer(ResourceSerializer):
    """A work: a page of a transcript, an article, or a work that others cite."""

    briefing = Reference("briefings", name="title", allow_null=True, help_text="The event it reports; null when none.")
    publisher = Reference("organizations", allow_null=True, help_text="Who published it; null when unknown.")
    versions = VersionReference(many=True, help_text="The copies known of it.")
    href = PathField("documents")

    class Meta:
        model = Document
        fields = (
            "slug",
            "title",
            "kind",
            "language",
            "author",
            "publisher",
            "url",
            "published_on",
            "published_on_basis",
            "published_on_reason",
            "page",
            "page_basis",
            "page_reason",
            "page_count",
            "briefing",
            "versions",
            "text_policy",
            "is_fiction",
            "note",
            "href",
        )


class DocumentVersionSerializer(ResourceSerializer):
    """One immutable copy of a document's text, held or not."""

    document = Reference("documents", name="title", help_text="The work this is a copy of.")
    held = serializers.BooleanField(help_text="Whether the text is in the database.")
    href = PathField("document-versions", key="sha256")

    class Meta:
        model = DocumentVersion
        fields: tuple[str, ...] = ("sha256", "length", "retrieved_on", "document", "held", "note", "href")


class DocumentVersionDetailSerializer(DocumentVersionSerializer):
    """One immutable copy of a document's text, with the text itself where it is held and public."""

    text = serializers.CharField(
        source="words", allow_null=True, help_text="The exact text; null unless it is held and its policy is public."
    )

    class Meta(DocumentVersionSerializer.Meta):
        fields = (*DocumentVersionSerializer.Meta.fields, "text")


class SegmentSerializer(ResourceSerializer):
    """A part of a transcript or article: [start, end) in code points of one document version."""

    document = Reference(
        "documents", name="title", source="document_version.document", help_text="The document it is part of."
    )
    document_version = VersionReference(help_text="The copy that the offsets count in.")
    speaker = Reference("speakers", allow_null=True, help_text="Who speaks; null when nobody named does.")
    role = RoleReference(allow_null=True, help_text="The role in which the speaker speaks; null when not stated.")
    outlet = Reference("organizations", allow_null=True, help_text="For a question: the outlet that asks.")
    replies_to = IdReference("segments", allow_null=True, help_text="The question that it replies to.")
    hands_over_to = Reference("speakers", allow_null=True, help_text="For a handover: who is asked to answer.")
    cited_work = Reference("documents", name="title", allow_null=True, help_text="A work that the segment cites.")
    text = serializers.CharField(
        source="words", allow_null=True, help_text="Its words; null unless the text is held and its policy is public."
    )
    href = PathField("segments", key="id")

    class Meta:
        model = Segment
        fields = (
            "id",
            "document",
            "document_version",
            "number",
            "kind",
            "start",
            "end",
            "label",
            "label_start",
            "label_end",
            "attribution",
            "speaker",
            "role",
            "outlet",
            "outlet_basis",
            "outlet_reason",
            "replies_to",
            "hands_over_to",
            "cited_work",
            "cited_work_locator",
            "stated_on",
            "stated_on_basis",
            "stated_on_reason",
            "text",
            "note",
            "href",
        )


class ExcerptSerializer(serializers.Serializer[Any]):
    """The cited sentence with 200 code points on each side."""

    start = serializers.IntegerField(help_text="Offset of its first code point in the document version.")
    text = serializers.CharField(help_text="The words.")


class CitationSerializer(ResourceSerializer):
    """A place in a document version, by position and by quotation."""

    document = Reference(
        "documents", name="title", source="document_version.document", help_text="The document that is cited."
    )
    document_version = VersionReference(help_text="The copy that is cited.")
    excerpt = serializers.SerializerMethodField(
        help_text="The words around it; null when the text is not held or may not be shown."
    )
    href = PathField("citations", key="id")

    class Meta:
        model = Citation
        fields = ("id", "document", "document_version", "start", "end", "exact", "prefix", "suffix", "excerpt", "href")

    @extend_schema_field(ExcerptSerializer(allow_null=True))
    def get_excerpt(self, citation: Citation) -> dict[str, Any] | None:
        window: str | None = citation.window  # type: ignore[attr-defined]
        if window is None:
            return None
        found = excerpt(
            window,
            window_start=citation.window_start,  # type: ignore[attr-defined]
            start=citation.start,
            end=citation.end,
        )
        return {"start": found.start, "text": found.text}


class CitationInFactSerializer(ResourceSerializer):
    """A place that proves a fact."""

    document = Reference(
        "documents", name="title", source="document_version.document", help_text="The document that is cited."
    )
    document_version = VersionReference(help_text="The copy that is cited.")
    href = PathField("citations", key="id")

    class Meta:
        model = Citation
        fields = ("id", "document", "document_version", "start", "end", "exact", "href")
