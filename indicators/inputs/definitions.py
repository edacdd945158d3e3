"""What is given of the vocabulary: units, topics, scopes, periods, programmes and indicators."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import NumericRange

from greenapi.rest import representation
from greenapi.rest.input_fields import BrokenRuleError, NumberInput, ReferencesInput, TruthInput
from greenapi.rest.inputs import InputSerializer, ObjectInput
from indicators import changes
from indicators import serializers as answers
from indicators.changes import bulk
from indicators.measures import Bounds, MeasureError
from indicators.models import Indicator, Period, Programme, Scope, Topic, Unit
from indicators.words import WORDS


class TermInput(InputSerializer):
    """A term of the vocabulary."""

    words = WORDS
    natural_key = ("slug",)

    @classmethod
    def record(cls, values: dict[str, Any], *, id: UUID, by: str) -> Any:
        return changes.record_one(cls.Meta.model, id=id, **values)  # type: ignore[attr-defined]

    @classmethod
    def record_rows(cls, rows: Sequence[tuple[UUID, dict[str, Any]]], *, by: str) -> set[UUID]:
        bulk.record_many(cls.Meta.model, rows=[{**row, "id": identity} for identity, row in rows])  # type: ignore[attr-defined]
        return set()


class UnitInput(TermInput):
    """A unit of measure."""

    class Meta:
        model = Unit
        answer = answers.UnitSerializer
        fields = ("slug", "name", "symbol", "quantity", "definition")
        fixed = ("slug",)
        example = {"slug": "gigawatt", "name": "gigawatt", "symbol": "GW", "quantity": "power"}
        change = {"definition": "A thousand million watts."}


class TopicInput(TermInput):
    """A subject that indicators and commitments belong to."""

    class Meta:
        model = Topic
        answer = answers.TopicSerializer
        fields = ("slug", "name", "definition", "parent")
        fixed = ("slug",)
        example = {"slug": "wind-power", "name": "Wind power", "parent": "energy"}
        change = {"definition": "What turns wind into electricity."}


class ScopeInput(TermInput):
    """The population that figures cover."""

    class Meta:
        model = Scope
        answer = answers.ScopeSerializer
        fields = ("slug", "name", "definition", "broader")
        fixed = ("slug",)
        example = {"slug": "wind-mills", "name": "Wind mills", "broader": "world"}
        change = {"broader": None}


class PeriodInput(TermInput):
    """A span of days, both ends included."""

    class Meta:
        model = Period
        answer = answers.PeriodSerializer
        fields = ("slug", "name", "start_on", "end_on", "precision", "note")
        fixed = ("slug",)
        example = {
            "slug": "2031",
            "name": "2031",
            "start_on": "2031-01-01",
            "end_on": "2031-12-31",
            "precision": "year",
        }
        change = {"name": "The year 2031"}


class ProgrammeInput(TermInput):
    """An action plan, standard, pilot, platform or policy that commitments belong to."""

    class Meta:
        model = Programme
        answer = answers.ProgrammeSerializer
        fields = ("slug", "name", "kind", "definition", "organization")
        fixed = ("slug",)
        example = {
            "slug": "quiet-mills-plan",
            "name": "Quiet mills plan",
            "kind": "action_plan",
            "organization": "harbour-city-press-desk",
        }
        change = {"organization": None}


class BoundsInput(ObjectInput):
    """An interval of values. An end that is null is unlimited, and so not closed."""

    lower = NumberInput(allow_null=True, default=None, help_text="Lower end; null when unlimited.")
    upper = NumberInput(allow_null=True, default=None, help_text="Upper end; null when unlimited.")
    lower_closed = TruthInput(default=False, help_text="Whether the lower end itself belongs to it.")
    upper_closed = TruthInput(default=False, help_text="Whether the upper end itself belongs to it.")

    def validate(self, attrs: dict[str, Any]) -> Any:
        """Makes bounds of it; some number lies in them."""
        try:
            bounds = Bounds(**attrs)
        except MeasureError as error:
            raise BrokenRuleError(f"{error}.".capitalize()) from error
        if bounds.is_empty:
            raise BrokenRuleError("No number lies in this interval.")
        return bounds

    def to_representation(self, instance: NumericRange) -> dict[str, Any]:
        return representation.Bounds().to_representation(instance)


class IndicatorInput(TermInput):
    """What is measured."""

    domain = BoundsInput(
        allow_null=True, default=None, help_text="Values its level can take at all; null when unlimited."
    )
    topics = ReferencesInput(Topic, default=list, max_length=100, help_text="Subjects it belongs to.")

    class Meta:
        model = Indicator
        answer = answers.IndicatorSerializer
        fields = ("slug", "name", "definition", "unit", "denominator", "domain", "polarity", "topics", "note")
        fixed = ("slug",)
        example = {
            "slug": "mills-on-wind",
            "name": "Mills that run on wind",
            "definition": "Share of all mills that run on wind.",
            "unit": "percent",
            "denominator": "all mills",
            "domain": {"lower": 0, "upper": 100, "lower_closed": True, "upper_closed": True},
            "polarity": "higher_is_better",
            "topics": ["renewable-energy"],
        }
        change = {"topics": ["energy", "renewable-energy"], "note": "Invented."}

    @classmethod
    def record(cls, values: dict[str, Any], *, id: UUID, by: str) -> Any:
        return changes.record_indicator(id=id, **values)

    @classmethod
    def record_rows(cls, rows: Sequence[tuple[UUID, dict[str, Any]]], *, by: str) -> set[UUID]:
        topics = {identity: row["topics"] for identity, row in rows}
        plain = [{**row, "id": identity} for identity, row in rows]
        for row in plain:
            del row["topics"]
        return bulk.record_indicators(plain, topics=topics)
