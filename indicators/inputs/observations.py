"""What is given of observations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from indicators import changes
from indicators import serializers as answers
from indicators.changes import bulk
from indicators.models import Observation

from .citing import citations_of
from .facts import STATEMENT_FIELDS, StatementInput


class ObservationInput(StatementInput):
    """One stated value of an indicator for a reference period and scope."""

    places = {
        "observation_published_is_cited": "/citations",
        "observation_cited_in_its_segment": "/citations",
        "observation_bounds_hold_something": "/value",
    }

    class Meta:
        model = Observation
        answer = answers.ObservationSerializer
        fields = (
            "id",
            "indicator",
            "value_printed",
            "value",
            "value_high",
            "comparator",
            "unit",
            "measure_type",
            "direction",
            "obs_status",
            "modality",
            "modality_words",
            "denominator",
            "denominator_basis",
            "denominator_reason",
            "scope",
            "scope_words",
            "area",
            "area_basis",
            "area_reason",
            "reference_period",
            "reference_period_basis",
            "reference_period_words",
            "reference_period_reason",
            "base_period",
            "base_period_basis",
            "base_period_words",
            "base_period_reason",
            "rank",
            *STATEMENT_FIELDS,
        )
        example = {
            "indicator": "harbour-city-electric-crossings",
            "value_printed": "between 55% and 60%",
            "value": 55,
            "value_high": 60,
            "comparator": "between",
            "unit": "percent",
            "measure_type": "share",
            "scope": "harbour-city-ferries",
            "reference_period": "2030",
            "reference_period_basis": "stated",
            "reference_period_words": "In 2030",
            "attribution": "direct",
            "segment": "01a20153-0286-7bdc-a799-fe7f372d6d15",
            "speaker": "orin-tasseldown",
            "citations": [
                {
                    "part": "value",
                    "document_version": "fee1e8ab44a8e91ea1d368a91e4c099c2b0e694d583516ccbe4359551632fec8",
                    "start": 1027,
                    "end": 1046,
                    "exact": "between 55% and 60%",
                },
                {"part": "period", "citation": "01a20156-8439-7d15-b60a-0f1e46d4e3a5"},
            ],
        }
        change = {"rank": "preferred", "note": "Read again."}

    @classmethod
    def record(cls, values: dict[str, Any], *, id: UUID, by: str) -> Any:
        rows = values.pop("cited_parts")
        parts = list(zip((row["part"] for row in rows), citations_of(rows), strict=True))
        return changes.edit_observation(id=id, by=by, parts=parts, **values)

    @classmethod
    def record_rows(cls, rows: Sequence[tuple[UUID, dict[str, Any]]], *, by: str) -> set[UUID]:
        plain, parts = cls.plain_and_parts(rows)
        return bulk.edit_observations(plain, parts=parts, by=by)
