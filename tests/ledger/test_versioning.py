"""Version tables: triggers record every kind of write, once for a row and revision, and only what changed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Concat

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.reading import reading
from indicators.models import Indicator, Observation, Topic, Unit
from tests.factories import facts
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db

Version = tuple[int, int | None, str, str | None]


def versions(identity: UUID, *, table: str = "unit", column: str = "name") -> list[Version]:
    """(rev_from, rev_to, op, column as text) of every version of a row, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT rev_from, rev_to, op, "{column}"::text FROM {table}_version WHERE id = %s ORDER BY rev_from',
            [identity],
        )
        found: list[Version] = cursor.fetchall()
    return found


def execute(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def insert_raw(*, identity: UUID, name: str) -> None:
    execute(
        "INSERT INTO unit (id, slug, name, quantity, symbol, definition) VALUES (%s, %s, %s, 'ratio', '', '')",
        identity,
        name,
        name,
    )


def insert_saved(*, identity: UUID, name: str) -> None:
    Unit(id=identity, slug=name, name=name, quantity="ratio").save()


def insert_bulk(*, identity: UUID, name: str) -> None:
    other = Unit(id=uuid7(), slug=f"{name}-other", name="other", quantity="ratio")
    Unit.objects.bulk_create([Unit(id=identity, slug=name, name=name, quantity="ratio"), other])


def insert_copied(*, identity: UUID, name: str) -> None:
    copy = "COPY unit (id, slug, name, quantity, symbol, definition) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copy) as rows:
        rows.write_row((identity, name, name, "ratio", "", ""))


def insert_unless_there(*, identity: UUID, name: str) -> None:
    row = Unit(id=identity, slug=name, name=name, quantity="ratio")
    Unit.objects.bulk_create([row], update_conflicts=True, unique_fields=["slug"], update_fields=["name"])


def insert_merged(*, identity: UUID, name: str) -> None:
    execute(
        "MERGE INTO unit u USING (VALUES (%s::uuid, %s)) AS n (id, name) ON u.id = n.id"
        " WHEN NOT MATCHED THEN INSERT (id, slug, name, quantity, symbol, definition)"
        " VALUES (n.id, n.name, n.name, 'ratio', '', '')",
        identity,
        name,
    )


@pytest.mark.parametrize(
    "insert", [insert_raw, insert_saved, insert_bulk, insert_copied, insert_unless_there, insert_merged]
)
def test_insert_is_recorded(insert: Callable[..., None]) -> None:
    identity = uuid7()
    with change() as opened:
        insert(identity=identity, name="ell")

    assert versions(identity) == [(opened.number, None, "I", "ell")]


def update_raw(row: Unit) -> None:
    execute("UPDATE unit SET name = 'changed' WHERE id = %s", row.id)


def update_saved(row: Unit) -> None:
    row.name = "changed"
    row.save()


def update_many(row: Unit) -> None:
    Unit.objects.filter(id=row.id).update(name="changed")


def update_bulk(row: Unit) -> None:
    row.name = "changed"
    Unit.objects.bulk_update([row], ["name"])


def update_computed(row: Unit) -> None:
    Unit.objects.filter(id=row.id).update(name="chang")
    Unit.objects.filter(id=row.id).update(name=Concat(F("name"), F("slug")))
    Unit.objects.filter(id=row.id).update(name="changed")


def update_conflicting(row: Unit) -> None:
    again = Unit(id=uuid7(), slug=row.slug, name="changed", quantity="ratio")
    Unit.objects.bulk_create([again], update_conflicts=True, unique_fields=["slug"], update_fields=["name"])


def update_merged(row: Unit) -> None:
    execute(
        "MERGE INTO unit u USING (VALUES (%s::uuid)) AS n (id) ON u.id = n.id"
        " WHEN MATCHED THEN UPDATE SET name = 'changed'",
        row.id,
    )


def update_joined(row: Unit) -> None:
    values = "(VALUES (%s::uuid, 'changed')) AS n (id, name)"
    execute(f"UPDATE unit SET name = n.name FROM {values} WHERE unit.id = n.id", row.id)


@pytest.mark.parametrize(
    "update",
    [
        update_raw,
        update_saved,
        update_many,
        update_bulk,
        update_computed,
        update_conflicting,
        update_merged,
        update_joined,
    ],
)
def test_update_is_recorded(update: Callable[[Unit], None]) -> None:
    with change() as first:
        row, other = facts.unit(name="was"), facts.unit(name="other")
    with change() as second:
        update(row)

    assert versions(row.id) == [(first.number, second.number, "I", "was"), (second.number, None, "U", "changed")]
    assert versions(other.id) == [(first.number, None, "I", "other")]


def delete_raw(row: Unit) -> None:
    execute("DELETE FROM unit WHERE id = %s", row.id)


def delete_model(row: Unit) -> None:
    Unit.objects.get(id=row.id).delete()


def delete_many(row: Unit) -> None:
    Unit.objects.filter(id=row.id).delete()


def delete_merged(row: Unit) -> None:
    execute("MERGE INTO unit u USING (VALUES (%s::uuid)) AS n (id) ON u.id = n.id WHEN MATCHED THEN DELETE", row.id)


@pytest.mark.parametrize("delete", [delete_raw, delete_model, delete_many, delete_merged])
def test_delete_is_recorded(delete: Callable[[Unit], None]) -> None:
    with change() as first:
        row, other = facts.unit(name="was"), facts.unit(name="other")
    with change() as second:
        delete(row)

    assert versions(row.id) == [
        (first.number, second.number, "I", "was"),
        (second.number, second.number, "D", None),
    ]
    assert versions(other.id) == [(first.number, None, "I", "other")]


def test_rows_that_a_foreign_key_takes_along_are_recorded() -> None:
    with change():
        """Takes the ledger's lock before the statement below takes those of rows."""
    execute(
        "ALTER TABLE indicator_topic ADD CONSTRAINT taken_along"
        " FOREIGN KEY (topic_id) REFERENCES topic ON DELETE CASCADE"
    )
    with change() as first:
        topic, indicator = facts.topic(), facts.indicator()
        link = indicator.indicator_topics.model(id=uuid7(), topic=topic, indicator=indicator)
        link.save()
    with change() as second:
        execute("DELETE FROM topic WHERE id = %s", topic.id)

    assert versions(link.id, table="indicator_topic", column="topic_id") == [
        (first.number, second.number, "I", str(topic.id)),
        (second.number, second.number, "D", None),
    ]


def test_another_final_zero_of_an_interval_is_recorded() -> None:
    with change() as first:
        row = facts.indicator()
        execute("UPDATE indicator SET domain = '[0,1.3]' WHERE id = %s", row.id)
    with change() as second:
        execute("UPDATE indicator SET domain = '[0,1.30]' WHERE id = %s", row.id)

    assert versions(row.id, table="indicator", column="domain") == [
        (first.number, second.number, "I", "[0,1.3]"),
        (second.number, None, "U", "[0,1.30]"),
    ]


def test_another_final_zero_of_a_number_is_recorded() -> None:
    with change() as first:
        row = facts.observation(value=Decimal("1.3"))
    with change() as second:
        Observation.objects.filter(id=row.id).update(value=Decimal("1.30"))

    assert versions(row.id, table="observation", column="value") == [
        (first.number, second.number, "I", "1.3"),
        (second.number, None, "U", "1.30"),
    ]


def test_update_that_changes_nothing_makes_no_version() -> None:
    with change() as first:
        row, other = facts.unit(name="same"), facts.unit(name="same")
    with change() as second:
        row.save()
        Unit.objects.filter(id__in=[row.id, other.id]).update(name="same")
        execute("UPDATE unit SET name = name")
        Unit.objects.filter(id=other.id).update(name="other")

    assert versions(row.id) == [(first.number, None, "I", "same")]
    assert versions(other.id) == [(first.number, second.number, "I", "same"), (second.number, None, "U", "other")]


def test_null_and_empty_differ() -> None:
    with change() as first:
        broader = facts.topic()
        row = facts.topic(parent=broader)
    with change() as second:
        Topic.objects.filter(id=row.id).update(parent=None)
    with change() as third:
        Topic.objects.filter(id=row.id).update(parent=broader)

    assert versions(row.id, table="topic", column="parent_id") == [
        (first.number, second.number, "I", str(broader.id)),
        (second.number, third.number, "U", None),
        (third.number, None, "U", str(broader.id)),
    ]


def test_several_updates_in_one_revision_are_one_version() -> None:
    with change() as first:
        row = facts.unit(name="a")
    with change() as second:
        for name in ("b", "c", "d"):
            Unit.objects.filter(id=row.id).update(name=name)

    assert versions(row.id) == [(first.number, second.number, "I", "a"), (second.number, None, "U", "d")]


def test_insert_and_update_in_one_revision_is_an_insert() -> None:
    with change() as opened:
        row = facts.unit(name="a")
        Unit.objects.filter(id=row.id).update(name="b")

    assert versions(row.id) == [(opened.number, None, "I", "b")]


def test_insert_and_delete_in_one_revision_leaves_nothing() -> None:
    with change():
        row = facts.unit(name="a")
        Unit.objects.filter(id=row.id).update(name="b")
        Unit.objects.filter(id=row.id).delete()

    assert versions(row.id) == []


def test_insert_and_delete_of_a_row_deleted_before_leaves_nothing_new() -> None:
    with change() as first:
        row = facts.unit(name="a")
    with change() as second:
        Unit.objects.filter(id=row.id).delete()
    with change():
        insert_raw(identity=row.id, name="again")
        Unit.objects.filter(id=row.id).delete()

    assert versions(row.id) == [
        (first.number, second.number, "I", "a"),
        (second.number, second.number, "D", None),
    ]


def test_insert_after_a_delete_starts_again() -> None:
    with change() as first:
        row = facts.unit(name="a")
    with change() as second:
        Unit.objects.filter(id=row.id).delete()
    with change() as third:
        insert_raw(identity=row.id, name="b")

    assert versions(row.id) == [
        (first.number, second.number, "I", "a"),
        (second.number, second.number, "D", None),
        (third.number, None, "I", "b"),
    ]


def test_delete_and_insert_in_one_revision_is_an_update() -> None:
    with change() as first:
        row = facts.unit(name="a")
    with change() as second:
        Unit.objects.filter(id=row.id).delete()
        insert_raw(identity=row.id, name="b")

    assert versions(row.id) == [(first.number, second.number, "I", "a"), (second.number, None, "U", "b")]


def test_delete_insert_and_delete_in_one_revision_is_a_delete() -> None:
    with change() as first:
        row = facts.unit(name="a")
    with change() as second:
        Unit.objects.filter(id=row.id).delete()
        insert_raw(identity=row.id, name="b")
        Unit.objects.filter(id=row.id).delete()

    assert versions(row.id) == [
        (first.number, second.number, "I", "a"),
        (second.number, second.number, "D", None),
    ]


def test_update_and_delete_in_one_revision_is_a_delete() -> None:
    with change() as first:
        row = facts.unit(name="a")
    with change() as second:
        Unit.objects.filter(id=row.id).update(name="b")
        Unit.objects.filter(id=row.id).delete()

    assert versions(row.id) == [
        (first.number, second.number, "I", "a"),
        (second.number, second.number, "D", None),
    ]
    with reading(as_of=first.number):
        assert Unit.objects.get(id=row.id).name == "a"
    with reading(as_of=second.number):
        assert not Unit.objects.filter(id=row.id).exists()


def test_statement_over_many_rows_records_each_that_differs() -> None:
    with change() as first:
        rows = [facts.indicator(note=note) for note in ("x", "y", "x")]
    with change() as second:
        Indicator.objects.filter(id__in=[row.id for row in rows]).update(note="x")

    assert [versions(row.id, table="indicator", column="note") for row in rows] == [
        [(first.number, None, "I", "x")],
        [(first.number, second.number, "I", "y"), (second.number, None, "U", "x")],
        [(first.number, None, "I", "x")],
    ]
