"""The Atom feed of briefings: what it tells, and what it says of one."""

from collections.abc import Collection
from uuid import UUID

from greenapi.ledger.newest import RecordChange
from greenapi.rest.feeds import FeedView, Headline, Source

from .models import Briefing


def _briefings(ids: Collection[UUID]) -> dict[UUID, Headline]:
    found = Briefing.objects.filter(pk__in=ids)
    return {
        row.pk: Headline(
            key=row.slug, title=row.title, summary="" if row.held_on is None else f"Held on {row.held_on}."
        )
        for row in found
    }


BRIEFINGS = Source(model=Briefing, resource="briefings", headlines=_briefings)


class BriefingFeed(FeedView):
    """Briefings that are new here, the newest first.

    Atom (RFC 4287), with pages (RFC 5005): follow the link `next`. Identifiers of entries stay the same for ever.
    """

    name = "briefings"
    title = "greenapi: new briefings"
    sources = (BRIEFINGS,)

    @staticmethod
    def wanted(change: RecordChange) -> bool:
        return change.op == "insert"
