"""Where a text stands in the ledger: in which records, now or in the past, and in which revisions' own words."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from .tables import versioned_models


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A place where a text stands: a resource (`revisions` for their actors and reasons), and the key of a record."""

    resource: str
    key: str


def traces(texts: Collection[str], *, limit: int) -> list[Trace]:
    """The places, or the first `limit` of them, where one of the texts stands, letter by letter."""
    if not texts:
        return []
    resources = {model._meta.db_table: model.resource for model in versioned_models()}
    # As JSON writes it, because the canonical text of a version is JSON.
    escaped = [json.dumps(text, ensure_ascii=False)[1:-1] for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.table_name, c.id::text FROM ledger_change c, unnest(%(escaped)s::text[]) AS wanted(text)"
            " WHERE strpos(c.canonical, wanted.text) > 0"
            " UNION ALL SELECT 'ledger_revision', r.number::text FROM ledger_revision r"
            " WHERE EXISTS (SELECT FROM unnest(%(texts)s::text[]) AS wanted(text)"
            "   WHERE strpos(r.actor, wanted.text) > 0 OR strpos(r.reason, wanted.text) > 0)"
            " ORDER BY 1, 2 LIMIT %(limit)s",
            {"escaped": escaped, "texts": list(texts), "limit": limit},
        )
        return [Trace(resource=resources.get(table, "revisions"), key=key) for table, key in cursor.fetchall()]
