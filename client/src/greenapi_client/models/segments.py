"""Parts of transcripts and articles."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from .base import Model
from .people import RoleReference
from .references import IdReference, Reference, VersionReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment(Model):
    """A part of a transcript or article: [start, end) in code points of one document version.

    `number` is its position in the document version, from 1. `label` is the speaker's label as printed, at
    [label_start, label_end). `attribution` says whose words it has, and how: `direct`, `indirect`, `group`, `document`
    or `mixed`; None when they are nobody's but the publisher's. `stated_on` is the day by which its words had been
    said in public. `text` is None unless the version's text is held and its document's policy is `public`.
    """

    id: UUID
    document: Reference
    document_version: VersionReference
    number: int
    kind: str
    start: int
    end: int
    label: str | None
    label_start: int | None
    label_end: int | None
    speaker: Reference | None
    role: RoleReference | None
    attribution: str | None
    outlet: Reference | None
    outlet_basis: str
    outlet_reason: str
    replies_to: IdReference | None
    hands_over_to: Reference | None
    cited_work: Reference | None
    cited_work_locator: str
    stated_on: date | None
    stated_on_basis: str
    stated_on_reason: str
    text: str | None
    note: str
    href: str
