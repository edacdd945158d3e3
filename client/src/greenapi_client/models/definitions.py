"""What is measured, in what, of whom and when."""

from dataclasses import dataclass
from datetime import date

from .base import Model
from .bounds import Bounds
from .references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReference(Reference):
    """A unit, in short; `symbol` is empty when it has none."""

    symbol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(UnitReference):
    """A unit of measure. Values are comparable only in the same unit."""

    quantity: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodReference(Reference):
    """A period, in short: both days are included."""

    start_on: date
    end_on: date
    precision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(PeriodReference):
    """A span of days, both ends included."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Model):
    """A subject that indicators and commitments belong to."""

    slug: str
    name: str
    definition: str
    parent: Reference | None
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope(Model):
    """The population that figures cover."""

    slug: str
    name: str
    definition: str
    broader: Reference | None
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(Model):
    """What is measured. `domain` are the values that its level can take at all; None when unlimited."""

    slug: str
    name: str
    definition: str
    unit: UnitReference
    denominator: str
    domain: Bounds | None
    polarity: str
    topics: tuple[Reference, ...]
    note: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme(Model):
    """An action plan, standard, pilot, platform or policy that commitments belong to."""

    slug: str
    name: str
    kind: str
    definition: str
    organization: Reference | None
    href: str
