"""Who changed something, when and why, and what was removed for good."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .base import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(Model):
    """One atomic set of changes; numbers have no gaps and rise with `recorded_at` (aware, UTC)."""

    number: int
    recorded_at: datetime
    actor: str
    reason: str
    change_class: str
    hash: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionReference(Model):
    """A revision, and the path of its own page."""

    number: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction(Model):
    """That values of a record were removed for good; `fields` is empty when the whole record went."""

    id: UUID
    resource: str
    record: UUID
    fields: tuple[str, ...]
    authority: str
    reason: str
    revision: RevisionReference
    href: str
