"""What lists of who said what, and where it is written, can be filtered by."""

from greenapi.rest.filters import choice, day, filterset, identity, name, text, truth, whole

from .models import Basis, Briefing, Citation, Document, DocumentVersion, Organization, Role, Segment, Speaker

OrganizationFilter = filterset(
    Organization,
    slug=name("slug"),
    name=text("name"),
    abbreviation=text("abbreviation"),
    kind=choice("kind", Organization.Kind),
    area=name("area"),
    parent=name("parent__slug", nullable=True),
    note=text("note"),
)

SpeakerFilter = filterset(
    Speaker,
    slug=name("slug"),
    name=text("name"),
    note=text("note"),
)

RoleFilter = filterset(
    Role,
    id=identity("id"),
    speaker=name("speaker__slug"),
    organization=name("organization__slug"),
    title=text("title"),
    title_basis=choice("title_basis", Basis),
    title_reason=text("title_reason"),
    held_from=day("held_from", nullable=True),
    held_to=day("held_to", nullable=True),
    attested_on=day("attested_on", nullable=True),
)

BriefingFilter = filterset(
    Briefing,
    slug=name("slug"),
    title=text("title"),
    kind=choice("kind", Briefing.Kind),
    held_on=day("held_on", nullable=True),
    held_on_basis=choice("held_on_basis", Basis),
    held_on_reason=text("held_on_reason"),
    place=text("place"),
    organizer=name("organizer__slug", nullable=True),
    is_fiction=truth("is_fiction"),
    note=text("note"),
)

DocumentFilter = filterset(
    Document,
    slug=name("slug"),
    title=text("title"),
    kind=choice("kind", Document.Kind),
    language=name("language"),
    author=text("author"),
    publisher=name("publisher__slug", nullable=True),
    url=text("url", nullable=True),
    published_on=day("published_on", nullable=True),
    published_on_basis=choice("published_on_basis", Basis),
    published_on_reason=text("published_on_reason"),
    page=whole("page", nullable=True),
    page_basis=choice("page_basis", Basis),
    page_reason=text("page_reason"),
    page_count=whole("page_count", nullable=True),
    briefing=name("briefing__slug", nullable=True),
    text_policy=choice("text_policy", Document.TextPolicy),
    is_fiction=truth("is_fiction"),
    note=text("note"),
)

DocumentVersionFilter = filterset(
    DocumentVersion,
    sha256=name("sha256"),
    length=whole("length"),
    retrieved_on=day("retrieved_on", nullable=True),
    document=name("document__slug"),
    held=truth("held"),
    note=text("note"),
)

SegmentFilter = filterset(
    Segment,
    id=identity("id"),
    document=name("document_version__document__slug"),
    document_version=name("document_version__sha256"),
    number=whole("number"),
    kind=choice("kind", Segment.Kind),
    start=whole("start"),
    end=whole("end"),
    label=text("label", nullable=True),
    label_start=whole("label_start", nullable=True),
    label_end=whole("label_end", nullable=True),
    attribution=choice("attribution", Segment.Attribution, nullable=True),
    speaker=name("speaker__slug", nullable=True),
    role=identity("role", nullable=True),
    outlet=name("outlet__slug", nullable=True),
    outlet_basis=choice("outlet_basis", Basis),
    outlet_reason=text("outlet_reason"),
    replies_to=identity("replies_to", nullable=True),
    hands_over_to=name("hands_over_to__slug", nullable=True),
    cited_work=name("cited_work__slug", nullable=True),
    cited_work_locator=text("cited_work_locator"),
    stated_on=day("stated_on", nullable=True),
    stated_on_basis=choice("stated_on_basis", Basis),
    stated_on_reason=text("stated_on_reason"),
    note=text("note"),
)

CitationFilter = filterset(
    Citation,
    id=identity("id"),
    document=name("document_version__document__slug"),
    document_version=name("document_version__sha256"),
    start=whole("start"),
    end=whole("end"),
    exact=text("exact"),
    prefix=text("prefix"),
    suffix=text("suffix"),
)
