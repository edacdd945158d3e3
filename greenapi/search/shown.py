"""How a hit appears in an answer."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from greenapi.rest.paths import API_PREFIX
from greenapi.rest.representation import ExactNumberField, Reference

from .finding import RANK_DIGITS, Hit
from .highlights import highlights, is_marked
from .kinds import Kind
from .words import LIKENESS, Wanted

WORDS, SIMILAR = MATCHED = ("words", "similar_words")


class SearchHighlightSerializer(serializers.Serializer[Any]):
    """A word that was looked for: [start, end) in code points."""

    start = serializers.IntegerField(help_text="Offset of its first code point in the passage's text, from 0.")
    end = serializers.IntegerField(help_text="Offset after its last code point (exclusive).")
    document_start = serializers.IntegerField(
        allow_null=True, help_text="The same in the document version; null where it is not from there."
    )
    document_end = serializers.IntegerField(
        allow_null=True,
        help_text="The same in the document version (exclusive); null where it is not from there.",
    )

    class Meta:
        ref_name = "SearchHighlight"


class SearchPassageSerializer(serializers.Serializer[Any]):
    """A text in which words were found, whole."""

    field = serializers.CharField(
        help_text="The record's field whose text it is; `excerpt` for the words around a citation."
    )
    text = serializers.CharField(help_text="The text.")
    start = serializers.IntegerField(
        allow_null=True, help_text="Offset of its first code point in the document version; null where it is not in it."
    )
    highlights = SearchHighlightSerializer(many=True, help_text="The words that were found, in order.")

    class Meta:
        ref_name = "SearchPassage"


class SearchVersionReferenceSerializer(serializers.Serializer[Any]):
    """A document version: its SHA-256 and the path of its own page."""

    sha256 = serializers.CharField(help_text="SHA-256 of the text's UTF-8 bytes.")
    href = serializers.CharField(help_text="Path of the resource.")

    class Meta:
        ref_name = "SearchDocumentVersion"


class SearchHitSerializer(serializers.Serializer[Any]):
    """A record that was found."""

    kind = serializers.CharField(help_text="What sort of record it is, as `kind` names it.")
    id = serializers.UUIDField(help_text="Stable identifier of the record.")
    href = serializers.CharField(help_text="Path of the record.")
    rank = ExactNumberField(help_text="How well it fits; comparable within one listing only.")
    document = Reference("documents", allow_null=True, help_text="The document it is from; null for indicators.")
    document_version = SearchVersionReferenceSerializer(
        allow_null=True, help_text="The copy that it is from, in which offsets count; null for indicators."
    )
    passages = SearchPassageSerializer(many=True, help_text="The record's texts in which words were found.")

    class Meta:
        ref_name = "SearchHit"


class SearchPageSerializer(serializers.Serializer[Any]):
    """One page of what was found."""

    revision = serializers.IntegerField(help_text="The revision that was read; 0 before the first.")
    recorded_at = serializers.DateTimeField(
        allow_null=True, help_text="When that revision was recorded; null before the first."
    )
    next = serializers.CharField(allow_null=True, help_text="Path of the next page; null on the last.")
    previous = serializers.CharField(allow_null=True, help_text="Path of the page before; null on the first.")
    matched = serializers.ChoiceField(
        choices=MATCHED, help_text="Whether the words were found, or only similar ones because none of the words were."
    )
    limited = serializers.BooleanField(
        help_text="Whether so many records match that only some of each kind were ranked, and are listed."
    )
    results = SearchHitSerializer(many=True, help_text="What was found, the best first.")

    class Meta:
        ref_name = "SearchPage"


def hit_body(hit: Hit, *, kind: Kind, wanted: Wanted) -> dict[str, Any]:
    """A hit as an answer shows it."""
    slug, title = hit.document or ("", "")
    return {
        "kind": kind.name,
        "id": str(hit.place.id),
        "href": f"{API_PREFIX}/{kind.resource}/{hit.key}",
        "rank": _rank(hit, wanted=wanted),
        "document": hit.document and {"slug": slug, "name": title, "href": f"{API_PREFIX}/documents/{slug}"},
        "document_version": hit.sha256
        and {"sha256": hit.sha256, "href": f"{API_PREFIX}/document-versions/{hit.sha256}"},
        "passages": list(_passages(hit)),
    }


def _rank(hit: Hit, *, wanted: Wanted) -> Decimal:
    if wanted.stricter:
        return Decimal(str(LIKENESS[hit.place.rank]))
    return Decimal(hit.place.rank).scaleb(-RANK_DIGITS)


def _passages(hit: Hit) -> list[dict[str, Any]]:
    """The texts with something to highlight; the first where there is none."""
    passages = [
        {"field": name, "text": text, "start": hit.start, "highlights": _highlights(marked, text=text, start=hit.start)}
        for name, text, marked in zip(hit.names, hit.texts, hit.marked, strict=True)
    ]
    return [passage for passage in passages if passage["highlights"]] or passages[:1]


def _highlights(marked: str, *, text: str, start: int | None) -> list[dict[str, Any]]:
    if not is_marked(marked, text=text):
        return []
    return [
        {
            "start": found.start,
            "end": found.end,
            "document_start": None if start is None else start + found.start,
            "document_end": None if start is None else start + found.end,
        }
        for found in highlights(marked)
    ]
