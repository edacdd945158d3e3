"""Events and articles in which facts are stated."""

from dataclasses import dataclass
from datetime import date

from .base import Model
from .references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing(Model):
    """An event or article in which facts are stated.

    `held_on` is the day of the event, not of its publication; `held_on_basis` says whether the source states it.
    """

    slug: str
    title: str
    kind: str
    held_on: date | None
    held_on_basis: str
    held_on_reason: str
    place: str
    organizer: Reference | None
    documents: tuple[Reference, ...]
    is_fiction: bool
    note: str
    href: str
