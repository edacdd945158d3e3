"""Every version of a model's rows as a queryset, with the filters that its rows have."""

from typing import Any, cast

from django.db.models import BigIntegerField, BooleanField, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.sql.datastructures import BaseTable

from .models import Versioned
from .visibility import public_sql, versions_of


def every_version(queryset: QuerySet[Any], *, until: int) -> QuerySet[Any]:
    """The versions recorded by revision `until` that a selection of rows selects; inside `reading`.

    Only the model's own table is replaced. Rows of other tables, and of this one where it is joined again, are those
    that stand at the revision that is being read. Each version has `rev_from`, the revision that made it, and
    `rev_until`, the revision that replaced or ended it, None where none had by then.
    """
    table = queryset.model._meta.db_table
    versions: QuerySet[Any] = queryset.all()
    versions.query.get_initial_alias()
    versions.query.alias_map[table] = BaseTable(versions_of(queryset.model), table)
    recorded: QuerySet[Any] = versions.annotate(
        rev_from=RawSQL(f'"{table}".rev_from', [], BigIntegerField()),
        rev_until=RawSQL(f'CASE WHEN "{table}".rev_to <= %s THEN "{table}".rev_to END', [until], BigIntegerField()),
    ).filter(rev_from__lte=until)
    return recorded


def first_versions(versions: QuerySet[Any]) -> QuerySet[Any]:
    """Of `every_version`, the first that the public saw of each row.

    Filters do not matter to which is the first: a row whose first version they do not select has none.
    """
    model = cast("type[Versioned]", versions.model)
    is_first = (
        f"NOT EXISTS (SELECT FROM {versions_of(model)} earlier WHERE earlier.id = {model._meta.db_table}.id"
        f" AND {public_sql(model, 'earlier')} AND earlier.rev_from < {model._meta.db_table}.rev_from)"
    )
    first: QuerySet[Any] = versions.annotate(is_first=RawSQL(is_first, [], BooleanField())).filter(is_first=True)
    return first
