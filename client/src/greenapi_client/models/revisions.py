"""Who changed something, when and why."""

from dataclasses import dataclass
from datetime import datetime

from .base import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(Model):
    """One atomic set of changes; numbers have no gaps and rise with `recorded_at` (aware, UTC)."""

    number: int
    recorded_at: datetime
    actor: str
    reason: str
    change_class: str
    href: str
