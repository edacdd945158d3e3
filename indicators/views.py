"""The addresses of indicators, facts and links."""

from greenapi.rest.views import FactViewSet, ResourceViewSet

from . import filters, serializers
from .models import ClaimLink, Commitment, Indicator, Observation, Period, Programme, Scope, Topic, Unit


class UnitViewSet(ResourceViewSet):
    """Units of measure."""

    queryset = Unit.objects.all()
    serializer_class = serializers.UnitSerializer
    filterset = filters.UnitFilter
    orderable = {"slug": "slug", "name": "name"}
    lookup_field = "slug"


class TopicViewSet(ResourceViewSet):
    """Subjects that indicators and commitments belong to."""

    queryset = Topic.objects.with_relations()
    serializer_class = serializers.TopicSerializer
    filterset = filters.TopicFilter
    orderable = {"slug": "slug", "name": "name"}
    lookup_field = "slug"


class ScopeViewSet(ResourceViewSet):
    """The populations that figures cover."""

    queryset = Scope.objects.with_relations()
    serializer_class = serializers.ScopeSerializer
    filterset = filters.ScopeFilter
    orderable = {"slug": "slug", "name": "name"}
    lookup_field = "slug"


class PeriodViewSet(ResourceViewSet):
    """Spans of days that values are about."""

    queryset = Period.objects.all()
    serializer_class = serializers.PeriodSerializer
    filterset = filters.PeriodFilter
    orderable = {"slug": "slug", "start_on": "start_on", "end_on": "end_on"}
    lookup_field = "slug"


class IndicatorViewSet(ResourceViewSet):
    """What is measured."""

    queryset = Indicator.objects.with_relations()
    serializer_class = serializers.IndicatorSerializer
    filterset = filters.IndicatorFilter
    orderable = {"slug": "slug", "name": "name"}
    lookup_field = "slug"


class ProgrammeViewSet(ResourceViewSet):
    """Action plans, standards, pilots, platforms and policies that commitments belong to."""

    queryset = Programme.objects.with_relations()
    serializer_class = serializers.ProgrammeSerializer
    filterset = filters.ProgrammeFilter
    orderable = {"slug": "slug", "name": "name"}
    lookup_field = "slug"


class ObservationViewSet(FactViewSet):
    """Stated values of indicators."""

    queryset = Observation.objects.with_relations()
    serializer_class = serializers.ObservationSerializer
    filterset = filters.ObservationFilter
    orderable = {"id": "id", "stated_on": "stated_on", "indicator": "indicator__slug", "value": "value"}
    lookup_field = "id"


class CommitmentViewSet(FactViewSet):
    """Prospective, checkable statements of action or outcome, and what has become of them."""

    queryset = Commitment.objects.with_relations()
    serializer_class = serializers.CommitmentSerializer
    filterset = filters.CommitmentFilter
    orderable = {"id": "id", "stated_on": "stated_on", "deadline_on": "deadline_on", "title": "title"}
    lookup_field = "id"


class ClaimLinkViewSet(FactViewSet):
    """How one fact bears on another."""

    queryset = ClaimLink.objects.all()
    serializer_class = serializers.ClaimLinkSerializer
    filterset = filters.ClaimLinkFilter
    orderable = {"id": "id", "relation": "relation"}
    lookup_field = "id"
