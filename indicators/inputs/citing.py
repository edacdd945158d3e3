"""What is given of the words that prove a fact: citations by their id, or places that are found or made."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from briefings.changes import find_or_record_citation, find_or_record_citations
from briefings.models import Citation
from greenapi.ledger.recording import RecordError
from greenapi.rest.input_fields import BrokenRuleError, ReferenceInput, WordInput
from greenapi.rest.inputs import ObjectInput
from indicators.models.facts import Part

_PLACE = ("document_version", "start", "end", "exact")
MOST = 100  # citations of one fact


class EvidenceInput(ObjectInput):
    """A citation by its id, or a place with its words: the citation of that place is found, or made.

    Prefix and suffix are kept only where it is made.
    """

    class Meta:
        model = Citation
        fields = (*_PLACE, "prefix", "suffix")

    def get_fields(self) -> dict[str, Any]:
        made = super().get_fields()
        for name in _PLACE:
            made[name].required = False
        named = ReferenceInput(Citation, required=False, help_text="The id of a citation; else give the place.")
        return {"citation": named, **made}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Takes one of the two, and the whole of it."""
        given = [name for name in _PLACE if name in attrs]
        if "citation" in attrs:
            if given:
                raise BrokenRuleError({name: ["Give the citation, or its place."] for name in given})
        elif len(given) < len(_PLACE):
            missing = [name for name in _PLACE if name not in attrs]
            raise BrokenRuleError({name: ["A place has this."] for name in missing})
        return attrs

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {"citation": str(instance.citation_id)}


class CitedPartInput(EvidenceInput):
    """The part of a fact that a citation proves, and the citation: by its id, or a place with its words."""

    def get_fields(self) -> dict[str, Any]:
        return {"part": WordInput(choices=Part.choices, help_text="The part that it proves."), **super().get_fields()}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {"part": instance.part, **super().to_representation(instance)}


def citations_of(rows: Sequence[Mapping[str, Any]]) -> list[Citation]:
    """The citation of each row, made where it was not there yet; inside an open revision.

    Raises:
        RecordError: other words stand at a place; `field` is the pointer to it.
    """
    found = []
    for index, row in enumerate(rows):
        try:
            place = {name: value for name, value in row.items() if name not in {"part", "citation"}}
            found.append(row["citation"] if "citation" in row else find_or_record_citation(**place))
        except RecordError as error:
            place_of = f"/citations/{index}/{error.field}"
            raise RecordError(key=error.key, field=place_of, message=error.message) from error
    return found


def citations_of_many(rows: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[list[Citation]]:
    """The citations of each of many facts, as `citations_of` gives those of one, in few statements.

    Raises:
        RecordError: other words stand at a place.
        django.db.IntegrityError: the text is held and other words stand at a place.
    """
    places = [
        {name: value for name, value in row.items() if name != "part"}
        for of_fact in rows
        for row in of_fact
        if "citation" not in row
    ]
    found = iter(find_or_record_citations(places))
    for of_fact in rows:
        yield [row["citation"] if "citation" in row else next(found) for row in of_fact]
