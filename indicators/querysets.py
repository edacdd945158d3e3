"""Named, composable selections of indicators, facts and links.

They know no model by import, so that each model can name its own as its manager.
"""

from typing import Any, Self

from django.db.models import Prefetch, QuerySet


class TopicQuerySet(QuerySet[Any]):
    """Topics."""

    def with_relations(self) -> Self:
        return self.select_related("parent")


class ScopeQuerySet(QuerySet[Any]):
    """Scopes."""

    def with_relations(self) -> Self:
        return self.select_related("broader")


class IndicatorQuerySet(QuerySet[Any]):
    """Indicators."""

    def with_relations(self) -> Self:
        return self.select_related("unit").prefetch_related("topics")


class ProgrammeQuerySet(QuerySet[Any]):
    """Programmes."""

    def with_relations(self) -> Self:
        return self.select_related("organization")


class FactQuerySet(QuerySet[Any]):
    """Facts of any sort."""

    def published(self) -> Self:
        """Only those that are public."""
        return self.filter(state="published")


class ObservationQuerySet(FactQuerySet):
    """Observations."""

    def with_relations(self) -> Self:
        return self.select_related(
            "indicator",
            "unit",
            "scope",
            "reference_period",
            "base_period",
            "segment__document_version__document",
            "speaker",
            "role__organization",
            "organization",
            "cited_work",
        ).prefetch_related("cited_parts__citation__document_version__document")


class CommitmentQuerySet(FactQuerySet):
    """Commitments."""

    def with_relations(self) -> Self:
        return self.select_related(
            "programme",
            "topic",
            "target_indicator",
            "target_unit",
            "segment__document_version__document",
            "speaker",
            "role__organization",
            "organization",
            "cited_work",
        ).prefetch_related(
            "cited_parts__citation__document_version__document",
            Prefetch("events", queryset=self._related("events").filter(state="published"), to_attr="published_events"),
            "published_events__evidence__citation__document_version__document",
            Prefetch(
                "links_in",
                queryset=self._related("links_in")
                .filter(state="published", relation="evidences", source_observation__isnull=False)
                .select_related("source_observation"),
                to_attr="evidence_links",
            ),
        )

    def _related(self, name: str) -> QuerySet[Any]:
        """All rows of the model at the other end of a reverse relation."""
        manager: Any = self.model._meta.get_field(name).related_model._default_manager
        related: QuerySet[Any] = manager.all()
        return related


class ClaimLinkQuerySet(FactQuerySet):
    """Claim links."""
