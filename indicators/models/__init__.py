"""The models of what numbers and pledges were stated."""

from .commitments import Commitment, CommitmentCitation, CommitmentEvent, EventCitation, Programme
from .definitions import Indicator, IndicatorTopic, Period, Scope, Topic, Unit
from .facts import State
from .links import ClaimLink
from .observations import Observation, ObservationCitation

__all__ = [
    "ClaimLink",
    "Commitment",
    "CommitmentCitation",
    "CommitmentEvent",
    "EventCitation",
    "Indicator",
    "IndicatorTopic",
    "Observation",
    "ObservationCitation",
    "Period",
    "Programme",
    "Scope",
    "State",
    "Topic",
    "Unit",
]
