"""What lists of indicators, facts and links can be filtered by."""

from typing import get_args

from briefings.models import Basis
from greenapi.rest.filters import (
    bounds,
    choice,
    day,
    filterset,
    identity,
    members,
    name,
    narrowed,
    number,
    one_of,
    said_by,
    stated,
    text,
    truth,
    whole,
    words,
)
from greenapi.search.filters import found_by

from . import search
from .measures import Gap
from .models import (
    ClaimLink,
    Commitment,
    CommitmentEvent,
    Indicator,
    Observation,
    Period,
    Programme,
    Scope,
    Topic,
    Unit,
)
from .models.commitments import Fulfilment
from .models.facts import Comparator, Part, State, Statement

FACTS = (Observation.resource, Commitment.resource)

UnitFilter = filterset(
    Unit,
    slug=name("slug"),
    name=text("name"),
    symbol=text("symbol"),
    quantity=text("quantity"),
    definition=text("definition"),
)

TopicFilter = filterset(
    Topic,
    slug=name("slug"),
    name=text("name"),
    definition=text("definition"),
    parent=name("parent__slug", nullable=True),
    parent_name=words("parent__name"),
)

ScopeFilter = filterset(
    Scope,
    slug=name("slug"),
    name=text("name"),
    definition=text("definition"),
    broader=name("broader__slug", nullable=True),
    broader_name=words("broader__name"),
)

PeriodFilter = filterset(
    Period,
    slug=name("slug"),
    name=text("name"),
    start_on=day("start_on"),
    end_on=day("end_on"),
    precision=choice("precision", Period.Precision),
    note=text("note"),
)

IndicatorFilter = filterset(
    Indicator,
    q=found_by(search.INDICATOR),
    slug=name("slug"),
    name=text("name"),
    definition=text("definition"),
    unit=name("unit__slug"),
    unit_name=words("unit__name"),
    unit_symbol=name("unit__symbol"),
    denominator=text("denominator"),
    **bounds("domain", field="domain"),
    polarity=choice("polarity", Indicator.Polarity),
    **members("topics", topic=name("slug"), topic_name=words("name")),
    note=text("note"),
)

ProgrammeFilter = filterset(
    Programme,
    slug=name("slug"),
    name=text("name"),
    kind=choice("kind", Programme.Kind),
    definition=text("definition"),
    organization=name("organization__slug", nullable=True),
    organization_name=words("organization__name"),
)

# The document of a citation, from the citation.
CITED = "document_version__document"
STATEMENT = {
    "id": identity("id"),
    "attribution": choice("attribution", Statement.Attribution),
    "segment": identity("segment"),
    "document": name("segment__document_version__document__slug"),
    "is_fiction": truth("segment__document_version__document__is_fiction"),
    "briefing": name("segment__document_version__document__briefing__slug"),
    "speaker": name("speaker__slug", nullable=True),
    "speaker_name": words("speaker__name"),
    "role": identity("role", nullable=True),
    "role_title": text("role__title"),
    "role_organization": name("role__organization__slug"),
    "role_organization_name": words("role__organization__name"),
    "organization": name("organization__slug", nullable=True),
    "organization_name": words("organization__name"),
    "organization_basis": choice("organization_basis", Basis),
    "organization_reason": text("organization_reason"),
    "stated_on": day("stated_on"),
    "stated_on_basis": choice("stated_on_basis", Basis),
    "known_by": said_by("stated_on"),
    "cited_work": name("cited_work__slug", nullable=True),
    "cited_work_name": words("cited_work__title"),
    "cited_work_locator": text("cited_work_locator"),
    **members(
        "cited_parts",
        citation=identity("citation"),
        citation_part=choice("part", Part),
        citation_document=name(f"citation__{CITED}__slug"),
        citation_document_name=words(f"citation__{CITED}__title"),
        citation_document_version=name("citation__document_version__sha256"),
        citation_start=whole("citation__start"),
        citation_end=whole("citation__end"),
        citation_exact=text("citation__exact"),
    ),
    "state": choice("state", State),
    "note": text("note"),
}

ObservationFilter = filterset(
    Observation,
    q=found_by(search.OBSERVATION),
    indicator=name("indicator__slug"),
    indicator_name=words("indicator__name"),
    **members("indicator__topics", topic=name("slug")),
    value_printed=text("value_printed"),
    value=stated("value", bounds="bounds", unit="unit", indicator="indicator"),
    value_high=number("value_high", nullable=True),
    **bounds("bounds", field="bounds"),
    comparator=choice("comparator", Comparator),
    unit=name("unit__slug"),
    unit_name=words("unit__name"),
    unit_symbol=name("unit__symbol"),
    measure_type=choice("measure_type", Observation.MeasureType),
    direction=choice("direction", Observation.Direction, nullable=True),
    obs_status=choice("obs_status", Observation.Status),
    modality=choice("modality", Observation.Modality),
    modality_words=text("modality_words"),
    denominator=text("denominator", nullable=True),
    denominator_basis=choice("denominator_basis", Basis),
    denominator_reason=text("denominator_reason"),
    scope=name("scope__slug"),
    scope_name=words("scope__name"),
    scope_words=text("scope_words"),
    area=name("area", nullable=True),
    area_basis=choice("area_basis", Basis),
    area_reason=text("area_reason"),
    reference_period=name("reference_period__slug", nullable=True),
    reference_period_name=words("reference_period__name"),
    reference_period_start_on=day("reference_period__start_on"),
    reference_period_end_on=day("reference_period__end_on"),
    reference_period_precision=choice("reference_period__precision", Period.Precision),
    reference_period_basis=choice("reference_period_basis", Basis),
    reference_period_words=text("reference_period_words"),
    reference_period_reason=text("reference_period_reason"),
    base_period=name("base_period__slug", nullable=True),
    base_period_name=words("base_period__name"),
    base_period_start_on=day("base_period__start_on"),
    base_period_end_on=day("base_period__end_on"),
    base_period_precision=choice("base_period__precision", Period.Precision),
    base_period_basis=choice("base_period_basis", Basis),
    base_period_words=text("base_period_words"),
    base_period_reason=text("base_period_reason"),
    rank=choice("rank", Observation.Rank),
    latest=narrowed(
        "latest_of_each_series",
        label="Only the latest observation of each series, of those that all other filters leave: one indicator, unit,"
        " measure type, scope and area.",
    ),
    **STATEMENT,
)

CommitmentFilter = filterset(
    Commitment,
    q=found_by(search.COMMITMENT),
    title=text("title"),
    kind=choice("kind", Commitment.Kind),
    specificity=choice("specificity", Commitment.Specificity),
    responsible_words=text("responsible_words"),
    programme=name("programme__slug", nullable=True),
    programme_name=words("programme__name"),
    topic=name("topic__slug", nullable=True),
    topic_name=words("topic__name"),
    target_indicator=name("target_indicator__slug", nullable=True),
    target_indicator_name=words("target_indicator__name"),
    target_comparator=choice("target_comparator", Comparator, nullable=True),
    target_value=stated(
        "target_value", bounds="target_bounds", unit="target_unit", indicator="target_indicator", nullable=True
    ),
    **bounds("target_bounds", field="target_bounds"),
    target_unit=name("target_unit__slug", nullable=True),
    target_unit_name=words("target_unit__name"),
    target_unit_symbol=name("target_unit__symbol"),
    target_words=text("target_words"),
    deadline_operator=choice("deadline_operator", Commitment.DeadlineOperator),
    deadline_on=day("deadline_on", nullable=True),
    deadline_words=text("deadline_words"),
    legal_status=choice("legal_status", Commitment.LegalStatus),
    fulfilment=choice("fulfilment", Fulfilment),
    is_overdue=truth("is_overdue"),
    gap_to_target=one_of("gap_to_target", words=get_args(Gap), nullable=True),
    **members(
        "events",
        public={"state": State.PUBLISHED},
        event=identity("id"),
        event_occurred_on=day("occurred_on"),
        event_fulfilment=choice("fulfilment", Fulfilment),
        event_description=text("description"),
        event_citation=identity("evidence__citation"),
        event_citation_document=name(f"evidence__citation__{CITED}__slug"),
        event_citation_document_name=words(f"evidence__citation__{CITED}__title"),
        event_citation_document_version=name("evidence__citation__document_version__sha256"),
        event_citation_start=whole("evidence__citation__start"),
        event_citation_end=whole("evidence__citation__end"),
        event_citation_exact=text("evidence__citation__exact"),
    ),
    **STATEMENT,
)

CommitmentEventFilter = filterset(
    CommitmentEvent,
    id=identity("id"),
    commitment=identity("commitment"),
    occurred_on=day("occurred_on"),
    fulfilment=choice("fulfilment", Fulfilment),
    description=text("description"),
    **members(
        "evidence",
        known_by=said_by(f"citation__{CITED}__published_on"),
        citation=identity("citation"),
        citation_document=name(f"citation__{CITED}__slug"),
        citation_document_name=words(f"citation__{CITED}__title"),
        citation_document_version=name("citation__document_version__sha256"),
        citation_start=whole("citation__start"),
        citation_end=whole("citation__end"),
        citation_exact=text("citation__exact"),
    ),
    state=choice("state", State),
)

ClaimLinkFilter = filterset(
    ClaimLink,
    id=identity("id"),
    relation=choice("relation", ClaimLink.Relation),
    source=identity("source_fact"),
    source_resource=one_of("source_resource", words=FACTS),
    target=identity("target_fact"),
    target_resource=one_of("target_resource", words=FACTS),
    known_by=said_by("said_on"),
    source_observation=identity("source_observation", nullable=True),
    source_commitment=identity("source_commitment", nullable=True),
    target_observation=identity("target_observation", nullable=True),
    target_commitment=identity("target_commitment", nullable=True),
    state=choice("state", State),
    note=text("note"),
)
