"""What the tests of redaction share: a secret, somebody whose versions hold it, and a dump of the whole database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from briefings.models import Speaker
from greenapi.ledger.models import ChangeClass, Redaction, Versioned
from greenapi.ledger.redaction import redact
from greenapi.ledger.revisions import OpenRevision
from tests.factories import sources
from tests.factories.revisions import change

SECRET = "Zofia Quillfeather"
SLUG = "zofia-quillfeather"
WORDS = {"authority": "Court of Springfield", "reason": "Order 7/26"}


def known_speaker() -> Speaker:
    """Somebody with three versions; the first and the last hold SECRET in two columns, all of them SLUG."""
    with change():
        made = sources.speaker(slug=SLUG, name=SECRET, note=f"{SECRET}, twice.")
    with change():
        Speaker.objects.filter(pk=made.pk).update(name="Somebody", note="")
    with change():
        Speaker.objects.filter(pk=made.pk).update(name=f"Dr {SECRET}", note=f"Again {SECRET}")
    return Speaker.objects.get(pk=made.pk)


@contextmanager
def redacting() -> Iterator[OpenRevision]:
    with change(actor="olga", reason="Order 7/26", change_class=ChangeClass.REDACTION) as opened:
        yield opened


def redacted(model: type[Versioned], record: UUID, *fields: str) -> Redaction:
    """Redacts fields of a record, or all of it, in a revision of its own."""
    with redacting():
        return redact(model, record, fields=fields, **WORDS)


def execute(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


def dump() -> dict[str, str]:
    """Every row of every table of the database, as text, by the table's name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'm')"
            " AND relnamespace IN ('public'::regnamespace, 'as_of'::regnamespace)"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM {table} t")
            found[table] = cursor.fetchone()[0]
    return found


def holding(*texts: str) -> list[str]:
    """The tables in which one of the texts stands."""
    return sorted(table for table, rows in dump().items() if any(text in rows for text in texts))


def versions(model: type[Versioned], identity: UUID, *, column: str = "name") -> dict[int, object]:
    """What versions of a record hold in a column, by the revision that recorded them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT rev_from, "{column}"::text FROM {model._meta.db_table}_version WHERE id = %s', [identity]
        )
        return dict(cursor.fetchall())
