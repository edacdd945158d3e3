"""People, bodies, and the titles that people hold at bodies."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from .base import Model
from .references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization(Model):
    """A body that speaks, publishes, asks or is responsible."""

    slug: str
    name: str
    abbreviation: str
    kind: str
    area: str
    parent: Reference | None
    note: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleReference(Model):
    """A role, in short."""

    id: UUID
    title: str
    organization: Reference
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleInSpeaker(RoleReference):
    """A title that the speaker holds, with the dates known of it.

    `held_from` and `held_to` are its first and last day; on `attested_on` a source shows the speaker holding it.
    """

    held_from: date | None
    held_to: date | None
    attested_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(RoleInSpeaker):
    """A title that a speaker holds at an organization, with the dates known of it."""

    speaker: Reference
    title_basis: str
    title_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker(Model):
    """A person who speaks, or is quoted, in a document; `name` is as printed."""

    slug: str
    name: str
    roles: tuple[RoleInSpeaker, ...]
    note: str
    href: str
