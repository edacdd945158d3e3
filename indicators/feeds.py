"""The Atom feeds of facts and of corrections: what each tells, and what it says of a record."""

from collections.abc import Collection
from uuid import UUID

from briefings.feeds import BRIEFINGS
from greenapi.ledger.models import ChangeClass
from greenapi.ledger.newest import RecordChange
from greenapi.rest.feeds import FeedView, Headline, Source

from .citable import observation_title
from .models import Commitment, Observation


def _observations(ids: Collection[UUID]) -> dict[UUID, Headline]:
    related = ("indicator", "reference_period", "speaker", "organization")
    found = Observation.objects.published().filter(pk__in=ids).select_related(*related)
    return {
        row.pk: Headline(
            key=str(row.pk),
            title=observation_title(
                indicator=row.indicator.name,
                printed=row.value_printed,
                period=None if row.reference_period is None else row.reference_period.name,
            ),
            summary=_stated(row),
        )
        for row in found
    }


def _commitments(ids: Collection[UUID]) -> dict[UUID, Headline]:
    found = Commitment.objects.published().filter(pk__in=ids).select_related("speaker", "organization")
    return {row.pk: Headline(key=str(row.pk), title=row.title, summary=_stated(row)) for row in found}


def _stated(fact: Observation | Commitment) -> str:
    """Who stated it, and on which day."""
    by = fact.speaker or fact.organization
    return f"Stated on {fact.stated_on}." if by is None else f"Stated by {by.name} on {fact.stated_on}."


FACTS = (
    Source(model=Observation, resource="observations", headlines=_observations),
    Source(model=Commitment, resource="commitments", headlines=_commitments),
)


class FactFeed(FeedView):
    """Observations and commitments as they are published, the newest first.

    One that was withdrawn and is published again is told again. Atom (RFC 4287), with pages (RFC 5005): follow the link
    `next`. Identifiers of entries stay the same for ever.
    """

    name = "facts"
    title = "greenapi: new facts"
    sources = FACTS

    @staticmethod
    def wanted(change: RecordChange) -> bool:
        return change.op == "insert"


class CorrectionFeed(FeedView):
    """What changed in published facts and in briefings, was withdrawn or redacted, the newest first.

    A change counts with its citations, events and their evidence; mere additions (the change class `enrichment`) are
    left out. One entry for each record and revision, with a link to what differs. Atom (RFC 4287), with pages (RFC
    5005): follow the link `next`. Identifiers of entries stay the same for ever.
    """

    name = "corrections"
    title = "greenapi: corrections"
    sources = (BRIEFINGS, *FACTS)

    @staticmethod
    def wanted(change: RecordChange) -> bool:
        match change.op:
            case "insert":
                return False
            case "update":
                return change.revision.change_class != ChangeClass.ENRICHMENT
            case _:
                return True
