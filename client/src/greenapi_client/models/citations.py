"""Places in document versions, by position and by quotation, and the check that the words stand there."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from .base import Model
from .references import Reference, VersionReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt(Model):
    """A stretch of a document version: `start` is the offset of its first code point there, from 0."""

    start: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationInFact(Model):
    """A place that proves a fact: `exact` stands at [start, end) of the document version, in code points from 0."""

    id: UUID
    document: Reference
    document_version: VersionReference
    start: int
    end: int
    exact: str
    href: str

    def verify(self, text: str | Excerpt) -> bool:
        """Whether `exact` stands at [start, end), checked here and not by the service.

        A `str` is the whole text of the cited document version: its SHA-256 must be the cited one too, so every
        character counts (read files with `newline=""`). An `Excerpt` is a part of it, which proves the words and
        their place in the excerpt, but not that the excerpt is from that version.
        """
        if isinstance(text, str):
            named = sha256(text.encode("utf-8", "surrogatepass")).hexdigest() == self.document_version.sha256
            return named and self.verify(Excerpt(start=0, text=text))
        start, length = self.start - text.start, self.end - self.start
        return start >= 0 and length == len(self.exact) > 0 and text.text[start : start + length] == self.exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation(CitationInFact):
    """A place in a document version, with the words just before and after it.

    `excerpt` is the cited sentence with 200 code points on each side; None when the text is not held or may not be
    shown.
    """

    prefix: str
    suffix: str
    excerpt: Excerpt | None
