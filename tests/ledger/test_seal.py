"""The seal: hashes as documented, computed here again without the database's help, and set whichever way one writes."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import connection, transaction

from briefings.models import Speaker
from greenapi.ledger.canonical import canonical_sql
from greenapi.ledger.models import ChangeClass, LedgerHead, Revision
from greenapi.ledger.redaction import redact
from greenapi.ledger.tables import VERSION_COLUMNS, columns_of, versioned_models
from greenapi.ledger.versioning import install
from indicators.changes import as_range
from indicators.measures import Bounds
from indicators.models import Indicator, Unit
from tests.factories import facts, sources
from tests.factories.revisions import change
from tests.ledger.wholeness import first_broken

from .second_writer import RolledBackError

HARD_TEXTS = [
    "quotes \" and ' and “typographic”",
    "back\\slash \\n \\u0041 and /",
    "tab\tline\nreturn\r\b\f and \x01\x1f\x7f",
    "emoji 🌬️ 👩‍🌾 beyond the first plane 𝔘",
    "NO-BREAK\u00a0SPACE, ZERO WIDTH\u200bSPACE,\u2028LINE SEPARATOR",
    "e\u0301 is not é; 能源; ß",
    " spaces around ",
    "null",
    "{}",
    "%s %(name)s {braces} $$ --",
    "",
]


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def rfc8785(members: dict[str, Any]) -> str:
    """JSON as RFC 8785 writes it, of objects whose names are ASCII and whose values are strings."""
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def row_hash(*, table: str, op: str, salt: UUID, row: dict[str, str]) -> bytes:
    return sha256((str(salt) + rfc8785({"op": op, "row": row, "table": table})).encode())


def recorded_rows() -> Iterator[tuple[int, bytes, bytes]]:
    """(revision, hash kept, hash computed) of every version of every table."""
    with connection.cursor() as cursor:
        for model in versioned_models():
            table = model._meta.db_table
            columns = [column for column in columns_of(cursor, f"{table}_version") if column[0] not in VERSION_COLUMNS]
            printed = ", ".join(f'{_printed(kind, name)} AS "{name}"' for name, kind in columns)
            cursor.execute(f"SELECT rev_from, op, rev_salt, rev_hash, {printed} FROM {table}_version")
            names = [name for name, _ in columns]
            for number, op, salt, kept, *values in cursor.fetchall():
                row = {name: value for name, value in zip(names, values, strict=True) if value is not None}
                yield number, bytes(kept), row_hash(table=table, op=op, salt=salt, row=row)


def _printed(kind: str, name: str) -> str:
    """SQL for a value as Postgres prints it, dates and times as ISO 8601 in UTC."""
    if kind == "timestamp with time zone":
        return f"""to_char("{name}" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    return f'"{name}"::text'


def assert_sealed() -> None:
    """Every revision's hashes are those that its rows and words have by the documented rules."""
    by_revision: dict[int, list[bytes]] = {}
    for number, kept, computed in recorded_rows():
        assert kept == computed
        by_revision.setdefault(number, []).append(computed)
    previous = sha256(str(LedgerHead.objects.get().ledger_id).encode())
    for revision in Revision.objects.order_by("number"):
        rows = sha256(b"".join(sorted(by_revision.pop(revision.number, []))))
        previous = sha256(
            rfc8785(
                {
                    "actor": revision.actor,
                    "change_class": revision.change_class,
                    "number": str(revision.number),
                    "previous": previous.hex(),
                    "reason": revision.reason,
                    "recorded_at": revision.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                    "rows": rows.hex(),
                }
            ).encode()
        )
        assert revision.rows_hash is not None and bytes(revision.rows_hash) == rows
        assert revision.hash is not None and bytes(revision.hash) == previous
    assert by_revision == {}
    assert first_broken() is None


def execute(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


def test_dataset_is_sealed_as_documented(dataset: None) -> None:
    assert_sealed()


def test_hash_of_a_row_is_that_of_the_example(db: None) -> None:
    """A row written out here by hand, member by member."""
    with change() as opened:
        unit = facts.unit(name='watt "peak"', symbol="W", definition="")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rev_salt, rev_hash FROM unit_version WHERE id = %s", [unit.id])
        salt, kept = cursor.fetchone()

    text = (
        f'{salt}{{"op":"I","row":{{"definition":"","id":"{unit.id}","name":"watt \\"peak\\"","quantity":"ratio",'
        f'"slug":"{unit.slug}","symbol":"W"}},"table":"unit"}}'
    )
    assert bytes(kept) == sha256(text.encode())
    assert opened.number == LedgerHead.objects.get().number


def test_hard_texts_are_sealed_as_documented(db: None) -> None:
    for text in HARD_TEXTS:
        with change(actor=f"a{text}", reason=f"r{text}"):
            speaker = sources.speaker(name=text or "-", note=text)
        with change(actor=f"a{text}", reason=f"r{text}"):
            Speaker.objects.filter(pk=speaker.pk).update(note=f"{text}.")

    assert_sealed()


def test_numbers_intervals_dates_and_nulls_are_sealed_as_documented(db: None) -> None:
    numbers = ["0", "-0.50", "1.30", "1.3", "100000000000000000000000000000000.000000001", "-7"]
    with change():
        sources.briefing(held_on=None)
        sources.briefing(held_on=date(987, 1, 2), is_fiction=True)
        sources.role(held_from=date(2031, 1, 1), held_to=date(9999, 12, 31))
    for number in numbers:
        with change():
            indicator = facts.indicator(domain=Bounds(lower=Decimal(number), lower_closed=False))
            fact = facts.observation(value=Decimal(number), indicator=indicator, comparator="ge", value_printed="a lot")
        with change():
            bounds = Bounds(lower=Decimal("-1.0"), upper=Decimal("1.00"), lower_closed=True, upper_closed=True)
            Indicator.objects.filter(pk=indicator.pk).update(domain=as_range(bounds))
            type(fact).objects.filter(pk=fact.pk).update(note="seen")

    assert_sealed()


def test_deletions_and_tombstones_are_sealed_as_documented(db: None) -> None:
    with change():
        unit, kept = facts.unit(), facts.unit(definition='a "thing", {b}\\')
    with change():
        unit.delete()
    with change(change_class=ChangeClass.REDACTION):
        tombstone = redact(Unit, kept.pk, fields=["definition", "name"], authority='A, "B"', reason="a\\b {c}")

    mine = {number for number, held, computed in recorded_rows() if held != computed}
    assert tombstone.fields == ["definition", "name"]
    # Of the versions that were blanked the hash stays that of what they held.
    assert mine == {tombstone.revision - 2}
    assert first_broken() is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text[]", """ARRAY['a', 'b"c', 'd\\e', NULL, '', 'f,g', '{}', '"']"""),
        ("boolean", "false"),
        ("date", "'0987-01-02'"),
        ("numrange", "'(,1.30]'"),
        ("numrange", "'empty'"),
        ("numeric", "-0.10"),
        ("text", """E'"\\\\\\u00a0\\n'"""),
        ("smallint", "-3"),
        ("text", "NULL"),
    ],
)
def test_canonical_text_is_the_json_of_what_postgres_prints(db: None, kind: str, value: str) -> None:
    with connection.cursor() as cursor:
        canonical = canonical_sql(table="thing", columns=[("of", kind), ("id", "integer")], alias="v", op="'U'")
        cursor.execute(f"SELECT {canonical}, {_printed(kind, 'of')} FROM (SELECT 7 AS id, {value}::{kind} AS of) v")
        found, printed = cursor.fetchone()

    row = {"id": "7"} if printed is None else {"id": "7", "of": printed}
    assert found == rfc8785({"op": "U", "row": row, "table": "thing"})


def test_settings_of_a_session_change_no_hash(db: None) -> None:
    with change():
        facts.observation()
    for setting in ("DateStyle TO 'SQL, DMY'", "TimeZone TO 'Asia/Kathmandu'", "IntervalStyle TO sql_standard"):
        execute(f"SET LOCAL {setting}")
        execute("SELECT ledger_open('ada', 'by hand', 'enrichment')")
        execute("UPDATE observation SET stated_on = stated_on + 1, bounds = '[-0.50,1.30)'")
        execute("UPDATE briefing SET held_on = held_on + 1 WHERE held_on IS NOT NULL")
        execute("SELECT ledger_close()")
        execute("SET LOCAL DateStyle TO ISO; SET LOCAL TimeZone TO UTC")

    assert_sealed()


def test_revision_is_sealed_when_it_is_closed(db: None) -> None:
    with change() as opened:
        facts.unit()
        assert Revision.objects.get(number=opened.number).hash is None

    assert Revision.objects.get(number=opened.number).hash is not None


def test_raw_sql_that_never_closes_its_revision_is_sealed_at_commit(ledger_db: None) -> None:
    with change():
        facts.unit()
    with transaction.atomic():
        execute("SELECT ledger_open('ada', 'by hand', 'enrichment')")
        execute("UPDATE unit SET name = 'by hand'")
        assert Revision.objects.get(number=2).hash is None

    assert_sealed()
    assert LedgerHead.objects.get().number == 2


@pytest.mark.parametrize("afterwards", ["SET CONSTRAINTS ALL DEFERRED", "SELECT 1"])
@pytest.mark.parametrize("close", ["SELECT ledger_close()", "SELECT 1"])
def test_constraints_judged_in_the_middle_of_a_revision_leave_it_sealed(
    ledger_db: None, afterwards: str, close: str
) -> None:
    with change():
        first, second = facts.unit(), facts.unit()
    with transaction.atomic():
        execute("SELECT ledger_open('ada', 'by hand', 'enrichment')")
        execute("UPDATE unit SET name = 'a' WHERE id = %s", first.id)
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute(afterwards)
        execute("UPDATE unit SET name = 'b' WHERE id = %s", second.id)
        execute("UPDATE unit SET name = 'c' WHERE id = %s", first.id)
        execute(
            "INSERT INTO unit SELECT gen_random_uuid(), 'new', name, symbol, quantity, definition FROM unit LIMIT 1"
        )
        execute("DELETE FROM unit WHERE id = %s", second.id)
        execute(close)

    assert_sealed()
    assert LedgerHead.objects.get().number == 2


def test_constraints_judged_before_a_revision_is_opened_leave_it_sealed(ledger_db: None) -> None:
    with transaction.atomic():
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute("SELECT ledger_open('ada', 'by hand', 'enrichment')")
        facts_sql = (
            "INSERT INTO unit (id, slug, name, quantity, symbol, definition) VALUES (%s, 'a', 'a', 'ratio', '', '')"
        )
        execute(facts_sql, UUID(int=7))
        execute("SELECT ledger_close()")

    assert_sealed()
    assert LedgerHead.objects.get().number == 1


def test_loaded_fixture_is_sealed(ledger_db: None, tmp_path: Any) -> None:
    with change():
        facts.observation()
    fixture = tmp_path / "units.json"
    rows = [*Unit.objects.all()]
    for row in rows:
        row.name = "loaded"
    fixture.write_text(serializers.serialize("json", rows))
    with change():
        call_command("loaddata", fixture, verbosity=0)
        facts.unit()

    assert_sealed()
    assert LedgerHead.objects.get().number == 2
    assert Unit.objects.filter(name="loaded").count() == 1


def test_what_is_rolled_back_to_a_savepoint_is_not_sealed(ledger_db: None) -> None:
    with change():
        unit = facts.unit(name="kept")
        with pytest.raises(RolledBackError), transaction.atomic():  # noqa: PT012
            facts.unit()
            execute("SET CONSTRAINTS ALL IMMEDIATE")
            raise RolledBackError

    assert_sealed()
    assert list(Unit.objects.all()) == [unit]


def test_column_added_or_dropped_leaves_every_hash(db: None) -> None:
    with change():
        unit = facts.unit()
    before = list(Revision.objects.values_list("number", "hash"))
    # Foreign keys that wait to be judged would keep the table from being altered.
    execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    execute("ALTER TABLE unit ADD COLUMN plural text")
    install(connection)
    assert first_broken() is None

    with change():
        execute("UPDATE unit SET plural = 'watts' WHERE id = %s", unit.id)
    execute("ALTER TABLE unit DROP COLUMN plural, DROP COLUMN symbol")
    install(connection)
    with change():
        execute("UPDATE unit SET name = 'after' WHERE id = %s", unit.id)

    assert_sealed()
    assert list(Revision.objects.values_list("number", "hash"))[: len(before)] == before


@contextmanager
def listening() -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own that is told of revisions."""
    settings = connection.get_connection_params()
    own = {name: settings[name] for name in ("dbname", "user", "password", "host", "port") if settings.get(name)}
    with psycopg.connect(**own, autocommit=True) as made:
        made.execute("LISTEN greenapi_ledger")
        yield made


def told(listener: psycopg.Connection[Any]) -> list[str]:
    return [notice.payload for notice in listener.notifies(timeout=0.3)]


def test_listeners_are_told_of_a_revision_when_it_is_committed_and_not_before(ledger_db: None) -> None:
    with listening() as listener:
        with change():
            facts.unit()
            execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            facts.unit()
            assert told(listener) == []
        assert told(listener) == ["1"]


def test_listeners_are_not_told_of_what_was_rolled_back_or_changed_nothing(ledger_db: None) -> None:
    with listening() as listener:
        with pytest.raises(RolledBackError), change():  # noqa: PT012
            facts.unit()
            execute("SET CONSTRAINTS ALL IMMEDIATE")
            raise RolledBackError
        with change():
            """Nothing."""
        assert told(listener) == []
        with change():
            facts.unit()
        assert told(listener) == ["1"]
