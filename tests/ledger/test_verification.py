"""Verification: whichever version is changed behind the guards, the revision that it concerns is named."""

from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from greenapi.ledger.tables import VERSION_COLUMNS, columns_of, versioned_models
from greenapi.ledger.verification import verify
from tests.factories import sources
from tests.factories.revisions import change
from tests.ledger.wholeness import first_broken

from .every_table import fill
from .tampering import another, execute, first_named, rows, tampered

VERSIONS = [f"{model._meta.db_table}_version" for model in versioned_models()]
NEVER_NULL = {"id", "rev_from", "op", "rev_hash"}
# The same number with other digits, the same day before Christ, the same words with another letter.
OTHER_WAYS = {
    "numeric": ["({0}::text || CASE WHEN {0}::text LIKE '%.%' THEN '0' ELSE '.0' END)::numeric"],
    "numrange": ["numrange(lower({0}), upper({0}), '()')"],
    "text": ["overlay({0} placing 'ø' from 1)", "''"],
    "character varying": ["overlay({0} placing 'ø' from 1)", "''"],
    "date": ["(to_char({0}, 'YYYY-MM-DD') || ' BC')::date", "'infinity'"],
}


@dataclass(frozen=True, kw_only=True)
class Version:
    """A row of a version table, found again by its place in the table."""

    table: str
    ctid: str
    op: str
    rev_from: int
    rev_to: int | None
    rev_redacted: int | None


@pytest.fixture
def filled(ledger_db: None) -> None:
    fill()


def versions(table: str) -> list[Version]:
    found = rows(f"SELECT ctid, op, rev_from, rev_to, rev_redacted FROM {table} ORDER BY id, rev_from")
    return [Version(table=table, ctid=a, op=b, rev_from=c, rev_to=d, rev_redacted=e) for a, b, c, d, e in found]


def columns(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        return columns_of(cursor, table)


def setting(version: Version, column: str, *, to: str) -> str:
    """SQL that gives a column of a version another value, and gives back until when it stands then."""
    return f"""UPDATE {version.table} SET "{column}" = {to} WHERE ctid = '{version.ctid}' RETURNING rev_to"""


def concerned(version: Version, column: str, *, rev_to: int | None) -> set[int]:
    """The revisions of which verification has to name one, when a column of a version has another value."""
    if column == "rev_to":
        # The first at which another row stands than did.
        return {min(end for end in (version.rev_to, rev_to) if end is not None)}
    # What a redaction has left is sealed by its tombstone.
    return {version.rev_from, version.rev_redacted or version.rev_from}


def test_ledger_that_nobody_changed_is_whole(filled: None) -> None:
    empty = [table for table in VERSIONS if not versions(table)]

    assert empty == []
    assert [found for _, found in verify() if found] == []
    assert first_broken() is None


def test_every_recorded_column_of_every_version_table_is_proved(filled: None) -> None:
    """One column of every table at a time, each in another row than the column before."""
    recorded = {table: [pair for pair in columns(table) if pair[0] not in VERSION_COLUMNS] for table in VERSIONS}
    known = {table: versions(table) for table in VERSIONS}
    missed = []
    for place in range(max(map(len, recorded.values()))):
        changed: dict[str, Version] = {}
        with ExitStack() as stack:
            for table in (table for table in VERSIONS if place < len(recorded[table])):
                column, kind = recorded[table][place]
                version = known[table][place % len(known[table])]
                stack.enter_context(tampered(table, setting(version, column, to=another(column, kind))))
                changed[table] = version
            found = dict(verify())
        for table, version in changed.items():
            # A redacted version is proved by its tombstone, which is another step's to judge.
            step = table.removesuffix("_version") if version.rev_redacted is None else "redactions"
            if not {finding.revision for finding in found[step]} & concerned(version, "", rev_to=None):
                missed.append((version, recorded[table][place]))

    assert missed == []


@pytest.mark.parametrize("column", VERSION_COLUMNS)
def test_what_the_ledger_says_of_every_version_is_proved(filled: None, column: str) -> None:
    missed = []
    for number, table in enumerate(VERSIONS):
        version = versions(table)[number % len(versions(table))]
        change_it = setting(version, column, to=another(column, VERSION_COLUMNS[column]))
        with tampered(table, change_it) as ((rev_to,),):
            named = first_named()
        if not named & concerned(version, column, rev_to=rev_to):
            missed.append((version, column, named))

    assert missed == []


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_of_any_version_is_proved(filled: None, data: st.DataObject) -> None:
    """Other values, none, and those of other rows."""
    table = data.draw(st.sampled_from(VERSIONS))
    version = data.draw(st.sampled_from(versions(table)))
    column, kind = data.draw(st.sampled_from(columns(table)))
    ways = ["NULL", another(column, kind), *OTHER_WAYS.get(kind, [])]
    ways += [f"(SELECT \"{column}\" FROM {table} WHERE ctid = '{row.ctid}')" for row in versions(table)]
    way = data.draw(st.sampled_from(ways)).format(f'"{column}"')
    assume(not (way == "NULL" and column in NEVER_NULL))
    this = f"FROM {table} WHERE ctid = '{version.ctid}'"
    assume(rows(f'SELECT ("{column}")::text IS DISTINCT FROM ({way})::text {this}') == [(True,)])

    try:
        with tampered(table, setting(version, column, to=way)) as ((rev_to,),):
            named = {finding.revision for _, found in verify() for finding in found}
    except IntegrityError:
        assume(False)  # Two versions of one record cannot begin in one revision.

    assert named & concerned(version, column, rev_to=rev_to)


@pytest.mark.parametrize(
    "other", ["(to_char(held_on, 'YYYY-MM-DD') || ' BC')::date", "'infinity'", "'-infinity'", "NULL"]
)
def test_date_of_another_era_is_another_date(filled: None, other: str) -> None:
    """None of them has the same text as another."""
    (version,) = (found for found in versions("briefing_version") if found.rev_from == 1)

    with tampered("briefing_version", setting(version, "held_on", to=other)):
        assert version.rev_from in first_named()


def test_infinite_date_is_not_an_unknown_one(ledger_db: None) -> None:
    with change():
        row = sources.role()
        execute(f"UPDATE role SET held_to = 'infinity' WHERE id = '{row.id}'")
    (version,) = versions("role_version")

    with tampered("role_version", setting(version, "held_to", to="NULL")):
        assert version.rev_from in first_named()


def test_salt_put_back_on_a_redacted_version_is_named(filled: None) -> None:
    redacted = [version for version in versions("unit_version") if version.rev_redacted is not None]

    for version in redacted:
        with tampered("unit_version", setting(version, "rev_salt", to="gen_random_uuid()")):
            assert first_named() & {version.rev_from, version.rev_redacted}
    assert len(redacted) > 2


def test_version_that_was_deleted_or_added_is_missed(filled: None) -> None:
    """Of every table one version of each sort."""
    missed = []
    for table in VERSIONS:
        for version in {version.op: version for version in versions(table)}.values():
            this = f"FROM {table} v WHERE ctid = '{version.ctid}'"
            copied = f"SELECT (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid()))).* {this}"
            for statement in (f"DELETE {this}", f"INSERT INTO {table} {copied}"):
                with tampered(table, statement):
                    if version.rev_from not in first_named():
                        missed.append((version, statement))

    assert missed == []
