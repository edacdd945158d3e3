"""What is given of who said what, and where it is written."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from greenapi.rest import bodies
from greenapi.rest.input_fields import SHA256, BrokenRuleError, PatternInput, TextInput, WholeInput
from greenapi.rest.inputs import IdentifiedInput, InputSerializer
from greenapi.rest.problems import ALREADY_THERE, FieldError, Problem

from . import changes
from . import serializers as answers
from .models import Briefing, Citation, Document, DocumentVersion, Organization, Role, Segment, Speaker
from .words import WORDS

# The version of the dataset's invented briefing, for examples.
FICTION = "fee1e8ab44a8e91ea1d368a91e4c099c2b0e694d583516ccbe4359551632fec8"


class NamedInput(InputSerializer):
    """A record without anything to compute."""

    words = WORDS

    @classmethod
    def record(cls, values: dict[str, Any], *, id: UUID, by: str) -> Any:
        return changes.record_one(cls.Meta.model, id=id, **values)  # type: ignore[attr-defined]

    @classmethod
    def record_rows(cls, rows: Sequence[tuple[UUID, dict[str, Any]]], *, by: str) -> set[UUID]:
        changes.record_many(cls.Meta.model, rows=[{**row, "id": identity} for identity, row in rows])  # type: ignore[attr-defined]
        return set()


class OrganizationInput(NamedInput):
    """A body that speaks, publishes, asks or is responsible."""

    natural_key = ("slug",)

    class Meta:
        model = Organization
        answer = answers.OrganizationSerializer
        fields = ("slug", "name", "abbreviation", "kind", "area", "parent", "note")
        fixed = ("slug",)
        example = {
            "slug": "wind-office",
            "name": "Office of Wind",
            "kind": "government",
            "parent": "harbour-city-ferry-authority",
        }
        change = {"abbreviation": "OoW", "note": "Invented."}


class SpeakerInput(NamedInput):
    """A person who speaks, or is quoted, in a document."""

    natural_key = ("slug",)

    class Meta:
        model = Speaker
        answer = answers.SpeakerSerializer
        fields = ("slug", "name", "note")
        fixed = ("slug",)
        example = {"slug": "ada-fern", "name": "Ada Fern"}
        change = {"note": "Invented."}


class RoleInput(NamedInput, IdentifiedInput):
    """A title that a speaker holds at an organization, with the dates known of it."""

    class Meta:
        model = Role
        answer = answers.RoleSerializer
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
        )
        example = {
            "speaker": "pella-wrenfield",
            "organization": "harbour-city-press-desk",
            "title": "warden of mills",
            "title_basis": "stated",
            "held_from": "2026-01-01",
        }
        change = {"title": "keeper of mills", "held_from": None}


class BriefingInput(NamedInput):
    """An event or article in which facts are stated."""

    natural_key = ("slug",)

    class Meta:
        model = Briefing
        answer = answers.BriefingSerializer
        fields = (
            "slug",
            "title",
            "kind",
            "held_on",
            "held_on_basis",
            "held_on_reason",
            "place",
            "organizer",
            "is_fiction",
            "note",
        )
        fixed = ("slug",)
        example = {
            "slug": "mills-briefing-2031",
            "title": "Briefing on mills",
            "kind": "briefing",
            "held_on": "2031-03-01",
            "held_on_basis": "stated",
            "is_fiction": True,
        }
        change = {"place": "Lanternhall", "organizer": "harbour-city-press-desk"}


class DocumentInput(NamedInput):
    """A work: a page of a transcript, an article, or a work that others cite."""

    natural_key = ("slug",)

    class Meta:
        model = Document
        answer = answers.DocumentSerializer
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
            "text_policy",
            "is_fiction",
            "note",
        )
        fixed = ("slug",)
        example = {
            "slug": "mills-page-1",
            "title": "Briefing on mills, page 1",
            "kind": "transcript_page",
            "published_on": "2031-03-02",
            "published_on_basis": "stated",
            "text_policy": "public",
            "is_fiction": True,
        }
        change = {"page": 1, "page_basis": "stated", "page_count": 2}


class DocumentVersionInput(InputSerializer):
    """One immutable copy of a document's text: named by its hash, or by the text itself, which is then held."""

    words = WORDS
    natural_key = ("sha256",)
    value_errors = (changes.TextMismatchError,)
    places = {
        "TextMismatchError": "/text",
        "document_text_is_the_version": "/text",
        "citation_exact_is_in_text": "/text",
    }

    sha256 = PatternInput(
        pattern=SHA256,
        told="A SHA-256 is 64 digits of 0 to 9 and a to f.",
        required=False,
        help_text="SHA-256 of the text's UTF-8 bytes; it may be left out with the text.",
    )
    length = WholeInput(
        required=False, help_text="Length of the text in code points; it may be left out with the text."
    )
    text = TextInput(
        required=False,
        write_only=True,
        allow_blank=True,
        help_text="The exact text, which is held from then on; at most 5 MiB of UTF-8.",
    )

    class Meta:
        model = DocumentVersion
        answer = answers.DocumentVersionDetailSerializer
        fields = ("document", "sha256", "length", "text", "retrieved_on", "note")
        fixed = ("document", "sha256", "length", "text")
        example = {
            "document": "fiction-2031-harbour-city-clean-ferries",
            "text": "Ada Fern: More than 20% of our mills run on wind.\r\n",
        }
        change = {"retrieved_on": "2031-03-03"}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Takes hash and length from the text where it is given."""
        text = attrs.get("text")
        if text is None:
            missing = [name for name in ("sha256", "length") if name not in attrs]
            if missing:
                raise BrokenRuleError({name: ["Give this, or the text itself."] for name in missing})
            return attrs
        body = text.encode()
        if len(body) > bodies.MAX_TEXT_BYTES:
            raise BrokenRuleError({"text": [f"It takes at most {bodies.MAX_TEXT_BYTES} bytes of UTF-8."]})
        found = {"sha256": hashlib.sha256(body).hexdigest(), "length": len(text)}
        wrong = {name: [f"The text's is {value}."] for name, value in found.items() if attrs.get(name, value) != value}
        if wrong:
            raise BrokenRuleError(wrong)
        return {**attrs, **found}

    @classmethod
    def record(cls, values: dict[str, Any], *, id: UUID, by: str) -> Any:
        text = values.pop("text", None)
        if DocumentVersion.objects.filter(sha256=values["sha256"]).exclude(pk=id).exists():
            there = FieldError(pointer="/sha256", detail="The version of this text is recorded already.")
            raise Problem(ALREADY_THERE, errors=[there])
        version = changes.record_document_version(id=id, **values)
        if text is not None:
            changes.hold_text(version, text=text)
        return version

    @classmethod
    def record_rows(cls, rows: Sequence[tuple[UUID, dict[str, Any]]], *, by: str) -> set[UUID]:
        return changes.record_document_versions(rows)


class SegmentInput(IdentifiedInput):
    """A part of a transcript or article: [start, end) in code points of one document version."""

    words = WORDS
    natural_key = ("document_version", "number")
    places = {"segment_within_text": "/end"}

    class Meta:
        model = Segment
        answer = answers.SegmentSerializer
        fields = (
            "id",
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
            "note",
        )
        fixed = ("document_version",)
        example = {"document_version": FICTION, "number": 901, "kind": "narrative", "start": 0, "end": 7}
        change = {"note": "The first word."}

    @classmethod
    def record(cls, values: dict[str, Any], *, id: UUID, by: str) -> Any:
        return changes.record_segment(id=id, **values)

    @classmethod
    def record_rows(cls, rows: Sequence[tuple[UUID, dict[str, Any]]], *, by: str) -> set[UUID]:
        changes.record_segments_of_many([{**row, "id": identity} for identity, row in rows])
        return set()


class CitationInput(IdentifiedInput):
    """A place in a document version, by position and by quotation."""

    words = WORDS
    natural_key = ("document_version", "start", "end")
    state_errors = (changes.ProofError,)
    places = {"citation_exact_is_in_text": "/exact", "citation_within_text": "/end"}

    class Meta:
        model = Citation
        answer = answers.CitationSerializer
        fields = ("id", "document_version", "start", "end", "exact", "prefix", "suffix")
        fixed = ("document_version",)
        example = {"document_version": FICTION, "start": 0, "end": 7, "exact": "FICTION"}
        change = {"suffix": ": Harbour City"}

    @classmethod
    def record(cls, values: dict[str, Any], *, id: UUID, by: str) -> Any:
        return changes.edit_citation(id=id, **values)

    @classmethod
    def record_rows(cls, rows: Sequence[tuple[UUID, dict[str, Any]]], *, by: str) -> set[UUID]:
        changes.record_citations([{**row, "id": identity} for identity, row in rows])
        return set()

    @classmethod
    def unchangeable(cls, records: Collection[Any], *, may_review: bool) -> dict[UUID, str]:
        ids = [record.pk for record in records]
        proving = Citation.objects.filter(pk__in=ids).proving_published().values_list("pk", flat=True)
        found = dict.fromkeys(proving, "It proves a fact that is or was public: it is not edited any more.")
        return found | super().unchangeable(records, may_review=may_review)
