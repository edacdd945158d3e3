"""Typed filters over public fields: one line per field gives all the lookups apt for its type."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.core.validators import EMPTY_VALUES
from django.db.models import Model, QuerySet
from django.http import QueryDict

from .moments import MomentError, parse_day, parse_moment
from .problems import INVALID_PARAMETER, FieldError, Problem


class _NumberField(forms.RegexField):
    """A decimal number in plain digits: no exponent, no NaN, no digits of other scripts, at most 60 long."""

    def __init__(self, **kwargs: Any) -> None:
        message = "Give a number in plain digits, such as 12.5."
        super().__init__(r"^-?[0-9]{1,40}(\.[0-9]{1,20})?\Z", error_messages={"invalid": message}, **kwargs)


class _WholeNumberField(forms.RegexField):
    """A whole number in plain digits, at most as long as a bigint."""

    def __init__(self, **kwargs: Any) -> None:
        message = "Give a whole number in plain digits, such as 12."
        super().__init__(r"^-?[0-9]{1,19}\Z", error_messages={"invalid": message}, **kwargs)


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


class MemberFilter(django_filters.CharFilter):
    """A filter across a to-many relation that gives each row once, however many members match."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value in EMPTY_VALUES:
            return qs
        matching = qs.model._default_manager.filter(**{f"{self.field_name}__{self.lookup_expr}": value})
        return qs.filter(pk__in=matching.values("pk"))


class TruthFilter(django_filters.Filter):
    """A filter by `true` or `false`."""

    class _Field(forms.TypedChoiceField):
        def __init__(self, **kwargs: Any) -> None:
            choices = [("true", "true"), ("false", "false")]
            super().__init__(choices=choices, coerce=lambda text: text == "true", empty_value=None, **kwargs)

    field_class = _Field


class _ListedMixin(django_filters.BaseInFilter):
    """A comma-separated list of values."""


def _listed(kind: type[django_filters.Filter]) -> type[django_filters.Filter]:
    return type(f"Listed{kind.__name__}", (_ListedMixin, kind), {})


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How a field is filtered: its column, the filter for one value, its lookups, and whether it can be null."""

    source: str
    one: type[django_filters.Filter]
    lookups: tuple[str, ...]
    nullable: bool = False
    options: Mapping[str, Any]

    def filters(self, name: str) -> Iterator[tuple[str, django_filters.Filter]]:
        """Each parameter's name with its filter."""
        for lookup in ("exact", *self.lookups):
            kind = _listed(self.one) if lookup == "in" else self.one
            parameter = name if lookup == "exact" else f"{name}__{lookup}"
            expression = "icontains" if lookup == "contains" else lookup
            label = _LABELS[lookup].format(name=name)
            options = {"lookup_expr": expression, "label": label, **self.options}
            yield parameter, kind(field_name=self.source, **options)
        if self.nullable:
            label = _LABELS["isnull"].format(name=name)
            yield f"{name}__isnull", TruthFilter(field_name=self.source, lookup_expr="isnull", label=label)


# White space in a value is part of it: it is neither taken off nor taken for nothing.
AS_GIVEN: Mapping[str, Any] = {"strip": False}

_LABELS = {
    "exact": "{name} is exactly this.",
    "in": "{name} is one of these, separated by commas.",
    "contains": "{name} contains these words, in any case.",
    "gte": "{name} is this or greater.",
    "lte": "{name} is this or less.",
    "isnull": "{name} is unknown (true) or known (false).",
}


def text(source: str, *, nullable: bool = False) -> Kind:
    """Free text: exact, in, contains."""
    return Kind(
        source=source, one=django_filters.CharFilter, lookups=("in", "contains"), nullable=nullable, options=AS_GIVEN
    )


def name(source: str, *, nullable: bool = False) -> Kind:
    """A slug, hash or code: exact, in."""
    return Kind(source=source, one=django_filters.CharFilter, lookups=("in",), nullable=nullable, options=AS_GIVEN)


def member(source: str) -> Kind:
    """The slug of one of several related rows: exact, in."""
    return Kind(source=source, one=MemberFilter, lookups=("in",), options=AS_GIVEN)


def identity(source: str, *, nullable: bool = False) -> Kind:
    """A UUID: exact, in."""
    return Kind(source=source, one=django_filters.UUIDFilter, lookups=("in",), nullable=nullable, options={})


def day(source: str, *, nullable: bool = False) -> Kind:
    """A date: exact, gte, lte."""
    return Kind(source=source, one=DayFilter, lookups=("gte", "lte"), nullable=nullable, options={})


def said_by(source: str) -> Kind:
    """A day by which something had been said in public: on it or before."""
    options = {"lookup_expr": "lte", "label": "It had been said in public by this day."}
    return Kind(source=source, one=DayFilter, lookups=(), options=options)


def moment(source: str) -> Kind:
    """A moment, RFC 3339 with offset: exact, gte, lte."""
    return Kind(source=source, one=MomentFilter, lookups=("gte", "lte"), options={})


def number(source: str, *, nullable: bool = False) -> Kind:
    """An exact number: exact, gte, lte."""
    return Kind(source=source, one=NumberFilter, lookups=("gte", "lte"), nullable=nullable, options={})


def whole(source: str, *, nullable: bool = False) -> Kind:
    """A whole number: exact, gte, lte."""
    return Kind(source=source, one=WholeNumberFilter, lookups=("gte", "lte"), nullable=nullable, options={})


def truth(source: str) -> Kind:
    """True or false."""
    return Kind(source=source, one=TruthFilter, lookups=(), options={})


def choice(source: str, choices: Any, *, nullable: bool = False) -> Kind:
    """A word of a vocabulary: exact, in."""
    return Kind(
        source=source,
        one=django_filters.ChoiceFilter,
        lookups=("in",),
        nullable=nullable,
        options={
            "choices": choices.choices,
            "error_messages": {"invalid_choice": f"Give one of {', '.join(choices.values)}."},
        },
    )


class ResourceFilterSet(django_filters.FilterSet):
    """Base of every resource's filters; an invalid value is a problem that names its parameter."""

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that pass all filters given.

        Raises:
            Problem: invalid-parameter, with one error for each parameter that is.
        """
        if not self.is_valid():
            errors = [
                FieldError(parameter=parameter, detail=str(message))
                for parameter, messages in self.errors.items()
                for message in messages
            ]
            raise Problem(INVALID_PARAMETER, errors=errors)
        filtered: QuerySet[Any] = self.filter_queryset(queryset)
        return filtered


def filterset(model: type[Model], **kinds: Kind) -> type[ResourceFilterSet]:
    """The filters of a resource, from the kind of each of its fields."""
    filters = {parameter: found for field, kind in kinds.items() for parameter, found in kind.filters(field)}
    meta = type("Meta", (), {"model": model, "fields": []})
    return type(f"{model.__name__}Filter", (ResourceFilterSet,), {**filters, "Meta": meta})


def refuse_empty(query: QueryDict) -> None:
    """Refuses parameters, and members of lists, without a value, which would silently filter nothing.

    Raises:
        Problem: invalid-parameter.
    """
    empty = [
        parameter
        for parameter in query
        if not (value := str(query[parameter])).strip() or parameter.endswith("__in") and "" in value.split(",")
    ]
    if empty:
        errors = [FieldError(parameter=parameter, detail="It has no value.") for parameter in empty]
        raise Problem(INVALID_PARAMETER, errors=errors)
