"""The shape of every entry in the dataset's files; what a file says beyond it is an error.

Entries name each other by slug, segments by their number in the document, the rest by UUID. Words in an entry are
our own, except `exact`, `*_words`, `label` and titles.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

Slug = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)]
Filled = Annotated[str, Meta(min_length=1)]
Offset = Annotated[int, Meta(ge=0)]


class Entry(Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of all entries."""


class Dataset(Entry, kw_only=True):
    """`dataset.toml`: who stands behind the facts. The two names must differ."""

    title: Filled
    submitted_by: Filled
    reviewed_by: Filled


class Unit(Entry, kw_only=True):
    slug: Slug
    name: Filled
    quantity: Filled
    symbol: str = ""
    definition: str = ""


class Topic(Entry, kw_only=True):
    slug: Slug
    name: Filled
    definition: str = ""
    parent: Slug | None = None


class Scope(Entry, kw_only=True):
    slug: Slug
    name: Filled
    definition: str = ""
    broader: Slug | None = None


class Period(Entry, kw_only=True):
    """Both days are included."""

    slug: Slug
    name: Filled
    start_on: date
    end_on: date
    precision: Filled
    note: str = ""


class Interval(Entry, kw_only=True):
    """An interval; an end that is absent is unlimited, an end that is given is closed unless said to be open."""

    lower: Decimal | None = None
    upper: Decimal | None = None
    lower_open: bool = False
    upper_open: bool = False


class Indicator(Entry, kw_only=True):
    slug: Slug
    name: Filled
    definition: Filled
    unit: Slug
    polarity: Filled
    denominator: str = ""
    domain: Interval | None = None
    topics: list[Slug] = []
    note: str = ""


class Organization(Entry, kw_only=True):
    slug: Slug
    name: Filled
    kind: Filled
    abbreviation: str = ""
    area: str = ""
    parent: Slug | None = None
    note: str = ""


class Speaker(Entry, kw_only=True):
    slug: Slug
    name: Filled
    note: str = ""


class Role(Entry, kw_only=True):
    id: UUID
    speaker: Slug
    organization: Slug
    title: Filled
    title_basis: Filled
    title_reason: str = ""
    held_from: date | None = None
    held_to: date | None = None
    attested_on: date | None = None


class Programme(Entry, kw_only=True):
    slug: Slug
    name: Filled
    kind: Filled
    definition: Filled
    organization: Slug | None = None


class Document(Entry, kw_only=True):
    """A work. In `documents.toml` of the vocabulary: one that is only cited."""

    slug: Slug
    title: Filled
    kind: Filled
    language: str = "en"
    author: str = ""
    url: str | None = None
    published_on: date | None = None
    published_on_basis: str = "not_stated"
    published_on_reason: str = ""
    page: int | None = None
    page_basis: str = "not_stated"
    page_reason: str = ""
    page_count: int | None = None
    text_policy: str = "excerpt"
    is_fiction: bool = False
    publisher: Slug | None = None
    note: str = ""


class Vocabulary(Entry, kw_only=True):
    """All files of the folder `vocabulary`, each holding the entries of its name."""

    units: list[Unit] = []
    topics: list[Topic] = []
    scopes: list[Scope] = []
    periods: list[Period] = []
    indicators: list[Indicator] = []
    organizations: list[Organization] = []
    speakers: list[Speaker] = []
    roles: list[Role] = []
    programmes: list[Programme] = []
    documents: list[Document] = []


class Briefing(Entry, kw_only=True):
    slug: Slug
    title: Filled
    kind: Filled
    held_on: date | None = None
    held_on_basis: str = "not_stated"
    held_on_reason: str = ""
    place: str = ""
    is_fiction: bool = False
    organizer: Slug | None = None
    note: str = ""


class Version(Entry, kw_only=True):
    """One copy of the document's text; `text_file` names a file beside this one, for texts that are our own."""

    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    length: Annotated[int, Meta(gt=0)]
    retrieved_on: date | None = None
    text_file: str | None = None
    note: str = ""


class Segment(Entry, kw_only=True):
    """Offsets count code points of the version's text, ends are exclusive. `replies_to` is a segment's number."""

    id: UUID
    number: Annotated[int, Meta(ge=1)]
    kind: Filled
    start: Offset
    end: Offset
    label: str | None = None
    label_start: Offset | None = None
    label_end: Offset | None = None
    attribution: str | None = None
    speaker: Slug | None = None
    role: UUID | None = None
    outlet: Slug | None = None
    outlet_basis: str = "not_stated"
    outlet_reason: str = ""
    replies_to: int | None = None
    hands_over_to: Slug | None = None
    cited_work: Slug | None = None
    cited_work_locator: str = ""
    note: str = ""


class Source(Entry, kw_only=True):
    """`document.toml` of a document's folder."""

    briefing: Briefing
    document: Document
    version: Version
    segments: list[Segment]


class Citation(Entry, kw_only=True):
    """A place in the document of the same folder, or of the document named. The same place has the same id."""

    id: UUID
    start: Offset
    end: Offset
    exact: Filled
    document: Slug | None = None


class PartCitation(Citation, kw_only=True):
    """A place that proves one part of a fact: value, period, scope, baseline, deadline or whole."""

    part: Filled


class Statement(Entry, kw_only=True):
    """What observations and commitments share. Speaker and role are those of the segment unless given."""

    id: UUID
    segment: int
    attribution: Filled
    citations: Annotated[list[PartCitation], Meta(min_length=1)]
    speaker: Slug | None = None
    role: UUID | None = None
    organization: Slug | None = None
    organization_basis: str = "not_stated"
    organization_reason: str = ""
    cited_work: Slug | None = None
    cited_work_locator: str = ""
    note: str = ""


class Observation(Statement, kw_only=True):
    """Bounds are computed from comparator, value and the natural domain."""

    indicator: Slug
    value_printed: Filled
    value: Decimal
    comparator: Filled
    unit: Slug
    measure_type: Filled
    scope: Slug
    value_high: Decimal | None = None
    direction: str | None = None
    obs_status: str = "A"
    modality: str = "asserted"
    modality_words: str = ""
    denominator: str | None = None
    denominator_basis: str = "not_stated"
    denominator_reason: str = ""
    scope_words: str = ""
    area: str | None = None
    area_basis: str = "not_stated"
    area_reason: str = ""
    reference_period: Slug | None = None
    reference_period_basis: str = "not_stated"
    reference_period_words: str = ""
    reference_period_reason: str = ""
    base_period: Slug | None = None
    base_period_basis: str = "not_stated"
    base_period_words: str = ""
    base_period_reason: str = ""
    rank: str = "normal"


class Observations(Entry, kw_only=True):
    """`observations.toml` of a document's folder."""

    observations: list[Observation] = []


class Target(Entry, kw_only=True):
    """What keeps a commitment; without comparator and value when only the indicator or the words are stated."""

    words: str = ""
    indicator: Slug | None = None
    comparator: str | None = None
    value: Decimal | None = None
    unit: Slug | None = None


class Deadline(Entry, kw_only=True):
    """`on` is the last day for by, within and during, and the first day too late for before."""

    operator: Filled
    on: date
    words: Filled


class Commitment(Statement, kw_only=True):
    title: Filled
    kind: Filled
    specificity: Filled
    responsible_words: str = ""
    target: Target | None = None
    deadline: Deadline | None = None
    legal_status: str = "declared"
    programme: Slug | None = None
    topic: Slug | None = None


class Commitments(Entry, kw_only=True):
    """`commitments.toml` of a document's folder."""

    commitments: list[Commitment] = []


class Event(Entry, kw_only=True):
    """What became of a commitment; each piece of evidence names its document."""

    id: UUID
    commitment: UUID
    occurred_on: date
    fulfilment: Filled
    description: Filled
    evidence: Annotated[list[Citation], Meta(min_length=1)]


class ClaimLink(Entry, kw_only=True):
    """`source` and `target` are ids of observations or commitments."""

    id: UUID
    relation: Filled
    source: UUID
    target: UUID
    note: Filled


class Links(Entry, kw_only=True):
    """`links.toml`: what joins facts, across documents."""

    events: list[Event] = []
    links: list[ClaimLink] = []
