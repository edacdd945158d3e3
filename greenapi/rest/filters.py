"""Typed filters over public fields: one line per field gives all the lookups apt for its type."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import django_filters
from django.core.validators import EMPTY_VALUES
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

from .filter_fields import (
    DayFilter,
    HexFilter,
    KeyFilter,
    MomentFilter,
    NarrowingFilter,
    NumberFilter,
    TruthFilter,
    WholeNumberFilter,
    WordFilter,
    listed,
)
from .interval_filters import Interval
from .problems import INVALID_PARAMETER, FieldError, Problem


@dataclass(frozen=True, kw_only=True)
class ToMany:
    """A to-many relation, and what is true of the members of it that are public."""

    relation: str
    public: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How a field is filtered: its column, the filter for one value, its lookups, and whether it can be null.

    The filters of a to-many relation have its `members`, whose columns begin with its name.
    """

    source: str
    one: type[django_filters.Filter]
    lookups: tuple[str, ...]
    nullable: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    members: ToMany | None = None

    def filters(self, name: str) -> Iterator[tuple[str, django_filters.Filter]]:
        """Each parameter's name with its filter."""
        for lookup in (*self.lookups, *(("isnull",) if self.nullable else ())):
            found = self._filter(lookup, name=name)
            found.members = self.members
            yield name if lookup == "exact" else f"{name}__{lookup}", found

    def _filter(self, lookup: str, *, name: str) -> Any:
        label = _LABELS[lookup].format(name=name)
        if self.members is not None:
            label = f"Of one of several: {label}"
        if lookup == "isnull":
            return TruthFilter(field_name=self.source, lookup_expr="isnull", label=label)
        kind = listed(self.one) if lookup == "in" else self.one
        expression = "icontains" if lookup == "contains" else lookup
        return kind(field_name=self.source, **{"lookup_expr": expression, "label": label, **self.options})


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
    lookups = ("exact", "in", "contains")
    return Kind(source=source, one=django_filters.CharFilter, lookups=lookups, nullable=nullable, options=AS_GIVEN)


def words(source: str) -> Kind:
    """The name of what a reference leads to, which is found by its key: contains."""
    return Kind(source=source, one=django_filters.CharFilter, lookups=("contains",), options=AS_GIVEN)


def name(source: str, *, nullable: bool = False) -> Kind:
    """A slug, hash or code: exact, in."""
    one = KeyFilter if source.endswith(("__slug", "__sha256")) else django_filters.CharFilter
    return Kind(source=source, one=one, lookups=("exact", "in"), nullable=nullable, options=AS_GIVEN)


def identity(source: str, *, nullable: bool = False) -> Kind:
    """A UUID: exact, in."""
    return Kind(source=source, one=django_filters.UUIDFilter, lookups=("exact", "in"), nullable=nullable)


def day(source: str, *, nullable: bool = False) -> Kind:
    """A date: exact, gte, lte."""
    return Kind(source=source, one=DayFilter, lookups=("exact", "gte", "lte"), nullable=nullable)


def said_by(source: str) -> Kind:
    """A day by which something had been said in public: on it or before."""
    options = {"lookup_expr": "lte", "label": "It had been said in public by this day."}
    return Kind(source=source, one=DayFilter, lookups=("exact",), options=options)


def moment(source: str) -> Kind:
    """A moment, RFC 3339 with offset: exact, gte, lte."""
    return Kind(source=source, one=MomentFilter, lookups=("exact", "gte", "lte"))


def number(source: str, *, nullable: bool = False) -> Kind:
    """An exact number: exact, gte, lte."""
    return Kind(source=source, one=NumberFilter, lookups=("exact", "gte", "lte"), nullable=nullable)


def whole(source: str, *, nullable: bool = False) -> Kind:
    """A whole number: exact, gte, lte."""
    return Kind(source=source, one=WholeNumberFilter, lookups=("exact", "gte", "lte"), nullable=nullable)


def truth(source: str) -> Kind:
    """True or false."""
    return Kind(source=source, one=TruthFilter, lookups=("exact",))


def known(source: str) -> Kind:
    """Whether there is a value at all: isnull."""
    return Kind(source=source, one=TruthFilter, lookups=(), nullable=True)


def hexadecimal(source: str, *, nullable: bool = False) -> Kind:
    """Bytes, in hexadecimal: exact."""
    return Kind(source=source, one=HexFilter, lookups=("exact",), nullable=nullable)


def word_of(source: str) -> Kind:
    """One of the words that a column lists."""
    return Kind(source=source, one=WordFilter, lookups=("exact",), options={"lookup_expr": "contains"})


def narrowed(by: str, *, label: str) -> Kind:
    """Whether to pick among the rows that all other filters leave, by a method of the queryset: true, false."""
    return Kind(source=by, one=NarrowingFilter, lookups=("exact",), options={"label": label})


def choice(source: str, choices: Any, *, nullable: bool = False) -> Kind:
    """A word of a vocabulary: exact, in."""
    return one_of(source, words=choices.values, nullable=nullable)


def one_of(source: str, *, words: Sequence[str], nullable: bool = False) -> Kind:
    """One of a few words: exact, in."""
    options = {
        "choices": [(word, word) for word in words],
        "error_messages": {"invalid_choice": f"Give one of {', '.join(words)}."},
    }
    lookups = ("exact", "in")
    return Kind(source=source, one=django_filters.ChoiceFilter, lookups=lookups, nullable=nullable, options=options)


def bounds(source: str, *, field: str) -> dict[str, Kind]:
    """The ends of an interval, null where it is unlimited, and whether it is there at all."""
    return {
        field: known(source),
        f"{field}_lower": number(f"{source}__startswith", nullable=True),
        f"{field}_upper": number(f"{source}__endswith", nullable=True),
        f"{field}_lower_closed": truth(f"{source}__lower_inc"),
        f"{field}_upper_closed": truth(f"{source}__upper_inc"),
    }


def stated(source: str, *, bounds: str, unit: str, indicator: str, nullable: bool = False) -> Interval:
    """A stated number as `number` has it, and the interval it commits to: certainly and possibly gte, gt, lte, lt.

    `unit` and `indicator` are the parameters of which one names the unit, and the columns of the same names.
    """
    return Interval(number=number(source, nullable=nullable), source=bounds, unit=unit, indicator=indicator)


def members(relation: str, *, public: Mapping[str, Any] | None = None, **kinds: Kind) -> dict[str, Kind]:
    """The filters of a to-many relation. All that are given at once are true of one and the same member.

    Columns count from the far end of the relation; `public` is what is true of the members that are shown.
    """
    found = ToMany(relation=relation, public=tuple((public or {}).items()))
    return {name: replace(kind, source=f"{relation}__{kind.source}", members=found) for name, kind in kinds.items()}


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

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that pass; each once, however many members of a to-many relation match."""
        wanted: dict[ToMany, list[Q]] = defaultdict(list)
        last: list[tuple[NarrowingFilter, bool]] = []
        for parameter, value in self.form.cleaned_data.items():
            found = self.filters[parameter]
            if value in EMPTY_VALUES:
                continue
            if getattr(found, "members", None) is not None:
                wanted[found.members].append(Q(**{f"{found.field_name}__{found.lookup_expr}": value}))
            elif isinstance(found, NarrowingFilter):
                last.append((found, value))
            else:
                queryset = found.filter(queryset, value)
        for of, conditions in wanted.items():
            public = {f"{of.relation}__{name}": value for name, value in of.public}
            there = {f"{of.relation}__isnull": False}
            matching = queryset.model._default_manager.filter(*conditions, **public, **there)
            queryset = queryset.filter(pk__in=matching.values("pk"))
        for narrowing, value in last:
            queryset = narrowing.filter(queryset, value)
        return queryset

    @classmethod
    def of_versions(cls) -> list[str]:
        """The parameters that can be judged on a version alone."""
        return [name for name, found in cls.base_filters.items() if not isinstance(found, NarrowingFilter)]


def filterset(model: type[Model], **kinds: Kind | Interval) -> type[ResourceFilterSet]:
    """The filters of a resource, from the kind of each of its fields."""
    filters: dict[str, Any] = {
        parameter: found for name, kind in kinds.items() for parameter, found in kind.filters(name)
    }
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
