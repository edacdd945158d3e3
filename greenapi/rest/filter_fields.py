"""The filters of one value each, and the form fields that read it: numbers, days, moments, truth values."""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.core.validators import EMPTY_VALUES
from django.db.models import QuerySet
from django_filters.fields import BaseCSVField

from .moments import MomentError, parse_day, parse_moment


class _NumberField(forms.RegexField):
    """A decimal number as JSON writes it, at most 400 digits on each side of the point and an exponent of three digits.

    Neither NaN nor Infinity, nor digits of other scripts.
    """

    def __init__(self, **kwargs: Any) -> None:
        message = "Give a number in plain digits, such as 12.5."
        number = r"^-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?\Z"
        super().__init__(number, error_messages={"invalid": message}, **kwargs)


class _WholeNumberField(forms.RegexField):
    """A whole number in plain digits, at most as long as a bigint."""

    def __init__(self, **kwargs: Any) -> None:
        message = "Give a whole number in plain digits, such as 12."
        super().__init__(r"^-?[0-9]{1,19}\Z", error_messages={"invalid": message}, **kwargs)


class _HexField(forms.RegexField):
    """Bytes in lower-case hexadecimal, two digits each, at most 64 bytes."""

    def __init__(self, **kwargs: Any) -> None:
        message = "Give whole bytes in lower-case hexadecimal, such as 0f3a."
        super().__init__(r"^(?:[0-9a-f]{2}){1,64}\Z", error_messages={"invalid": message}, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return bytes.fromhex(text) if text else None


class _ParsedField(forms.CharField):
    """A text that `parse` turns into a value, or refuses with a MomentError."""

    parse: Callable[[str], Any]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "strip": False})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return self.parse(text) if text else None
        except MomentError as error:
            raise forms.ValidationError(str(error)) from error


class _DayField(_ParsedField):
    parse = staticmethod(parse_day)


class _MomentField(_ParsedField):
    parse = staticmethod(parse_moment)


class NumberFilter(django_filters.CharFilter):
    """A filter by an exact number."""

    field_class = _NumberField


class WholeNumberFilter(django_filters.CharFilter):
    """A filter by a whole number."""

    field_class = _WholeNumberField


class DayFilter(django_filters.CharFilter):
    """A filter by a day."""

    field_class = _DayField


class MomentFilter(django_filters.CharFilter):
    """A filter by a moment."""

    field_class = _MomentField


class HexFilter(django_filters.CharFilter):
    """A filter by bytes, given in lower-case hexadecimal."""

    field_class = _HexField


class KeyFilter(django_filters.CharFilter):
    """A filter by the key of what a row refers to.

    The key is looked up first: a plan that does not know which record is meant takes it for one of average frequency,
    and walks through all rows to find the few of a rare one.
    """

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value in EMPTY_VALUES:
            return qs
        relation, _, key = self.field_name.rpartition("__")
        model = qs.model
        for name in relation.split("__"):
            model = model._meta.get_field(name).related_model
        found = model._default_manager.filter(**{f"{key}__{self.lookup_expr}": value})
        return qs.filter(**{f"{relation}__in": list(found.values_list("pk", flat=True))})


class WordFilter(django_filters.CharFilter):
    """A filter by one word of a column that holds a list of them."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = super().filter(qs, [value] if value else value)
        return found


class TruthFilter(django_filters.Filter):
    """A filter by `true` or `false`."""

    class _Field(forms.TypedChoiceField):
        def __init__(self, **kwargs: Any) -> None:
            choices = [("true", "true"), ("false", "false")]
            super().__init__(choices=choices, coerce=lambda text: text == "true", empty_value=None, **kwargs)

    field_class = _Field


class NarrowingFilter(TruthFilter):
    """A filter that picks among the rows that all other filters leave, by a method of the queryset."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = getattr(qs, self.field_name)() if value else qs
        return found


MOST_LISTED = 1000


class _ListedField(BaseCSVField):
    """Values separated by commas, at most 1,000."""

    def clean(self, value: Any) -> Any:
        if value is not None and len(value) > MOST_LISTED:
            raise forms.ValidationError(f"Give at most {MOST_LISTED} values.")
        return super().clean(value)


class _ListedMixin(django_filters.BaseInFilter):
    """A comma-separated list of values."""

    base_field_class = _ListedField


def listed(kind: type[django_filters.Filter]) -> type[django_filters.Filter]:
    """The filter by a comma-separated list of what a filter takes one of."""
    return type(f"Listed{kind.__name__}", (_ListedMixin, kind), {})
