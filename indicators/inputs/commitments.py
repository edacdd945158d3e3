"""What is given of commitments, and of what became of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from greenapi.rest.input_fields import ReferenceInput
from greenapi.rest.inputs import ObjectInput
from indicators import changes
from indicators import serializers as answers
from indicators.changes import bulk
from indicators.models import Commitment, CommitmentEvent

from .citing import MOST, EvidenceInput, citations_of, citations_of_many
from .facts import STATEMENT_FIELDS, ReviewedInput, StatementInput


class TargetInput(ObjectInput):
    """What keeps a commitment; left out where the source states no such target."""

    class Meta:
        model = Commitment
        fields = ("indicator", "comparator", "value", "unit", "words")
        sources = {name: f"target_{name}" for name in fields}

    @property
    def computed(self) -> frozenset[str]:
        return frozenset({"bounds"})


class DeadlineInput(ObjectInput):
    """Until when a commitment is to be kept; left out where there is no deadline."""

    class Meta:
        model = Commitment
        fields = ("operator", "on", "words")
        sources = {name: f"deadline_{name}" for name in fields}


class CommitmentInput(StatementInput):
    """A prospective, checkable statement of action or outcome."""

    places = {
        **{f"target_{name}": f"/target/{name}" for name in ("indicator", "comparator", "value", "unit", "words")},
        **{f"deadline_{name}": f"/deadline/{name}" for name in ("operator", "on", "words")},
        "commitment_published_is_cited": "/citations",
        "commitment_cited_in_its_segment": "/citations",
        "commitment_target_whole": "/target",
        "commitment_deadline_has_date": "/deadline/on",
    }

    target = TargetInput(source="*", required=False, help_text="What keeps it.")
    deadline = DeadlineInput(source="*", required=False, help_text="Until when.")

    class Meta:
        model = Commitment
        answer = answers.CommitmentSerializer
        fields = (
            "id",
            "title",
            "kind",
            "specificity",
            "responsible_words",
            "programme",
            "topic",
            "target",
            "deadline",
            "legal_status",
            *STATEMENT_FIELDS,
        )
        example = {
            "title": "Have at least half of all crossings made by electric boats by the end of 2030",
            "kind": "outcome",
            "specificity": "concrete",
            "target": {
                "indicator": "harbour-city-electric-crossings",
                "comparator": "ge",
                "value": 50,
                "unit": "percent",
                "words": "at least 50% of all crossings",
            },
            "deadline": {"operator": "by", "on": "2030-12-31", "words": "by the end of 2030"},
            "legal_status": "in_policy",
            "attribution": "document",
            "segment": "01a20153-0283-728e-ae54-c318e4512d82",
            "cited_work": "fiction-clean-crossings-plan",
            "citations": [{"part": "whole", "citation": "01a20156-84ff-7c16-b11d-28157656c796"}],
        }
        change = {"deadline": {"on": "2031-12-31"}, "programme": "clean-crossings-plan"}

    @classmethod
    def record(cls, values: dict[str, Any], *, id: UUID, by: str) -> Any:
        rows = values.pop("cited_parts")
        parts = list(zip((row["part"] for row in rows), citations_of(rows), strict=True))
        return changes.edit_commitment(id=id, by=by, parts=parts, **values)

    @classmethod
    def record_rows(cls, rows: Sequence[tuple[UUID, dict[str, Any]]], *, by: str) -> set[UUID]:
        plain, parts = cls.plain_and_parts(rows)
        return bulk.edit_commitments(plain, parts=parts, by=by)


class CommitmentEventInput(ReviewedInput):
    """Something that happened to a commitment, with what it says about its fulfilment."""

    commitment = ReferenceInput(Commitment, help_text="The commitment that it happened to.")
    citations = EvidenceInput(  # type: ignore[call-arg]  # of the list that `many` makes
        source="evidence", many=True, default=list, max_length=MOST, help_text="The words that are its evidence."
    )

    class Meta:
        model = CommitmentEvent
        answer = answers.CommitmentEventDetailSerializer
        fields = ("id", "commitment", "occurred_on", "fulfilment", "description", "citations")
        example = {
            "commitment": "01a20156-8502-7129-a4f3-f7de8df216e6",
            "occurred_on": "2031-05-06",
            "fulfilment": "kept",
            "description": "Both ways of counting give more than half of the crossings of 2030.",
            "citations": [{"citation": "01a20156-8438-79c5-a710-b2f9a5478047"}],
        }
        change = {"fulfilment": "partly_kept"}

    @classmethod
    def record(cls, values: dict[str, Any], *, id: UUID, by: str) -> Any:
        citations = citations_of(values.pop("evidence"))
        return changes.edit_event(id=id, by=by, citations=citations, **values)

    @classmethod
    def record_rows(cls, rows: Sequence[tuple[UUID, dict[str, Any]]], *, by: str) -> set[UUID]:
        plain = [{**row, "id": identity} for identity, row in rows]
        cited = [row.pop("evidence") for row in plain]
        citations = dict(zip((row["id"] for row in plain), citations_of_many(cited), strict=True))
        return bulk.edit_events(plain, citations=citations, by=by)
