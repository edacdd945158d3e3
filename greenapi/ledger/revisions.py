"""Opening a revision: the only way to write what the ledger records."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction
from psycopg import errors

from .models import ChangeClass

# How long a writer waits for another, as in `ledger_open`; afterwards it is told to come back in as many.
PATIENCE_SECONDS = 3


class RevisionError(Exception):
    """A write that the ledger cannot accept as it was asked for."""


class NoRevisionError(RevisionError):
    """A change was asked for outside `with revision(...)`."""


class WriterBusyError(RevisionError):
    """Another writer held the ledger for longer than the lock timeout (3 s); trying again is safe."""


@dataclass(frozen=True, kw_only=True)
class OpenRevision:
    """The revision being written: its number, when it was recorded (UTC), by whom, why and what sort of change."""

    number: int
    recorded_at: datetime
    actor: str
    reason: str
    change_class: ChangeClass


_open: ContextVar[OpenRevision | None] = ContextVar("open_revision", default=None)


@contextmanager
def revision(*, actor: str, reason: str, change_class: ChangeClass) -> Iterator[OpenRevision]:
    """Records everything written inside as one revision, committed at the end or not at all.

    It opens the transaction itself, so that waiting for another writer never happens with rows already locked.
    When nothing was changed inside, no revision is made and its number is free again.

    Raises:
        RuntimeError: a transaction, or another revision, is already open.
        WriterBusyError: another writer held the ledger for more than 3 s.
        django.db.IntegrityError: actor or reason is blank.
    """
    with transaction.atomic(durable=True):
        opened = _open_ledger(actor=actor, reason=reason, change_class=change_class)
        token = _open.set(opened)
        try:
            yield opened
        finally:
            _open.reset(token)
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_close()")


def current_revision() -> OpenRevision:
    """The revision that is open here.

    Raises:
        NoRevisionError: none is.
    """
    opened = _open.get()
    if opened is None:
        raise NoRevisionError("changes are made inside `with revision(actor=…, reason=…, change_class=…):`")
    return opened


def anything_changed() -> bool:
    """Whether the open revision has changed anything so far; one that has not leaves no trace.

    Raises:
        NoRevisionError: none is open.
    """
    current_revision()
    with connection.cursor() as cursor:
        cursor.execute("SELECT changed FROM ledger_head")
        changed: bool = cursor.fetchone()[0]
    return changed


def _open_ledger(*, actor: str, reason: str, change_class: ChangeClass) -> OpenRevision:
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT number, recorded_at FROM ledger_open(%s, %s, %s)", [actor, reason, change_class])
        except OperationalError as error:
            if isinstance(error.__cause__, errors.LockNotAvailable):
                raise WriterBusyError("another change is being written; try again in a moment") from error
            raise
        number, recorded_at = cursor.fetchone()
    return OpenRevision(number=number, recorded_at=recorded_at, actor=actor, reason=reason, change_class=change_class)
