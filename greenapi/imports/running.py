"""One import, carried out from its mark to its end.

The mark moves in the transaction that records the rows before it, by a comparison with where it stood: whoever comes
twice, or was given up for dead and was not, records nothing the second time.
"""

import time
from collections import ChainMap
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from greenapi.access.scopes import Scope
from greenapi.ledger.models import ChangeClass
from greenapi.ledger.revisions import OpenRevision, WriterBusyError, anything_changed, revision
from greenapi.rest.inputs import check_shape

from .keeper import CancelledError, Keeper
from .models import OPEN, Import, ImportedRow, Mode, Outcome, Piece, State
from .readers import Importable, reader_of
from .recording import Result, Task, check_at_once, record_rows, without_key
from .records import BrokenFileError, Reader, Row

CHECKING, WAITING, RECORDING = STAGES = ("checking", "waiting", "recording")
# Rows recorded in one go, also where the revision holds more of them.
GROUP = 1000
# Refused rows after which an import of all or nothing reads no further.
MOST_REFUSED = 1000
# A worker that dies at the same place so often dies of the import.
MOST_ATTEMPTS = 5
PAUSE_SECONDS = 0.5


class FailedError(Exception):
    """The import cannot be done; the message says why. `results` are the rows that were refused."""

    def __init__(self, message: str, results: Sequence[Result] = ()) -> None:
        super().__init__(message)
        self.results = results


class _UndoneError(Exception):
    """Raised at the end of a dry run."""


def run(import_: Import, *, importable: Importable, keeper: Keeper) -> None:
    """Carries out an import that this worker holds; when it returns, it is at its end, unless others have moved it."""
    try:
        _begin(import_)
        running = _Running(import_, importable=importable, keeper=keeper)
        if import_.dry_run or import_.mode == Mode.ALL:
            running.all_at_once()
        else:
            running.by_and_by()
    except CancelledError:
        pass
    except FailedError as error:
        fail(import_, detail=str(error), results=error.results)
    except BrokenFileError as error:
        refused = Result(line=error.line, outcome=Outcome.REFUSED, errors=error.errors)
        fail(import_, detail=f"Nothing can be read from line {error.line} on.", results=[refused])


def fail(import_: Import, *, detail: str, results: Sequence[Result] = ()) -> None:
    """Ends an import that cannot be done; what was recorded before its mark stays."""
    with transaction.atomic():
        ended = Import.objects.filter(pk=import_.pk, state__in=OPEN).update(
            state=State.FAILED,
            detail=detail,
            finished_at=timezone.now(),
            refused=import_.refused + len(results),
        )
        if ended:
            _report(import_, results)
            Piece.objects.filter(of=import_).delete()


def _begin(import_: Import) -> None:
    """Says that it is running, unless its importer may no longer do that."""
    token = import_.token
    if token is None or not token.works(at=timezone.now()) or Scope.PROPOSE not in token.granted:
        raise FailedError("The token it was sent with may not be used for this any more.")
    if import_.attempts >= MOST_ATTEMPTS:
        raise FailedError(f"Workers ended by force {MOST_ATTEMPTS} times at the same place.")
    begun = Import.objects.filter(pk=import_.pk, state__in=OPEN).update(
        state=State.RUNNING, attempts=import_.attempts + 1, started_at=import_.started_at or timezone.now()
    )
    if not begun:
        raise CancelledError


class _Running:
    """An import that is under way. `_import` is as it was at the last mark."""

    def __init__(self, import_: Import, *, importable: Importable, keeper: Keeper) -> None:
        self._import = import_
        self._importable = importable
        self._keeper = keeper
        token: Any = import_.token
        self._task = Task(
            kind=importable.kind,
            by=import_.user.get_username(),
            may_review=Scope.REVIEW in token.granted,
            submit=import_.submit,
        )
        self._read = 0
        self._counts = dict.fromkeys(Outcome.values, 0)

    def by_and_by(self) -> None:
        """Records the good rows, in one revision after the other."""
        done = ImportedRow.objects.filter(of=self._import, key__isnull=False).values_list("key", "line")
        seen = {str(key): line for key, line in done}
        self._counts = {name: getattr(self._import, name) for name in Outcome.values}
        self._read = sum(self._counts.values())
        reader = reader_of(self._import, importable=self._importable)
        for batch in groups(reader, size=settings.IMPORT_BATCH_ROWS):
            self._read += len(batch)
            self._tell(RECORDING, byte=reader.byte, now=True)
            self._when_nobody_writes(partial(self._batch, batch, seen=seen, reader=reader))
        with transaction.atomic():
            self._mark(reader, state=State.DONE, results=())

    def all_at_once(self) -> None:
        """Records all rows in one revision, or in a dry run undoes it; of all or nothing, nothing if one is refused."""
        if self._import.mode == Mode.ALL:
            self._check()
        self._when_nobody_writes(self._whole)

    def _batch(self, batch: Sequence[Row], *, seen: dict[str, int], reader: Reader) -> None:
        before = dict(self._counts)
        try:
            with self._revision() as opened:
                added: dict[str, int] = {}
                results = self._record(batch, seen=ChainMap(added, seen))
                self._mark(reader, state=State.RUNNING, results=results, opened=opened)
        except BaseException:
            self._counts = before
            raise
        seen |= added
        self._import.at_byte, self._import.at_line = reader.byte, reader.line
        for name, number in self._counts.items():
            setattr(self._import, name, number)

    def _whole(self) -> None:
        self._read, self._counts = 0, dict.fromkeys(Outcome.values, 0)
        results: list[Result] = []
        seen: dict[str, int] = {}
        try:
            with self._revision() as opened:
                reader = reader_of(self._import, importable=self._importable)
                for group in groups(reader, size=GROUP):
                    self._read += len(group)
                    results += self._record(group, seen=seen)
                    self._tell(RECORDING, byte=reader.byte, now=False)
                    self._refuse(results, at_most=MOST_REFUSED)
                self._refuse(results, at_most=1)
                if self._import.dry_run:
                    raise _UndoneError
                self._mark(reader, state=State.DONE, results=results, opened=opened)
        except _UndoneError:
            with transaction.atomic():
                self._mark(reader, state=State.DONE, results=results)

    def _check(self) -> None:
        """Looks at all rows before others have to wait for their recording."""
        results: list[Result] = []
        reader = reader_of(self._import, importable=self._importable)
        for group in groups(reader, size=GROUP):
            self._read += len(group)
            for row in group:
                given, errors = without_key(row, kind=self._task.kind)
                wrong = row.errors or [*errors, *check_shape(self._task.kind, given)]
                if wrong:
                    results.append(Result(line=row.line, outcome=Outcome.REFUSED, errors=wrong))
            self._counts[Outcome.REFUSED] = len(results)
            self._tell(CHECKING, byte=reader.byte, now=False)
            self._refuse(results, at_most=MOST_REFUSED)
        self._refuse(results, at_most=1)

    def _record(self, rows: Sequence[Row], *, seen: MutableMapping[str, int]) -> list[Result]:
        results = record_rows(rows, task=self._task, seen=seen)
        for result in results:
            self._counts[result.outcome] += 1
        return results

    def _refuse(self, results: Sequence[Result], *, at_most: int) -> None:
        """Gives an import of all or nothing up that has so many refused rows."""
        refused = [result for result in results if result.outcome == Outcome.REFUSED]
        if self._import.mode == Mode.ALL and len(refused) >= at_most:
            raise FailedError("Nothing was recorded, because of the rows that were refused.", refused)

    def _mark(
        self, reader: Reader, *, state: State, results: Sequence[Result], opened: OpenRevision | None = None
    ) -> None:
        """Moves the mark to where the reader is, with the report of the rows before it; in an open transaction.

        Raises:
            CancelledError: the mark is not where it was, or the import is no longer running.
        """
        values: dict[str, Any] = {**self._counts, "state": state, "attempts": 0}
        values |= {"at_byte": reader.byte, "at_line": reader.line}
        if opened is not None and anything_changed():
            values |= {"first_revision": Coalesce("first_revision", opened.number), "last_revision": opened.number}
        _report(self._import, results)
        if state == State.DONE:
            values["finished_at"] = timezone.now()
            Piece.objects.filter(of=self._import).delete()
        standing = Import.objects.filter(pk=self._import.pk, state=State.RUNNING, at_byte=self._import.at_byte)
        if not standing.update(**values):
            raise CancelledError

    def _tell(self, stage: str, *, byte: int, now: bool) -> None:
        refused = self._counts[Outcome.REFUSED]
        done = sum(self._counts.values()) - refused
        self._keeper.tell(self._import.pk, stage=stage, byte=byte, read=self._read, done=done, refused=refused, now=now)

    @contextmanager
    def _revision(self) -> Iterator[OpenRevision]:
        change_class = ChangeClass(self._import.change_class)
        with revision(actor=self._task.by, reason=self._import.reason, change_class=change_class) as opened:
            check_at_once()
            yield opened

    def _when_nobody_writes(self, work: Callable[[], None]) -> None:
        """Does what opens a revision, as soon as no other writer is in its way.

        Raises:
            CancelledError: the import was cancelled meanwhile.
        """
        while True:
            try:
                return work()
            except WriterBusyError:
                self._tell(WAITING, byte=self._import.at_byte, now=True)
                time.sleep(PAUSE_SECONDS)


def groups(reader: Reader, *, size: int) -> Iterator[list[Row]]:
    """The rows in lists of at most so many.

    Raises:
        BrokenFileError: from a line on nothing can be read; the rows before it were given.
    """
    group: list[Row] = []
    broken: BrokenFileError | None = None
    rows = iter(reader)
    while broken is None:
        try:
            row = next(rows, None)
        except BrokenFileError as error:
            broken = error
            break
        if row is None:
            break
        group.append(row)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
    if broken is not None:
        raise broken


def _report(import_: Import, results: Sequence[Result]) -> None:
    ImportedRow.objects.bulk_create(
        (
            ImportedRow(
                of=import_,
                line=result.line,
                outcome=result.outcome,
                key=result.key,
                errors=[{"pointer": error.pointer, "detail": error.detail} for error in result.errors],
            )
            for result in results
        ),
        batch_size=GROUP,
    )
