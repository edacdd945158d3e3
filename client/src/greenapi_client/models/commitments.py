"""Pledges, and what has become of them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from .base import Model
from .bounds import Bounds
from .citations import CitationInFact
from .definitions import UnitReference
from .references import IdReference, Reference
from .statements import CitedPart, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Model):
    """What keeps a commitment; every field is None, or empty, where the source states no such target."""

    indicator: Reference | None
    comparator: str | None
    value: Decimal | None
    bounds: Bounds | None
    unit: UnitReference | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(Model):
    """Until when a commitment is to be kept: `operator` is `by`, `before`, `within`, `during` or `none`.

    `on` is the last day, or for `before` the first day too late: `by` 2030 ends with 31 December 2030, `before` 2030
    ends as 1 January 2030 begins.
    """

    operator: str
    on: date | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentCitation(CitedPart):
    """A citation, and the part of the commitment that it proves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentEvent(Model):
    """What became of a commitment, with its evidence."""

    id: UUID
    occurred_on: date
    fulfilment: str
    description: str
    citations: tuple[CitationInFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentEventDetail(Model):
    """What became of a commitment, with its evidence, by itself."""

    id: UUID
    commitment: IdReference
    occurred_on: date
    fulfilment: str
    description: str
    citations: tuple[CitationInFact, ...]
    state: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment(Statement):
    """A prospective, checkable statement of action or outcome, and what has become of it.

    `fulfilment` is what the latest of `events` says. `is_overdue` and `gap_to_target` (`met`, `not_met`,
    `cannot_tell`; None when it has no number) are judged as of the revision that was read.
    """

    title: str
    kind: str
    specificity: str
    responsible_words: str
    programme: Reference | None
    topic: Reference | None
    target: Target
    deadline: Deadline
    legal_status: str
    fulfilment: str
    is_overdue: bool
    gap_to_target: str | None
    events: tuple[CommitmentEvent, ...]
    citations: tuple[CommitmentCitation, ...]
