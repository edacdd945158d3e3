"""Every change to what numbers and pledges were stated. Each verb works inside an open revision."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import NumericRange

from briefings.models import Citation
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import Versioned
from greenapi.ledger.recording import RecordError, record, record_all
from greenapi.ledger.revisions import anything_changed, current_revision
from indicators.measures import Bounds, MeasureError, domain_of, printed_numbers, stated_bounds
from indicators.models import (
    ClaimLink,
    Commitment,
    CommitmentCitation,
    CommitmentEvent,
    EventCitation,
    Indicator,
    IndicatorTopic,
    Observation,
    ObservationCitation,
    Period,
    Programme,
    Scope,
    State,
    Topic,
    Unit,
)
from indicators.models.facts import Reviewed

Rows = Sequence[Mapping[str, Any]]
CitedParts = Iterable[tuple[str, Citation]]
L = TypeVar("L", bound=Versioned)
T = TypeVar("T", Unit, Topic, Scope, Period, Programme)
OPEN_STATES = frozenset({State.DRAFT, State.IN_REVIEW})
_BOUNDS_FROM = ("id", "measure_type", "direction", "unit", "indicator", "comparator", "value", "value_high")
_TARGET_FROM = ("id", "target_comparator", "target_indicator", "target_unit", "target_value")
NOTHING: Mapping[str, Any] = MappingProxyType({})


class StateError(ValueError):
    """A step that the fact's state does not allow."""


def record_units(rows: Rows) -> dict[Hashable, Unit]:
    """Records units by slug."""
    return record_all(Unit, key="slug", rows=rows)


def record_topics(rows: Rows) -> dict[Hashable, Topic]:
    """Records topics by slug; `parent` is a topic."""
    return record_all(Topic, key="slug", rows=rows)


def record_scopes(rows: Rows) -> dict[Hashable, Scope]:
    """Records scopes by slug; `broader` is a scope."""
    return record_all(Scope, key="slug", rows=rows)


def record_periods(rows: Rows) -> dict[Hashable, Period]:
    """Records periods by slug."""
    return record_all(Period, key="slug", rows=rows)


def record_programmes(rows: Rows) -> dict[Hashable, Programme]:
    """Records programmes by slug."""
    return record_all(Programme, key="slug", rows=rows)


def record_indicators(rows: Rows, *, key: str = "slug") -> dict[Hashable, Indicator]:
    """Records indicators by slug, or another key; `domain` is a Bounds or None.

    Bounds cut by a domain that changed are cut anew.

    Raises:
        RecordError: a value already stated lies outside the new domain.
    """
    recorded = record_all(Indicator, key=key, rows=[{**row, "domain": as_range(row["domain"])} for row in rows])
    _cut_anew(recorded.values())
    return recorded


def record_one(model: type[T], *, id: UUID, **values: Any) -> T:
    """Records one unit, topic, scope, period or programme: the one of that id, or a new one.

    Raises:
        django.db.IntegrityError: another record has its slug.
    """
    return record(model, key="id", id=id, **values)


def record_indicator(*, id: UUID, domain: Bounds | None, topics: Iterable[Topic], **values: Any) -> Indicator:
    """Records one indicator by id, with exactly these topics, as `record_indicators` does."""
    indicator = record(Indicator, key="id", id=id, domain=as_range(domain), **values)
    _cut_anew([indicator])
    set_topics(indicator, topics=topics)
    return indicator


def set_topics(indicator: Indicator, *, topics: Iterable[Topic]) -> None:
    """Makes an indicator belong to exactly these topics."""
    _set_links(IndicatorTopic, owner={"indicator": indicator}, wanted=[{"topic": topic} for topic in topics])


def record_observations(rows: Rows, *, new_values: Mapping[str, Any] = NOTHING) -> dict[Hashable, Observation]:
    """Records observations by id; their bounds are computed, cut by the indicator's natural domain.

    Raises:
        RecordError: values that make no sense together, or that a field does not accept.
    """
    return record_all(
        Observation,
        key="id",
        rows=[{**_from_segment(_as_printed(row)), "bounds": _bounds(row)} for row in rows],
        new_values=new_values,
    )


def record_commitments(rows: Rows, *, new_values: Mapping[str, Any] = NOTHING) -> dict[Hashable, Commitment]:
    """Records commitments by id; the bounds of their target are computed.

    Raises:
        RecordError: values that make no sense together, or that a field does not accept.
    """
    return record_all(
        Commitment,
        key="id",
        rows=[{**_from_segment(row), "target_bounds": _target_bounds(row)} for row in rows],
        new_values=new_values,
    )


def derive_observations(ids: Sequence[UUID]) -> None:
    """Computes again what observations have from others: the day they were stated, and bounds cut by a domain.

    Raises:
        RecordError: values that make no sense together with what others are.
    """
    facts = Observation.objects.filter(id__in=ids).select_related("segment", "indicator", "unit")
    rows = [{name: getattr(fact, name) for name in (*_BOUNDS_FROM, "segment")} for fact in facts]
    record_all(Observation, key="id", rows=[{**_from_segment(row), "bounds": _bounds(row)} for row in rows])


def derive_commitments(ids: Sequence[UUID]) -> None:
    """Computes again what commitments have from others, as `derive_observations` does."""
    facts = Commitment.objects.filter(id__in=ids).select_related("segment", "target_indicator__unit", "target_unit")
    rows = [{name: getattr(fact, name) for name in (*_TARGET_FROM, "segment")} for fact in facts]
    record_all(
        Commitment, key="id", rows=[{**_from_segment(row), "target_bounds": _target_bounds(row)} for row in rows]
    )


def derive_from_indicators(ids: Sequence[UUID]) -> None:
    """Cuts the bounds of what is stated of indicators by their domains again.

    Raises:
        RecordError: a value already stated lies outside a domain.
    """
    _cut_anew(Indicator.objects.filter(id__in=ids))


def record_events(rows: Rows, *, new_values: Mapping[str, Any] = NOTHING) -> dict[Hashable, CommitmentEvent]:
    """Records by id what became of commitments."""
    return record_all(CommitmentEvent, key="id", rows=rows, new_values=new_values)


def record_claim_links(rows: Rows, *, new_values: Mapping[str, Any] = NOTHING) -> dict[Hashable, ClaimLink]:
    """Records claim links by id."""
    return record_all(ClaimLink, key="id", rows=rows, new_values=new_values)


def cite(fact: Observation | Commitment, *, parts: CitedParts) -> None:
    """Makes a fact be proved by exactly these (part, citation) pairs."""
    wanted = [{"part": part, "citation": citation} for part, citation in parts]
    if isinstance(fact, Observation):
        _set_links(ObservationCitation, owner={"observation": fact}, wanted=wanted)
    else:
        _set_links(CommitmentCitation, owner={"commitment": fact}, wanted=wanted)


def cite_evidence(event: CommitmentEvent, *, citations: Iterable[Citation]) -> None:
    """Makes exactly these citations the evidence for an event."""
    _set_links(EventCitation, owner={"event": event}, wanted=[{"citation": citation} for citation in citations])


def edit_observation(*, id: UUID, by: str, parts: CitedParts, **values: Any) -> Observation:
    """Records one observation that is not yet public, by id, proved by exactly these (part, citation) pairs.

    Whoever changes a fact that is in review has submitted it anew, and so cannot publish it.

    Raises:
        StateError: it is published or withdrawn.
        RecordError: values that make no sense together, or that a field does not accept.
    """
    _expect_open(Observation, id=id)
    observation = record_observations([{**values, "id": id}])[id]
    cite(observation, parts=parts)
    _resubmit(observation, by=by)
    return observation


def edit_commitment(*, id: UUID, by: str, parts: CitedParts, **values: Any) -> Commitment:
    """Records one commitment as `edit_observation` does an observation."""
    _expect_open(Commitment, id=id)
    commitment = record_commitments([{**values, "id": id}])[id]
    cite(commitment, parts=parts)
    _resubmit(commitment, by=by)
    return commitment


def edit_event(*, id: UUID, by: str, citations: Iterable[Citation], **values: Any) -> CommitmentEvent:
    """Records one event that is not yet public, by id, with exactly these citations as evidence.

    Raises:
        StateError: it is published or withdrawn.
    """
    _expect_open(CommitmentEvent, id=id)
    event = record_events([{**values, "id": id}])[id]
    cite_evidence(event, citations=citations)
    _resubmit(event, by=by)
    return event


def edit_claim_link(*, id: UUID, by: str, **values: Any) -> ClaimLink:
    """Records one claim link that is not yet public, by id.

    Raises:
        StateError: it is published or withdrawn.
    """
    _expect_open(ClaimLink, id=id)
    link = record_claim_links([{**values, "id": id}])[id]
    _resubmit(link, by=by)
    return link


def submit(fact: Reviewed, *, by: str) -> None:
    """Hands a draft in for review.

    Raises:
        StateError: it is no draft, or `by` is blank.
    """
    _expect(fact, State.DRAFT, to="submitted")
    if not by.strip():
        raise StateError("whoever submits a fact has a name")
    fact.state, fact.submitted_by, fact.reviewed_by = State.IN_REVIEW, by, ""
    fact.save()


def publish(fact: Reviewed, *, by: str) -> None:
    """Makes a reviewed fact public.

    Raises:
        StateError: it is not in review, `by` is who submitted it, or it joins a fact that is not public.
    """
    _expect(fact, State.IN_REVIEW, to="published")
    if by == fact.submitted_by:
        raise StateError("whoever submitted a fact cannot publish it")
    if isinstance(fact, ClaimLink) and any(end.state != State.PUBLISHED for end in fact.ends):
        raise StateError("a link is published once the facts that it joins are")
    fact.state, fact.reviewed_by = State.PUBLISHED, by
    fact.save()


def withdraw(fact: Reviewed) -> None:
    """Takes a published fact back; it stays readable in the past.

    Raises:
        StateError: it is not published.
    """
    _expect(fact, State.PUBLISHED, to="withdrawn")
    fact.state = State.WITHDRAWN
    fact.save()


def as_range(bounds: Bounds | None) -> NumericRange | None:
    """Bounds as Postgres keeps them (numrange)."""
    if bounds is None:
        return None
    ends = ("[" if bounds.lower_closed else "(") + ("]" if bounds.upper_closed else ")")
    return NumericRange(bounds.lower, bounds.upper, ends)


def as_bounds(interval: NumericRange | None) -> Bounds | None:
    """A numrange as Bounds."""
    if interval is None:
        return None
    return Bounds(
        lower=interval.lower, upper=interval.upper, lower_closed=interval.lower_inc, upper_closed=interval.upper_inc
    )


def _expect(fact: Reviewed, state: State, *, to: str) -> None:
    current_revision()
    if fact.state != state:
        raise StateError(f"only a fact that is {state.label.lower()} can be {to}; this one is {fact.state}")


def _expect_open(model: type[Reviewed], *, id: UUID) -> None:
    fact = model._default_manager.filter(id=id).first()
    if fact is not None and fact.state not in OPEN_STATES:
        raise StateError(f"a fact that is {fact.state} is not changed any more")


def _resubmit(fact: Reviewed, *, by: str) -> None:
    if fact.state == State.IN_REVIEW and fact.submitted_by != by and anything_changed():
        fact.submitted_by = by
        fact.save()


def _from_segment(row: Mapping[str, Any]) -> dict[str, Any]:
    """A statement's row with the day its segment was stated."""
    segment = row["segment"]
    if segment.stated_on is None:
        raise RecordError(key=row["id"], field="segment", message="when it was stated is not known")
    return {**row, "stated_on": segment.stated_on, "stated_on_basis": segment.stated_on_basis}


def _as_printed(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row, whose numbers are those of its printed words; words without digits, such as `eighteen`, are taken."""
    printed = printed_numbers(row["value_printed"])
    for field in ("value", "value_high"):
        if printed and row[field] is not None and row[field] not in printed:
            raise RecordError(
                key=row["id"], field=field, message=f"{row[field]} is not what “{row['value_printed']}” says"
            )
    return {**row}


def _bounds(row: Mapping[str, Any]) -> NumericRange | None:
    domain = domain_of(
        row["measure_type"],
        direction=row["direction"],
        unit=row["unit"].slug,
        domain=as_bounds(row["indicator"].domain),
    )
    try:
        return as_range(
            stated_bounds(row["comparator"], value=row["value"], value_high=row["value_high"], domain=domain)
        )
    except MeasureError as error:
        raise RecordError(key=row["id"], field=error.part, message=str(error)) from error


def _cut_anew(indicators: Iterable[Indicator]) -> None:
    """Computes again the bounds that the indicators' domains cut, and records those that differ."""
    observations = Observation.objects.filter(indicator__in=indicators).select_related("indicator", "unit")
    stated = [{name: getattr(fact, name) for name in _BOUNDS_FROM} for fact in observations]
    record_all(Observation, key="id", rows=[{"id": row["id"], "bounds": _bounds(row)} for row in stated])
    commitments = Commitment.objects.filter(target_indicator__in=indicators, target_comparator__isnull=False)
    targets = [
        {name: getattr(fact, name) for name in _TARGET_FROM}
        for fact in commitments.select_related("target_indicator__unit", "target_unit")
    ]
    record_all(Commitment, key="id", rows=[{"id": row["id"], "target_bounds": _target_bounds(row)} for row in targets])


def _target_bounds(row: Mapping[str, Any]) -> NumericRange | None:
    if row["target_comparator"] is None:
        return None
    indicator = row["target_indicator"]
    domain = as_bounds(indicator.domain) if indicator is not None and indicator.unit == row["target_unit"] else None
    try:
        return as_range(stated_bounds(row["target_comparator"], value=row["target_value"], domain=domain))
    except MeasureError as error:
        raise RecordError(key=row["id"], field=f"target_{error.part}", message=str(error)) from error


def _set_links(model: type[L], *, owner: Mapping[str, Versioned], wanted: Iterable[Mapping[str, Any]]) -> None:
    """Makes the owner's rows of a link table exactly the wanted ones, leaving equal ones alone."""
    current_revision()
    rows = {_values_key(row): row for row in wanted}
    for link in model._default_manager.filter(**owner):
        key = next((key for key in rows if all(getattr(link, name) == value for name, value in key)), None)
        if key is None:
            link.delete()
        else:
            del rows[key]
    model._default_manager.bulk_create(model(id=uuid7(), **owner, **row) for row in rows.values())


def _values_key(row: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """A row as (attribute, value) pairs, links by their ids."""
    return tuple(
        (f"{name}_id", value.id) if isinstance(value, Versioned) else (name, value) for name, value in row.items()
    )
