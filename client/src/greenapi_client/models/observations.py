"""Stated values of indicators."""

from dataclasses import dataclass
from decimal import Decimal

from .bounds import Bounds
from .definitions import PeriodReference, UnitReference
from .references import Reference
from .statements import CitedPart, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationCitation(CitedPart):
    """A citation, and the part of the observation that it proves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(Statement):
    """One stated value of an indicator for a reference period and scope.

    `value_printed` is the value as stated, `value` its number (`value_high` the second of a range), `comparator` how
    the number bounds the true value (`eq`, `approx`, `nearly`, `gt`, `ge`, `lt`, `le`, `between`), and `bounds` the
    interval that the statement commits to. A `…_basis` says whether the source states the field, with the reason in
    `…_reason`; `…_words` are the source's words.
    """

    indicator: Reference
    value_printed: str
    value: Decimal
    value_high: Decimal | None
    comparator: str
    bounds: Bounds
    unit: UnitReference
    measure_type: str
    direction: str | None
    obs_status: str
    modality: str
    modality_words: str
    denominator: str | None
    denominator_basis: str
    denominator_reason: str
    scope: Reference
    scope_words: str
    area: str | None
    area_basis: str
    area_reason: str
    reference_period: PeriodReference | None
    reference_period_basis: str
    reference_period_words: str
    reference_period_reason: str
    base_period: PeriodReference | None
    base_period_basis: str
    base_period_words: str
    base_period_reason: str
    rank: str
    citations: tuple[ObservationCitation, ...]
