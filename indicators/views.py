"""The addresses of indicators, facts and links."""

from greenapi.rest.bibtex import bibtex_of
from greenapi.rest.csl import csl_of
from greenapi.rest.facts import FactViewSet
from greenapi.rest.jsonld import linked
from greenapi.rest.writing import WritingViewSet

from . import citable, filters, inputs, linked_data, serializers
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

# What lists of observations and of commitments share.
STATEMENT_INCLUDES = ("segment", "speaker", "role", "organization", "cited_work", "citations.citation")
STATEMENT_FACETS = ("speaker", "organization", "document", "briefing", "attribution", "state", "is_fiction")


class UnitViewSet(WritingViewSet):
    """Units of measure."""

    queryset = Unit.objects.all()
    serializer_class = serializers.UnitSerializer
    input_class = inputs.UnitInput
    filterset = filters.UnitFilter
    orderable = {"slug": "slug", "name": "name"}
    facets = ("quantity",)
    lookup_field = "slug"


class TopicViewSet(WritingViewSet):
    """Subjects that indicators and commitments belong to."""

    queryset = Topic.objects.with_relations()
    serializer_class = serializers.TopicSerializer
    input_class = inputs.TopicInput
    filterset = filters.TopicFilter
    orderable = {"slug": "slug", "name": "name"}
    includes = ("parent",)
    facets = ("parent",)
    lookup_field = "slug"


class ScopeViewSet(WritingViewSet):
    """The populations that figures cover."""

    queryset = Scope.objects.with_relations()
    serializer_class = serializers.ScopeSerializer
    input_class = inputs.ScopeInput
    filterset = filters.ScopeFilter
    orderable = {"slug": "slug", "name": "name"}
    includes = ("broader",)
    facets = ("broader",)
    lookup_field = "slug"


class PeriodViewSet(WritingViewSet):
    """Spans of days that values are about."""

    queryset = Period.objects.all()
    serializer_class = serializers.PeriodSerializer
    input_class = inputs.PeriodInput
    filterset = filters.PeriodFilter
    orderable = {"slug": "slug", "start_on": "start_on", "end_on": "end_on", "name": "name"}
    facets = ("precision",)
    lookup_field = "slug"


class IndicatorViewSet(WritingViewSet):
    """What is measured."""

    queryset = Indicator.objects.with_relations()
    serializer_class = serializers.IndicatorSerializer
    input_class = inputs.IndicatorInput
    filterset = filters.IndicatorFilter
    detail_formats = (linked(linked_data.indicator),)
    orderable = {"slug": "slug", "name": "name", "unit": "unit__slug"}
    includes = ("unit", "topics")
    facets = ("unit", "topic", "polarity")
    lookup_field = "slug"


class ProgrammeViewSet(WritingViewSet):
    """Action plans, standards, pilots, platforms and policies that commitments belong to."""

    queryset = Programme.objects.with_relations()
    serializer_class = serializers.ProgrammeSerializer
    input_class = inputs.ProgrammeInput
    filterset = filters.ProgrammeFilter
    orderable = {"slug": "slug", "name": "name", "kind": "kind"}
    includes = ("organization",)
    facets = ("kind", "organization")
    lookup_field = "slug"


class ObservationViewSet(FactViewSet):
    """Stated values of indicators."""

    queryset = Observation.objects.with_relations()
    serializer_class = serializers.ObservationSerializer
    input_class = inputs.ObservationInput
    filterset = filters.ObservationFilter
    list_formats = (bibtex_of(citable.observations), csl_of(citable.observations))
    detail_formats = (linked(linked_data.observation), *list_formats)
    orderable = {
        "id": "id",
        "stated_on": "stated_on",
        "indicator": "indicator__slug",
        "value": "value",
        "unit": "unit__slug",
        "scope": "scope__slug",
        "reference_period": "reference_period__end_on",
        "document": "segment__document_version__document__slug",
    }
    includes = ("indicator", "unit", "scope", "reference_period", "base_period", *STATEMENT_INCLUDES)
    facets = (
        "indicator",
        "topic",
        "unit",
        "scope",
        "area",
        "measure_type",
        "obs_status",
        "comparator",
        "reference_period",
        "rank",
        *STATEMENT_FACETS,
    )
    lookup_field = "id"


class CommitmentViewSet(FactViewSet):
    """Prospective, checkable statements of action or outcome, and what has become of them."""

    queryset = Commitment.objects.with_relations().with_outcomes()
    serializer_class = serializers.CommitmentSerializer
    input_class = inputs.CommitmentInput
    filterset = filters.CommitmentFilter
    list_formats = (bibtex_of(citable.commitments), csl_of(citable.commitments))
    detail_formats = (linked(linked_data.commitment), *list_formats)
    orderable = {
        "id": "id",
        "stated_on": "stated_on",
        "deadline_on": "deadline_on",
        "title": "title",
        "topic": "topic__slug",
        "programme": "programme__slug",
        "target_value": "target_value",
        "document": "segment__document_version__document__slug",
    }
    includes = ("programme", "topic", "target.indicator", "target.unit", *STATEMENT_INCLUDES)
    facets = (
        "kind",
        "specificity",
        "topic",
        "programme",
        "target_indicator",
        "legal_status",
        "deadline_operator",
        "fulfilment",
        "is_overdue",
        "gap_to_target",
        *STATEMENT_FACETS,
    )
    lookup_field = "id"


class CommitmentEventViewSet(FactViewSet):
    """What became of commitments, each with its evidence."""

    queryset = CommitmentEvent.objects.with_relations()
    serializer_class = serializers.CommitmentEventDetailSerializer
    input_class = inputs.CommitmentEventInput
    filterset = filters.CommitmentEventFilter
    orderable = {"id": "id", "occurred_on": "occurred_on", "commitment": "commitment_id"}
    includes = ("commitment", "citations")
    facets = ("fulfilment", "state")
    lookup_field = "id"


class ClaimLinkViewSet(FactViewSet):
    """How one fact bears on another."""

    queryset = ClaimLink.objects.with_ends()
    serializer_class = serializers.ClaimLinkSerializer
    input_class = inputs.ClaimLinkInput
    filterset = filters.ClaimLinkFilter
    detail_formats = (linked(linked_data.claim_link),)
    orderable = {"id": "id", "relation": "relation"}
    includes = ("source", "target")
    facets = ("relation", "source_resource", "target_resource", "state")
    lookup_field = "id"
