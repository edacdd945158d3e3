"""The desk of observations, which shows each as it was stated."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.backends.postgresql.psycopg_any import NumericRange

from greenapi.desk.fields import interval_text
from greenapi.desk.records import LinkInline, Links, ReadOnlyAdmin
from greenapi.ledger.models import Versioned
from indicators import changes
from indicators.models import Observation, ObservationCitation, Unit
from indicators.models.facts import Comparator

from .facts import STATE_FIELDS, WHO_FIELDS, FactAdmin


def in_words(comparator: str, *, value: Decimal, unit: Unit, value_high: Decimal | None = None) -> str:
    """A stated number with what it commits to: `more than 20%`, `between 55 and 60%`, `nearly 20000`."""
    number = f"{value:f}" if value_high is None else f"{value:f} and {value_high:f}"
    # `nearly (from below)` explains itself in a form; here one word is enough.
    words = "" if comparator == Comparator.EQ else f"{Comparator(comparator).label.split(' (')[0]} "
    # A share or ratio is a plain number, and so is a count of what the indicator names.
    match unit.symbol:
        case "%":
            return f"{words}{number}%"
        case "1":
            return f"{words}{number}"
        case "":
            return f"{words}{number} {unit.name}" if unit.slug != "count" else f"{words}{number}"
        case symbol:
            return f"{words}{number} {symbol}"


class CitedPartInline(LinkInline):
    model = ObservationCitation
    verbose_name = "citation"
    verbose_name_plural = "citations, by the part that each proves"
    fields = ("part", "citation")
    autocomplete_fields = ("citation",)
    related = ("citation__document_version__document",)


@admin.register(Observation)
class ObservationAdmin(FactAdmin):
    list_display = (
        "value_printed", "read_as", "state", "stated_on", "indicator", "reference_period", "speaker",
    )  # fmt: skip
    list_filter = (
        "state",
        "measure_type",
        "comparator",
        "obs_status",
        ("segment__document_version__document", admin.RelatedOnlyFieldListFilter),
        ("speaker", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("value_printed", "indicator__name", "scope_words", "speaker__name", "note")
    date_hierarchy = "stated_on"
    ordering = ("-stated_on", "indicator__slug", "id")
    autocomplete_fields = (
        "indicator", "unit", "scope", "reference_period", "base_period",
        "segment", "speaker", "role", "organization", "cited_work",
    )  # fmt: skip
    related = (
        "indicator",
        "unit",
        "scope",
        "reference_period",
        "base_period",
        "segment__document_version__document",
        "speaker",
        "role__speaker",
        "role__organization",
    )
    inlines = (CitedPartInline,)
    readonly_fields = (*STATE_FIELDS, "bounds_shown", "stated_on", "stated_on_basis")
    as_printed = (
        "value_printed", "modality_words", "scope_words", "reference_period_words", "base_period_words",
        "cited_work_locator",
    )  # fmt: skip
    fieldsets = (
        ("What was stated", {"fields": ("indicator", "value_printed", "comparator", ("value", "value_high"), "unit",
                                        "measure_type", "direction", "bounds_shown")}),
        ("Where and by whom", {"fields": ("segment", *WHO_FIELDS, ("stated_on", "stated_on_basis"))}),
        ("How it was put", {"fields": ("obs_status", "modality", "modality_words")}),
        ("For which time", {"fields": ("reference_period", "reference_period_basis", "reference_period_words",
                                       "reference_period_reason")}),
        ("Measured against", {"fields": ("base_period", "base_period_basis", "base_period_words",
                                         "base_period_reason")}),
        ("Of what", {"fields": ("scope", "scope_words", ("denominator", "denominator_basis"), "denominator_reason",
                                ("area", "area_basis"), "area_reason")}),
        ("Our own", {"fields": ("rank", "note", *STATE_FIELDS)}),
    )  # fmt: skip

    def record(self, *, id: UUID, values: dict[str, Any], links: Links, form: Any, by: str) -> Versioned:
        parts = [(row["part"], row["citation"]) for row in links[ObservationCitation]]
        return changes.edit_observation(id=id, by=by, parts=parts, **values)

    def choice_label(self, record: Any) -> str:
        return f"{record} ({record.stated_on})"

    @admin.display(description="Read as")
    def read_as(self, observation: Observation) -> str:
        value, high = observation.value, observation.value_high
        return in_words(observation.comparator, value=value, value_high=high, unit=observation.unit)

    @admin.display(description="Bounds")
    def bounds_shown(self, observation: Observation) -> str:
        """The interval that the statement commits to; computed when it is saved."""
        bounds: NumericRange | None = observation.bounds
        return interval_text(bounds)


@admin.register(ObservationCitation)
class ObservationCitationAdmin(ReadOnlyAdmin):
    """Changed on the page of the observation."""

    list_display = ("observation", "part", "citation")
    list_filter = ("part",)
    search_fields = ("observation__value_printed", "observation__indicator__name", "citation__exact")
    ordering = ("observation__indicator__slug", "part", "id")
    related = ("observation__indicator", "citation")
    fields = ("observation", "part", "citation")
