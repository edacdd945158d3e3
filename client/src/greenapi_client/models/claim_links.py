"""How one fact bears on another."""

from dataclasses import dataclass
from uuid import UUID

from .base import Model
from .references import FactReference


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLink(Model):
    """That one fact, the source, bears on another, the target.

    `relation` is `restates`, `updates`, `narrows`, `contradicts`, `weakens_baseline` or `evidences`.
    """

    id: UUID
    relation: str
    source: FactReference
    target: FactReference
    state: str
    note: str
    href: str
