"""Observations: stated values of indicators."""

from django.contrib.postgres.fields import DecimalRangeField
from django.db import models
from django.db.models import F, Q

from briefings.models import Citation
from briefings.models.basis import Basis, BasisField, ReasonField, inferred_needs_reason, not_stated_means_null
from greenapi.ledger.models import Versioned
from greenapi.ledger.vocabulary import one_of
from indicators.querysets import ObservationQuerySet

from .definitions import Indicator, Period, Scope, Unit
from .exact import ExactDecimalField
from .facts import Comparator, Part, Statement


class ObservationMeasureType(models.TextChoices):
    LEVEL = "level", "Level"
    SHARE = "share", "Share"
    COUNT = "count", "Count"
    CHANGE = "change", "Change"
    CUMULATIVE_CHANGE = "cumulative_change", "Cumulative change"
    FORECAST_SAVING = "forecast_saving", "Forecast saving"


class ObservationDirection(models.TextChoices):
    INCREASE = "increase", "Increase"
    DECREASE = "decrease", "Decrease"


class ObservationStatus(models.TextChoices):
    NORMAL = "A", "Normal"
    ESTIMATED = "E", "Estimated"
    FORECAST = "F", "Forecast"
    PROVISIONAL = "P", "Provisional"
    TARGET = "T", "Target"


class ObservationModality(models.TextChoices):
    ASSERTED = "asserted", "Asserted as a fact"
    PREDICTED = "predicted", "Predicted"
    ESTIMATED = "estimated", "Estimated or calculated provisionally"


class ObservationRank(models.TextChoices):
    PREFERRED = "preferred", "Preferred"
    NORMAL = "normal", "Normal"
    DEPRECATED = "deprecated", "Deprecated"


class Observation(Statement):
    """One stated value of an indicator for a reference period and scope."""

    resource = "observations"

    MeasureType = ObservationMeasureType
    Direction = ObservationDirection
    Status = ObservationStatus
    Modality = ObservationModality
    Rank = ObservationRank

    value_printed = models.CharField(
        max_length=120, help_text="The value in the source's words, such as `nearly 20,000`."
    )
    value = ExactDecimalField(help_text="The number as stated, exactly; the lower one for `between`.")
    value_high = ExactDecimalField(null=True, blank=True, help_text="The upper number for `between`; else null.")
    comparator = models.CharField(
        max_length=8, choices=Comparator.choices, help_text="How the stated number bounds the true value."
    )
    bounds = DecimalRangeField(help_text="The interval of values the statement commits to, cut by the natural domain.")
    measure_type = models.CharField(max_length=18, choices=MeasureType.choices, help_text="What the value is of.")
    direction = models.CharField(
        max_length=8, null=True, blank=True, choices=Direction.choices, help_text="Direction of a change; else null."
    )
    obs_status = models.CharField(
        max_length=1,
        choices=Status.choices,
        default=Status.NORMAL,
        help_text="SDMX observation status; T for a target.",
    )
    modality = models.CharField(
        max_length=9, choices=Modality.choices, default=Modality.ASSERTED, help_text="How the statement is put."
    )
    modality_words = models.CharField(
        max_length=120, blank=True, default="", help_text="The words that hedge it; empty when none do."
    )
    denominator = models.CharField(
        max_length=200, null=True, blank=True, help_text="What a share is taken of; null when it is none or unknown."
    )
    denominator_basis = BasisField(help_text="Whether the source says what a share is taken of.")
    denominator_reason = ReasonField(help_text="Why the denominator was inferred.")
    scope_words = models.CharField(max_length=200, blank=True, default="", help_text="The scope in the source's words.")
    area = models.CharField(
        max_length=3,
        null=True,
        blank=True,
        help_text="ISO 3166-1 alpha-2 code, or `001` for the world; null when unknown.",
    )
    area_basis = BasisField(help_text="Whether the source names the area.")
    area_reason = ReasonField(help_text="Why the area was inferred, or what is known of it.")
    reference_period_basis = BasisField(help_text="Whether the source states the period.")
    reference_period_words = models.CharField(
        max_length=200, blank=True, default="", help_text="The period in the source's words."
    )
    reference_period_reason = ReasonField(help_text="Why the period was inferred, or what is known of it.")
    base_period_basis = BasisField(help_text="For a change: whether the source states what it is measured against.")
    base_period_words = models.CharField(
        max_length=200, blank=True, default="", help_text="The baseline in the source's words."
    )
    base_period_reason = ReasonField(help_text="Why the base period was inferred, or what is known of it.")
    rank = models.CharField(
        max_length=10, choices=Rank.choices, default=Rank.NORMAL, help_text="Which of several values to prefer."
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="observations", help_text="What is measured."
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="observations", help_text="Unit of the value."
    )
    scope = models.ForeignKey(
        Scope, on_delete=models.PROTECT, related_name="observations", help_text="The population it covers."
    )
    reference_period = models.ForeignKey(
        Period,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="observations",
        help_text="The time the value is about; null when not stated.",
    )
    base_period = models.ForeignKey(
        Period,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="based_observations",
        help_text="For a change: the time it is measured against; null when not stated or no change.",
    )

    objects = ObservationQuerySet.as_manager()

    class Meta(Statement.Meta):
        db_table = "observation"
        ordering = ("id",)
        indexes = (*Statement.Meta.indexes, models.Index(fields=("value", "id"), name="observation_value"))
        constraints = (
            *Statement.Meta.constraints,
            one_of(field="comparator", choices=Comparator, name="observation_comparator_known"),
            one_of(field="measure_type", choices=ObservationMeasureType, name="observation_measure_type_known"),
            one_of(field="direction", choices=ObservationDirection, name="observation_direction_known"),
            one_of(field="obs_status", choices=ObservationStatus, name="observation_obs_status_known"),
            one_of(field="modality", choices=ObservationModality, name="observation_modality_known"),
            one_of(field="denominator_basis", choices=Basis, name="observation_denominator_basis_known"),
            one_of(field="area_basis", choices=Basis, name="observation_area_basis_known"),
            one_of(field="reference_period_basis", choices=Basis, name="observation_reference_period_basis_known"),
            one_of(field="base_period_basis", choices=Basis, name="observation_base_period_basis_known"),
            one_of(field="rank", choices=ObservationRank, name="observation_rank_known"),
            models.CheckConstraint(
                name="observation_between_has_two_values",
                condition=Q(comparator=Comparator.BETWEEN, value_high__isnull=False, value_high__gte=F("value"))
                | ~Q(comparator=Comparator.BETWEEN) & Q(value_high__isnull=True),
            ),
            models.CheckConstraint(
                name="observation_change_has_direction",
                condition=Q(
                    measure_type__in=["change", "cumulative_change", "forecast_saving"], direction__isnull=False
                )
                | Q(measure_type__in=["level", "share", "count"], direction__isnull=True),
            ),
            inferred_needs_reason(field="reference_period", name="observation_inferred_period_has_reason"),
            not_stated_means_null(field="reference_period", name="observation_period_matches_basis"),
            inferred_needs_reason(field="base_period", name="observation_inferred_base_has_reason"),
            not_stated_means_null(field="base_period", name="observation_base_matches_basis"),
            inferred_needs_reason(field="area", name="observation_inferred_area_has_reason"),
            not_stated_means_null(field="area", name="observation_area_matches_basis"),
            inferred_needs_reason(field="denominator", name="observation_inferred_denominator_has_reason"),
            not_stated_means_null(field="denominator", name="observation_denominator_matches_basis"),
            models.CheckConstraint(name="observation_bounds_hold_something", condition=Q(bounds__isempty=False)),
        )

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value_printed}"


class ObservationCitation(Versioned):
    """That a citation proves a part of an observation."""

    resource = "observation-citations"
    part_of = "observation"

    part = models.CharField(max_length=8, choices=Part.choices, help_text="The part that the citation proves.")
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="cited_parts")
    citation = models.ForeignKey(Citation, on_delete=models.PROTECT, related_name="observation_parts")

    class Meta(Versioned.Meta):
        db_table = "observation_citation"
        ordering = ("citation__start", "part", "id")
        constraints = (
            one_of(field="part", choices=Part, name="observation_citation_part_known"),
            models.UniqueConstraint(name="observation_citation_unique", fields=("observation", "part", "citation")),
        )

    def __str__(self) -> str:
        return f"{self.part}: {self.citation}"
