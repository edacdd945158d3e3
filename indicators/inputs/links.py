"""What is given of claim links."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from greenapi.rest.input_fields import IdInput, Named, WordInput
from greenapi.rest.inputs import ObjectInput
from indicators import changes
from indicators import serializers as answers
from indicators.changes import bulk
from indicators.models import ClaimLink, Commitment, Observation

from .facts import ReviewedInput

ENDS = ("source", "target")
_MODELS = {model.resource: model for model in (Observation, Commitment)}


class FactReferenceInput(ObjectInput):
    """A fact at one end of a link: what it is, and its id."""

    resource = WordInput(choices=list(_MODELS), help_text="What sort of fact it is.")
    id = IdInput(help_text="Its identifier.")

    @property
    def computed(self) -> frozenset[str]:
        return frozenset({"href"})

    def named(self, given: dict[str, Any]) -> Named:
        """The fact that is named."""
        found: Named = self.run_validation(given)
        return found

    def validate(self, attrs: dict[str, Any]) -> Any:
        """Names the fact."""
        return Named(model=_MODELS[attrs["resource"]], key="id", value=attrs["id"])


class ClaimLinkInput(ReviewedInput):
    """That one fact, the source, bears on another, the target."""

    source = FactReferenceInput(  # type: ignore[assignment]
        write_only=True, help_text="The fact that bears on the other."
    )
    target = FactReferenceInput(write_only=True, help_text="The fact it bears on.")

    class Meta:
        model = ClaimLink
        answer = answers.ClaimLinkSerializer
        fields = ("id", "relation", "source", "target", "note")
        example = {
            "relation": "evidences",
            "source": {"resource": "observations", "id": "01a20156-843e-79a7-9305-2284c4b102a8"},
            "target": {"resource": "commitments", "id": "01a20156-8502-7129-a4f3-f7de8df216e6"},
        }
        change = {"relation": "updates", "note": "It counts boats."}

    def current(self, record: Any) -> dict[str, Any]:
        shown = self.Meta.answer(record).data
        ends = {name: {key: shown[name][key] for key in ("resource", "id")} for name in ENDS}
        return {**super().current(record), **ends}

    @classmethod
    def record(cls, values: dict[str, Any], *, id: UUID, by: str) -> Any:
        return changes.edit_claim_link(id=id, by=by, **_with_ends(values))

    @classmethod
    def record_rows(cls, rows: Sequence[tuple[UUID, dict[str, Any]]], *, by: str) -> set[UUID]:
        bulk.edit_claim_links([{**_with_ends(row), "id": identity} for identity, row in rows], by=by)
        return set()


def _with_ends(values: dict[str, Any]) -> dict[str, Any]:
    """Values of a link, its two facts by the names of the model's fields."""
    found = {name: value for name, value in values.items() if name not in ENDS}
    for name in ENDS:
        fact = values[name]
        found |= {f"{name}_observation": None, f"{name}_commitment": None}
        found[f"{name}_{'observation' if isinstance(fact, Observation) else 'commitment'}"] = fact
    return found
