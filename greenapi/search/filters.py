"""The filter `q` of lists: only records whose words are those looked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from greenapi.rest.filters import AS_GIVEN
from greenapi.rest.filters import Kind as FilterKind

from .finding import matching
from .kinds import Kind
from .words import OnlyNotError, as_parsed, parsed, unfit

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class _WordsField(forms.CharField):
    def clean(self, value: Any) -> Any:
        """What the words ask for, which may be nothing; None where none were given."""
        text = super().clean(value)
        if not text:
            return None
        wrong = unfit(text)
        if wrong is not None:
            raise forms.ValidationError(wrong)
        try:
            return as_parsed(parsed(text))
        except OnlyNotError as error:
            raise forms.ValidationError(str(error)) from error


class WordsFilter(django_filters.CharFilter):  # type: ignore[misc]  # django-filter has no types
    """A filter by words, in the syntax of search; must be applied inside `reading`."""

    field_class = _WordsField

    def __init__(self, *, kind: Kind, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value is None:
            return qs
        sql = matching(value, kind=self.kind)
        parameters = [value.parameters[name] for name in _PLACEHOLDER.findall(sql)]
        return qs.filter(pk__in=RawSQL(_PLACEHOLDER.sub("%s", sql), parameters))


@dataclass(frozen=True, kw_only=True)
class _Words(FilterKind):
    kind: Kind

    def filters(self, name: str) -> Iterator[tuple[str, django_filters.Filter]]:
        label = "These words were found in it by search, in its syntax; not similar ones."
        yield name, WordsFilter(kind=self.kind, label=label, **self.options)


def found_by(kind: Kind) -> FilterKind:
    """The filter of a list of records that search finds."""
    return _Words(source="pk", one=WordsFilter, lookups=(), options=AS_GIVEN, kind=kind)
