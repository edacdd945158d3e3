"""What a stated number commits to: bounds, their arithmetic, and the gap between a target and what was observed.

Plain Python; numbers are Decimals, in the unit of the statement.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal

Gap = Literal["met", "not_met", "cannot_tell"]

_PRINTED = re.compile(
    r"([0-9][0-9,]*(?:\.[0-9]+)?)(?:\s+(hundred|thousand|million|billion|trillion)\b)?", re.IGNORECASE
)
_MULTIPLES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PRINTED = re.compile(rf"([0-9][0-9,]*(?:\.[0-9]+)?)(?:\s+({'|'.join(_MULTIPLES)})\b)?", re.IGNORECASE)
_CHANGES = ("change", "cumulative_change", "forecast_saving")


class MeasureError(ValueError):
    """A statement that makes no sense as a measure, and the part of it that is wrong."""

    def __init__(self, message: str, *, part: str = "value") -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """An interval of values; an end that is None is unlimited and never closed."""

    lower: Decimal | None = None
    upper: Decimal | None = None
    lower_closed: bool = False
    upper_closed: bool = False

    def __post_init__(self) -> None:
        if self.lower is None and self.lower_closed or self.upper is None and self.upper_closed:
            raise MeasureError("an unlimited end is never closed")
        if any(end is not None and not end.is_finite() for end in (self.lower, self.upper)):
            raise MeasureError("an end is a finite number")

    @property
    def is_empty(self) -> bool:
        """True when no value lies within."""
        if self.lower is None or self.upper is None:
            return False
        return self.lower > self.upper or self.lower == self.upper and not (self.lower_closed and self.upper_closed)

    def intersection(self, other: "Bounds") -> "Bounds":
        """The values that lie in both; may be empty."""
        low = max((self, other), key=Bounds._lower_key)
        high = min((self, other), key=Bounds._upper_key)
        return Bounds(lower=low.lower, lower_closed=low.lower_closed, upper=high.upper, upper_closed=high.upper_closed)

    def within(self, other: "Bounds") -> bool:
        """True when every value of this lies in the other: it is *certainly* there."""
        return self.is_empty or self.intersection(other) == self

    def overlaps(self, other: "Bounds") -> bool:
        """True when some value lies in both: it is *possibly* there."""
        return not self.intersection(other).is_empty

    def _lower_key(self) -> tuple[bool, Decimal, bool]:
        return self.lower is not None, self.lower or Decimal(0), not self.lower_closed

    def _upper_key(self) -> tuple[bool, Decimal, bool]:
        return self.upper is None, self.upper or Decimal(0), self.upper_closed


def stated_bounds(
    comparator: str, *, value: Decimal, value_high: Decimal | None = None, domain: Bounds | None = None
) -> Bounds:
    """The interval that a stated value commits to, cut by the natural domain.

    `approx` and `nearly` commit to what rounds to the number at its last significant digit: `about 65` to
    [64.5, 65.5], `nearly 20,000` to [15,000, 20,000), because it approaches from below.

    Raises:
        MeasureError: unknown comparator, `between` without two ordered values, or nothing left within the domain.
    """
    if not value.is_finite() or value_high is not None and not value_high.is_finite():
        raise MeasureError("a stated value is a finite number")
    match comparator:
        case "eq":
            bounds = Bounds(lower=value, upper=value, lower_closed=True, upper_closed=True)
        case "approx":
            lower, upper = _rounded_from(value)
            bounds = Bounds(lower=lower, upper=upper, lower_closed=True, upper_closed=True)
        case "nearly":
            bounds = Bounds(lower=_rounded_from(value)[0], upper=value, lower_closed=True)
        case "gt" | "ge":
            bounds = Bounds(lower=value, lower_closed=comparator == "ge")
        case "lt" | "le":
            bounds = Bounds(upper=value, upper_closed=comparator == "le")
        case "between":
            if value_high is None or value_high < value:
                raise MeasureError("`between` needs two values, the lower one first")
            bounds = Bounds(lower=value, upper=value_high, lower_closed=True, upper_closed=True)
        case _:
            raise MeasureError(f"unknown comparator {comparator!r}", part="comparator")
    cut = bounds if domain is None else bounds.intersection(domain)
    if cut.is_empty:
        raise MeasureError(f"{value} lies outside the natural domain")
    return cut


def printed_numbers(words: str) -> list[Decimal]:
    """The numbers that stand in words in digits: 1.5 of `about 1.5%`, 12,100,000,000 of `12.1 billion tons`."""
    return [
        Decimal(digits.replace(",", "")) * _MULTIPLES.get(multiple.lower(), 1)
        for digits, multiple in _PRINTED.findall(words)
    ]


def domain_of(measure_type: str, *, direction: str | None, unit: str, domain: Bounds | None) -> Bounds | None:
    """The natural domain of a measure of an indicator whose level has the given domain.

    A level, share or count has the indicator's own. A change is a magnitude beside its direction, so never negative;
    what cannot fall below zero cannot decrease by more than 100 percent.
    """
    if measure_type not in _CHANGES:
        return domain
    never_negative = domain is not None and domain.lower is not None and domain.lower >= 0
    if never_negative and direction == "decrease" and unit == "percent":
        return Bounds(lower=Decimal(0), upper=Decimal(100), lower_closed=True, upper_closed=True)
    return Bounds(lower=Decimal(0), lower_closed=True)


def gap_to_target(*, target: Bounds, observed: list[Bounds]) -> Gap:
    """Whether observations show a target as met, by interval arithmetic within one unit.

    `met` when one of them lies wholly within the target, `not_met` when all lie wholly outside it, else
    `cannot_tell`; also when there is none.
    """
    if any(bounds.within(target) for bounds in observed):
        return "met"
    if observed and not any(bounds.overlaps(target) for bounds in observed):
        return "not_met"
    return "cannot_tell"


def _rounded_from(value: Decimal) -> tuple[Decimal, Decimal]:
    """The lowest and highest number that round to the value at its last significant digit, without rounding again."""
    with localcontext() as context:
        context.prec = len(value.as_tuple().digits) + abs(value.adjusted()) + 2
        half = _last_significant(value) / 2
        return value - half, value + half


def _last_significant(value: Decimal) -> Decimal:
    """The place value of the last digit that counts: 1 for 65, 0.1 for 1.5, 10000 for 20,000, 0.01 for 1.30."""
    exponent = value.as_tuple().exponent
    if value == value.to_integral_value() and int(exponent) >= 0:
        exponent = value.normalize().as_tuple().exponent if value else 0
    return Decimal(1).scaleb(int(exponent))
