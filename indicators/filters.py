"""What lists of indicators, facts and links can be filtered by."""

from briefings.models import Basis
from greenapi.rest.filters import choice, day, filterset, identity, member, name, number, said_by, text, truth

from .models import (
    ClaimLink,
    Commitment,
    Indicator,
    Observation,
    Period,
    Programme,
    Scope,
    Topic,
    Unit,
)
from .models.facts import Comparator, State, Statement

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
)

ScopeFilter = filterset(
    Scope,
    slug=name("slug"),
    name=text("name"),
    definition=text("definition"),
    broader=name("broader__slug", nullable=True),
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
    slug=name("slug"),
    name=text("name"),
    definition=text("definition"),
    unit=name("unit__slug"),
    denominator=text("denominator"),
    polarity=choice("polarity", Indicator.Polarity),
    topic=member("topics__slug"),
    note=text("note"),
)

ProgrammeFilter = filterset(
    Programme,
    slug=name("slug"),
    name=text("name"),
    kind=choice("kind", Programme.Kind),
    definition=text("definition"),
    organization=name("organization__slug", nullable=True),
)

STATEMENT = {
    "id": identity("id"),
    "attribution": choice("attribution", Statement.Attribution),
    "segment": identity("segment"),
    "document": name("segment__document_version__document__slug"),
    "is_fiction": truth("segment__document_version__document__is_fiction"),
    "briefing": name("segment__document_version__document__briefing__slug"),
    "speaker": name("speaker__slug", nullable=True),
    "role": identity("role", nullable=True),
    "organization": name("organization__slug", nullable=True),
    "organization_basis": choice("organization_basis", Basis),
    "organization_reason": text("organization_reason"),
    "stated_on": day("stated_on"),
    "stated_on_basis": choice("stated_on_basis", Basis),
    "known_by": said_by("stated_on"),
    "cited_work": name("cited_work__slug", nullable=True),
    "cited_work_locator": text("cited_work_locator"),
    "state": choice("state", State),
    "note": text("note"),
}

ObservationFilter = filterset(
    Observation,
    indicator=name("indicator__slug"),
    topic=member("indicator__topics__slug"),
    value_printed=text("value_printed"),
    value=number("value"),
    value_high=number("value_high", nullable=True),
    comparator=choice("comparator", Comparator),
    unit=name("unit__slug"),
    measure_type=choice("measure_type", Observation.MeasureType),
    direction=choice("direction", Observation.Direction, nullable=True),
    obs_status=choice("obs_status", Observation.Status),
    modality=choice("modality", Observation.Modality),
    modality_words=text("modality_words"),
    denominator=text("denominator", nullable=True),
    denominator_basis=choice("denominator_basis", Basis),
    denominator_reason=text("denominator_reason"),
    scope=name("scope__slug"),
    scope_words=text("scope_words"),
    area=name("area", nullable=True),
    area_basis=choice("area_basis", Basis),
    area_reason=text("area_reason"),
    reference_period=name("reference_period__slug", nullable=True),
    reference_period_basis=choice("reference_period_basis", Basis),
    reference_period_words=text("reference_period_words"),
    reference_period_reason=text("reference_period_reason"),
    base_period=name("base_period__slug", nullable=True),
    base_period_basis=choice("base_period_basis", Basis),
    base_period_words=text("base_period_words"),
    base_period_reason=text("base_period_reason"),
    rank=choice("rank", Observation.Rank),
    **STATEMENT,
)

CommitmentFilter = filterset(
    Commitment,
    title=text("title"),
    kind=choice("kind", Commitment.Kind),
    specificity=choice("specificity", Commitment.Specificity),
    responsible_words=text("responsible_words"),
    programme=name("programme__slug", nullable=True),
    topic=name("topic__slug", nullable=True),
    target_indicator=name("target_indicator__slug", nullable=True),
    target_comparator=choice("target_comparator", Comparator, nullable=True),
    target_value=number("target_value", nullable=True),
    target_unit=name("target_unit__slug", nullable=True),
    target_words=text("target_words"),
    deadline_operator=choice("deadline_operator", Commitment.DeadlineOperator),
    deadline_on=day("deadline_on", nullable=True),
    deadline_words=text("deadline_words"),
    legal_status=choice("legal_status", Commitment.LegalStatus),
    **STATEMENT,
)

ClaimLinkFilter = filterset(
    ClaimLink,
    id=identity("id"),
    relation=choice("relation", ClaimLink.Relation),
    source_observation=identity("source_observation", nullable=True),
    source_commitment=identity("source_commitment", nullable=True),
    target_observation=identity("target_observation", nullable=True),
    target_commitment=identity("target_commitment", nullable=True),
    state=choice("state", State),
    note=text("note"),
)
