"""What is given of every fact."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from briefings.models import Citation
from greenapi.rest.inputs import FactInput
from indicators import changes
from indicators.changes import bulk
from indicators.words import WORDS

from .citing import MOST, CitedPartInput, citations_of_many

STATEMENT_FIELDS = (
    "attribution",
    "segment",
    "speaker",
    "role",
    "organization",
    "organization_basis",
    "organization_reason",
    "cited_work",
    "cited_work_locator",
    "citations",
    "note",
)


class ReviewedInput(FactInput):
    """A fact that one proposes and another publishes."""

    words = WORDS
    state_errors = (changes.StateError,)

    @classmethod
    def unchangeable(cls, records: Collection[Any], *, may_review: bool) -> dict[UUID, str]:
        return {
            record.pk: f"A fact that is {record.state} is not changed any more."
            for record in records
            if record.state not in changes.OPEN_STATES
        }

    @classmethod
    def submit_rows(cls, ids: Collection[UUID], *, by: str) -> set[UUID]:
        return bulk.submit(cls.Meta.model, ids=ids, by=by)  # type: ignore[attr-defined]

    @classmethod
    def take(cls, step: str, fact: Any, *, by: str) -> Any:
        match step:
            case "submit":
                changes.submit(fact, by=by)
            case "publish":
                changes.publish(fact, by=by)
            case "withdraw":
                changes.withdraw(fact)
            case _:
                raise ValueError(step)
        return fact


class StatementInput(ReviewedInput):
    """What observations and commitments share: who stated it, where, and the words that prove it."""

    citations = CitedPartInput(  # type: ignore[call-arg]  # of the list that `many` makes
        source="cited_parts",
        many=True,
        default=list,
        max_length=MOST,
        help_text="The words that prove it; to be published it needs those of its value or its whole.",
    )

    @classmethod
    def plain_and_parts(
        cls, rows: Sequence[tuple[UUID, dict[str, Any]]]
    ) -> tuple[list[dict[str, Any]], dict[UUID, list[tuple[str, Citation]]]]:
        """Rows without their citations, and by the id of each what they prove and the citations, made where needed."""
        plain = [{**row, "id": identity} for identity, row in rows]
        cited = [row.pop("cited_parts") for row in plain]
        parts = {
            row["id"]: list(zip((each["part"] for each in given), citations, strict=True))
            for row, given, citations in zip(plain, cited, citations_of_many(cited), strict=True)
        }
        return plain, parts
