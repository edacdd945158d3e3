"""Works, and the immutable copies of their texts."""

from dataclasses import dataclass
from datetime import date

from .base import Model
from .references import Reference, VersionReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Model):
    """A work: a page of a transcript, an article, or a work that others cite.

    `page` is the number of this page among the `page_count` pages that its publisher split the work into, from 1.
    `text_policy` says who may read its held text: `public`, `excerpt` or `staff`.
    """

    slug: str
    title: str
    kind: str
    language: str
    author: str
    publisher: Reference | None
    url: str | None
    published_on: date | None
    published_on_basis: str
    published_on_reason: str
    page: int | None
    page_basis: str
    page_reason: str
    page_count: int | None
    briefing: Reference | None
    versions: tuple[VersionReference, ...]
    text_policy: str
    is_fiction: bool
    note: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentVersion(Model):
    """One immutable copy of a document's text, named by the SHA-256 of its UTF-8 bytes, in hexadecimal.

    `length` counts code points. When it is not `held`, the service knows only its name.
    """

    sha256: str
    length: int
    retrieved_on: date | None
    document: Reference
    held: bool
    note: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentVersionDetail(DocumentVersion):
    """A document version with its text; None unless the text is held and its document's policy is `public`."""

    text: str | None
