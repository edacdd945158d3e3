"""What has become of a commitment, derived when it is read from its events and the observations that bear on it.

`CommitmentQuerySet.with_outcomes` says the same to Postgres, for filters.
"""

from datetime import date

from .changes import as_bounds
from .measures import Gap, gap_to_target
from .models import Commitment
from .models.commitments import Fulfilment
from .querysets import SETTLED


def fulfilment_of(commitment: Commitment) -> str:
    """What the latest published event says; `not_assessed` when there is none."""
    events = commitment.published_events  # type: ignore[attr-defined]
    return events[-1].fulfilment if events else Fulfilment.NOT_ASSESSED.value


def is_overdue(commitment: Commitment, *, on: date) -> bool:
    """Whether the deadline had passed on a day without the commitment being kept or superseded.

    A deadline `before` a date has passed on that date; every other one only on the day after it.
    """
    if commitment.deadline_on is None or fulfilment_of(commitment) in SETTLED:
        return False
    if commitment.deadline_operator == Commitment.DeadlineOperator.BEFORE:
        return on >= commitment.deadline_on
    return on > commitment.deadline_on


def gap_of(commitment: Commitment) -> Gap | None:
    """Whether the observations linked as evidence show the target as met; None when the target has no number.

    Only observations of the target's indicator in the target's unit count.
    """
    target = as_bounds(commitment.target_bounds)
    if target is None:
        return None
    observed = [
        as_bounds(link.source_observation.bounds)
        for link in commitment.evidence_links  # type: ignore[attr-defined]
        if link.source_observation.indicator_id == commitment.target_indicator_id
        and link.source_observation.unit_id == commitment.target_unit_id
        and link.source_observation.state == "published"
    ]
    return gap_to_target(target=target, observed=[bounds for bounds in observed if bounds is not None])
