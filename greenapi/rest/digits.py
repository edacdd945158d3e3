"""How many digits the numbers of a listing have, so that a column can be made that holds each of them exactly."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import DecimalRangeField
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DecimalField, Expression, F, Func, IntegerField, Max, Model, QuerySet
from django.db.models.functions import Abs
from rest_framework import serializers

from .shapes import Column, Kind

ENDS = ("lower", "upper")


@dataclass(frozen=True, kw_only=True)
class Digits:
    """The most digits that numbers have before the decimal point, and after it."""

    before: int
    after: int


def digits_of(
    columns: Iterable[Column], *, selected: QuerySet[Any], serializer: serializers.BaseSerializer[Any]
) -> dict[str, Digits]:
    """The digits of each column of numbers, by its name, that shows a number of the selected rows themselves.

    Of numbers that are computed, or are those of other rows, nothing is known.
    """
    numbers = [column for column in columns if column.shape.kind is Kind.NUMBER]
    found = {column.name: _expression(column, model=selected.model, serializer=serializer) for column in numbers}
    sources = {name: source for name, source in found.items() if source is not None}
    asked: dict[str, Any] = {}
    for place, source in enumerate(sources.values()):
        asked[f"largest_{place}"] = Max(Abs(source))
        asked[f"scale_{place}"] = Max(Func(source, function="scale", output_field=IntegerField()))
    most: dict[str, Any] = selected.order_by().aggregate(**asked) if asked else {}
    return {
        name: Digits(before=_before_point(most[f"largest_{place}"]), after=most[f"scale_{place}"] or 0)
        for place, name in enumerate(sources)
    }


def _before_point(number: Decimal | None) -> int:
    return 1 if number is None else max(1, number.adjusted() + 1)


def _expression(
    column: Column, *, model: type[Model], serializer: serializers.BaseSerializer[Any]
) -> F | Expression | None:
    """What a column shows, for the database; None when it is no number of the row itself."""
    fields: Any = serializer
    names = list(column.path)
    while names:
        shown = fields.fields[names.pop(0)]
        if shown.source == "*" and names:
            fields = shown
            continue
        try:
            stored = model._meta.get_field(shown.source)
        except FieldDoesNotExist:
            return None
        if isinstance(stored, DecimalField) and not names:
            return F(stored.name)
        if isinstance(stored, DecimalRangeField) and names in ([end] for end in ENDS):
            return Func(F(stored.name), function=names[0], output_field=DecimalField())
        return None
    return None
