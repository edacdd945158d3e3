"""The typed pieces of answers, each named like its component of the service's OpenAPI document."""

from .base import Model
from .bounds import Bounds
from .briefings import Briefing
from .citations import Citation, CitationInFact, Excerpt
from .claim_links import ClaimLink
from .commitments import Commitment, CommitmentCitation, CommitmentEvent, CommitmentEventDetail, Deadline, Target
from .definitions import Indicator, Period, PeriodReference, Programme, Scope, Topic, Unit, UnitReference
from .documents import Document, DocumentVersion, DocumentVersionDetail
from .observations import Observation, ObservationCitation
from .page import Page
from .people import Organization, Role, RoleInSpeaker, RoleReference, Speaker
from .problem import Problem, ProblemError
from .references import FactReference, IdReference, Reference, VersionReference
from .revisions import Redaction, Revision, RevisionReference
from .segments import Segment
from .statements import Statement

__all__ = [
    "Bounds",
    "Briefing",
    "Citation",
    "CitationInFact",
    "ClaimLink",
    "Commitment",
    "CommitmentCitation",
    "CommitmentEvent",
    "CommitmentEventDetail",
    "Deadline",
    "Document",
    "DocumentVersion",
    "DocumentVersionDetail",
    "Excerpt",
    "FactReference",
    "IdReference",
    "Indicator",
    "Model",
    "Observation",
    "ObservationCitation",
    "Organization",
    "Page",
    "Period",
    "PeriodReference",
    "Problem",
    "ProblemError",
    "Programme",
    "Redaction",
    "Reference",
    "Revision",
    "RevisionReference",
    "Role",
    "RoleInSpeaker",
    "RoleReference",
    "Scope",
    "Segment",
    "Speaker",
    "Statement",
    "Target",
    "Topic",
    "Unit",
    "UnitReference",
    "VersionReference",
]
