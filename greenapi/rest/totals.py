"""`count` and `facets`: how many rows a listing has, and how many of each value of some fields."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, Model, QuerySet
from django.http import QueryDict

from .filters import ResourceFilterSet
from .parameters import truth
from .problems import INVALID_PARAMETER, FieldError, Problem

COUNT = "count"
FACETS = "facets"
MOST_VALUES = 100


def totals(
    selected: QuerySet[Any], *, query: QueryDict, facets: Sequence[str], filters: type[ResourceFilterSet]
) -> dict[str, Any]:
    """What the envelope says of all rows that the filters select, where it is asked for. One query for each.

    `facets` are the names that the parameter may list, and of filters that know the column of each.

    Raises:
        Problem: invalid-parameter.
    """
    counted = truth(query, COUNT)
    named = str(query[FACETS]).split(",") if FACETS in query else []
    if not set(named) <= set(facets) or len(set(named)) < len(named):
        detail = f"Give, each at most once, some of {', '.join(facets)}."
        raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=FACETS, detail=detail)])
    found: dict[str, Any] = {}
    if counted:
        found[COUNT] = selected.order_by().count()
    if named:
        found[FACETS] = {name: _values(selected, source=filters.base_filters[name].field_name) for name in named}
    return found


def _values(selected: QuerySet[Any], *, source: str) -> list[dict[str, Any]]:
    """The most frequent values of a column with their numbers of rows; of equally frequent ones the lower first."""
    counted = Count("pk", distinct=_crosses_many(selected.model, source))
    values = (
        selected.order_by()
        .values(facet_value=F(source))
        .annotate(facet_count=counted)
        .order_by("-facet_count", F("facet_value").asc(nulls_last=True))
    )
    return [{"value": row["facet_value"], "count": row["facet_count"]} for row in values[:MOST_VALUES]]


def _crosses_many(model: type[Model], source: str) -> bool:
    """Whether a row can have several values of a column; a derived one has one."""
    here: Any = model
    names = {field.name for field in model._meta.get_fields()}
    if source.partition("__")[0] not in names:
        return False
    for name in source.split("__")[:-1]:
        field: Any = here._meta.get_field(name)
        if field.many_to_many or field.one_to_many:
            return True
        here = field.related_model
    return False
