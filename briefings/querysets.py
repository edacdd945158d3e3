"""Named, composable selections of who said what, and where it is written.

They know no model by import, so that each model can name its own as its manager.
"""

from typing import Any, Self

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Greatest, Substr

# The links of facts to what they cite, and what each calls its fact; and the states that close a fact.
CITING = {"observation_parts": "observation", "commitment_parts": "commitment", "event_parts": "event"}
PUBLIC_STATES = ("published", "withdrawn")
WINDOW = 1200  # code points read on each side of a citation, from which its excerpt is cut


class OrganizationQuerySet(QuerySet[Any]):
    """Organizations."""

    def with_relations(self) -> Self:
        return self.select_related("parent")


class SpeakerQuerySet(QuerySet[Any]):
    """Speakers."""

    def with_relations(self) -> Self:
        return self.prefetch_related("roles__organization")


class RoleQuerySet(QuerySet[Any]):
    """Roles."""

    def with_relations(self) -> Self:
        return self.select_related("speaker", "organization")


class BriefingQuerySet(QuerySet[Any]):
    """Briefings."""

    def with_relations(self) -> Self:
        return self.select_related("organizer").prefetch_related("documents")


class DocumentQuerySet(QuerySet[Any]):
    """Documents."""

    def with_relations(self) -> Self:
        return self.select_related("briefing", "publisher").prefetch_related("versions")


class DocumentVersionQuerySet(QuerySet[Any]):
    """Document versions."""

    def with_held(self) -> Self:
        """Annotates `held`: whether the text is in the database."""
        texts = self.model._meta.get_field("held_text").related_model._default_manager
        return self.annotate(held=Exists(texts.filter(version=OuterRef("pk"))))

    def with_relations(self) -> Self:
        return self.with_held().with_words().select_related("document")

    def with_words(self) -> Self:
        """Annotates `words`: the whole text where it is held and public, else null."""
        return self.annotate(
            words=Case(
                When(document__text_policy="public", then=F("held_text__text")), output_field=TextField(null=True)
            )
        )


class SegmentQuerySet(QuerySet[Any]):
    """Segments."""

    def with_words(self) -> Self:
        """Annotates `words`: the segment's text where it is held and public, else null."""
        return self.annotate(
            words=Case(
                When(
                    document_version__document__text_policy="public",
                    then=Substr("document_version__held_text__text", F("start") + 1, F("end") - F("start")),
                ),
                output_field=TextField(null=True),
            )
        )

    def with_relations(self) -> Self:
        return self.with_words().select_related(
            "document_version__document",
            "speaker",
            "role__organization",
            "outlet",
            "replies_to",
            "hands_over_to",
            "cited_work",
        )


class CitationQuerySet(QuerySet[Any]):
    """Citations."""

    def proving_published(self) -> Self:
        """Those that a fact cites which is published, or was until it was withdrawn."""
        proving = Q()
        for links, fact in CITING.items():
            model = self.model._meta.get_field(links).related_model
            public = model._default_manager.filter(**{"citation": OuterRef("pk"), f"{fact}__state__in": PUBLIC_STATES})
            proving |= Q(Exists(public))
        return self.filter(proving)

    def with_window(self) -> Self:
        """Annotates `window` and `window_start`: the held text around each citation, null unless it may be shown."""
        start = Greatest(F("start") - WINDOW, Value(0))
        return self.annotate(
            window_start=start,
            window=Case(
                When(
                    ~Q(document_version__document__text_policy="staff"),
                    then=Substr("document_version__held_text__text", start + 1, F("end") + WINDOW - start),
                ),
                output_field=TextField(null=True),
            ),
        )

    def with_relations(self) -> Self:
        return self.with_window().select_related("document_version__document")
