"""What is given of what numbers and pledges were stated."""

from .commitments import CommitmentEventInput, CommitmentInput
from .definitions import IndicatorInput, PeriodInput, ProgrammeInput, ScopeInput, TopicInput, UnitInput
from .links import ClaimLinkInput
from .observations import ObservationInput

__all__ = [
    "ClaimLinkInput",
    "CommitmentEventInput",
    "CommitmentInput",
    "IndicatorInput",
    "ObservationInput",
    "PeriodInput",
    "ProgrammeInput",
    "ScopeInput",
    "TopicInput",
    "UnitInput",
]
