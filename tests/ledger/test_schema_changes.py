"""Migrations change tables, and never what was answered before them: the golden answers stay, byte for byte."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, migrations, models
from pytest_django import Settings

from greenapi.ledger.catching_up import LARGEST_REVISION
from greenapi.ledger.drift import drift
from greenapi.ledger.models import ChangeClass, LedgerHead, Revision, Versioned
from greenapi.ledger.reading import reading
from greenapi.ledger.revisions import revision
from greenapi.ledger.undo import UndoError, revert_record
from greenapi.ledger.versioning import install
from indicators.models import Observation, Topic, Unit
from tests.factories import facts
from tests.factories.revisions import change
from tests.golden.keeping import SECRET_KEY, Answer, ask, golden_sets

from .migrating import Schema


@pytest.fixture
def kept(golden_db: None, settings: Settings) -> list[Answer]:
    """Answers of the golden ledger, which is in the database, but those that name its newest revision."""
    settings.SECRET_KEY = SECRET_KEY
    return [answer for answer in golden_sets()[0].answers if answer.status != 422][::3]


@pytest.fixture
def schema(kept: list[Answer]) -> Schema:
    """The tables of the golden ledger."""
    return Schema()


def head() -> int:
    return LedgerHead.objects.get().number


def rows(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def as_of(number: int, query: str) -> list[tuple[Any, ...]]:
    with reading(as_of=number):
        return rows(query)


def check(kept: list[Answer]) -> None:
    """Everything is in step and sealed, and was answered as it is."""
    assert drift(connection) == []
    call_command("verify_ledger", verbosity=0)
    for answer in kept:
        assert ask(answer.address) == answer


def rename(monkeypatch: pytest.MonkeyPatch, model: type[Versioned], **columns: str) -> None:
    """Lets fields of a model use columns of other names, as its class would say after a renaming."""
    renamed = dict(model.renamed_columns)
    for name, column in columns.items():
        field = model._meta.get_field(name)
        renamed[column] = str(field.column)  # type: ignore[union-attr]
        monkeypatch.setattr(field, "column", column)
    monkeypatch.setattr(model, "renamed_columns", MappingProxyType(renamed))


def test_nullable_column_changes_nothing(schema: Schema, kept: list[Answer]) -> None:
    before = head()

    schema.migrate(migrations.AddField("unit", "plural", models.TextField(null=True)))

    assert head() == before
    check(kept)


def test_values_of_a_new_column_are_recorded_by_migrate(schema: Schema, kept: list[Answer]) -> None:
    before = head()

    schema.migrate(migrations.AddField("unit", "plural", models.CharField(max_length=9, default="some")))

    made = Revision.objects.get(number__gt=before)
    assert (made.actor, made.reason) == ("migrate", "Values that a migration has put into unit")
    query = "SELECT id, plural FROM unit ORDER BY id"
    assert as_of(made.number, query) == rows(query)
    assert {plural for _, plural in as_of(before, query)} == {None}
    check(kept)


def test_row_without_the_new_column_can_be_put_back(schema: Schema) -> None:
    with change() as first:
        unit = facts.unit(name="first", slug="first")
    with change():
        Unit.objects.filter(id=unit.id).update(name="second")
    with change():
        gone = facts.unit(slug="gone")
    gone_in = head()
    with change():
        Unit.objects.filter(id=gone.id).delete()
    schema.migrate(migrations.AddField("unit", "plural", models.CharField(max_length=9, default="some")))

    with change():
        revert_record(Unit, unit.id, to=first.number)
    with pytest.raises(UndoError, match="before there was a plural"), change():
        revert_record(Unit, gone.id, to=gone_in)

    assert rows("SELECT name, plural FROM unit WHERE id = %s", unit.id) == [("first", "some")]


def test_many_values_of_a_new_column_are_recorded_in_several_revisions(
    schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("greenapi.ledger.catching_up.LARGEST_REVISION", 2)
    before, count = head(), Unit.objects.count()
    assert count == 3 and LARGEST_REVISION == 10_000

    schema.migrate(migrations.AddField("unit", "plural", models.CharField(max_length=9, default="some")))

    made = rows("SELECT rev_from, count(*) FROM unit_version WHERE rev_from > %s GROUP BY 1 ORDER BY 1", before)
    assert made == [(before + 1, 2), (before + 2, 1)]
    assert drift(connection) == []
    call_command("verify_ledger", verbosity=0)


def test_column_that_answers_do_not_show_can_go(schema: Schema, kept: list[Answer]) -> None:
    schema.migrate(migrations.AddField("unit", "plural", models.CharField(max_length=9, default="some")))
    before = head()

    schema.migrate(migrations.RemoveField("unit", "plural"))

    assert head() == before
    with change():
        Unit.objects.filter(slug="pebble").update(name="stone")
    assert rows("SELECT plural FROM unit_version WHERE rev_to IS NULL ORDER BY plural") == [
        ("some",),
        ("some",),
        (None,),
    ]
    check(kept)


def test_renamed_column_keeps_its_past(schema: Schema, kept: list[Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    before = head()
    schema.migrate(migrations.AddIndex("unit", models.Index(fields=["symbol"], name="unit_symbol")))

    rename(monkeypatch, Unit, symbol="sign")
    schema.migrate(migrations.RenameField("unit", "symbol", "sign"))
    check(kept)
    assert head() == before
    with change():
        Unit.objects.filter(slug="pebble").update(symbol="stone")
    rename(monkeypatch, Unit, symbol="mark")
    schema.migrate(migrations.RenameField("unit", "sign", "mark"))
    with change():
        Unit.objects.filter(slug="pebble").update(symbol="rock")

    assert head() == before + 2
    seen = [
        as_of(number, "SELECT mark FROM unit WHERE slug = 'pebble'") for number in (1, before, before + 1, before + 2)
    ]
    assert seen == [[("p",)], [("p\u20d7",)], [("stone",)], [("rock",)]]
    assert rows("SELECT symbol, sign, mark FROM unit_version WHERE rev_from > %s ORDER BY rev_from", before) == [
        (None, "stone", None),
        (None, None, "rock"),
    ]
    check(kept)


def test_link_whose_column_was_renamed_still_finds(
    schema: Schema, kept: list[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(monkeypatch, Observation, unit="measured_in_id")
    schema.migrate(migrations.RenameField("observation", "unit", "measured_in"))

    assert any("observations?unit=" in answer.address for answer in golden_sets()[0].answers)
    check([answer for answer in golden_sets()[0].answers if "observations" in answer.address])


def test_column_renamed_without_saying_so_loses_its_past_and_is_noticed(
    schema: Schema, kept: list[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what `renamed_columns` is for."""
    monkeypatch.setattr(Unit._meta.get_field("symbol"), "column", "sign")

    schema.migrate(migrations.RenameField("unit", "symbol", "sign"))

    assert len([answer for answer in kept if ask(answer.address) != answer]) > 10


def test_wider_column_takes_longer_values(schema: Schema, kept: list[Answer]) -> None:
    schema.migrate(
        migrations.AlterField("unit", "symbol", models.CharField(max_length=300, blank=True, default="", help_text="x"))
    )

    with change():
        Unit.objects.filter(slug="pebble").update(symbol="p" * 299)

    assert as_of(head(), "SELECT length(symbol) FROM unit WHERE slug = 'pebble'") == [(299,)]
    check(kept)


@pytest.fixture
def tally() -> Iterator[type[models.Model]]:
    """A versioned model that is there for one test."""

    class Tally(Versioned):
        resource = "tallies"
        name = models.TextField()

        class Meta(Versioned.Meta):
            app_label = "indicators"
            db_table = "tally"

    yield Tally
    del apps.all_models["indicators"]["tally"]
    apps.clear_cache()


def test_new_table_is_recorded_from_its_first_row(
    schema: Schema, kept: list[Answer], tally: type[models.Model]
) -> None:
    before = head()

    schema.migrate(
        migrations.CreateModel(
            "Tally",
            [("id", models.UUIDField(primary_key=True)), ("name", models.TextField())],
            options={"db_table": "tally"},
        ),
        migrations.RunSQL("INSERT INTO tally VALUES (gen_random_uuid(), 'by the migration')"),
    )
    with change():
        tally._default_manager.create(name="later")

    query = "SELECT name FROM tally ORDER BY name"
    assert [as_of(number, query) for number in (before, before + 1)] == [[], [("by the migration",)]]
    assert as_of(before + 2, query) == [("by the migration",), ("later",)]
    check(kept)


def test_new_index_is_made_for_versions_too(schema: Schema, kept: list[Answer]) -> None:
    schema.migrate(migrations.AddIndex("unit", models.Index(fields=["quantity", "name"], name="unit_of")))

    assert rows("SELECT pg_get_indexdef(to_regclass('unit_version_quantity_name'))") == [
        ("CREATE INDEX unit_version_quantity_name ON public.unit_version USING btree (quantity, name)",)
    ]
    check(kept)


def fill(apps: Any, schema_editor: Any) -> None:
    """What a migration that writes rows does."""
    install(schema_editor.connection)
    with revision(actor="migrate", reason="Plurals", change_class=ChangeClass.ENRICHMENT):
        apps.get_model("indicators", "Unit").objects.filter(slug="pebble").update(plural="pebbles")


def test_migration_writes_rows_in_a_revision(schema: Schema, kept: list[Answer]) -> None:
    before = head()
    schema.migrate(migrations.AddField("unit", "plural", models.TextField(null=True)))

    schema.migrate(migrations.RunPython(fill), atomic=False)

    assert Revision.objects.get(number__gt=before).reason == "Plurals"
    assert as_of(head(), "SELECT plural FROM unit WHERE slug = 'pebble'") == [("pebbles",)]
    check(kept)


def test_migration_that_is_one_transaction_cannot_open_a_revision(schema: Schema) -> None:
    schema.migrate(migrations.AddField("unit", "plural", models.TextField(null=True)))

    with pytest.raises(RuntimeError, match="durable"):
        schema.migrate(migrations.RunPython(fill))


def test_migration_that_writes_without_a_revision_is_refused(schema: Schema) -> None:
    with pytest.raises(Exception, match="writing to unit needs an open revision"):
        schema.migrate(migrations.RunSQL("UPDATE unit SET name = 'unseen'"))


def test_migration_in_sql_opens_and_closes_its_revision(schema: Schema, kept: list[Answer]) -> None:
    schema.migrate(
        migrations.RunSQL(
            "SELECT ledger_open('migrate', 'Shorter names', 'enrichment');"
            "UPDATE topic SET name = lower(name);"
            "SELECT ledger_close();"
        )
    )

    assert Revision.objects.get(number=head()).reason == "Shorter names"
    assert Topic.objects.filter(name="tides").exists()
    check(kept)
