"""What observations and commitments share: who stated it, where, when, and the words that prove it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from .base import Model
from .citations import CitationInFact
from .people import RoleReference
from .references import IdReference, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedPart(Model):
    """A citation, and the part that it proves: `value`, `period`, `scope`, `baseline`, `deadline` or `whole`."""

    part: str
    citation: CitationInFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Model):
    """A fact as it was stated. `stated_on` is the day by which it had been said in public."""

    id: UUID
    attribution: str
    segment: IdReference
    speaker: Reference | None
    role: RoleReference | None
    organization: Reference | None
    organization_basis: str
    organization_reason: str
    stated_on: date
    stated_on_basis: str
    cited_work: Reference | None
    cited_work_locator: str
    citations: tuple[CitedPart, ...]
    is_fiction: bool
    state: str
    note: str
    href: str

    @property
    def citation(self) -> CitationInFact:
        """The words that state it: the first of `citations` for its value, or else for its whole.

        Raises:
            LookupError: there is neither. The service publishes no such fact.
        """
        for part in ("value", "whole"):
            for cited in self.citations:
                if cited.part == part:
                    return cited.citation
        raise LookupError(f"{self.href} has no citation of its value or of its whole")
