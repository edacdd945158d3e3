"""The models of who said what, and where it is written."""

from .basis import Basis
from .people import Organization, Role, Speaker
from .sessions import Briefing, Segment
from .sources import Citation, Document, DocumentText, DocumentVersion

__all__ = [
    "Basis",
    "Briefing",
    "Citation",
    "Document",
    "DocumentText",
    "DocumentVersion",
    "Organization",
    "Role",
    "Segment",
    "Speaker",
]
