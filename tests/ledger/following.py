"""A copy of the public records that is kept by the feed alone, and what the tables themselves say is public."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast

from greenapi.ledger.chain import newest_place
from greenapi.ledger.feed import ChangedRevision, FeedPage, changes_after
from greenapi.ledger.models import ChangeClass, Versioned
from greenapi.ledger.reading import reading
from greenapi.ledger.tables import versioned_models
from indicators.models import (
    ClaimLink,
    Commitment,
    CommitmentCitation,
    CommitmentEvent,
    EventCitation,
    IndicatorTopic,
    Observation,
    ObservationCitation,
)

Rows = dict[tuple[str, UUID], dict[str, str]]

# Which rows are public, written down once more as filters; all rows of the other tables are.
PUBLIC: dict[type[Versioned], dict[str, Any]] = {
    Observation: {"state": "published"},
    Commitment: {"state": "published"},
    ClaimLink: {"state": "published"},
    CommitmentEvent: {"state": "published", "commitment__state": "published"},
    ObservationCitation: {"observation__state": "published"},
    CommitmentCitation: {"commitment__state": "published"},
    EventCitation: {"event__state": "published", "event__commitment__state": "published"},
    IndicatorTopic: {"indicator__slug__isnull": False},
}


@dataclass
class Copy:
    """Rows by resource and id, as a consumer keeps them who does what the feed says and nothing else."""

    rows: Rows = field(default_factory=dict)
    number: int = 0

    def take(self, changed: ChangedRevision) -> None:
        """Does what one revision did, which must be the next one."""
        assert changed.revision.number == self.number + 1
        self.number += 1
        for change in changed.changes:
            key = (change.resource, change.id)
            if change.op == "insert":
                assert key not in self.rows
            if change.op == "update":
                assert key in self.rows
            if change.row is None:
                assert change.op in {"delete", "redact"}
                # Only of what a redaction took away is nothing said before.
                assert key in self.rows or changed.revision.change_class == ChangeClass.REDACTION
                self.rows.pop(key, None)
            else:
                self.rows[key] = change.row.values


def page_after(number: int, *, revisions: int = 1000, **filters: Any) -> FeedPage:
    with reading():
        return changes_after(number, head=newest_place().number, revisions=revisions, **filters)


def pages(*, revisions: int = 1000, after: int = 0, **filters: Any) -> Iterator[FeedPage]:
    """The feed from a revision to its end, page by page."""
    while (page := page_after(after, revisions=revisions, **filters)).last > after:
        yield page
        after = page.last


def followed(*, revisions: int = 1000, after: int = 0, **filters: Any) -> list[ChangedRevision]:
    return [changed for page in pages(revisions=revisions, after=after, **filters) for changed in page.revisions]


def public_rows() -> Rows:
    """The public rows of every table as it is read here and now: what is not null, as Postgres prints it."""
    rows: Rows = {}
    for model in versioned_models():
        if model.private:
            continue
        columns = [field.attname for field in model._meta.concrete_fields]
        texts = {f"text_{column}": Cast(column, TextField()) for column in columns}
        for row in model._default_manager.filter(**PUBLIC.get(model, {})).annotate(**texts).values("pk", *texts):
            rows[model.resource, row["pk"]] = {
                column: row[f"text_{column}"] for column in columns if row[f"text_{column}"] is not None
            }
    return rows
