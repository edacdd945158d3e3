"""How one resource names another: by key and path, never by the whole of it."""

from dataclasses import dataclass
from uuid import UUID

from .base import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Model):
    """A resource that is addressed by a slug: its slug, its name, and the path of its own page."""

    slug: str
    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdReference(Model):
    """A resource that is addressed by a UUID: its id and the path of its own page."""

    id: UUID
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionReference(Model):
    """A document version: the SHA-256 of its text's UTF-8 bytes, in hexadecimal, and the path of its own page."""

    sha256: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactReference(Model):
    """A fact at one end of a link: what it is (`observations`, `commitments`), its id, and the path of its page."""

    resource: str
    id: UUID
    href: str
