"""How indicators, facts and links appear in answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from briefings.serializers import CitationInFactSerializer, RoleReference
from greenapi.rest.paths import API_PREFIX
from greenapi.rest.representation import Bounds, ExactNumberField, IdReference, PathField, Reference, ResourceSerializer

from .models import (
    ClaimLink,
    Commitment,
    CommitmentCitation,
    CommitmentEvent,
    Indicator,
    Observation,
    ObservationCitation,
    Period,
    Programme,
    Scope,
    Topic,
    Unit,
)
from .models.commitments import Fulfilment
from .outcomes import fulfilment_of, gap_of, is_overdue


class UnitSerializer(ResourceSerializer):
    """A unit of measure."""

    href = PathField("units")

    class Meta:
        model = Unit
        fields = ("slug", "name", "symbol", "quantity", "definition", "href")


class UnitReference(Reference):
    """A unit, in short."""

    symbol = serializers.CharField(help_text="Symbol, such as `%`; empty when none.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("units", **kwargs)

    def to_representation(self, instance: Unit) -> dict[str, Any]:
        return {**super().to_representation(instance), "symbol": instance.symbol}


class TopicSerializer(ResourceSerializer):
    """A subject that indicators and commitments belong to."""

    parent = Reference("topics", allow_null=True, help_text="The wider topic it is part of.")
    href = PathField("topics")

    class Meta:
        model = Topic
        fields = ("slug", "name", "definition", "parent", "href")


class ScopeSerializer(ResourceSerializer):
    """The population that figures cover."""

    broader = Reference("scopes", allow_null=True, help_text="The wider population it is part of.")
    href = PathField("scopes")

    class Meta:
        model = Scope
        fields = ("slug", "name", "definition", "broader", "href")


class PeriodSerializer(ResourceSerializer):
    """A span of days, both ends included."""

    href = PathField("periods")

    class Meta:
        model = Period
        fields = ("slug", "name", "start_on", "end_on", "precision", "note", "href")


class PeriodReference(ResourceSerializer):
    """A period, in short: both days are included."""

    href = PathField("periods")

    class Meta:
        model = Period
        fields = ("slug", "name", "start_on", "end_on", "precision", "href")


class IndicatorSerializer(ResourceSerializer):
    """What is measured."""

    unit = UnitReference(help_text="Unit of its level.")
    domain = Bounds(allow_null=True, help_text="Values its level can take at all; null when unlimited.")
    topics = Reference("topics", many=True, help_text="Subjects it belongs to.")
    href = PathField("indicators")

    class Meta:
        model = Indicator
        fields = ("slug", "name", "definition", "unit", "denominator", "domain", "polarity", "topics", "note", "href")


class ProgrammeSerializer(ResourceSerializer):
    """An action plan, standard, pilot, platform or policy that commitments belong to."""

    organization = Reference("organizations", allow_null=True, help_text="Who issued it or runs it; null when unknown.")
    href = PathField("programmes")

    class Meta:
        model = Programme
        fields = ("slug", "name", "kind", "definition", "organization", "href")


class ObservationCitationSerializer(ResourceSerializer):
    """A citation, and the part of the observation that it proves."""

    citation = CitationInFactSerializer(help_text="The place.")

    class Meta:
        model = ObservationCitation
        fields = ("part", "citation")


class CommitmentCitationSerializer(ResourceSerializer):
    """A citation, and the part of the commitment that it proves."""

    citation = CitationInFactSerializer(help_text="The place.")

    class Meta:
        model = CommitmentCitation
        fields = ("part", "citation")


STATEMENT_FIELDS = (
    "attribution",
    "segment",
    "speaker",
    "role",
    "organization",
    "organization_basis",
    "organization_reason",
    "stated_on",
    "stated_on_basis",
    "cited_work",
    "cited_work_locator",
    "citations",
    "is_fiction",
    "state",
    "note",
    "href",
)


class StatementSerializer(ResourceSerializer):
    """What observations and commitments share: who stated it, where and when."""

    segment = IdReference("segments", help_text="The part of the source that states it.")
    speaker = Reference("speakers", allow_null=True, help_text="The person who states it; null when none is named.")
    role = RoleReference(allow_null=True, help_text="The role in which the speaker speaks; null when not stated.")
    organization = Reference("organizations", allow_null=True, help_text="The body spoken for, or responsible.")
    cited_work = Reference("documents", name="title", allow_null=True, help_text="The work it is reported from.")
    is_fiction = serializers.BooleanField(
        source="segment.document_version.document.is_fiction",
        help_text="True for facts of an invented text that shows how greenapi works.",
    )


class ObservationSerializer(StatementSerializer):
    """One stated value of an indicator for a reference period and scope."""

    indicator = Reference("indicators", help_text="What is measured.")
    unit = UnitReference(help_text="Unit of the value.")
    bounds = Bounds(help_text="The interval of values the statement commits to.")
    scope = Reference("scopes", help_text="The population it covers.")
    reference_period = PeriodReference(allow_null=True, help_text="The time the value is about; null when not stated.")
    base_period = PeriodReference(allow_null=True, help_text="What a change is measured against; null when not stated.")
    citations = ObservationCitationSerializer(source="cited_parts", many=True, help_text="The words that prove it.")
    href = PathField("observations", key="id")

    class Meta:
        model = Observation
        fields = (
            "id",
            "indicator",
            "value_printed",
            "value",
            "value_high",
            "comparator",
            "bounds",
            "unit",
            "measure_type",
            "direction",
            "obs_status",
            "modality",
            "modality_words",
            "denominator",
            "denominator_basis",
            "denominator_reason",
            "scope",
            "scope_words",
            "area",
            "area_basis",
            "area_reason",
            "reference_period",
            "reference_period_basis",
            "reference_period_words",
            "reference_period_reason",
            "base_period",
            "base_period_basis",
            "base_period_words",
            "base_period_reason",
            "rank",
            *STATEMENT_FIELDS,
        )


class TargetSerializer(serializers.Serializer[Commitment]):
    """What keeps a commitment; every field is null, or empty, where the source states no such target."""

    indicator = Reference("indicators", source="target_indicator", allow_null=True, help_text="What it is about.")
    comparator = serializers.CharField(source="target_comparator", allow_null=True, help_text="How the number bounds.")
    value = ExactNumberField(source="target_value", allow_null=True, help_text="The number aimed at.")
    bounds = Bounds(source="target_bounds", allow_null=True, help_text="The interval that keeps the pledge.")
    unit = UnitReference(source="target_unit", allow_null=True, help_text="Unit of the number.")
    words = serializers.CharField(source="target_words", help_text="The target in the source's words.")


class DeadlineSerializer(serializers.Serializer[Commitment]):
    """Until when a commitment is to be kept."""

    operator = serializers.ChoiceField(
        source="deadline_operator",
        choices=Commitment.DeadlineOperator.choices,
        help_text="`by` 2030 ends with 31 December, `before` 2030 ends as 1 January begins.",
    )
    on = serializers.DateField(
        source="deadline_on", allow_null=True, help_text="Last day, or for `before` the first day too late; or null."
    )
    words = serializers.CharField(source="deadline_words", help_text="The deadline in the source's words.")


class CommitmentEventSerializer(ResourceSerializer):
    """What became of a commitment, with its evidence."""

    citations = serializers.SerializerMethodField(help_text="The evidence.")

    class Meta:
        model = CommitmentEvent
        fields: tuple[str, ...] = ("id", "occurred_on", "fulfilment", "description", "citations")

    @extend_schema_field(CitationInFactSerializer(many=True))
    def get_citations(self, event: CommitmentEvent) -> Any:
        return CitationInFactSerializer(
            [piece.citation for piece in event.evidence.all()], many=True, context=self.context
        ).data


class CommitmentEventDetailSerializer(CommitmentEventSerializer):
    """What became of a commitment, with its evidence, by itself."""

    commitment = IdReference("commitments", help_text="The commitment that it happened to.")
    href = PathField("commitment-events", key="id")

    class Meta(CommitmentEventSerializer.Meta):
        fields: tuple[str, ...] = (
            "id",
            "commitment",
            "occurred_on",
            "fulfilment",
            "description",
            "citations",
            "state",
            "href",
        )


class CommitmentSerializer(StatementSerializer):
    """A prospective, checkable statement of action or outcome, and what has become of it."""

    programme = Reference("programmes", allow_null=True, help_text="What it belongs to, or brings about.")
    topic = Reference("topics", allow_null=True, help_text="The subject it belongs to.")
    target = TargetSerializer(source="*", help_text="What keeps it.")
    deadline = DeadlineSerializer(source="*", help_text="Until when.")
    citations = CommitmentCitationSerializer(source="cited_parts", many=True, help_text="The words that prove it.")
    events = serializers.SerializerMethodField(help_text="What became of it, in order of time.")
    fulfilment = serializers.SerializerMethodField(help_text="What its latest event says.")
    is_overdue = serializers.SerializerMethodField(
        help_text="Whether its deadline had passed unkept when the revision that is read was recorded."
    )
    gap_to_target = serializers.SerializerMethodField(
        help_text="Whether observations linked as evidence show its target as met; null when it has no number."
    )
    href = PathField("commitments", key="id")

    class Meta:
        model = Commitment
        fields = (
            "id",
            "title",
            "kind",
            "specificity",
            "responsible_words",
            "programme",
            "topic",
            "target",
            "deadline",
            "legal_status",
            "fulfilment",
            "is_overdue",
            "gap_to_target",
            "events",
            *STATEMENT_FIELDS,
        )

    @extend_schema_field(CommitmentEventSerializer(many=True))
    def get_events(self, commitment: Commitment) -> Any:
        return CommitmentEventSerializer(commitment.published_events, many=True, context=self.context).data  # type: ignore[attr-defined]

    @extend_schema_field({"type": "string", "enum": Fulfilment.values})
    def get_fulfilment(self, commitment: Commitment) -> str:
        return fulfilment_of(commitment)

    @extend_schema_field({"type": "boolean"})
    def get_is_overdue(self, commitment: Commitment) -> bool:
        recorded_at = self.snapshot.recorded_at
        return recorded_at is not None and is_overdue(commitment, on=recorded_at.date())

    @extend_schema_field({"type": ["string", "null"], "enum": ["met", "not_met", "cannot_tell", None]})
    def get_gap_to_target(self, commitment: Commitment) -> str | None:
        return gap_of(commitment)


class FactReference(serializers.Serializer[Any]):
    """A fact at one end of a link: what it is, its id, and the path of its own page."""

    resource = serializers.ChoiceField(choices=["observations", "commitments"], help_text="What sort of fact it is.")
    id = serializers.UUIDField(help_text="Stable identifier.")
    href = serializers.CharField(help_text="Path of the fact.")


class ClaimLinkSerializer(ResourceSerializer):
    """That one fact, the source, bears on another, the target."""

    source = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="The fact that bears on the other."
    )
    target = serializers.SerializerMethodField(help_text="The fact it bears on.")
    href = PathField("claim-links", key="id")

    class Meta:
        model = ClaimLink
        fields = ("id", "relation", "source", "target", "state", "note", "href")

    @extend_schema_field(FactReference)
    def get_source(self, link: ClaimLink) -> dict[str, str]:
        return _fact(observation=link.source_observation_id, commitment=link.source_commitment_id)

    @extend_schema_field(FactReference)
    def get_target(self, link: ClaimLink) -> dict[str, str]:
        return _fact(observation=link.target_observation_id, commitment=link.target_commitment_id)


def _fact(*, observation: Any, commitment: Any) -> dict[str, str]:
    resource, identity = ("observations", observation) if observation is not None else ("commitments", commitment)
    return {"resource": resource, "id": str(identity), "href": f"{API_PREFIX}/{resource}/{identity}"}
