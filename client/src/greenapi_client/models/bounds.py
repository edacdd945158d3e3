"""The interval of values that a statement commits to."""

from dataclasses import dataclass
from decimal import Decimal

from .base import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds(Model):
    """An interval of values. An end that is None is unlimited; a closed end belongs to the interval itself.

    `str()` writes it as mathematicians do: `(20, 100]`, `[14, ∞)`.
    """

    lower: Decimal | None
    upper: Decimal | None
    lower_closed: bool
    upper_closed: bool

    def __contains__(self, value: Decimal | int) -> bool:
        above = self.lower is None or value > self.lower or (self.lower_closed and value == self.lower)
        below = self.upper is None or value < self.upper or (self.upper_closed and value == self.upper)
        return above and below

    def __str__(self) -> str:
        lower = "-∞" if self.lower is None else f"{self.lower:f}"
        upper = "∞" if self.upper is None else f"{self.upper:f}"
        return f"{'[' if self.lower_closed else '('}{lower}, {upper}{']' if self.upper_closed else ')'}"
