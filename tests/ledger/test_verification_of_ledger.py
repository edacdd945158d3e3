"""Verification of revisions, the head and the live tables, and of forgeries that leave every row's hash right."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from greenapi.ledger.models import LedgerHead, Revision
from greenapi.ledger.tables import columns_of, versioned_models
from greenapi.ledger.verification import Finding, Kept, verify
from indicators.models import Unit
from tests.factories import facts
from tests.factories.revisions import change
from tests.ledger.wholeness import first_broken

from .every_table import fill
from .tampering import another, execute, first_named, rows, tampered

TABLES = [model._meta.db_table for model in versioned_models()]


@pytest.fixture
def filled(ledger_db: None) -> None:
    fill()


def findings(*, kept: Kept | None = None) -> list[Finding]:
    return [finding for _, found in verify(kept=kept) for finding in found]


def named() -> set[int]:
    return {finding.revision for finding in findings()}


def head() -> Kept:
    newest = Revision.objects.order_by("number").last()
    assert newest is not None and newest.hash is not None
    return Kept(number=newest.number, hash=bytes(newest.hash))


@pytest.mark.parametrize("column", ["recorded_at", "actor", "reason", "change_class", "rows_hash", "hash"])
def test_every_column_of_every_revision_is_proved(filled: None, column: str) -> None:
    with connection.cursor() as cursor:
        kind = dict(columns_of(cursor, "ledger_revision"))[column]

    missed = []
    for (number,) in rows("SELECT number FROM ledger_revision"):
        for value in [another(column, kind), *(["NULL"] if kind == "bytea" else [])]:
            with tampered("ledger_revision", f"UPDATE ledger_revision SET {column} = {value} WHERE number = {number}"):
                if number not in first_named():
                    missed.append((number, value))
    assert missed == []


def test_number_of_every_revision_is_proved(filled: None) -> None:
    for (number,) in rows("SELECT number FROM ledger_revision"):
        with tampered("ledger_revision", f"UPDATE ledger_revision SET number = number + 100 WHERE number = {number}"):
            assert {number, number + 100} <= named()


def test_missing_revision_is_named(filled: None) -> None:
    newest = head().number
    for number in range(1, newest + 1):
        with tampered("ledger_revision", f"DELETE FROM ledger_revision WHERE number = {number}"):
            assert number in named()


def test_two_revisions_that_changed_places_are_named(filled: None) -> None:
    """Number and time stay, everything else is exchanged."""
    with tampered(
        "ledger_revision",
        "UPDATE ledger_revision r SET (actor, reason, change_class, rows_hash, hash)"
        " = (SELECT o.actor, o.reason, o.change_class, o.rows_hash, o.hash FROM ledger_revision o"
        "     WHERE o.number = 7 - r.number) WHERE r.number IN (3, 4)",
    ):
        assert {3, 4} <= named()


def test_versions_that_changed_revisions_are_named(filled: None) -> None:
    """Each hash still fits its row, but the rows are not those that the revisions were sealed with."""
    with tampered(
        "unit_version", "UPDATE unit_version SET rev_from = 7 - rev_from WHERE rev_from IN (3, 4) AND op = 'I'"
    ):
        assert {3, 4} <= named()


@pytest.mark.parametrize(
    ("column", "value", "revision"),
    [
        ("ledger_id", "gen_random_uuid()", 1),
        ("number", "number + 1", None),
        ("number", "number - 1", None),
        ("closed_at", "closed_at - interval '1 hour'", None),
    ],
)
def test_head_is_proved(filled: None, column: str, value: str, revision: int | None) -> None:
    newest = head().number

    with tampered("ledger_head", f"UPDATE ledger_head SET {column} = {value}"):
        first = first_broken()

    assert first is not None and first.revision == (revision or newest)


def test_live_row_without_its_version_is_named(filled: None) -> None:
    """In every table a value changed, a row deleted, and another one added."""
    newest, missed = head().number, []
    for place, table in enumerate(TABLES):
        with connection.cursor() as cursor:
            columns = columns_of(cursor, table)
        standing = f"SELECT id, rev_from FROM {table}_version WHERE rev_to IS NULL ORDER BY id LIMIT 1"
        ((identity, rev_from),) = rows(standing)
        this = f"WHERE id = '{identity}'"
        column, kind = columns[place % len(columns)]
        copy = "(jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid()))).*"
        for statement, expected in (
            (f'UPDATE {table} SET "{column}" = {another(column, kind)} {this}', rev_from),
            (f"DELETE FROM {table} {this}", rev_from),
            (f"INSERT INTO {table} SELECT {copy} FROM {table} l {this}", newest),
        ):
            with tampered(table, statement):
                if expected not in first_named() and expected not in named():
                    missed.append((statement, expected))
    assert missed == []


def forge(*, revisions: bool, chain: bool) -> int:
    """Rewrites a version that stands no more, and its hash; on request also the seal of its revision, and all after it.

    Gives the number of the revision it was made in.
    """
    ((identity, number),) = rows("SELECT id, rev_from FROM unit_version WHERE op = 'I' AND rev_to = 5 LIMIT 1")
    this = f"id = '{identity}' AND rev_from = {number}"
    execute("ALTER TABLE unit_version DISABLE TRIGGER USER; ALTER TABLE ledger_revision DISABLE TRIGGER USER")
    execute(f"UPDATE unit_version SET name = 'forged' WHERE {this}")
    canonical = f"SELECT canonical FROM ledger_change WHERE table_name = 'unit' AND {this}"
    execute(f"UPDATE unit_version SET rev_hash = ledger_row_hash(rev_salt, ({canonical})) WHERE {this}")
    if revisions:
        execute(f"UPDATE ledger_revision SET rows_hash = ledger_rows_hash(number) WHERE number = {number}")
    for later in range(number, head().number + 1) if chain else ():
        chained = f"ledger_chain_hash(ledger_hash_at({later - 1}), r)"
        execute(f"UPDATE ledger_revision r SET hash = {chained} WHERE number = {later}")
    return int(number)


@contextmanager
def undone_at_the_end() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("revisions", [False, True])
def test_row_with_a_hash_that_fits_is_not_that_of_its_revision(filled: None, *, revisions: bool) -> None:
    with undone_at_the_end():
        number = forge(revisions=revisions, chain=False)
        first = first_broken()

    assert first is not None and first.revision == number


def test_whole_chain_forged_is_told_by_a_head_that_was_kept(filled: None) -> None:
    """Who owns the database can forge all of it; not what others have kept."""
    kept = head()
    with undone_at_the_end():
        forge(revisions=True, chain=True)
        alone, held_against = findings(), findings(kept=kept)

    assert alone == []
    assert [finding.revision for finding in held_against] == [kept.number]


def test_head_that_was_kept_stays_good_while_the_ledger_goes_on(filled: None) -> None:
    kept = head()
    with change():
        facts.unit()

    assert first_broken(kept=kept) is None


def test_head_of_a_revision_that_is_gone_is_named(filled: None) -> None:
    kept = Kept(number=head().number + 1, hash=head().hash)

    assert [finding.revision for finding in findings(kept=kept)] == [kept.number]


SETTINGS = {
    "bytea_output": "escape",
    "datestyle": "German, DMY",
    "timezone": "Asia/Kathmandu",
    "intervalstyle": "sql_standard",
    "extra_float_digits": "-5",
    "lc_numeric": "C",
    "xmloption": "document",
}


@pytest.mark.parametrize(("name", "value"), SETTINGS.items())
def test_settings_of_a_session_change_no_hash(filled: None, name: str, value: str) -> None:
    """Neither of the one that verifies nor of the one that writes."""
    execute(f"SET {name} = '{value}'")
    found = findings()
    execute(
        "BEGIN; SELECT number FROM ledger_open('ada', 'a test', 'enrichment');"
        "UPDATE briefing SET held_on = held_on + 1; UPDATE observation SET value = value + 0.10;"
        "SELECT ledger_close(); COMMIT"
    )
    found_then = findings()
    execute(f"RESET {name}")

    assert (found, found_then, findings()) == ([], [], [])


def test_verify_ledger_says_that_it_is_whole(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    kept = head()

    call_command("verify_ledger", f"--kept={kept.number}:{kept.hash.hex()}")

    lines = capsys.readouterr().out.splitlines()
    assert lines[:-1] == [f"{step}: ok" for step in ["revisions", "rows of revisions", "redactions", *TABLES]]
    assert lines[-1] == f"The ledger {LedgerHead.objects.get().ledger_id} is whole: {kept.number} revisions."


def test_verify_ledger_fails_and_names_what_is_broken(filled: None) -> None:
    unit = Unit.objects.order_by("id")[0]
    with (
        tampered("unit", f"UPDATE unit SET name = 'forged' WHERE id = '{unit.id}'"),
        pytest.raises(CommandError) as caught,
    ):
        call_command("verify_ledger")

    assert str(caught.value).splitlines() == [
        "The ledger is broken; first:",
        f"revision 5: unit {unit.id} is not what was recorded last",
    ]


@pytest.mark.parametrize("kept", ["", "1", "1:", "x:" + "0" * 64, "1:" + "g" * 64, "-1:" + "0" * 64])
def test_verify_ledger_refuses_what_is_no_head(filled: None, kept: Any) -> None:
    with pytest.raises((CommandError, SystemExit)):
        call_command("verify_ledger", f"--kept={kept}")
