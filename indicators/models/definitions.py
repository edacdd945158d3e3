"""The vocabulary facts are stated in: units, topics, scopes, periods and indicators."""

from django.contrib.postgres.fields import DecimalRangeField
from django.db import models
from django.db.models import F, Q

from greenapi.ledger.models import Versioned
from greenapi.ledger.vocabulary import one_of
from indicators.querysets import IndicatorQuerySet, ScopeQuerySet, TopicQuerySet


class Unit(Versioned):
    """A unit of measure. Values are compared only within one unit: percent and percentage point differ."""

    resource = "units"

    slug = models.SlugField(unique=True, max_length=80, help_text="Stable name used in addresses.")
    name = models.CharField(max_length=120, help_text="Name in full.")
    symbol = models.CharField(max_length=40, blank=True, default="", help_text="Symbol, such as `%`; empty when none.")
    quantity = models.CharField(max_length=80, help_text="The kind of quantity it measures, such as mass.")
    definition = models.TextField(blank=True, default="", help_text="What one of it is, in our own words.")

    class Meta(Versioned.Meta):
        db_table = "unit"
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.symbol or self.name


class Topic(Versioned):
    """A subject that indicators and commitments belong to."""

    resource = "topics"

    slug = models.SlugField(unique=True, max_length=80, help_text="Stable name used in addresses.")
    name = models.CharField(max_length=120, help_text="Name.")
    definition = models.TextField(blank=True, default="", help_text="What belongs to it, in our own words.")
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        help_text="The wider topic it is part of.",
    )

    objects = TopicQuerySet.as_manager()

    class Meta(Versioned.Meta):
        db_table = "topic"
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class Scope(Versioned):
    """The population that figures cover."""

    resource = "scopes"

    slug = models.SlugField(unique=True, max_length=80, help_text="Stable name used in addresses.")
    name = models.CharField(max_length=200, help_text="Name.")
    definition = models.TextField(blank=True, default="", help_text="What it covers, in our own words.")
    broader = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="narrower",
        help_text="The wider population it is part of.",
    )

    objects = ScopeQuerySet.as_manager()

    class Meta(Versioned.Meta):
        db_table = "scope"
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class PeriodPrecision(models.TextChoices):
    DAY = "day", "Day"
    MONTH = "month", "Month"
    QUARTER = "quarter", "Quarter"
    YEAR = "year", "Year"
    MULTI_YEAR = "multi_year", "Several years"


class Period(Versioned):
    """A span of days, both ends included."""

    resource = "periods"

    Precision = PeriodPrecision

    slug = models.SlugField(unique=True, max_length=80, help_text="Stable name used in addresses.")
    name = models.CharField(max_length=200, help_text="Name.")
    start_on = models.DateField(help_text="First day (inclusive).")
    end_on = models.DateField(help_text="Last day (inclusive).")
    precision = models.CharField(max_length=10, choices=Precision.choices, help_text="How finely it is known.")
    note = models.TextField(blank=True, default="", help_text="Remarks in our own words.")

    class Meta(Versioned.Meta):
        db_table = "period"
        ordering = ("slug",)
        constraints = (
            models.CheckConstraint(name="period_dates_in_order", condition=Q(start_on__lte=F("end_on"))),
            one_of(field="precision", choices=PeriodPrecision, name="period_precision_known"),
        )

    def __str__(self) -> str:
        return self.name


class IndicatorPolarity(models.TextChoices):
    HIGHER_IS_BETTER = "higher_is_better", "Higher is better"
    LOWER_IS_BETTER = "lower_is_better", "Lower is better"
    NEUTRAL = "neutral", "Neither"


class Indicator(Versioned):
    """What is measured."""

    resource = "indicators"

    Polarity = IndicatorPolarity

    slug = models.SlugField(unique=True, max_length=120, help_text="Stable name used in addresses.")
    name = models.CharField(max_length=200, help_text="Name.")
    definition = models.TextField(help_text="What is measured, in our own words.")
    denominator = models.CharField(
        max_length=200, blank=True, default="", help_text="What a share or ratio is taken of; empty for other figures."
    )
    domain = DecimalRangeField(
        null=True,
        blank=True,
        help_text="Values its level can take at all, such as [0, 100] for a share in percent; null when unlimited.",
    )
    polarity = models.CharField(max_length=16, choices=Polarity.choices, help_text="Which direction is better.")
    note = models.TextField(blank=True, default="", help_text="Remarks in our own words.")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="indicators", help_text="Unit of its level.")
    topics = models.ManyToManyField(
        Topic, through="IndicatorTopic", related_name="indicators", help_text="Subjects it belongs to."
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta(Versioned.Meta):
        db_table = "indicator"
        ordering = ("slug",)
        constraints = (one_of(field="polarity", choices=IndicatorPolarity, name="indicator_polarity_known"),)

    def __str__(self) -> str:
        return self.name


class IndicatorTopic(Versioned):
    """That an indicator belongs to a topic."""

    resource = "indicator-topics"
    part_of = "indicator"

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="indicator_topics")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="indicator_topics")

    class Meta(Versioned.Meta):
        db_table = "indicator_topic"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(name="indicator_topic_unique", fields=("indicator", "topic")),)

    def __str__(self) -> str:
        return f"{self.indicator} in {self.topic}"
