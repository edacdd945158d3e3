"""Every version of a model's rows as a queryset, with the filters that its rows have."""

from typing import Any, cast

from django.db.models import BigIntegerField, BooleanField, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.sql.datastructures import BaseTable

from .models import Versioned
from .visibility import spans_sql, versions_of, with_owners


def every_version(queryset: QuerySet[Any], *, until: int) -> QuerySet[Any]:
    """The versions recorded by revision `until` that a selection of rows selects; inside `reading`.

    Only the model's own table is replaced. Rows of other tables, and of this one where it is joined again, are those
    that stand at the revision that is being read. Each version has `rev_from`, the revision that made it, or that first
    made what it is part of public where that came later, and `rev_until`, the revision that replaced or ended it, None
    where none had by then.
    """
    table = queryset.model._meta.db_table
    versions: QuerySet[Any] = queryset.all()
    versions.query.get_initial_alias()
    versions.query.alias_map[table] = BaseTable(versions_of(queryset.model), table)
    recorded: QuerySet[Any] = versions.annotate(
        rev_from=RawSQL(_shown_from(queryset.model), [], BigIntegerField()),
        rev_until=RawSQL(f'CASE WHEN "{table}".rev_to <= %s THEN "{table}".rev_to END', [until], BigIntegerField()),
    ).filter(rev_from__lte=until)
    return recorded


def first_versions(versions: QuerySet[Any]) -> QuerySet[Any]:
    """Of `every_version`, the first that the public saw of each row.

    Filters do not matter to which is the first: a row whose first version they do not select has none.
    """
    model = cast("type[Versioned]", versions.model)
    table = model._meta.db_table
    earlier = spans_sql(with_owners(model), where=f'v0.id = "{table}".id AND v0.rev_from < "{table}".rev_from')
    is_first = RawSQL(f"NOT EXISTS ({earlier})", [], BooleanField())
    first: QuerySet[Any] = versions.annotate(is_first=is_first).filter(is_first=True)
    return first


def _shown_from(model: type[Versioned]) -> str:
    """SQL for the revision at which the public saw a version first; null where it never did."""
    table = model._meta.db_table
    if model.part_of is None:
        return f'"{table}".rev_from'
    spans = spans_sql(with_owners(model), where=f'v0.id = "{table}".id AND v0.rev_from = "{table}".rev_from')
    return f"(SELECT min(begins) FROM ({spans}) s)"
