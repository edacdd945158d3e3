"""Undo: putting a record, or everything one revision changed, back as it was; as a new revision, never by erasing."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.backends.utils import CursorWrapper
from psycopg.errors import ForeignKeyViolation, NotNullViolation

from .history import Touched, touched_by
from .links import parts_recorded, pointing_to
from .models import ChangeClass, Redaction, Revision, Versioned
from .recording import RecordError
from .revisions import current_revision
from .tables import Table, existing_table

Record = tuple[type[Versioned], UUID]
# What computes anew, by the ids of records of a model that were put back, the values that follow from others. The rooms
# above give theirs.
FOLLOWING: dict[type[Versioned], Callable[[list[UUID]], None]] = {}


class UndoError(ValueError):
    """It cannot be undone; the message says why."""


def revert_record(model: type[Versioned], record: UUID, *, to: int) -> None:
    """Puts a record, with the rows that are its parts, back as it was at revision `to`; inside an open revision.

    All its columns are put back, its state included, but for values that follow from other records: these follow from
    what those are now. What was redacted since stays as the redaction left it.

    Raises:
        NoRevisionError: no revision is open.
        UndoError: it was not there at that revision, or was redacted as a whole, or what stands today depends on what
            it is now.
        django.db.IntegrityError: what it was then breaks a rule of the database now.
    """
    opened = current_revision()
    if to >= opened.number:
        raise UndoError(f"There is no revision {to} yet.")
    with connection.cursor() as cursor:
        if not _standing(cursor, model, record, at=to):
            raise UndoError(f"It was not there at revision {to}.")
        _restore(cursor, [(model, record), *parts_recorded(model, record)], at=to)


def revert_revision(number: int) -> list[Touched]:
    """Puts everything that a revision changed back as it was before; inside an open revision. Gives what it touched.

    Raises:
        NoRevisionError: no revision is open.
        UndoError: there is no such revision, it was a redaction, a later revision touched the same rows, or rows
            recorded later point to what it added.
        django.db.IntegrityError: what was before breaks a rule of the database now.
    """
    opened = current_revision()
    undone = Revision.objects.filter(number=number).exclude(number=opened.number).first()
    if undone is None:
        raise UndoError(f"There is no revision {number}.")
    if undone.change_class == ChangeClass.REDACTION:
        raise UndoError(f"Revision {number} is a redaction and cannot be undone: what it removed is gone.")
    touched = touched_by(number)
    _refuse_touched_again(touched, number=number)
    with connection.cursor() as cursor:
        _restore(cursor, [(each.model, each.id) for each in touched], at=number - 1)
    return touched


def _refuse_touched_again(touched: Iterable[Touched], *, number: int) -> None:
    tables = {each.model._meta.db_table: each.model for each in touched}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT later.rev_from, later.table_name, later.id, r.change_class"
            "  FROM ledger_change c JOIN ledger_change later ON later.table_name = c.table_name AND later.id = c.id"
            "  JOIN ledger_revision r ON r.number = later.rev_from"
            " WHERE c.rev_from = %s AND later.rev_from > c.rev_from ORDER BY 1, 2, 3 LIMIT 1",
            [number],
        )
        row = cursor.fetchone()
    if row is not None:
        later, table, identity, change_class = row
        named = f"{tables[table].resource} {identity}"
        if change_class == ChangeClass.REDACTION:
            raise UndoError(
                f"Revision {later} redacted {named} since, which cannot be undone. Put back single records."
            )
        raise UndoError(f"Revision {later} changed {named} again. Undo that first, or put back single records.")


def _restore(cursor: CursorWrapper, records: list[Record], *, at: int) -> None:
    """Makes live rows what their versions at a revision say, and lets the database judge the links between them."""
    standing = [each for each in records if _standing(cursor, *each, at=at)]
    gone = [each for each in records if each not in standing]
    # First what goes, because what comes may have its place: the same slug, the same pair of links.
    for model, record in gone:
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [record])
    for model, record in standing:
        _put_back(cursor, model, record, at=at)
    for model, follow in FOLLOWING.items():
        try:
            follow([record for put_back, record in standing if put_back is model])
        except RecordError as error:
            raise UndoError(
                f"{model.resource} {error.key} does not fit what others are now: {error.message}."
            ) from error
    for model, record in gone:
        for pointer in pointing_to(model, record, ever=False, parts=True):
            raise UndoError(
                f"{model.resource} {record} would go, and {pointer.model.resource} {pointer.id} of revision"
                f" {pointer.number} points to it. Undo that first."
            )
    try:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        if not isinstance(error.__cause__, ForeignKeyViolation):
            raise
        raise UndoError("It pointed to a record that is not there any more. Put that back first.") from error


def _standing(cursor: CursorWrapper, model: type[Versioned], record: UUID, *, at: int) -> bool:
    """Whether a row stood at a revision."""
    if model is Redaction:
        raise UndoError("A redaction cannot be undone: what it removed is gone.")
    cursor.execute(
        f"SELECT op FROM {model._meta.db_table}_version"
        " WHERE id = %s AND rev_from <= %s AND (rev_to IS NULL OR rev_to > %s)",
        [record, at, at],
    )
    row = cursor.fetchone()
    if row == ("R",):
        raise UndoError(f"{model.resource} {record} was redacted as a whole: what it held is gone.")
    return row is not None


def _put_back(cursor: CursorWrapper, model: type[Versioned], record: UUID, *, at: int) -> None:
    """Makes a live row what its version at a revision says, inserted or updated."""
    table = existing_table(cursor, model)
    values = ", ".join(_value(model, table, column) for column, _ in table.columns)
    replaced = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column, _ in table.columns[1:])
    try:
        cursor.execute(
            f"INSERT INTO {table.name} ({table.column_list}) SELECT {values} FROM {table.version_name} v"
            " WHERE v.id = %s AND v.rev_from <= %s AND (v.rev_to IS NULL OR v.rev_to > %s)"
            f" ON CONFLICT (id) DO UPDATE SET {replaced}",
            [record, at, at],
        )
    except IntegrityError as error:
        if not isinstance(error.__cause__, NotNullViolation):
            raise
        column = error.__cause__.diag.column_name
        raise UndoError(f"It was deleted before there was a {column}, which must have a value.") from error


def _value(model: type[Versioned], table: Table, column: str) -> str:
    """SQL for what a column is to hold again. One that came later, and must hold something, keeps what it has."""
    then = table.recorded(column, alias="v")
    if column == "id" or any(field.column == column and field.null for field in model._meta.concrete_fields):
        return then
    last = table.recorded(column, alias="p")
    return (
        f"coalesce({then}, (SELECT {last} FROM {table.version_name} p WHERE p.id = v.id AND {last} IS NOT NULL"
        " ORDER BY p.rev_from DESC LIMIT 1))"
    )
