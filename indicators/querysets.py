"""Named, composable selections of indicators, facts and links.

They know no model by import, so that each model can name its own as its manager.
"""

from typing import Any, Self

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from greenapi.ledger.recorded_on import recorded_on

SERIES = ("indicator_id", "unit_id", "measure_type", "scope_id", "area")
SETTLED = ("kept", "superseded")  # A commitment of which this became is never overdue.


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

    def latest_of_each_series(self) -> Self:
        """Of these, the latest of each series: about the latest period, or else stated last, or else recorded last.

        A series has one indicator, unit, measure type, scope and area, since only such values can be compared. Later
        is the period that ends later, or else begins later; no period at all is the earliest.
        """
        period = ("reference_period__end_on", "reference_period__start_on")
        newest = self.order_by(*SERIES, *(F(day).desc(nulls_last=True) for day in period), "-stated_on", "-id")
        return self.filter(pk__in=newest.distinct(*SERIES).values("pk"))

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

    def with_outcomes(self) -> Self:
        """Names `fulfilment`, `is_overdue` and `gap_to_target` for filters, as `indicators.outcomes` defines them."""
        latest = self._related("events").filter(commitment=OuterRef("pk"), state="published")
        observed = self._related("links_in").filter(
            target_commitment=OuterRef("pk"),
            state="published",
            relation="evidences",
            source_observation__state="published",
            source_observation__indicator=OuterRef("target_indicator"),
            source_observation__unit=OuterRef("target_unit"),
            source_observation__bounds__isnull=False,
        )
        within = observed.filter(source_observation__bounds__contained_by=OuterRef("target_bounds"))
        touching = observed.filter(source_observation__bounds__overlap=OuterRef("target_bounds"))
        return self.alias(
            fulfilment=Coalesce(
                Subquery(latest.order_by("-occurred_on", "-id").values("fulfilment")[:1]), Value("not_assessed")
            )
        ).alias(
            is_overdue=Case(
                When(Q(deadline_on__isnull=True) | Q(fulfilment__in=SETTLED), then=False),
                When(deadline_operator="before", deadline_on__lte=recorded_on(), then=True),
                When(deadline_operator="before", then=False),
                When(deadline_on__lt=recorded_on(), then=True),
                default=False,
                output_field=BooleanField(),
            ),
            gap_to_target=Case(
                When(target_bounds__isnull=True, then=None),
                When(Exists(within), then=Value("met")),
                When(Exists(observed) & ~Exists(touching), then=Value("not_met")),
                default=Value("cannot_tell"),
                output_field=CharField(null=True),
            ),
        )

    def _related(self, name: str) -> QuerySet[Any]:
        """All rows of the model at the other end of a reverse relation."""
        manager: Any = self.model._meta.get_field(name).related_model._default_manager
        related: QuerySet[Any] = manager.all()
        return related


class CommitmentEventQuerySet(FactQuerySet):
    """What became of commitments."""

    def published(self) -> Self:
        """Only those that are public: an event is with its commitment."""
        return super().published().filter(commitment__state="published")

    def with_relations(self) -> Self:
        return self.select_related("commitment").prefetch_related("evidence__citation__document_version__document")


class ClaimLinkQuerySet(FactQuerySet):
    """Claim links."""

    def with_ends(self) -> Self:
        """Names, for filters, the facts at both ends, and the day by which both had been said in public."""
        ends = {
            name: expression
            for end in ("source", "target")
            for name, expression in (
                (f"{end}_fact", Coalesce(f"{end}_observation_id", f"{end}_commitment_id", output_field=UUIDField())),
                (f"{end}_said_on", Coalesce(f"{end}_observation__stated_on", f"{end}_commitment__stated_on")),
                (
                    f"{end}_resource",
                    Case(
                        When(**{f"{end}_observation__isnull": False}, then=Value("observations")),
                        default=Value("commitments"),
                        output_field=CharField(),
                    ),
                ),
            )
        }
        return self.alias(**ends).alias(said_on=Greatest("source_said_on", "target_said_on"))
