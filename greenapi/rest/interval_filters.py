"""Filters by interval arithmetic: rows whose stated number certainly, or possibly, lies beyond a number in one unit."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import django_filters
from django.core.validators import EMPTY_VALUES
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.db.models import F, QuerySet

from .filter_fields import NumberFilter
from .problems import CONFLICTING_PARAMETERS, FieldError, Problem

CERTAINLY, POSSIBLY = "certainly", "possibly"
_LOOKUPS = {CERTAINLY: "contained_by", POSSIBLY: "overlap"}
# Each comparison with the interval of all numbers that pass it.
_BEYOND = {"gte": "[)", "gt": "()", "lte": "(]", "lt": "()"}
_WORDS = {"gte": "this or greater", "gt": "greater than this", "lte": "this or less", "lt": "less than this"}


class IntervalFilter(NumberFilter):
    """A filter of intervals by a number, in the unit that the parameter `unit` names.

    Without it in the unit of the level of the indicator that the parameter `indicator` names.
    """

    def __init__(
        self, *, parameter: str, sureness: str, comparison: str, unit: str, indicator: str, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.parameter = parameter
        self.sureness = sureness
        self.comparison = comparison
        self.unit = unit
        self.indicator = indicator

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Only intervals all of whose values pass (certainly), or some of whose values do (possibly).

        Raises:
            Problem: conflicting-parameters, when neither a unit nor an indicator is named.
        """
        if value in EMPTY_VALUES:
            return qs
        given = self.parent.form.cleaned_data
        if given[self.unit] in EMPTY_VALUES:
            if given[self.indicator] in EMPTY_VALUES:
                detail = f"Numbers are compared within one unit only: give `{self.unit}` or `{self.indicator}`."
                raise Problem(CONFLICTING_PARAMETERS, errors=[FieldError(parameter=self.parameter, detail=detail)])
            qs = qs.filter(**{f"{self.unit}_id": F(f"{self.indicator}__unit_id")})
        return qs.filter(**{f"{self.field_name}__{_LOOKUPS[self.sureness]}": _beyond(self.comparison, Decimal(value))})


class _Kind(Protocol):
    def filters(self, name: str) -> Iterator[tuple[str, django_filters.Filter]]: ...


@dataclass(frozen=True, kw_only=True)
class Interval:
    """The filters of a stated number and of the interval that is stored of it.

    `unit` and `indicator` name both the parameters and the relations.
    """

    number: _Kind
    source: str
    unit: str
    indicator: str

    def filters(self, name: str) -> Iterator[tuple[str, django_filters.Filter]]:
        """Each parameter's name with its filter."""
        yield from self.number.filters(name)
        for sureness, quantity in ((CERTAINLY, "Every"), (POSSIBLY, "Some")):
            for comparison, words in _WORDS.items():
                parameter = f"{name}__{sureness}_{comparison}"
                needed = f"Needs `{self.unit}` or `{self.indicator}`."
                label = f"{quantity} value that {name} commits to is {words}. {needed}"
                yield (
                    parameter,
                    IntervalFilter(
                        field_name=self.source,
                        parameter=parameter,
                        sureness=sureness,
                        comparison=comparison,
                        unit=self.unit,
                        indicator=self.indicator,
                        label=label,
                    ),
                )


def _beyond(comparison: str, number: Decimal) -> NumericRange:
    if comparison.startswith("g"):
        return NumericRange(number, None, _BEYOND[comparison])
    return NumericRange(None, number, _BEYOND[comparison])
